//! The app's own token, for rules: they work in nobody's name.

use std::{collections::HashMap, sync::Arc, time::Duration};

use feishu::{AppCredentials, Diagnosis, Meter, Session, TokenFaultClass, tokens};
use model::{Principal, Purpose, TenantId, Timestamp};
use parking_lot::Mutex;
use store::TenantEntry;
use vault::Secret;

use super::{CredentialFault, Inner, OpenGrant};

/// A token with less left is not used any more: a call may take a minute.
const MARGIN: Duration = Duration::from_mins(3);

/// Tokens of apps, by tenant.
#[derive(Default)]
pub(super) struct AppTokens(Mutex<HashMap<TenantId, Known>>);

#[derive(Clone)]
struct Known {
    /// Another app, or another secret, has another token.
    app_id: String,
    token: Arc<Secret>,
    expires_at: Timestamp,
}

impl Inner {
    /// A session in the app's own name. `refused` says that Feishu took the last token no more.
    pub(super) async fn app_session(
        &self,
        entry: &TenantEntry,
        meter: Arc<Meter>,
        refused: bool,
    ) -> Result<OpenGrant, CredentialFault> {
        let tenant = &entry.tenant;
        let now = self.clock.now();
        let known = self.apps.0.lock().get(&tenant.id).cloned();
        let known = known.filter(|known| {
            !refused && known.app_id == tenant.app_id && now + MARGIN < known.expires_at
        });
        let token = match known {
            Some(known) => known.token,
            None => self.ask_app_token(entry, now).await?,
        };
        let hosts = Arc::clone(self.hosts(tenant.brand));
        Ok(OpenGrant {
            session: Session::new(self.transport.clone(), hosts, token.expose(), meter),
            // Which scopes the app itself has is known to Feishu alone.
            scopes: Arc::default(),
            version: 0,
        })
    }

    async fn ask_app_token(
        &self,
        entry: &TenantEntry,
        now: Timestamp,
    ) -> Result<Arc<Secret>, CredentialFault> {
        let tenant = &entry.tenant;
        if tenant.app_id.is_empty() {
            return Err(CredentialFault::Unavailable { log_id: None });
        }
        let scope = self
            .store
            .scope(&Principal::platform(tenant.id, Purpose::Refresh));
        let secret = async { scope.read().await?.app().secrets().await };
        let secret = secret.await.map_err(CredentialFault::Store)?.current;
        let app = AppCredentials {
            app_id: tenant.app_id.clone(),
            secret: secret.expose().to_owned().into(),
        };
        let hosts = self.hosts(tenant.brand);
        let asking = tokens::tenant_token(&self.transport, hosts, &app);
        let answer = tokio::time::timeout(self.options.call_deadline, asking).await;
        let token = match answer {
            Ok(Ok(token)) => token,
            Ok(Err(fault)) if fault.class == TokenFaultClass::AppConfig => {
                return Err(CredentialFault::AppConfig(Diagnosis::of_token_fault(
                    &fault,
                )));
            }
            Ok(Err(fault)) => {
                return Err(CredentialFault::Unavailable {
                    log_id: fault.log_id,
                });
            }
            Err(_late) => return Err(CredentialFault::Unavailable { log_id: None }),
        };
        let known = Known {
            app_id: tenant.app_id.clone(),
            token: Arc::new(Secret::new(token.token.as_str())),
            expires_at: now + Duration::from_secs(token.expires_in),
        };
        let secret = Arc::clone(&known.token);
        self.apps.0.lock().insert(tenant.id, known);
        Ok(secret)
    }
}

//! Asking with the app's secret while it may be changing.
//!
//! A secret that Feishu refuses leaves the refresh token untouched, so the same token is sent
//! again with a newer secret: one that was entered meanwhile, or one that an administrator has
//! announced and is about to enter.

use std::time::Duration;

use feishu::{AppCredentials, TokenFault, UserTokens, tokens};
use store::StoreError;
use tokio::time::Instant;
use vault::Secret;

use super::{Inner, Key, refresh::AppOf};

/// How long an announced secret is waited for: a caller waits too.
const WAIT: Duration = Duration::from_secs(8);
/// Between two looks for it.
const LOOK: Duration = Duration::from_millis(150);

/// Codes for a wrong secret; nothing was exchanged.
const REFUSED: [i64; 2] = [20_002, 10_015];

impl Inner {
    /// Exchanges a refresh token; `None` when there was no answer within the deadline.
    pub(super) async fn exchange(
        &self,
        key: Key,
        app: &AppOf,
        secret: Secret,
        token: &Secret,
    ) -> Option<Result<UserTokens, TokenFault>> {
        let deadline = self.options.call_deadline;
        let ask = async |secret: &Secret| {
            let credentials = AppCredentials {
                app_id: app.app_id.clone(),
                secret: secret.expose().to_owned().into(),
            };
            let hosts = self.hosts(app.brand);
            let asking = tokens::refresh(&self.transport, hosts, &credentials, token.expose());
            tokio::time::timeout(deadline, asking).await.ok()
        };
        let answer = ask(&secret).await;
        let refused = matches!(&answer, Some(Err(fault)) if REFUSED.contains(&fault.code));
        if !refused {
            return answer;
        }
        match self.newer(key, &secret).await {
            Ok(Some(newer)) => ask(&newer).await,
            Ok(None) => answer,
            Err(error) => {
                tracing::warn!(%error, "a newer app secret could not be looked for");
                answer
            }
        }
    }

    /// A secret that is not `known`: the one in force by now, or the one that is announced.
    async fn newer(&self, key: Key, known: &Secret) -> Result<Option<Secret>, StoreError> {
        let give_up = Instant::now() + WAIT.min(self.options.lease / 3);
        let scope = self.store.scope(&Self::principal(key));
        loop {
            let secrets = scope.read().await?.app().secrets().await?;
            if secrets.current.expose() != known.expose() {
                return Ok(Some(secrets.current));
            }
            if secrets.announced_until.is_none() || Instant::now() >= give_up {
                return Ok(None);
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

//! Looks after what is known about a tenant's people: who works there, in which departments and
//! user groups, and which roles follow for the members.
//!
//! Everything is asked with the tenant's own app. A look that fails changes nothing: nobody loses
//! a role because Feishu did not answer. What Feishu does say takes effect at once: a person who
//! left loses connections, keys, browsers and open streams in the same moment.

mod look;
mod report;
mod settle;
mod sync;
#[cfg(test)]
pub(crate) mod tests;
mod walk;

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use bus::Bus;
use feishu::{AppCredentials, FeishuError, Meter, Session, TokenFault, Transport, tokens};
use model::{Clock, Entropy, Principal, Purpose, Tenant, TenantId, Timestamp};
use parking_lot::Mutex;
use store::{Store, StoreError};

pub use look::Look;
pub use report::{SyncReport, SyncTrouble};
pub use settle::Settling;
pub use sync::{Extent, SyncError};

use crate::HostsFor;

/// Scopes of the app's own token without which people, departments or groups stay unknown.
pub const SCOPES: &[&str] = &[
    "contact:contact.base:readonly",
    "contact:department.base:readonly",
    "contact:department.organize:readonly",
    "contact:group:readonly",
    "contact:user.base:readonly",
    "contact:user.department:readonly",
    "contact:user.employee:readonly",
];

/// How long a token of an app is used; Feishu's own limit is two hours.
const TOKEN_FOR: Duration = Duration::from_mins(20);

/// Times and sizes.
#[derive(Debug, Clone)]
pub struct DirectoryOptions {
    /// Between two calls of one look at everybody: Feishu allows 1000 a minute.
    pub pace: Duration,
    /// Longest wait that Feishu may ask for before a look is given up.
    pub patience: Duration,
    /// How long a sign-in or a refresh waits for Feishu.
    pub within: Duration,
    /// How long one answer about one person is good for, at a refresh.
    pub fresh_for: Duration,
    /// How long one look at everybody may take.
    pub lease: Duration,
    /// Most people that are kept.
    pub most_people: usize,
}

impl Default for DirectoryOptions {
    fn default() -> Self {
        Self {
            pace: Duration::from_millis(65),
            patience: Duration::from_secs(61),
            within: Duration::from_secs(3),
            fresh_for: Duration::from_mins(5),
            lease: Duration::from_mins(30),
            most_people: 50_000,
        }
    }
}

/// The parts that the program wires together.
pub struct DirectoryParts {
    /// The store.
    pub store: Store,
    /// Tells the replicas what changed.
    pub bus: Bus,
    /// The pool towards Feishu.
    pub transport: Transport,
    /// Feishu's hosts of a brand.
    pub hosts: HostsFor,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for ids of ledger entries.
    pub entropy: Arc<dyn Entropy>,
    /// Times and sizes.
    pub options: DirectoryOptions,
}

/// A session of an app, and until when it is used.
struct Kept {
    app_id: String,
    until: Timestamp,
    session: Session,
}

/// Keeper of what is known about people. Cheap to clone.
#[derive(Clone)]
pub struct DirectoryCare(Arc<Inner>);

struct Inner {
    parts: DirectoryParts,
    sessions: Mutex<HashMap<TenantId, Kept>>,
    looked: moka::sync::Cache<(TenantId, String), Timestamp>,
}

impl fmt::Debug for DirectoryCare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DirectoryCare")
    }
}

/// Why Feishu could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The tenant has no app yet.
    #[error("the tenant has no app yet")]
    NoApp,
    /// The app gets no token.
    #[error("the app gets no token")]
    App(#[source] TokenFault),
    /// A call failed.
    #[error("the enterprise could not be read")]
    Feishu(#[from] FeishuError),
    /// The store failed.
    #[error("what is known about people could not be read")]
    Store(#[from] StoreError),
}

impl DirectoryCare {
    /// Over `parts`.
    pub fn new(parts: DirectoryParts) -> Self {
        let looked = moka::sync::Cache::builder()
            .max_capacity(100_000)
            .time_to_live(parts.options.fresh_for)
            .build();
        Self(Arc::new(Inner {
            parts,
            sessions: Mutex::default(),
            looked,
        }))
    }

    fn parts(&self) -> &DirectoryParts {
        &self.0.parts
    }

    fn now(&self) -> Timestamp {
        self.parts().clock.now()
    }

    fn scope(&self, tenant: TenantId) -> store::TenantScope {
        let principal = Principal::platform(tenant, Purpose::Housekeeping);
        self.parts().store.scope(&principal)
    }

    /// Calls in the name of the tenant's app.
    async fn session(&self, tenant: &Tenant) -> Result<Session, AskError> {
        if tenant.app_id.is_empty() {
            return Err(AskError::NoApp);
        }
        let now = self.now();
        if let Some(kept) = self.0.sessions.lock().get(&tenant.id)
            && kept.app_id == tenant.app_id
            && now < kept.until
        {
            return Ok(kept.session.clone());
        }
        let secret = {
            let tx = self.scope(tenant.id).read().await?;
            tx.app().secret().await?
        };
        let parts = self.parts();
        let hosts = (parts.hosts)(tenant.brand);
        let app = AppCredentials {
            app_id: tenant.app_id.clone(),
            secret: secret.expose().to_owned().into(),
        };
        let token = tokens::tenant_token(&parts.transport, &hosts, &app)
            .await
            .map_err(AskError::App)?;
        let meter = Arc::new(Meter::default());
        let session = Session::new(
            parts.transport.clone(),
            Arc::new(hosts),
            &token.token,
            meter,
        );
        let lives = TOKEN_FOR.min(Duration::from_secs(token.expires_in / 2));
        let mut sessions = self.0.sessions.lock();
        sessions.retain(|_, kept| now < kept.until);
        sessions.insert(
            tenant.id,
            Kept {
                app_id: tenant.app_id.clone(),
                until: now + lives,
                session: session.clone(),
            },
        );
        Ok(session)
    }

    /// A session that did not work is not used again.
    fn forget_session(&self, tenant: TenantId) {
        self.0.sessions.lock().remove(&tenant);
    }
}

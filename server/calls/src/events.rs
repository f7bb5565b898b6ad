//! Takes events that Feishu pushes to a tenant's app, and does what follows.
//!
//! An event is answered as soon as it is kept, and acted on afterwards: at once by the replica
//! that took it, and by the jobs of any replica when that one vanished. The act and the note that
//! it was done are one transaction, so it is done once however often Feishu, a replica or a job
//! begins it.

mod act;
mod receive;
mod settings;
#[cfg(test)]
mod tests;
mod things;

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use bus::Bus;
use feishu::events::EventKeys;
use model::{Clock, Entropy, Principal, Purpose, TenantId, Timestamp};
use parking_lot::{Mutex, RwLock};
use store::{Store, StoreError, TenantScope};
use tokio::sync::Semaphore;

/// What is taken, and what it means.
pub use feishu::events as wire;
pub use receive::{Taken, Turned};
pub use things::{Follower, ThingChanged};

use crate::{app_care::AppCare, directory::DirectoryCare};

/// Times and sizes.
#[derive(Debug, Clone)]
pub struct EventOptions {
    /// An event that says somebody is gone is believed without asking while it is this young;
    /// later much may have happened since, and Feishu is asked.
    pub fresh_for: Duration,
    /// Whoever took an event up has it for this long.
    pub lease: Duration,
    /// Events about the enterprise gather for this long before everybody is looked at.
    pub gather: Duration,
    /// Between the beginnings of two looks at everybody because of events.
    pub apart: Duration,
    /// After this long without an end a look is begun again.
    pub look_lease: Duration,
    /// Attempts after which Feishu is not asked about a person any more.
    pub attempts: u32,
    /// Events that one replica acts on at a time; others wait for the jobs.
    pub at_once: usize,
    /// How long keys are used before they are read again.
    pub keys_for: Duration,
    /// Between two notes about refused requests.
    pub note_every: Duration,
}

impl Default for EventOptions {
    fn default() -> Self {
        Self {
            fresh_for: Duration::from_mins(10),
            lease: Duration::from_secs(10),
            gather: Duration::from_secs(20),
            apart: Duration::from_mins(5),
            look_lease: Duration::from_mins(30),
            attempts: 5,
            at_once: 16,
            keys_for: Duration::from_secs(5),
            note_every: Duration::from_secs(5),
        }
    }
}

/// The parts that the program wires together.
pub struct EventParts {
    /// The store.
    pub store: Store,
    /// Counts events over all replicas.
    pub bus: Bus,
    /// Gives roles and takes them back.
    pub directory: DirectoryCare,
    /// Looks at the tenants' apps.
    pub apps: AppCare,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for ids of ledger entries.
    pub entropy: Arc<dyn Entropy>,
    /// Times and sizes.
    pub options: EventOptions,
}

/// What a tenant's events are proven by; without keys none are taken.
struct Kept {
    keys: Vec<EventKeys>,
    tenant_key: Option<String>,
}

/// Refused requests that were not noted yet.
struct Unnoted {
    times: u32,
    noted_at: Timestamp,
}

/// Keeper of events. Cheap to clone.
#[derive(Clone)]
pub struct EventCare(Arc<Inner>);

struct Inner {
    parts: EventParts,
    kept: moka::sync::Cache<TenantId, Arc<Kept>>,
    unnoted: Mutex<HashMap<TenantId, Unnoted>>,
    room: Arc<Semaphore>,
    followers: RwLock<Vec<Arc<dyn Follower>>>,
}

impl fmt::Debug for EventCare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventCare")
    }
}

impl EventCare {
    /// Over `parts`.
    pub fn new(parts: EventParts) -> Self {
        let kept = moka::sync::Cache::builder()
            .max_capacity(10_000)
            .time_to_live(parts.options.keys_for)
            .build();
        let room = Arc::new(Semaphore::new(parts.options.at_once));
        Self(Arc::new(Inner {
            parts,
            kept,
            unnoted: Mutex::default(),
            room,
            followers: RwLock::default(),
        }))
    }

    fn parts(&self) -> &EventParts {
        &self.0.parts
    }

    fn options(&self) -> &EventOptions {
        &self.0.parts.options
    }

    fn now(&self) -> Timestamp {
        self.parts().clock.now()
    }

    fn scope(&self, tenant: TenantId) -> TenantScope {
        let principal = Principal::platform(tenant, Purpose::Housekeeping);
        self.parts().store.scope(&principal)
    }

    async fn kept(&self, tenant: TenantId) -> Result<Arc<Kept>, StoreError> {
        if let Some(kept) = self.0.kept.get(&tenant) {
            return Ok(kept);
        }
        let tx = self.scope(tenant).read().await?;
        let proofs = tx.events().proofs().await?;
        let keys = proofs
            .iter()
            .map(|pair| EventKeys::new(pair.encrypt_key.expose(), pair.token.expose()));
        let kept = Arc::new(Kept {
            keys: keys.collect(),
            tenant_key: tx.events().tenant_key().await?,
        });
        self.0.kept.insert(tenant, Arc::clone(&kept));
        Ok(kept)
    }
}

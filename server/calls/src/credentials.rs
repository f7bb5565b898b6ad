//! Step 3: the member's Feishu session.
//!
//! The hot path is a cache of opened tokens by tenant and member; wake-ups drop what changed. A
//! token with less than a fifth of its life left is refreshed in the background while calls go on
//! with it; a dead one is refreshed while they wait.

mod app_secret;
mod app_token;
mod persist;
mod refresh;
mod spool;
mod stored;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, sync::Arc, time::Duration};

use bus::{Bus, Wake};
use feishu::{Diagnosis, Hosts, Meter, Session, Transport};
use model::{
    Brand, Clock, Entropy, FeishuGrantState, MemberId, Principal, Purpose, TenantId, Timestamp,
};
use moka::sync::Cache;
use store::{Store, StoreError, TenantEntry};
use tokio::sync::broadcast::error::RecvError;
use vault::Secret;

use self::spool::Spool;
use crate::HostsFor;

/// Opened tokens are forgotten after this long, whatever happens.
const CACHE_TTL: Duration = Duration::from_mins(10);

/// A member in its tenant: the key of every cache here.
type Key = (TenantId, MemberId);

/// Settings of the refresh protocol.
#[derive(Debug, Clone)]
pub struct CredentialOptions {
    /// Folder for sealed successors while the database is away.
    pub spool: Option<PathBuf>,
    /// How long an attempt holds its lease; longer than `call_deadline` and `reread` together.
    pub lease: Duration,
    /// Deadline of a token call.
    pub call_deadline: Duration,
    /// How long a used-up answer is compared with the stored version before it is believed, where
    /// an earlier attempt had no answer.
    pub reread: Duration,
    /// How long a grant rests after an unclear attempt.
    pub rest: Duration,
}

impl Default for CredentialOptions {
    fn default() -> Self {
        Self {
            spool: None,
            lease: Duration::from_secs(30),
            call_deadline: Duration::from_secs(12),
            reread: Duration::from_secs(12),
            rest: Duration::from_secs(5),
        }
    }
}

/// Keeper of Feishu tokens. Cheap to clone.
#[derive(Clone)]
pub struct Credentials(Arc<Inner>);

struct Inner {
    store: Store,
    bus: Bus,
    transport: Transport,
    feishu: Arc<Hosts>,
    lark: Arc<Hosts>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    options: CredentialOptions,
    opened: Cache<Key, Arc<Opened>>,
    apps: app_token::AppTokens,
    flights: Cache<Key, Arc<tokio::sync::Mutex<()>>>,
    resting: Cache<Key, (Timestamp, CredentialFault)>,
    spool: Spool,
}

/// An opened access token.
struct Opened {
    token: Secret,
    scopes: Arc<[String]>,
    version: i64,
    expires_at: Timestamp,
    refresh_at: Timestamp,
}

impl Opened {
    /// A tenth of a second of margin is nothing: Feishu refuses what ends on its way.
    fn is_alive(&self, now: Timestamp) -> bool {
        now + Duration::from_secs(5) < self.expires_at
    }
}

/// A session in a member's name.
#[derive(Debug, Clone)]
pub(crate) struct OpenGrant {
    pub(crate) session: Session,
    pub(crate) scopes: Arc<[String]>,
    pub(crate) version: i64,
}

/// Why there is none.
#[derive(Debug, Clone)]
pub(crate) enum CredentialFault {
    /// The member must sign in at Feishu.
    SignInNeeded,
    /// The tenant's app is not in order.
    AppConfig(Diagnosis),
    /// The person may not use the app.
    Person(Diagnosis),
    /// Feishu, or the way to it, fails; nothing is lost.
    Unavailable {
        /// Feishu's log id.
        log_id: Option<String>,
    },
    /// The database fails.
    Store(StoreError),
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({} opened)", self.0.opened.entry_count())
    }
}

impl Credentials {
    /// Must be called inside a runtime: it listens for wake-ups.
    pub(crate) fn new(
        store: Store,
        bus: Bus,
        transport: Transport,
        hosts: &HostsFor,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        options: CredentialOptions,
    ) -> Self {
        let opened = Cache::builder()
            .max_capacity(200_000)
            .time_to_live(CACHE_TTL)
            .build();
        tokio::spawn(forget_changed(bus.subscribe(), opened.clone()));
        let brief = |life| {
            Cache::builder()
                .max_capacity(200_000)
                .time_to_idle(life)
                .build()
        };
        Self(Arc::new(Inner {
            feishu: Arc::new(hosts(Brand::Feishu)),
            lark: Arc::new(hosts(Brand::Lark)),
            spool: Spool::new(options.spool.clone()),
            flights: brief(Duration::from_mins(2)),
            resting: Cache::builder()
                .max_capacity(200_000)
                .time_to_live(Duration::from_mins(2))
                .build(),
            store,
            bus,
            transport,
            clock,
            entropy,
            options,
            opened,
            apps: app_token::AppTokens::default(),
        }))
    }

    /// A session in the principal's own name.
    pub(crate) async fn open(
        &self,
        entry: &TenantEntry,
        principal: &Principal,
        meter: Arc<Meter>,
    ) -> Result<OpenGrant, CredentialFault> {
        if principal.service().is_some() {
            return self.0.app_session(entry, meter, false).await;
        }
        let member = principal.member().ok_or(CredentialFault::SignInNeeded)?;
        let key = (principal.tenant(), member);
        let now = self.0.clock.now();
        if let Some(known) = self.0.opened.get(&key)
            && known.is_alive(now)
        {
            if now >= known.refresh_at {
                self.refresh_behind(entry, key, known.version);
            }
            return Ok(self.0.session(entry.tenant.brand, &known, meter));
        }
        let grant = self
            .0
            .load(key)
            .await?
            .ok_or(CredentialFault::SignInNeeded)?;
        self.0.touch_behind(key);
        let known = self.0.remember(key, &grant);
        let over = grant.state == FeishuGrantState::NeedsReauth;
        if known.is_alive(now) {
            // An uncertain grant is tried again while its access token still works.
            if !over && (grant.state == FeishuGrantState::Uncertain || now >= known.refresh_at) {
                self.refresh_behind(entry, key, known.version);
            }
            return Ok(self.0.session(entry.tenant.brand, &known, meter));
        }
        if over {
            return Err(CredentialFault::SignInNeeded);
        }
        let fresh = self.refreshed(entry, key, known.version).await?;
        Ok(self.0.session(entry.tenant.brand, &fresh, meter))
    }

    /// The scopes that the principal's member granted, as far as they are stored: Feishu is not
    /// asked, and nothing is refreshed.
    pub(crate) async fn granted(
        &self,
        principal: &Principal,
    ) -> Result<Arc<[String]>, CredentialFault> {
        let Some(member) = principal.member() else {
            return Ok(Arc::default());
        };
        let key = (principal.tenant(), member);
        if let Some(known) = self.0.opened.get(&key) {
            return Ok(Arc::clone(&known.scopes));
        }
        let stored = self.0.load(key).await?;
        let known = stored.map(|grant| self.0.remember(key, &grant));
        Ok(known.map_or_else(Arc::default, |known| Arc::clone(&known.scopes)))
    }

    /// A session after Feishu refused the token of version `seen`: refreshes once, unless somebody
    /// did so already.
    pub(crate) async fn renew(
        &self,
        entry: &TenantEntry,
        principal: &Principal,
        meter: Arc<Meter>,
        seen: i64,
    ) -> Result<OpenGrant, CredentialFault> {
        if principal.service().is_some() {
            return self.0.app_session(entry, meter, true).await;
        }
        let member = principal.member().ok_or(CredentialFault::SignInNeeded)?;
        let key = (principal.tenant(), member);
        self.0.opened.invalidate(&key);
        let fresh = self.refreshed(entry, key, seen).await?;
        Ok(self.0.session(entry.tenant.brand, &fresh, meter))
    }

    /// Refreshes a grant ahead of its end, or clears up an uncertain one. `true` when the grant is
    /// in order afterwards.
    pub async fn keep_alive(&self, tenant: TenantId, member: MemberId) -> bool {
        let key = (tenant, member);
        let Ok(Some(entry)) = self.0.store.directory().by_id(tenant).await else {
            return false;
        };
        let Ok(Some(grant)) = self.0.load(key).await else {
            return false;
        };
        self.refreshed(&entry, key, grant.version).await.is_ok()
    }

    /// Stores what an earlier process could only write to the spool. Gives how many are left.
    pub async fn drain_spool(&self) -> usize {
        self.0.drain().await
    }

    /// The new token for a caller that waits. The work is not tied to the caller.
    async fn refreshed(
        &self,
        entry: &TenantEntry,
        key: Key,
        seen: i64,
    ) -> Result<Arc<Opened>, CredentialFault> {
        let inner = Arc::clone(&self.0);
        let app = refresh::AppOf::of(entry);
        let work = tokio::spawn(async move { inner.refresh(key, app, seen).await });
        let bound = self.0.options.lease + self.0.options.reread;
        match tokio::time::timeout(bound, work).await {
            Ok(Ok(outcome)) => outcome,
            _ => Err(CredentialFault::Unavailable { log_id: None }),
        }
    }

    fn refresh_behind(&self, entry: &TenantEntry, key: Key, seen: i64) {
        let resting = self.0.rests(key).is_some();
        if resting || self.0.flight(key).try_lock().is_err() {
            return;
        }
        let inner = Arc::clone(&self.0);
        let app = refresh::AppOf::of(entry);
        tokio::spawn(async move {
            if let Err(fault) = inner.refresh(key, app, seen).await {
                tracing::info!(?fault, tenant = %key.0, "an early refresh did not succeed");
            }
        });
    }
}

impl Inner {
    fn hosts(&self, brand: Brand) -> &Arc<Hosts> {
        match brand {
            Brand::Feishu => &self.feishu,
            Brand::Lark => &self.lark,
        }
    }

    fn session(&self, brand: Brand, known: &Opened, meter: Arc<Meter>) -> OpenGrant {
        let hosts = Arc::clone(self.hosts(brand));
        OpenGrant {
            session: Session::new(self.transport.clone(), hosts, known.token.expose(), meter),
            scopes: Arc::clone(&known.scopes),
            version: known.version,
        }
    }

    fn flight(&self, key: Key) -> Arc<tokio::sync::Mutex<()>> {
        self.flights.get_with(key, Arc::default)
    }

    /// What the last attempt heard, while the grant rests after it.
    fn rests(&self, key: Key) -> Option<CredentialFault> {
        let (until, fault) = self.resting.get(&key)?;
        (self.clock.now() < until).then_some(fault)
    }

    /// The platform's own scope in the tenant: refreshing is not the member's act.
    fn principal(key: Key) -> Principal {
        Principal::platform(key.0, Purpose::Refresh)
    }
}

/// Drops opened tokens of grants that changed, here or on another replica.
async fn forget_changed(
    mut wakes: tokio::sync::broadcast::Receiver<Wake>,
    opened: Cache<Key, Arc<Opened>>,
) {
    loop {
        match wakes.recv().await {
            Ok(
                Wake::FeishuGrantChanged { tenant, member }
                | Wake::MemberRevoked { tenant, member },
            ) => {
                opened.invalidate(&(tenant, member));
            }
            Ok(Wake::TenantChanged { tenant }) => {
                for (key, _) in opened.iter().filter(|(key, _)| key.0 == tenant) {
                    opened.invalidate(&*key);
                }
            }
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => opened.invalidate_all(),
            Err(RecvError::Closed) => return,
        }
    }
}

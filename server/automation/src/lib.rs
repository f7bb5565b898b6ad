//! Rules that act on what happens.
//!
//! An event becomes a run of each rule that it begins; the pair of rule and event is a key, so it
//! becomes one run however often and wherever it is told. A run is held by one process at a time.
//! Each step is a call of a tool through the gate, in the name of the rule: the tenant's own
//! Feishu app, in the role that the rule was given.
//!
//! Nothing is doubled by a process that ends in the middle: before a step is done its row says
//! so, and the step carries a key that is the same in every attempt. Where a tool takes the key, the step
//! is simply done again; where it does not, and the end of the step is not known, the run is given
//! up and a person is asked to look.

mod check;
mod cron;
mod dry;
mod expression;
mod follow;
mod hook;
mod run;
mod schedule;
mod service;
mod settings;
mod template;

use std::{fmt, sync::Arc, time::Duration};

use bus::Bus;
use calls::Gate;
use model::{Clock, Entropy, Principal, Purpose, RunId, TenantId, TenantStatus, Timestamp};
use store::{Store, StoreError, TenantEntry, TenantScope};
use tokio::sync::Semaphore;

pub use check::{Problem, check};
pub use cron::{Cron, CronFault};
pub use dry::{Dry, DryStep};
pub use expression::ExpressionFault;
pub use hook::{HookCall, HookTaken, HookTurned, MAX_BODY};
pub use settings::{Change, Changed, NewHook, Switched};

/// Times and sizes.
#[derive(Debug, Clone)]
pub struct AutomationOptions {
    /// Whoever took a run up has it for this long; longer than a call may take.
    pub lease: Duration,
    /// Attempts after which a run is given up.
    pub attempts: u32,
    /// First pause before a run is tried again; it doubles.
    pub pause: Duration,
    /// Longest pause.
    pub longest: Duration,
    /// Runs that one replica is at, at a time.
    pub at_once: usize,
    /// Waiting runs of one rule above which it is paused.
    pub backlog: u64,
    /// How long runs are kept after their end.
    pub keep: Duration,
}

impl Default for AutomationOptions {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(90),
            attempts: 6,
            pause: Duration::from_secs(5),
            longest: Duration::from_mins(30),
            at_once: 16,
            backlog: 1_000,
            keep: Duration::from_hours(24 * 14),
        }
    }
}

/// The parts that the program wires together.
pub struct AutomationParts {
    /// The store.
    pub store: Store,
    /// Counts runs over all replicas.
    pub bus: Bus,
    /// The way to the tools.
    pub gate: Gate,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Times and sizes.
    pub options: AutomationOptions,
}

/// Keeper of rules. Cheap to clone.
#[derive(Clone)]
pub struct Automation(Arc<Inner>);

struct Inner {
    parts: AutomationParts,
    room: Arc<Semaphore>,
}

impl fmt::Debug for Automation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Automation")
    }
}

impl Automation {
    /// Over `parts`.
    pub fn new(parts: AutomationParts) -> Self {
        let room = Arc::new(Semaphore::new(parts.options.at_once));
        Self(Arc::new(Inner { parts, room }))
    }

    /// Does what is due in a tenant now, in tasks of its own, as far as there is room: the rest is
    /// left to the jobs.
    pub fn soon(&self, tenant: TenantId, runs: Vec<RunId>) {
        for run in runs {
            let Ok(room) = Arc::clone(&self.0.room).try_acquire_owned() else {
                return;
            };
            let care = self.clone();
            tokio::spawn(async move {
                let _room = room;
                if let Err(error) = care.run(tenant, run).await {
                    tracing::warn!(%error, %tenant, "a run waits for the jobs");
                }
            });
        }
    }

    /// Looks for runs of a tenant that an accepted event has begun, and does them.
    pub fn wake(&self, tenant: TenantId) {
        let care = self.clone();
        tokio::spawn(async move {
            let due = async { care.scope(tenant).read().await?.automations().due(64).await };
            match due.await {
                Ok(due) => care.soon(tenant, due),
                Err(error) => tracing::warn!(%error, %tenant, "runs wait for the jobs"),
            }
        });
    }

    /// Removes what ended long ago.
    ///
    /// # Errors
    /// Fails when the store does.
    pub async fn sweep(&self, tenant: TenantId) -> Result<u64, StoreError> {
        let before = self.now() - self.options().keep;
        let scope = self.scope(tenant);
        let done = scope.retrying(&before, |tx, before| {
            Box::pin(async move { tx.automations().sweep(*before).await })
        });
        done.await
    }

    fn parts(&self) -> &AutomationParts {
        &self.0.parts
    }

    fn options(&self) -> &AutomationOptions {
        &self.0.parts.options
    }

    fn now(&self) -> Timestamp {
        self.parts().clock.now()
    }

    fn scope(&self, tenant: TenantId) -> TenantScope {
        let principal = Principal::platform(tenant, Purpose::Housekeeping);
        self.parts().store.scope(&principal)
    }

    /// A tenant that is served: one that was stopped runs no rules.
    async fn served(&self, tenant: TenantId) -> Result<Option<Arc<TenantEntry>>, StoreError> {
        let known = self.parts().store.directory().by_id(tenant).await?;
        Ok(known.filter(|entry| entry.tenant.status == TenantStatus::Active))
    }
}

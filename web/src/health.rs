//! How the components are. Looked at once in a while for all who ask, so that the public status
//! page costs the components nothing.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use model::{Brand, Month, Principal, Purpose, Timestamp};
use store::{JobRound, Page, StoreError, StoreHealth};
use tokio::sync::Mutex;

use crate::WebState;

/// How long a look is good for.
const LASTS: Duration = Duration::from_secs(15);
/// How long a count over all tenants is good for.
const COUNT_LASTS: Duration = Duration::from_mins(5);
/// Feishu is away when it does not answer within this time.
const PATIENCE: Duration = Duration::from_secs(4);
/// Tenants that are counted while one waits.
const FEW: u64 = 100;
/// Tenants that are counted at most.
const MOST: usize = 2_000;
/// A replica whose jobs are silent for this long is gone.
const SILENT: Duration = Duration::from_mins(3);

/// What was seen.
#[derive(Debug, Clone)]
pub(crate) struct Looked {
    pub(crate) at: Timestamp,
    /// `None` when it does not answer.
    pub(crate) database: Option<StoreHealth>,
    pub(crate) bus: bool,
    pub(crate) feishu: bool,
    pub(crate) lark: bool,
    /// Rounds of the replicas that live.
    pub(crate) jobs: Vec<JobRound>,
}

impl Looked {
    /// Whether a round is long over due.
    pub(crate) fn is_late(&self, round: &JobRound) -> bool {
        let every = Duration::from_millis(u64::try_from(round.every_ms).unwrap_or_default());
        let grace = every / 4 + SILENT;
        match round.next_at {
            Some(next) => self.at.since(next) > grace,
            None => self.at.since(round.started_at) > every + grace,
        }
    }
}

/// The latest looks.
#[derive(Debug, Default)]
pub(crate) struct Health {
    seen: Mutex<Option<Arc<Looked>>>,
    counted: parking_lot::Mutex<Option<(Timestamp, (u64, bool))>>,
    counting: AtomicBool,
}

impl Health {
    /// The latest look, or a new one.
    pub(crate) async fn look(&self, state: &WebState) -> Arc<Looked> {
        let mut seen = self.seen.lock().await;
        let now = state.clock.now();
        if let Some(known) = seen.as_ref().filter(|known| now.since(known.at) < LASTS) {
            return Arc::clone(known);
        }
        let answers = async |brand| {
            let asked = tokio::time::timeout(PATIENCE, state.apps.answers(brand));
            asked.await.unwrap_or(false)
        };
        let (database, bus, feishu, lark, jobs) = tokio::join!(
            state.store.health(),
            state.bus.healthy(),
            answers(Brand::Feishu),
            answers(Brand::Lark),
            rounds(state),
        );
        let fresh = Arc::new(Looked {
            at: now,
            database: database.ok(),
            bus: bus.is_ok(),
            feishu,
            lark,
            jobs: living(&jobs.unwrap_or_default(), now),
        });
        *seen = Some(Arc::clone(&fresh));
        fresh
    }

    /// Delivered calls of this month over all tenants. Few are counted at once; many in the
    /// background, while the count before is shown.
    pub(crate) async fn calls(
        &self,
        state: &WebState,
        tenants: u64,
    ) -> Result<Option<(u64, bool)>, StoreError> {
        let now = state.clock.now();
        let known = *self.counted.lock();
        if let Some((at, count)) = known
            && now.since(at) < COUNT_LASTS
        {
            return Ok(Some(count));
        }
        if tenants <= FEW {
            let fresh = count(state, Month::of(now)).await?;
            *self.counted.lock() = Some((now, fresh));
            return Ok(Some(fresh));
        }
        if !self.counting.swap(true, Ordering::SeqCst) {
            let state = state.clone();
            tokio::spawn(async move {
                let fresh = count(&state, Month::of(now)).await;
                let health = state.own_health();
                match fresh {
                    Ok(fresh) => *health.counted.lock() = Some((now, fresh)),
                    Err(error) => tracing::warn!(%error, "the calls could not be counted"),
                }
                health.counting.store(false, Ordering::SeqCst);
            });
        }
        Ok(known.map(|(_, count)| count))
    }
}

async fn rounds(state: &WebState) -> Result<Vec<JobRound>, StoreError> {
    let scope = state.store.platform("how the jobs fare");
    scope.read().await?.job_rounds().list().await
}

/// Without the rounds of replicas that are gone, unless all are.
fn living(rounds: &[JobRound], now: Timestamp) -> Vec<JobRound> {
    let latest = |node: &str| {
        let of_node = rounds.iter().filter(|round| round.node == node);
        of_node.map(|round| round.started_at).max()
    };
    let best = rounds.iter().map(|round| round.started_at).max();
    let lives = |round: &JobRound| {
        let seen = latest(&round.node);
        seen == best || seen.is_some_and(|at| now.since(at) <= SILENT)
    };
    rounds
        .iter()
        .filter(|round| lives(round))
        .cloned()
        .collect()
}

async fn count(state: &WebState, month: Month) -> Result<(u64, bool), StoreError> {
    let scope = state.store.platform("calls of all tenants");
    let (mut sum, mut seen) = (0, 0);
    let mut page = Page::first(Page::MAX);
    loop {
        let part = scope.read().await?.tenants().list(&page).await?;
        for tenant in &part.items {
            let principal = Principal::platform(tenant.id, Purpose::Operator);
            let tx = state.store.scope(&principal).read().await?;
            sum += tx.usage().month(month).await?.delivered;
        }
        seen += part.items.len();
        let Some(next) = part.next else {
            return Ok((sum, false));
        };
        if seen >= MOST {
            return Ok((sum, true));
        }
        page = Page::first(Page::MAX).after(next);
    }
}

//! How the jobs fare, for operators: when the latest round was, and what went wrong.

use std::{cell::RefCell, sync::Arc, time::Duration};

use model::{Clock, Timestamp};
use parking_lot::Mutex;
use store::{JobRound, Store, StoreError};

use crate::JobsParts;

/// Rounds that come fast are noted this often.
const NOTED: Duration = Duration::from_secs(30);

tokio::task_local! {
    /// What went wrong in the round under way.
    static TROUBLE: RefCell<Option<String>>;
}

/// Notes that something failed in the round under way; the first trouble is kept. What an error
/// says about itself holds nothing of a tenant.
pub(crate) fn trouble(what: &str, error: &dyn std::error::Error) {
    let text = format!("{what}: {error}");
    let _ = TROUBLE.try_with(|known| known.borrow_mut().get_or_insert(text).len());
}

/// Watches the rounds of one job on this replica.
pub(crate) struct Watch {
    store: Store,
    clock: Arc<dyn Clock>,
    known: Mutex<JobRound>,
    every: Duration,
}

impl Watch {
    pub(crate) fn new(job: &str, every: Duration, parts: &JobsParts) -> Self {
        Self {
            store: parts.store.clone(),
            clock: Arc::clone(&parts.clock),
            known: Mutex::new(JobRound {
                job: job.to_owned(),
                node: parts.bus.node().to_string(),
                every_ms: i64::try_from(every.as_millis()).unwrap_or(i64::MAX),
                started_at: Timestamp::from_millis(0),
                ended_at: None,
                next_at: None,
                rounds: 0,
                failures: 0,
                failed_at: None,
                error: String::new(),
            }),
            every,
        }
    }

    /// Runs one round.
    pub(crate) async fn round(&self, round: impl Future<Output = ()>) {
        let before = self.change(|known| known.started_at);
        let began = self.clock.now();
        let due = began.since(before) >= NOTED;
        let begun = self.change(|known| {
            known.started_at = began;
            known.ended_at = None;
            known.next_at = None;
            known.clone()
        });
        if due {
            self.note(&begun).await;
        }
        let trouble = TROUBLE
            .scope(RefCell::default(), async {
                round.await;
                TROUBLE.with(RefCell::take)
            })
            .await;
        let ended = self.clock.now();
        let failed = trouble.is_some();
        let done = self.change(|known| {
            known.rounds += 1;
            known.ended_at = Some(ended);
            known.next_at = Some(ended + self.every);
            if let Some(error) = trouble {
                known.failures += 1;
                known.failed_at = Some(ended);
                known.error = error;
            }
            known.clone()
        });
        if due || failed {
            self.note(&done).await;
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut JobRound) -> T) -> T {
        change(&mut self.known.lock())
    }

    async fn note(&self, round: &JobRound) {
        let noted: Result<(), StoreError> = async {
            let tx = self.store.platform("how a job fares").write().await?;
            tx.job_rounds().note(round).await?;
            tx.commit().await
        }
        .await;
        if let Err(error) = noted {
            tracing::warn!(%error, job = round.job, "a job's round could not be noted");
        }
    }
}

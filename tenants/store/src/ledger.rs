//! The writer of the ledger: group commit.
//!
//! Callers hand entries to one task. It takes all that wait, appends them in one transaction and
//! answers each caller after the commit: under load hundreds of entries share one commit, alone an
//! entry waits for nothing. A caller that goes away does not take its entry with it.

mod batch;
pub(crate) mod count;
mod rows;
mod script;

pub(crate) use rows::signed;

use std::{sync::Arc, time::Duration};

use model::LedgerEntry;
use tokio::sync::{mpsc, oneshot};

use crate::{StoreError, StoreOptions, TenantTx, store::Shared};

/// Entries that may wait; beyond it callers wait in line, and nothing is dropped.
const QUEUE: usize = 4096;

/// An entry and whom to tell.
pub(crate) struct Waiting {
    pub(crate) entry: LedgerEntry,
    pub(crate) answer: oneshot::Sender<Result<u64, StoreError>>,
}

/// Appends entries. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ledger {
    queue: mpsc::Sender<Waiting>,
}

impl Ledger {
    pub(crate) fn start(shared: Arc<Shared>, options: &StoreOptions) -> Self {
        let (queue, entries) = mpsc::channel(QUEUE);
        let most = options.ledger_batch_max.clamp(1, QUEUE);
        tokio::spawn(run(shared, entries, most, options.ledger_linger));
        Self { queue }
    }

    /// Appends an entry to its tenant's chain and gives its place, after the commit. An entry that
    /// is already there (same tenant, id and kind) keeps its place.
    ///
    /// May be cancelled at any moment: once handed over, the entry is appended regardless.
    ///
    /// # Errors
    /// [`StoreError::UnknownTenant`], or why it could not be committed: the caller must then not
    /// act as if it were recorded.
    pub async fn record(&self, entry: LedgerEntry) -> Result<u64, StoreError> {
        let (answer, done) = oneshot::channel();
        self.queue
            .send(Waiting { entry, answer })
            .await
            .map_err(|_| StoreError::Unavailable)?;
        done.await.unwrap_or(Err(StoreError::Unavailable))
    }

    /// Entries that wait.
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }
}

impl TenantTx {
    /// Appends an entry to the tenant's chain in this transaction: the act and its record are
    /// committed together, or neither is. Until then the chain is locked, so it belongs at the
    /// end of a transaction; calls of tools go through [`Ledger::record`] instead.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for an entry of another tenant.
    pub async fn record(&self, entry: &LedgerEntry) -> Result<u64, StoreError> {
        let place = if entry.tenant == self.tenant() {
            let places = batch::extend(self.db(), entry.tenant, &[entry], false).await?;
            places.get(&(entry.id, entry.kind)).copied()
        } else {
            None
        };
        place.ok_or(StoreError::Corrupt {
            what: "ledger entry",
        })
    }
}

async fn run(
    shared: Arc<Shared>,
    mut entries: mpsc::Receiver<Waiting>,
    most: usize,
    linger: Duration,
) {
    let mut batch = Vec::with_capacity(most);
    while entries.recv_many(&mut batch, most).await > 0 {
        if !linger.is_zero() {
            let deadline = tokio::time::Instant::now() + linger;
            while batch.len() < most {
                let room = most - batch.len();
                let more = entries.recv_many(&mut batch, room);
                if !matches!(tokio::time::timeout_at(deadline, more).await, Ok(1..)) {
                    break;
                }
            }
        }
        batch::append(&shared, batch.split_off(0)).await;
    }
}

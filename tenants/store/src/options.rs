//! How the store is opened.

use std::time::Duration;

/// Options of a store.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// `sqlite:PATH`, `sqlite::memory:` (a private database that goes with the store) or
    /// `postgres://…`.
    pub url: String,
    /// Connections: to Postgres in all, to SQLite for reading.
    pub max_connections: u32,
    /// Most ledger entries in one transaction.
    pub ledger_batch_max: usize,
    /// How long the ledger waits for more entries before it commits; zero commits as soon as the
    /// transaction before is done, which already gathers whatever came in meanwhile.
    pub ledger_linger: Duration,
    /// Entries that one page of the ledger's list looks through at most, in the order of time; a
    /// quarter of it on a way that skips others, for these lie further apart on the disk.
    pub search_reach: u64,
}

impl StoreOptions {
    /// The usual options for a database.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_connections: 8,
            ledger_batch_max: 256,
            ledger_linger: Duration::ZERO,
            search_reach: 80_000,
        }
    }
}

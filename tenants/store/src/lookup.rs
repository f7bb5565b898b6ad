//! Finding a row before its tenant is known.

use model::Timestamp;
use sea_orm::DatabaseTransaction;
use vault::TokenHash;

use crate::{
    Store, StoreError,
    engine::{Lane, Setting},
};

/// A reading transaction that sees, in each table with a look-up column, the one row that carries
/// a token's hash. What follows from the row (using a code up, rotating a token) is done in a
/// [`crate::TenantTx`] of the tenant that the row names.
#[derive(Debug)]
pub struct LookupTx {
    transaction: DatabaseTransaction,
    hash: TokenHash,
    now: Timestamp,
}

impl Store {
    /// Begins a look-up by the hash of a presented token.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when no connection is to be had.
    pub async fn lookup(&self, hash: &TokenHash) -> Result<LookupTx, StoreError> {
        let shared = self.shared();
        let setting = Setting::Lookup(*hash.as_bytes());
        Ok(LookupTx {
            transaction: shared.engine.begin(Lane::Read, setting).await?,
            hash: *hash,
            now: shared.clock.now(),
        })
    }
}

impl LookupTx {
    /// The moment that the look-up began.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// The hash, as stored. Every query of a look-up filters by it (SQLite has no policies).
    pub(crate) fn hash(&self) -> Vec<u8> {
        self.hash.as_bytes().to_vec()
    }

    pub(crate) const fn db(&self) -> &DatabaseTransaction {
        &self.transaction
    }
}

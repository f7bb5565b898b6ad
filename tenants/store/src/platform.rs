//! What the platform does over tenants.

use std::sync::Arc;

use model::{Clock, Entropy, TenantId, Timestamp};
use sea_orm::DatabaseTransaction;
use vault::Vault;

use crate::{
    Store, StoreError,
    engine::{Lane, Setting, commit, set},
    store::Shared,
};

/// The right to open transactions of the platform. It reaches the tables without a tenant; a
/// tenant's rows stay invisible on Postgres.
#[derive(Debug, Clone)]
pub struct PlatformScope {
    shared: Arc<Shared>,
    reason: &'static str,
}

impl Store {
    /// Opens the platform's scope. The reason is written down for readers of the code and of
    /// traces.
    pub fn platform(&self, reason: &'static str) -> PlatformScope {
        PlatformScope {
            shared: Arc::clone(self.shared()),
            reason,
        }
    }
}

impl PlatformScope {
    /// Begins a transaction that reads.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when no connection is to be had.
    pub async fn read(&self) -> Result<PlatformTx, StoreError> {
        self.begin(Lane::Read).await
    }

    /// Begins a transaction that writes.
    ///
    /// # Errors
    /// As [`PlatformScope::read`].
    pub async fn write(&self) -> Result<PlatformTx, StoreError> {
        self.begin(Lane::Write).await
    }

    async fn begin(&self, lane: Lane) -> Result<PlatformTx, StoreError> {
        tracing::trace!(reason = self.reason, "platform transaction");
        PlatformTx::begin(&self.shared, lane).await
    }
}

/// A transaction over the tables without a tenant. Dropped without [`PlatformTx::commit`], it is
/// rolled back.
#[derive(Debug)]
pub struct PlatformTx {
    transaction: DatabaseTransaction,
    now: Timestamp,
    shared: Arc<Shared>,
}

impl PlatformTx {
    async fn begin(shared: &Arc<Shared>, lane: Lane) -> Result<Self, StoreError> {
        Ok(Self {
            transaction: shared.engine.begin(lane, Setting::Nothing).await?,
            now: shared.clock.now(),
            shared: Arc::clone(shared),
        })
    }

    pub(crate) async fn reading(shared: &Arc<Shared>) -> Result<Self, StoreError> {
        Self::begin(shared, Lane::Read).await
    }

    /// The moment that the transaction began.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Makes the changes lasting. Not cancelled when the caller goes away.
    ///
    /// # Errors
    /// [`StoreError::Contended`] when another transaction was in the way.
    pub async fn commit(self) -> Result<(), StoreError> {
        commit(self.transaction).await
    }

    pub(crate) const fn db(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.shared.clock.as_ref()
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        self.shared.entropy.as_ref()
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.shared.vault
    }

    /// Lets the rest of the transaction write rows of one tenant: for the rows that come into
    /// being together with the tenant itself.
    pub(crate) async fn enter(&self, tenant: TenantId) -> Result<(), StoreError> {
        set(&self.transaction, &Setting::Tenant(tenant.uuid())).await
    }
}

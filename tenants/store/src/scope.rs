//! One tenant's data.

use std::{pin::Pin, sync::Arc};

use model::{
    Clock, Entropy, TenantId, Timestamp,
    policy::{Action, Permit},
};
use sea_orm::{DatabaseTransaction, EntityTrait};
use vault::{DataKey, WrappedKey};

use crate::{
    StoreError,
    engine::{Lane, Setting, commit},
    entity::{tenant_key, within},
    store::Shared,
};

/// The right to open transactions in one tenant. Made by [`crate::Store::scope`] alone.
#[derive(Debug, Clone)]
pub struct TenantScope {
    shared: Arc<Shared>,
    tenant: TenantId,
}

impl TenantScope {
    pub(crate) const fn new(shared: Arc<Shared>, tenant: TenantId) -> Self {
        Self { shared, tenant }
    }

    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Begins a transaction that reads.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when no connection is to be had in 5 seconds.
    pub async fn read(&self) -> Result<TenantTx, StoreError> {
        self.begin(Lane::Read).await
    }

    /// Begins a transaction that writes. On SQLite it waits for the one before it.
    ///
    /// # Errors
    /// As [`TenantScope::read`].
    pub async fn write(&self) -> Result<TenantTx, StoreError> {
        self.begin(Lane::Write).await
    }

    /// Runs `work` in a writing transaction and commits it; again from the beginning, up to five
    /// times, while other transactions are in the way. `work` gets what it needs as `with`, must
    /// not have effects elsewhere, and may fail with an error of its own: then nothing of it is
    /// kept.
    ///
    /// # Errors
    /// What `work` fails with, and [`StoreError::Contended`] after the last attempt.
    pub async fn retrying<C: Sync, T: Send, E: Contention>(
        &self,
        with: &C,
        work: impl for<'t> Fn(&'t TenantTx, &'t C) -> Work<'t, T, E> + Send + Sync,
    ) -> Result<T, E> {
        let mut attempt = 0;
        loop {
            let tx = self.write().await?;
            let done = match work(&tx, with).await {
                Ok(value) => tx.commit().await.map(|()| value).map_err(E::from),
                Err(error) => {
                    drop(tx);
                    Err(error)
                }
            };
            match done {
                Err(error) if error.is_contended() && attempt < 4 => {
                    let mut random = [0; 1];
                    self.shared.entropy.fill(&mut random);
                    let wait = (5 << attempt) + u64::from(random[0]) / 16;
                    tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
                    attempt += 1;
                }
                other => return other,
            }
        }
    }

    async fn begin(&self, lane: Lane) -> Result<TenantTx, StoreError> {
        let setting = Setting::Tenant(self.tenant.uuid());
        Ok(TenantTx {
            transaction: self.shared.engine.begin(lane, setting).await?,
            tenant: self.tenant,
            now: self.shared.clock.now(),
            shared: Arc::clone(&self.shared),
        })
    }
}

/// What is done in one transaction: boxed, so that it may run in a task of its own.
pub type Work<'t, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>>;

/// An error that may say that another transaction was in the way.
pub trait Contention: From<StoreError> + Send {
    /// Whether the whole transaction is worth another attempt.
    fn is_contended(&self) -> bool;
}

impl Contention for StoreError {
    fn is_contended(&self) -> bool {
        matches!(self, Self::Contended)
    }
}

/// A transaction in one tenant. Dropped without [`TenantTx::commit`], it is rolled back.
#[derive(Debug)]
pub struct TenantTx {
    transaction: DatabaseTransaction,
    tenant: TenantId,
    now: Timestamp,
    shared: Arc<Shared>,
}

impl TenantTx {
    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The moment that the transaction began: all its rows agree on it.
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

    /// The opened data key of the tenant.
    ///
    /// # Errors
    /// [`StoreError::UnknownTenant`] when the tenant has no key (any more), [`StoreError::Vault`]
    /// when no master key opens it.
    pub async fn data_key(&self) -> Result<DataKey, StoreError> {
        if let Some(key) = self.shared.data_keys.get(&self.tenant) {
            return Ok(key);
        }
        let row = within::<tenant_key::Entity>(self)
            .one(self.db())
            .await?
            .ok_or(StoreError::UnknownTenant)?;
        let wrapped = WrappedKey::from_bytes(row.wrapped);
        let key = self.shared.vault.open_data_key(self.tenant, &wrapped)?;
        self.shared.data_keys.insert(self.tenant, key.clone());
        Ok(key)
    }

    pub(crate) const fn db(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    pub(crate) fn search_reach(&self) -> u64 {
        self.shared.search_reach
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.shared.clock.as_ref()
    }

    pub(crate) fn vault(&self) -> &vault::Vault {
        &self.shared.vault
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        self.shared.entropy.as_ref()
    }

    /// Refuses a permit that was given in another tenant.
    pub(crate) fn check<A: Action>(&self, permit: &Permit<A>) -> Result<(), StoreError> {
        if permit.tenant() == self.tenant {
            Ok(())
        } else {
            Err(StoreError::ForeignPermit)
        }
    }

    /// Adds a row, which must be of this tenant.
    pub(crate) async fn insert<A>(&self, row: A) -> Result<(), StoreError>
    where
        A: sea_orm::ActiveModelTrait,
    {
        A::Entity::insert(row)
            .exec_without_returning(self.db())
            .await?;
        Ok(())
    }
}

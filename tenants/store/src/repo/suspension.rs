//! Why a tenant is suspended.

use model::{
    TenantStatus, Timestamp,
    policy::{Permit, SuspendTenant},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use crate::{
    StoreError, TenantTx,
    entity::{
        delete_within,
        suspension::{ActiveModel, Column, Entity},
        tenant, within,
    },
};

/// A suspension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// Why, as the operator put it.
    pub reason: String,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// The suspension of the transaction's tenant.
#[derive(Debug)]
pub struct Suspensions<'t>(&'t TenantTx);

impl TenantTx {
    /// The tenant's suspension.
    pub const fn suspension(&self) -> Suspensions<'_> {
        Suspensions(self)
    }
}

impl Suspensions<'_> {
    /// The reason that was given, if one was.
    pub async fn get(&self) -> Result<Option<Suspension>, StoreError> {
        let row = within::<Entity>(self.0).one(self.0.db()).await?;
        Ok(row.map(|row| Suspension {
            reason: row.reason,
            by: row.by_name,
            at: Timestamp::from_millis(row.at),
        }))
    }

    /// Serves the tenant no more, and keeps the reason.
    ///
    /// # Errors
    /// [`StoreError::ForeignPermit`].
    pub async fn suspend(
        &self,
        permit: &Permit<SuspendTenant>,
        reason: &str,
        by: &str,
    ) -> Result<(), StoreError> {
        self.0.check(permit)?;
        self.status(TenantStatus::Suspended).await?;
        Entity::insert(ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            reason: Set(reason.to_owned()),
            by_name: Set(by.to_owned()),
            at: Set(self.0.now().millis()),
        })
        .on_conflict(
            OnConflict::column(Column::TenantId)
                .update_columns([Column::Reason, Column::ByName, Column::At])
                .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        Ok(())
    }

    /// Serves the tenant again, and forgets the reason; `false` when it is being erased.
    ///
    /// # Errors
    /// [`StoreError::ForeignPermit`].
    pub async fn resume(&self, permit: &Permit<SuspendTenant>) -> Result<bool, StoreError> {
        self.0.check(permit)?;
        let erasure = self.0.erasure().get().await?;
        if erasure.is_some_and(|erasure| erasure.begun_at.is_some()) {
            return Ok(false);
        }
        self.status(TenantStatus::Active).await?;
        delete_within::<Entity>(self.0).exec(self.0.db()).await?;
        Ok(true)
    }

    async fn status(&self, status: TenantStatus) -> Result<(), StoreError> {
        tenant::Entity::update_many()
            .filter(tenant::Column::Id.eq(self.0.tenant().uuid()))
            .col_expr(tenant::Column::Status, Expr::value(status.name()))
            .exec(self.0.db())
            .await?;
        Ok(())
    }
}

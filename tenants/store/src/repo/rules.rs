//! The rules of the transaction's own tenant, read and replaced under a lock.

use model::policy::{Action, Permit, Rules};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};

use crate::{
    StoreError, TenantTx,
    entity::tenant::{Column, Entity},
    repo::tenants::{json, rules},
};

/// The rules of the transaction's tenant.
#[derive(Debug)]
pub struct TenantRules<'t>(&'t TenantTx);

impl TenantTx {
    /// The tenant's rules.
    pub const fn rules(&self) -> TenantRules<'_> {
        TenantRules(self)
    }
}

impl TenantRules<'_> {
    /// The rules as they stand, from the row itself.
    pub async fn read(&self) -> Result<Rules, StoreError> {
        let row = Entity::find_by_id(self.0.tenant().uuid())
            .one(self.0.db())
            .await?
            .ok_or(StoreError::UnknownTenant)?;
        rules(&row)
    }

    /// The rules as they stand. They stay so until this transaction ends.
    pub async fn hold(&self) -> Result<Rules, StoreError> {
        let row = Entity::find_by_id(self.0.tenant().uuid())
            .lock_exclusive()
            .one(self.0.db())
            .await?
            .ok_or(StoreError::UnknownTenant)?;
        rules(&row)
    }

    /// Replaces the rules that [`TenantRules::hold`] gave and counts their version up. `None` when
    /// somebody else replaced them since they were read.
    pub async fn replace<A: Action>(
        &self,
        permit: &Permit<A>,
        fresh: Rules,
    ) -> Result<Option<u64>, StoreError> {
        self.0.check(permit)?;
        let known = self.hold().await?;
        if fresh.tenant != self.0.tenant() || known.version != fresh.version {
            return Ok(None);
        }
        let fresh = Rules {
            version: known.version + 1,
            ..fresh
        };
        Entity::update_many()
            .filter(Column::Id.eq(self.0.tenant().uuid()))
            .col_expr(
                Column::Capabilities,
                Expr::value(json(&fresh.capabilities)?),
            )
            .col_expr(Column::Rules, Expr::value(json(&fresh)?))
            .exec(self.0.db())
            .await?;
        Ok(Some(fresh.version))
    }
}

//! The rules of the transaction's own tenant: in force, earlier, and prepared.

mod drafts;

use model::{
    Timestamp,
    policy::{Action, Permit, Rules},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};

pub use self::drafts::PolicyDraft;
use crate::{
    StoreError, TenantTx,
    entity::{
        policy_version,
        tenant::{Column, Entity},
        within,
    },
    repo::tenants::{json, read, rules},
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

/// Rules that are or were in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRules {
    /// The rules.
    pub rules: Rules,
    /// Since when; `None` for those that the tenant began with.
    pub at: Option<Timestamp>,
    /// Name of who put them in force.
    pub by_name: String,
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
    /// somebody else replaced them since they were read. What was in force is kept.
    pub async fn replace<A: Action>(
        &self,
        permit: &Permit<A>,
        fresh: Rules,
        by_name: &str,
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
        self.keep(&known, None, "").await?;
        self.keep(&fresh, Some(self.0.now()), by_name).await?;
        Ok(Some(fresh.version))
    }

    /// Keeps a version, unless it is kept.
    async fn keep(
        &self,
        rules: &Rules,
        at: Option<Timestamp>,
        by_name: &str,
    ) -> Result<(), StoreError> {
        policy_version::Entity::insert(policy_version::ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            version: Set(number(rules.version)),
            rules: Set(json(rules)?),
            at: Set(at.map_or(0, Timestamp::millis)),
            by_name: Set(by_name.to_owned()),
        })
        .on_conflict(
            OnConflict::columns([
                policy_version::Column::TenantId,
                policy_version::Column::Version,
            ])
            .do_nothing()
            .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        Ok(())
    }

    /// Versions up to `through`, newest first, at most `most`.
    pub async fn versions(&self, through: u64, most: u64) -> Result<Vec<KeptRules>, StoreError> {
        let rows = within::<policy_version::Entity>(self.0)
            .filter(policy_version::Column::Version.lte(number(through)))
            .order_by_desc(policy_version::Column::Version)
            .limit(most)
            .all(self.0.db())
            .await?;
        rows.iter().map(kept).collect()
    }

    /// One version, if it is kept.
    pub async fn version(&self, version: u64) -> Result<Option<KeptRules>, StoreError> {
        let row = within::<policy_version::Entity>(self.0)
            .filter(policy_version::Column::Version.eq(number(version)))
            .one(self.0.db())
            .await?;
        row.as_ref().map(kept).transpose()
    }
}

fn kept(row: &policy_version::Model) -> Result<KeptRules, StoreError> {
    Ok(KeptRules {
        rules: read(&row.rules, "policy version")?,
        at: (row.at > 0).then(|| Timestamp::from_millis(row.at)),
        by_name: row.by_name.clone(),
    })
}

fn number(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

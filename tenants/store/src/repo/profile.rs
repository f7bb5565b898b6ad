//! What a tenant is called, which language it speaks, how fast its calls may come.

use model::{
    Limits, Locale, Rate,
    policy::{ManageTenant, Permit},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};

use crate::{
    Changed, StoreError, TenantTx,
    entity::tenant::{Column, Entity, Model},
    repo::tenants::{json, tenant},
};

/// Name and language of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    /// Name for people.
    pub name: String,
    /// Language where the reader's is unknown.
    pub locale: Locale,
}

/// What the transaction's tenant says about itself.
#[derive(Debug)]
pub struct Profile<'t>(&'t TenantTx);

impl TenantTx {
    /// The tenant's profile.
    pub const fn profile(&self) -> Profile<'_> {
        Profile(self)
    }
}

impl Profile<'_> {
    /// Gives the tenant a name and a language. `None` when they are no longer `seen`: somebody
    /// else was faster.
    ///
    /// # Errors
    /// [`StoreError::ForeignPermit`], [`StoreError::UnknownTenant`].
    pub async fn rename(
        &self,
        permit: &Permit<ManageTenant>,
        seen: &Naming,
        fresh: &Naming,
    ) -> Result<Option<Changed<Naming>>, StoreError> {
        self.0.check(permit)?;
        let known = tenant(&self.hold().await?)?;
        let before = Naming {
            name: known.name,
            locale: known.locale,
        };
        if before != *seen {
            return Ok(None);
        }
        Entity::update_many()
            .filter(Column::Id.eq(self.0.tenant().uuid()))
            .col_expr(Column::Name, Expr::value(fresh.name.as_str()))
            .col_expr(Column::Locale, Expr::value(json(&fresh.locale)?))
            .exec(self.0.db())
            .await?;
        Ok(Some(Changed {
            before,
            after: fresh.clone(),
        }))
    }

    /// Sets how fast the calls of a member and of the tenant may come; the monthly cap stays.
    ///
    /// # Errors
    /// As [`Profile::rename`].
    pub async fn set_rates(
        &self,
        permit: &Permit<ManageTenant>,
        member: Rate,
        whole: Rate,
    ) -> Result<Changed<Limits>, StoreError> {
        self.0.check(permit)?;
        let before = tenant(&self.hold().await?)?.limits;
        let after = Limits {
            member,
            tenant: whole,
            ..before
        };
        Entity::update_many()
            .filter(Column::Id.eq(self.0.tenant().uuid()))
            .col_expr(Column::Limits, Expr::value(json(&after)?))
            .exec(self.0.db())
            .await?;
        Ok(Changed { before, after })
    }

    async fn hold(&self) -> Result<Model, StoreError> {
        Entity::find_by_id(self.0.tenant().uuid())
            .lock_exclusive()
            .one(self.0.db())
            .await?
            .ok_or(StoreError::UnknownTenant)
    }
}

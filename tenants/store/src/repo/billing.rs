//! Plans, statements, credit notes, warnings.

mod calls;
mod cap;
mod credits;
mod statements;

pub use calls::{BilledCalls, CallCursor};
pub use cap::CapTrial;
pub use credits::{CreditNote, CreditRefusal, NewCredit};
pub use statements::ClosedStatement;

use model::{
    Limits, Month, Plan, Tenant, Timestamp,
    policy::{ManageBilling, Permit},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};

use crate::{
    StoreError, TenantTx,
    entity::{
        tenant,
        usage_warning::{ActiveModel, Column, Entity},
        within,
    },
    ledger::signed,
    repo::tenants,
};

/// Billing of the transaction's tenant.
#[derive(Debug)]
pub struct Billing<'t>(pub(crate) &'t TenantTx);

impl TenantTx {
    /// The tenant's billing.
    pub const fn billing(&self) -> Billing<'_> {
        Billing(self)
    }
}

/// A change and what was there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed<T> {
    /// Before.
    pub before: T,
    /// After.
    pub after: T,
}

/// A warning that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageWarning {
    /// The threshold in percent.
    pub percent: u8,
    /// Delivered calls when it was given.
    pub used: u64,
    /// The calls that the percentage is of.
    pub of: u64,
    /// When.
    pub at: Timestamp,
}

impl Billing<'_> {
    /// Chooses a plan: a bigger one holds at once, a smaller one from the next month.
    ///
    /// # Errors
    /// [`StoreError::ForeignPermit`], [`StoreError::UnknownTenant`].
    pub async fn choose_plan(
        &self,
        permit: &Permit<ManageBilling>,
        plan: Plan,
    ) -> Result<(Changed<Plan>, Month), StoreError> {
        self.0.check(permit)?;
        let row = self.tenant().await?;
        let known = tenants::tenant(&row)?.contract;
        let now = Month::of(self.0.now());
        let (contract, from) = known.choosing(plan, now);
        self.write(tenant::Column::Contract, tenants::json(&contract)?)
            .await?;
        // What would have held from then on, without this.
        let before = known.plan_in(from);
        Ok((
            Changed {
                before,
                after: plan,
            },
            from,
        ))
    }

    /// Sets or lifts the tenant's own cap of calls in a month.
    ///
    /// # Errors
    /// As [`Billing::choose_plan`].
    pub async fn set_cap(
        &self,
        permit: &Permit<ManageBilling>,
        cap: Option<u64>,
    ) -> Result<Changed<Option<u64>>, StoreError> {
        self.0.check(permit)?;
        let row = self.tenant().await?;
        let known = tenants::tenant(&row)?.limits;
        let limits = Limits {
            monthly_calls: cap,
            ..known
        };
        self.write(tenant::Column::Limits, tenants::json(&limits)?)
            .await?;
        Ok(Changed {
            before: known.monthly_calls,
            after: cap,
        })
    }

    /// The tenant as stored now: for pages that show what was just changed, and for closing.
    pub async fn tenant_now(&self) -> Result<Tenant, StoreError> {
        let row = tenant::Entity::find_by_id(self.0.tenant().uuid())
            .one(self.0.db())
            .await?
            .ok_or(StoreError::UnknownTenant)?;
        tenants::tenant(&row)
    }

    /// Notes that a warning is given; `false` when it was given before. Two replicas that warn at
    /// once: one of them hears `false`.
    pub async fn warn(
        &self,
        month: Month,
        percent: u8,
        used: u64,
        of: u64,
    ) -> Result<bool, StoreError> {
        let added = Entity::insert(ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            month: Set(month.0),
            percent: Set(i64::from(percent)),
            used: Set(signed(used)),
            of_calls: Set(signed(of)),
            at: Set(self.0.now().millis()),
        })
        .on_conflict(
            OnConflict::columns([Column::TenantId, Column::Month, Column::Percent])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        Ok(added == 1)
    }

    /// The warnings of a month, lowest first.
    pub async fn warnings(&self, month: Month) -> Result<Vec<UsageWarning>, StoreError> {
        let rows = within::<Entity>(self.0)
            .filter(Column::Month.eq(month.0))
            .order_by_asc(Column::Percent)
            .all(self.0.db())
            .await?;
        let corrupt = StoreError::Corrupt { what: "warning" };
        rows.into_iter()
            .map(|row| {
                let percent = u8::try_from(row.percent).map_err(|_| corrupt.clone())?;
                Ok(UsageWarning {
                    percent,
                    used: u64::try_from(row.used).unwrap_or_default(),
                    of: u64::try_from(row.of_calls).unwrap_or_default(),
                    at: Timestamp::from_millis(row.at),
                })
            })
            .collect()
    }

    /// The tenant's row, locked: two changes at once happen one after the other.
    async fn tenant(&self) -> Result<tenant::Model, StoreError> {
        tenant::Entity::find_by_id(self.0.tenant().uuid())
            .lock_exclusive()
            .one(self.0.db())
            .await?
            .ok_or(StoreError::UnknownTenant)
    }

    async fn write(&self, column: tenant::Column, value: String) -> Result<(), StoreError> {
        tenant::Entity::update_many()
            .filter(tenant::Column::Id.eq(self.0.tenant().uuid()))
            .col_expr(column, Expr::value(value))
            .exec(self.0.db())
            .await?;
        Ok(())
    }
}

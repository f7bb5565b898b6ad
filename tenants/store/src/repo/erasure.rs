//! Giving a tenant up: announced, cancelled, and carried out a part at a time.
//!
//! The data key goes first: from then on nothing that was sealed can be opened, here or in a
//! backup. The rows follow, those that point at others first; the row of the erasure itself and
//! the tenant's go last, in one transaction with the receipt.

mod finish;

use std::{collections::BTreeMap, time::Duration};

use model::{
    Id, Tenant, TenantId, Timestamp,
    policy::{EraseTenant, Permit},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter,
    QuerySelect, Statement, sea_query::Expr,
};
use vault::TokenHash;

use crate::{
    LookupTx, StoreError, TenantTx,
    entity::{
        delete_within,
        erasure::{ActiveModel, Column, Entity, Model},
        update_within, within,
    },
    repo::tenants::{json, read},
};

pub use finish::KeptReceipt;

/// How long an erasure can be taken back.
const WAIT: Duration = Duration::from_hours(7 * 24);
/// The table whose rows say that there is an erasure.
const LAST: &str = "erasures";
/// The table of the end of the ledger, which the receipt tells of.
const HEADS: &str = "ledger_heads";
/// The table of the data key.
const FIRST: &str = "tenant_keys";

/// An erasure that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// Of which tenant.
    pub tenant: TenantId,
    /// By whom, for people.
    pub by: String,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// Until when it can be taken back.
    pub due_at: Timestamp,
    /// When it began.
    pub begun_at: Option<Timestamp>,
    /// Rows that are gone, by table.
    pub gone: BTreeMap<String, u64>,
}

/// Whether an erasure begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It has, now or earlier.
    Yes(Erasure),
    /// There is none, or its time has not come.
    NotDue,
    /// A legal hold forbids it.
    Held,
}

/// The erasure of the transaction's tenant.
#[derive(Debug)]
pub struct Erasures<'t>(&'t TenantTx);

impl TenantTx {
    /// The tenant's erasure.
    pub const fn erasure(&self) -> Erasures<'_> {
        Erasures(self)
    }
}

impl Erasures<'_> {
    /// The erasure, if there is one.
    pub async fn get(&self) -> Result<Option<Erasure>, StoreError> {
        let row = within::<Entity>(self.0).one(self.0.db()).await?;
        row.map(erasure).transpose()
    }

    /// Announces the erasure; `link` leads to its receipt. `None` when there is one already.
    ///
    /// # Errors
    /// [`StoreError::ForeignPermit`].
    pub async fn request(
        &self,
        permit: &Permit<EraseTenant>,
        link: &TokenHash,
        by: &str,
    ) -> Result<Option<Erasure>, StoreError> {
        self.0.check(permit)?;
        if self.get().await?.is_some() {
            return Ok(None);
        }
        let now = self.0.now();
        self.0
            .insert(ActiveModel {
                tenant_id: Set(self.0.tenant().uuid()),
                link_hash: Set(link.as_bytes().to_vec()),
                requested_at: Set(now.millis()),
                due_at: Set((now + WAIT).millis()),
                by_name: Set(by.to_owned()),
                begun_at: Set(None),
                gone: Set("{}".to_owned()),
            })
            .await?;
        self.get().await
    }

    /// Takes the erasure back; `false` when there is none, or it has begun.
    ///
    /// # Errors
    /// [`StoreError::ForeignPermit`].
    pub async fn cancel(&self, permit: &Permit<EraseTenant>) -> Result<bool, StoreError> {
        self.0.check(permit)?;
        let removed = delete_within::<Entity>(self.0)
            .filter(Column::BegunAt.is_null())
            .exec(self.0.db())
            .await?;
        Ok(removed.rows_affected == 1)
    }

    /// Begins the erasure of `holder`, the transaction's tenant, when its time has come: from here
    /// on there is no way back. What must be kept is put aside.
    pub async fn begin(&self, holder: &Tenant) -> Result<Begun, StoreError> {
        let Some(row) = self.hold().await? else {
            return Ok(Begun::NotDue);
        };
        let known = erasure(row)?;
        if self.0.audit().settings().await?.legal_hold {
            return Ok(Begun::Held);
        }
        if known.begun_at.is_some() {
            return Ok(Begun::Yes(known));
        }
        let now = self.0.now();
        if now < known.due_at {
            return Ok(Begun::NotDue);
        }
        update_within::<Entity>(self.0)
            .col_expr(Column::BegunAt, Expr::value(now.millis()))
            .exec(self.0.db())
            .await?;
        self.keep_accounts(holder).await?;
        Ok(Begun::Yes(Erasure {
            begun_at: Some(now),
            ..known
        }))
    }

    /// The tables that lose their rows before the last step, in order; the first one holds the
    /// data key.
    pub fn tables() -> Vec<&'static str> {
        let all = migrations::tables();
        let others = all
            .iter()
            .rev()
            .filter(|table| table.is_tenant())
            .map(migrations::Table::name)
            .filter(|name| ![FIRST, HEADS, LAST].contains(name));
        std::iter::once(FIRST).chain(others).collect()
    }

    /// Removes up to about `most` rows of one of [`Erasures::tables`]; gives how many went.
    ///
    /// # Errors
    /// The database refuses when no erasure has begun.
    pub async fn remove(&self, table: &str, most: u32) -> Result<u64, StoreError> {
        let all = migrations::tables();
        let known = all
            .iter()
            .find(|one| one.name() == table && one.is_tenant());
        let (Some(known), Some(row)) = (known, self.hold().await?) else {
            return Ok(0);
        };
        let removed = match self.0.db().get_database_backend() {
            DbBackend::Postgres => self.remove_by_owner(table, most).await?,
            _ => self.remove_here(known, most).await?,
        };
        if removed > 0 {
            let mut gone = erasure(row)?.gone;
            *gone.entry(table.to_owned()).or_default() += removed;
            update_within::<Entity>(self.0)
                .col_expr(Column::Gone, Expr::value(json(&gone)?))
                .exec(self.0.db())
                .await?;
        }
        Ok(removed)
    }

    async fn remove_by_owner(&self, table: &str, most: u32) -> Result<u64, StoreError> {
        let statement = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT tenant_erase($1, $2) AS gone",
            [table.into(), i64::from(most).into()],
        );
        let row = self.0.db().query_one_raw(statement).await?;
        let gone: i64 = row.map_or(Ok(0), |row| row.try_get("", "gone"))?;
        Ok(u64::try_from(gone).unwrap_or_default())
    }

    async fn remove_here(&self, table: &migrations::Table, most: u32) -> Result<u64, StoreError> {
        let (name, tenant) = (table.name(), self.0.tenant().uuid());
        let (sql, values) = if table.is_clustered() {
            let sql = format!("DELETE FROM {name} WHERE tenant_id = ?");
            (sql, vec![tenant.into()])
        } else {
            let sql = format!(
                "DELETE FROM {name} WHERE rowid IN \
                 (SELECT rowid FROM {name} WHERE tenant_id = ? LIMIT ?)"
            );
            (sql, vec![tenant.into(), i64::from(most).into()])
        };
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
        Ok(self.0.db().execute_raw(statement).await?.rows_affected())
    }

    /// The row, which stays so until this transaction ends.
    async fn hold(&self) -> Result<Option<Model>, StoreError> {
        Ok(within::<Entity>(self.0)
            .lock_exclusive()
            .one(self.0.db())
            .await?)
    }
}

impl LookupTx {
    /// The erasure whose link was presented, while it is not done.
    pub async fn erasure(&self) -> Result<Option<Erasure>, StoreError> {
        let found = Entity::find()
            .filter(Column::LinkHash.eq(self.hash()))
            .one(self.db())
            .await?;
        found.map(erasure).transpose()
    }
}

fn erasure(row: Model) -> Result<Erasure, StoreError> {
    Ok(Erasure {
        tenant: Id::from_uuid(row.tenant_id),
        by: row.by_name,
        requested_at: Timestamp::from_millis(row.requested_at),
        due_at: Timestamp::from_millis(row.due_at),
        begun_at: row.begun_at.map(Timestamp::from_millis),
        gone: read(&row.gone, "progress of an erasure")?,
    })
}

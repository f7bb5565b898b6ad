//! Everything of a tenant, table by table, without its secrets.
//!
//! The tables come from the migrations, so that a new one is taken out without being named here;
//! what is sealed, hashed or called a secret is left out by what it is.

use migrations::{Column, Table};
use model::audit::{Signed, TakenOut};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};
use serde_json::Map;
use uuid::Uuid;

use crate::{StoreError, TenantTx, attest};

/// Tables that hold nothing but proofs of who somebody is, and states of sign-ins.
const WITHOUT: &[&str] = &[
    "access_tokens",
    "app_rotations",
    "authorizations",
    "erasures",
    "handovers",
    "page_sessions",
    "page_sign_ins",
    "refresh_tokens",
    "tenant_apps",
    "tenant_keys",
    "upload_links",
];
/// Bytes that are no secret: what a ledger and a statement are checked by.
const CHECKS: &[(&str, &str)] = &[
    ("ledger", "hash"),
    ("ledger_checkpoints", "hash"),
    ("ledger_heads", "hash"),
    ("ledger_seals", "hash"),
    ("statements", "hash"),
];
/// Names of columns that are never taken out, whatever they hold.
const NEVER: &[&str] = &["secret", "token", "password", "sealed", "wrapped", "link"];

/// Where the next part of a table begins.
#[derive(Debug, Clone)]
pub struct Cursor(Vec<Value>);

/// What the transaction's tenant may take along.
#[derive(Debug)]
pub struct TakeOut<'t>(&'t TenantTx);

impl TenantTx {
    /// The tenant's data as a whole.
    pub const fn take_out(&self) -> TakeOut<'_> {
        TakeOut(self)
    }
}

impl TakeOut<'_> {
    /// The tables that are taken out, in order.
    pub fn tables() -> Vec<&'static str> {
        let all = migrations::tables();
        all.iter()
            .filter(|table| table.is_tenant())
            .map(Table::name)
            .filter(|name| !WITHOUT.contains(name))
            .collect()
    }

    /// The tables that are left out.
    pub const fn without() -> &'static [&'static str] {
        WITHOUT
    }

    /// Signs what a file of the tenant's data says about itself.
    pub fn sign(&self, told: TakenOut) -> Signed<TakenOut> {
        attest::sign(self.0.vault(), told)
    }

    /// Up to `most` rows of one of [`TakeOut::tables`], by key, after `cursor`; and where the next
    /// ones begin.
    pub async fn rows(
        &self,
        table: &str,
        cursor: Option<Cursor>,
        most: u32,
    ) -> Result<(Vec<Map<String, serde_json::Value>>, Option<Cursor>), StoreError> {
        let all = migrations::tables();
        let known = all
            .iter()
            .find(|one| one.name() == table && one.is_tenant() && !WITHOUT.contains(&one.name()));
        let Some(known) = known else {
            return Ok((Vec::new(), None));
        };
        let found = self.select(known, cursor, most).await?;
        let next = match found.last() {
            Some(last) if found.len() == most as usize && !known.key_columns().is_empty() => {
                Some(Cursor(key_of(known, last)?))
            }
            _ => None,
        };
        let rows = found
            .iter()
            .map(|row| shown(known, row))
            .collect::<Result<Vec<_>, _>>()?;
        Ok((rows, next))
    }

    async fn select(
        &self,
        table: &Table,
        cursor: Option<Cursor>,
        most: u32,
    ) -> Result<Vec<QueryResult>, StoreError> {
        let backend = self.0.db().get_database_backend();
        let mut values: Vec<Value> = vec![self.0.tenant().uuid().into()];
        let mut mark = |value: Value| {
            values.push(value);
            match backend {
                DbBackend::Postgres => format!("${}", values.len()),
                _ => "?".to_owned(),
            }
        };
        let keys = table.key_columns().join(", ");
        let beyond = cursor.map(|Cursor(after)| {
            let marks: Vec<String> = after.into_iter().map(&mut mark).collect();
            format!(" AND ({keys}) > ({})", marks.join(", "))
        });
        let limit = mark(i64::from(most).into());
        let first = match backend {
            DbBackend::Postgres => "$1",
            _ => "?",
        };
        let columns: Vec<&str> = table.columns().map(|(name, _)| name).collect();
        let order = if keys.is_empty() {
            String::new()
        } else {
            format!(" ORDER BY {keys}")
        };
        let sql = format!(
            "SELECT {} FROM {} WHERE tenant_id = {first}{}{order} LIMIT {limit}",
            columns.join(", "),
            table.name(),
            beyond.unwrap_or_default(),
        );
        let statement = Statement::from_sql_and_values(backend, sql, values);
        Ok(self.0.db().query_all_raw(statement).await?)
    }
}

fn key_of(table: &Table, row: &QueryResult) -> Result<Vec<Value>, StoreError> {
    let holds = |key: &str| table.columns().find(|(name, _)| *name == key);
    table
        .key_columns()
        .iter()
        .filter_map(|key| holds(key))
        .map(|(name, holds)| {
            Ok(match holds {
                Column::Uuid => row.try_get::<Uuid>("", name)?.into(),
                Column::Text => row.try_get::<String>("", name)?.into(),
                Column::Integer => row.try_get::<i64>("", name)?.into(),
                Column::Bytes => row.try_get::<Vec<u8>>("", name)?.into(),
                Column::Flag => row.try_get::<bool>("", name)?.into(),
            })
        })
        .collect()
}

fn shown(table: &Table, row: &QueryResult) -> Result<Map<String, serde_json::Value>, StoreError> {
    let mut fields = Map::new();
    for (name, holds) in table.columns() {
        let check = CHECKS.contains(&(table.name(), name));
        let secret = NEVER.iter().any(|word| name.contains(word));
        if name == "tenant_id" || secret || (holds == Column::Bytes && !check) {
            continue;
        }
        let value = match holds {
            Column::Uuid => row
                .try_get::<Option<Uuid>>("", name)?
                .map(|id| id.to_string().into()),
            Column::Text => row.try_get::<Option<String>>("", name)?.map(Into::into),
            Column::Integer => row.try_get::<Option<i64>>("", name)?.map(Into::into),
            Column::Flag => row.try_get::<Option<bool>>("", name)?.map(Into::into),
            Column::Bytes => row
                .try_get::<Option<Vec<u8>>>("", name)?
                .map(|bytes| hex::encode(bytes).into()),
        };
        fields.insert(name.to_owned(), value.unwrap_or_default());
    }
    Ok(fields)
}

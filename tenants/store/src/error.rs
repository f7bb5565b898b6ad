//! What can go wrong in the store.

use std::sync::Arc;

use model::{Fault, FaultClass};
use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};
use vault::VaultError;

/// Why the store could not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// A row with that key exists, or the row it points to does not.
    #[error("the row conflicts with '{constraint}'")]
    Conflict {
        /// Name of the constraint, as `uq_<table>_<columns>`; the same on both databases.
        constraint: String,
    },
    /// Another transaction was in the way: run the whole transaction again.
    #[error("another transaction was in the way")]
    Contended,
    /// The database does not answer.
    #[error("the database does not answer")]
    Unavailable,
    /// A stored value is not what this program writes.
    #[error("the stored {what} cannot be read")]
    Corrupt {
        /// What was read.
        what: &'static str,
    },
    /// The schema lacks migrations.
    #[error("the schema lacks {} migration(s), first '{}'", pending.len(), pending.first().map_or("", |name| name))]
    SchemaBehind {
        /// Their names.
        pending: Vec<String>,
    },
    /// The database role would see every tenant's rows.
    #[error("the database role '{role}' {why}; row-level security would not hold")]
    UnsafeRole {
        /// The role.
        role: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A permit of one tenant was used in a transaction of another.
    #[error("a permit of another tenant was presented")]
    ForeignPermit,
    /// No such tenant.
    #[error("there is no such tenant")]
    UnknownTenant,
    /// A value could not be sealed or opened.
    #[error("a sealed value could not be handled")]
    Vault(#[from] VaultError),
    /// The database refused a statement.
    #[error("the database refused a statement")]
    Query(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// Whether the constraint named so was violated.
    pub fn is_conflict(&self, name: &str) -> bool {
        matches!(self, Self::Conflict { constraint } if constraint == name)
    }
}

impl Fault for StoreError {
    fn class(&self) -> FaultClass {
        match self {
            Self::Conflict { .. } => FaultClass::Caller,
            Self::UnknownTenant => FaultClass::Missing,
            Self::Contended | Self::Unavailable => FaultClass::Upstream,
            _ => FaultClass::Bug,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => "store_conflict",
            Self::Contended => "store_contended",
            Self::Unavailable => "store_unavailable",
            Self::Corrupt { .. } => "store_corrupt",
            Self::SchemaBehind { .. } => "store_schema_behind",
            Self::UnsafeRole { .. } => "store_unsafe_role",
            Self::ForeignPermit => "store_foreign_permit",
            Self::UnknownTenant => "store_unknown_tenant",
            Self::Vault(_) => "store_vault",
            Self::Query(_) => "store_query",
        }
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        let sqlx_error = match &error {
            DbErr::Conn(RuntimeErr::SqlxError(source))
            | DbErr::Exec(RuntimeErr::SqlxError(source))
            | DbErr::Query(RuntimeErr::SqlxError(source)) => Some(Arc::clone(source)),
            _ => None,
        };
        match sqlx_error.as_deref() {
            Some(sqlx::Error::Database(refusal)) => {
                if let Some(constraint) = refusal.constraint() {
                    return Self::Conflict {
                        constraint: constraint.to_owned(),
                    };
                }
                let code = refusal.code().unwrap_or_default().into_owned();
                // Postgres: serialization failure, deadlock. SQLite: busy and locked, in all forms.
                if matches!(
                    code.as_str(),
                    "40001" | "40P01" | "55P03" | "5" | "6" | "261" | "517"
                ) {
                    return Self::Contended;
                }
                // Postgres: shutting down, crashed, starting, too many clients. SQLite: disk.
                if code.starts_with("57P") || code.starts_with("08") || code == "53300" {
                    return Self::Unavailable;
                }
            }
            Some(
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed,
            ) => return Self::Unavailable,
            _ => {}
        }
        if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) {
            return Self::Unavailable;
        }
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(text)) => Self::Conflict {
                constraint: sqlite_constraint(&text),
            },
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => Self::Conflict {
                constraint: "foreign_key".to_owned(),
            },
            _ => Self::Query(Arc::new(error)),
        }
    }
}

/// SQLite names the columns instead of the constraint:
/// `UNIQUE constraint failed: members.tenant_id, members.open_id`.
fn sqlite_constraint(text: &str) -> String {
    let columns = text.rsplit(": ").next().unwrap_or_default();
    let mut name = "uq".to_owned();
    let mut table_known = false;
    for column in columns.split(", ") {
        let (table, column) = column.split_once('.').unwrap_or((column, ""));
        if !table_known {
            name = format!("{name}_{table}");
            table_known = true;
        }
        if column != "tenant_id" {
            name = format!("{name}_{column}");
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_conflicts_get_the_name_that_postgres_gives() {
        let text = "UNIQUE constraint failed: members.tenant_id, members.open_id";
        assert_eq!(sqlite_constraint(text), "uq_members_open_id");
        assert_eq!(
            sqlite_constraint("UNIQUE constraint failed: tenants.slug"),
            "uq_tenants_slug"
        );
    }
}

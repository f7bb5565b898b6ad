//! Refusing a database role that row-level security does not bind.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::StoreError;

/// What the role may not be, and may not own: each would see every tenant's rows.
const QUESTION: &str = "SELECT current_user::text AS role, r.rolsuper AS super, \
     r.rolbypassrls AS bypass, EXISTS ( \
       SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' \
       WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() \
         AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS owner \
     FROM pg_roles r WHERE r.rolname = current_user";

pub(crate) async fn refuse_unsafe(db: &DatabaseConnection) -> Result<(), StoreError> {
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Postgres, QUESTION))
        .await?
        .ok_or(StoreError::Corrupt {
            what: "database role",
        })?;
    let role: String = row.try_get("", "role")?;
    let why = if row.try_get("", "super")? {
        "is a superuser"
    } else if row.try_get("", "bypass")? {
        "bypasses row-level security"
    } else if row.try_get("", "owner")? {
        "owns tables, or may act as their owner"
    } else {
        return Ok(());
    };
    Err(StoreError::UnsafeRole { role, why })
}

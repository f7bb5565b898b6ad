//! The second factor of accounts, and which sessions proved it.

use crate::{Backend, Column, Table, platform_table};

pub(crate) fn tables() -> Vec<Table> {
    vec![
        platform_table("account_factors")
            .column("account_id", Column::Uuid)
            .column("secret", Column::Bytes)
            // The latest step of time whose code was taken: none is taken twice.
            .column("last_step", Column::Integer)
            .column("created_at", Column::Integer)
            .optional("confirmed_at", Column::Integer)
            .key(&["account_id"])
            .references(&["account_id"], "accounts", &["id"]),
        platform_table("account_recovery_codes")
            .column("account_id", Column::Uuid)
            .column("hash", Column::Bytes)
            .column("created_at", Column::Integer)
            .optional("used_at", Column::Integer)
            .key(&["account_id", "hash"])
            .references(&["account_id"], "accounts", &["id"]),
    ]
}

pub(crate) fn statements(backend: Backend) -> Vec<String> {
    let (kind, no) = match backend {
        Backend::Sqlite => ("INTEGER", "0"),
        Backend::Postgres => ("boolean", "false"),
    };
    vec![format!(
        "ALTER TABLE account_sessions ADD COLUMN second {kind} NOT NULL DEFAULT {no}"
    )]
}

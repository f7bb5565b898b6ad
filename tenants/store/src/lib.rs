//! Tenant scope, repositories, ledger; Postgres and SQLite.

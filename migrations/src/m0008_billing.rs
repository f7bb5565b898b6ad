//! Counts of usage, kept with every ledger entry; the departments they are counted in; plans,
//! statements, credit notes and warnings.

use crate::{Backend, Column, Table, tenant_table};

pub(crate) fn tables() -> Vec<Table> {
    vec![
        // One row per cell and level; `store::ledger::count` tells the levels. What does not
        // matter on a level is empty, or the id of nobody (all zero), for a key has no NULL.
        tenant_table("usage_counts")
            .column("level", Column::Integer)
            .column("period", Column::Integer)
            .column("member_id", Column::Uuid)
            .column("department", Column::Text)
            .column("action", Column::Text)
            .column("client", Column::Text)
            .column("delivered", Column::Integer)
            .column("denied", Column::Integer)
            .column("limited", Column::Integer)
            .column("upstream", Column::Integer)
            .column("failed", Column::Integer)
            .column("reauthorize", Column::Integer)
            .column("invalid", Column::Integer)
            .column("cancelled", Column::Integer)
            .column("upstream_calls", Column::Integer)
            .column("duration_us", Column::Integer)
            .key(&[
                "level",
                "period",
                "member_id",
                "department",
                "action",
                "client",
            ])
            .clustered(),
        // Where a member was from a place of the ledger on: calls before it stay where they were
        // counted.
        tenant_table("member_departments")
            .column("member_id", Column::Uuid)
            .column("since_seq", Column::Integer)
            .column("department", Column::Text)
            .column("name", Column::Text)
            .column("at", Column::Integer)
            .key(&["member_id", "since_seq"]),
        tenant_table("statements")
            .column("month", Column::Integer)
            .column("total_minor", Column::Integer)
            .column("body", Column::Text)
            .column("hash", Column::Bytes)
            .column("closed_at", Column::Integer)
            .key(&["month"])
            .append_only(),
        tenant_table("credit_notes")
            .column("month", Column::Integer)
            .column("number", Column::Integer)
            .column("amount_minor", Column::Integer)
            .column("reason", Column::Text)
            .column("issued_by", Column::Text)
            .column("issued_at", Column::Integer)
            .key(&["month", "number"])
            .append_only(),
        tenant_table("usage_warnings")
            .column("month", Column::Integer)
            .column("percent", Column::Integer)
            .column("used", Column::Integer)
            .column("of_calls", Column::Integer)
            .column("at", Column::Integer)
            .key(&["month", "percent"])
            .append_only(),
    ]
}

pub(crate) fn statements(_: Backend) -> Vec<String> {
    vec!["ALTER TABLE tenants ADD COLUMN contract TEXT NOT NULL DEFAULT ''".to_owned()]
}

//! Members; the ledger with the head of each tenant's chain.

use crate::{Column, Table, tenant_table};

pub(crate) fn tables() -> Vec<Table> {
    vec![
        tenant_table("members")
            .column("id", Column::Uuid)
            .column("open_id", Column::Text)
            .optional("union_id", Column::Text)
            .column("name", Column::Text)
            .optional("avatar_url", Column::Text)
            .column("roles", Column::Text)
            .column("status", Column::Text)
            .column("created_at", Column::Integer)
            .column("seen_at", Column::Integer)
            .key(&["id"])
            .unique(&["open_id"]),
        tenant_table("ledger")
            .column("seq", Column::Integer)
            .column("id", Column::Uuid)
            .column("kind", Column::Text)
            .column("at", Column::Integer)
            .optional("member_id", Column::Uuid)
            .optional("account_id", Column::Uuid)
            .optional("client_id", Column::Uuid)
            .column("client_name", Column::Text)
            .optional("grant_id", Column::Uuid)
            .column("channel", Column::Text)
            .column("action", Column::Text)
            .column("effect", Column::Text)
            .optional("target", Column::Text)
            .optional("policy_version", Column::Integer)
            .optional("decision", Column::Text)
            .column("outcome", Column::Text)
            .optional("fault", Column::Text)
            .optional("feishu_log_id", Column::Text)
            .column("upstream_calls", Column::Integer)
            .column("duration_us", Column::Integer)
            .column("detail", Column::Text)
            .column("hash", Column::Bytes)
            .key(&["seq"])
            .unique(&["id", "kind"])
            .append_only(),
        tenant_table("ledger_heads")
            .column("seq", Column::Integer)
            .column("hash", Column::Bytes)
            .key(&[]),
    ]
}

//! Questions to members about single calls.

use crate::{Column, Table, tenant_table};

pub(crate) fn tables() -> Vec<Table> {
    vec![
        tenant_table("confirmations")
            .column("id", Column::Uuid)
            .column("member_id", Column::Uuid)
            .optional("client_id", Column::Uuid)
            .optional("grant_id", Column::Uuid)
            .column("client_name", Column::Text)
            .column("tool", Column::Text)
            // Of the arguments, which are not kept.
            .column("digest", Column::Bytes)
            .column("policy_version", Column::Integer)
            // Sealed: it names the thing that the call is about.
            .column("question", Column::Bytes)
            .column("page_only", Column::Flag)
            .column("state", Column::Text)
            .column("asked_by", Column::Uuid)
            .column("asked_at", Column::Integer)
            .column("expires_at", Column::Integer)
            .optional("answered_at", Column::Integer)
            .optional("used_at", Column::Integer)
            .optional("used_by", Column::Uuid)
            .key(&["id"])
            .index(&["member_id", "expires_at"])
            .index(&["expires_at"])
            .references(&["member_id"], "members", &["id"]),
    ]
}

//! Members' Feishu tokens, with the lease and version of the refresh protocol.

use crate::{Column, Table, tenant_table};

pub(crate) fn tables() -> Vec<Table> {
    vec![
        tenant_table("feishu_grants")
            .column("member_id", Column::Uuid)
            .column("state", Column::Text)
            .column("version", Column::Integer)
            .column("access_token", Column::Bytes)
            .column("access_expires_at", Column::Integer)
            .column("access_issued_at", Column::Integer)
            .optional("refresh_token", Column::Bytes)
            .optional("refresh_expires_at", Column::Integer)
            .column("scope", Column::Text)
            .column("signed_in_at", Column::Integer)
            .column("used_at", Column::Integer)
            .optional("lease_attempt", Column::Uuid)
            .optional("lease_until", Column::Integer)
            .optional("fault", Column::Integer)
            .key(&["member_id"])
            .index(&["state", "refresh_expires_at"])
            .references(&["member_id"], "members", &["id"]),
    ]
}

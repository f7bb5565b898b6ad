//! Links that take the bytes of one file, once.

use crate::{Column, Table, tenant_table};

pub(crate) fn tables() -> Vec<Table> {
    vec![
        // Who may send how much to where; never a byte of it.
        tenant_table("upload_links")
            .column("id", Column::Uuid)
            .column("token_hash", Column::Bytes)
            .column("member_id", Column::Uuid)
            .column("grant_id", Column::Uuid)
            .column("channel", Column::Text)
            .column("locale", Column::Text)
            .optional("reference", Column::Text)
            .optional("block", Column::Text)
            .column("kind", Column::Text)
            .optional("name", Column::Text)
            .column("max_bytes", Column::Integer)
            .column("made_at", Column::Integer)
            .column("expires_at", Column::Integer)
            .optional("taken_at", Column::Integer)
            .optional("used_at", Column::Integer)
            .key(&["id"])
            .references(&["member_id"], "members", &["id"])
            .lookup("token_hash"),
    ]
}

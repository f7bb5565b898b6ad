//! Passkeys of accounts, and the questions that browsers have yet to answer.

use crate::{Column, Table, platform_table};

pub(crate) fn tables() -> Vec<Table> {
    vec![
        // The device chooses the credential; whoever has it is one account on the platform.
        platform_table("account_passkeys")
            .column("id", Column::Uuid)
            .column("account_id", Column::Uuid)
            .column("credential", Column::Bytes)
            .column("public_key", Column::Text)
            .column("counter", Column::Integer)
            .column("name", Column::Text)
            .column("created_at", Column::Integer)
            .optional("used_at", Column::Integer)
            .key(&["id"])
            .unique(&["credential"])
            .index(&["account_id"])
            .references(&["account_id"], "accounts", &["id"]),
        // Each is taken once and lasts minutes: an answer cannot be sent twice.
        platform_table("passkey_questions")
            .column("hash", Column::Bytes)
            .column("purpose", Column::Text)
            .optional("account_id", Column::Uuid)
            .column("kept", Column::Text)
            .column("expires_at", Column::Integer)
            .key(&["hash"])
            .index(&["expires_at"]),
    ]
}

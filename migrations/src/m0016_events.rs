//! Events that Feishu pushes: what they are proven by, and those that came.

use crate::{Column, Table, tenant_table};

pub(crate) fn tables() -> Vec<Table> {
    vec![
        // What events are proven by, sealed, and how the intake fares.
        tenant_table("event_intakes")
            .column("encrypt_key", Column::Bytes)
            .column("verification_token", Column::Bytes)
            .optional("previous_key", Column::Bytes)
            .optional("previous_token", Column::Bytes)
            .optional("replaced_at", Column::Integer)
            .column("since", Column::Integer)
            .optional("asked_at", Column::Integer)
            .optional("received_at", Column::Integer)
            .column("received_kind", Column::Text)
            .column("received", Column::Integer)
            .column("ignored", Column::Integer)
            .optional("refused_at", Column::Integer)
            .column("refused_for", Column::Text)
            .column("refused", Column::Integer)
            // When everybody is to be looked at, because of what events said.
            .optional("look_at", Column::Integer)
            .key(&[]),
        // Each event once: what it is about, never what it says.
        tenant_table("feishu_events")
            .column("id", Column::Text)
            .column("kind", Column::Text)
            .column("person", Column::Text)
            .column("gone", Column::Text)
            .column("happened_at", Column::Integer)
            .column("received_at", Column::Integer)
            .column("lease_until", Column::Integer)
            .column("attempts", Column::Integer)
            .optional("done_at", Column::Integer)
            .key(&["id"])
            .index(&["done_at", "received_at"]),
    ]
}

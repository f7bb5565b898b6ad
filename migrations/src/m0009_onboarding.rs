//! The set-up of a tenant's Feishu app: how far it is, what was found, who else may help.

use crate::{Column, Table, tenant_table};

pub(crate) fn tables() -> Vec<Table> {
    vec![
        // When a tenant first reached each step, for the time to the first call.
        tenant_table("milestones")
            .column("name", Column::Text)
            .column("at", Column::Integer)
            .key(&["name"]),
        // The latest look at the app.
        tenant_table("app_checks")
            .column("checked_at", Column::Integer)
            .column("red", Column::Integer)
            .optional("red_since", Column::Integer)
            .column("report", Column::Text)
            .key(&[]),
        // What sign-ins told about the app that it cannot be asked.
        tenant_table("app_sightings")
            .optional("signed_in_at", Column::Integer)
            .optional("refusal", Column::Integer)
            .optional("refused_at", Column::Integer)
            .key(&[]),
        // A change of the app's secret: announced, and for a while undone easily.
        tenant_table("app_rotations")
            .column("open_until", Column::Integer)
            .optional("previous_secret", Column::Bytes)
            .optional("replaced_at", Column::Integer)
            .key(&[]),
        // Links for somebody who is not our user.
        tenant_table("handovers")
            .column("id", Column::Uuid)
            .column("token_hash", Column::Bytes)
            .column("intent", Column::Text)
            .column("made_by", Column::Text)
            .column("made_at", Column::Integer)
            .column("expires_at", Column::Integer)
            .optional("browser_hash", Column::Bytes)
            .optional("opened_at", Column::Integer)
            .optional("ended_at", Column::Integer)
            .key(&["id"])
            .lookup("token_hash"),
    ]
}

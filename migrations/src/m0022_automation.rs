//! Rules that act on what happens, what they did, and where their own writes are to be known
//! again.

use crate::{Column, Table, tenant_table};

pub(crate) fn tables() -> Vec<Table> {
    vec![
        tenant_table("automation_rules")
            .column("id", Column::Uuid)
            .column("name", Column::Text)
            .column("state", Column::Text)
            // Why the platform itself paused it.
            .column("paused_for", Column::Text)
            // What it waits for, where: to find the rules of an event.
            .column("kind", Column::Text)
            .column("place", Column::Text)
            // Sealed: texts and addresses in it may be secret.
            .column("definition", Column::Bytes)
            .column("version", Column::Integer)
            // Of a rule with an address of its own: what the address is found by, and the sealed
            // key of signatures.
            .optional("hook_hash", Column::Bytes)
            .optional("hook_key", Column::Bytes)
            // Of a rule with a schedule: its next moment.
            .optional("next_at", Column::Integer)
            .column("made_by", Column::Text)
            .column("made_at", Column::Integer)
            .column("changed_at", Column::Integer)
            .key(&["id"])
            .index(&["kind", "place"])
            .lookup("hook_hash"),
        tenant_table("automation_runs")
            .column("id", Column::Uuid)
            .column("rule_id", Column::Uuid)
            .column("event_id", Column::Text)
            // Sealed: what happened.
            .column("event", Column::Bytes)
            .column("depth", Column::Integer)
            .column("state", Column::Text)
            .column("reason", Column::Text)
            .column("error", Column::Text)
            .column("attempts", Column::Integer)
            .column("next_at", Column::Integer)
            .column("lease_until", Column::Integer)
            .optional("holder", Column::Uuid)
            .column("happened_at", Column::Integer)
            .column("received_at", Column::Integer)
            .optional("finished_at", Column::Integer)
            .key(&["id"])
            .unique(&["rule_id", "event_id"])
            .index(&["state", "next_at"])
            .index(&["rule_id", "received_at"])
            .references(&["rule_id"], "automation_rules", &["id"]),
        // One row for each step of a run that was begun.
        tenant_table("automation_steps")
            .column("run_id", Column::Uuid)
            .column("place", Column::Integer)
            .column("tool", Column::Text)
            .column("state", Column::Text)
            .column("attempts", Column::Integer)
            .optional("call_id", Column::Uuid)
            .column("outcome", Column::Text)
            // Sealed: what later steps may use.
            .optional("result", Column::Bytes)
            .column("began_at", Column::Integer)
            .optional("ended_at", Column::Integer)
            .key(&["run_id", "place"])
            .references(&["run_id"], "automation_runs", &["id"]),
        // Files that a rule has just written to.
        tenant_table("automation_marks")
            .column("place", Column::Text)
            .column("rule_id", Column::Uuid)
            .column("depth", Column::Integer)
            .column("at", Column::Integer)
            .key(&["place", "rule_id"])
            .references(&["rule_id"], "automation_rules", &["id"]),
    ]
}

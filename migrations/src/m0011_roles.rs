//! Rules that give roles, and what Feishu says about the enterprise: people, departments, groups.

use crate::{Column, Table, tenant_table};

pub(crate) fn tables() -> Vec<Table> {
    vec![
        tenant_table("role_mappings")
            .column("version", Column::Integer)
            .column("rules", Column::Text)
            .column("at", Column::Integer)
            .column("by_name", Column::Text)
            .key(&[]),
        // What somebody prepares and has not put in force.
        tenant_table("role_drafts")
            .column("author", Column::Uuid)
            .column("based_on", Column::Integer)
            .column("rules", Column::Text)
            .column("at", Column::Integer)
            .key(&["author"]),
        // The copies below are made anew from Feishu; `round` says in which look a row was seen.
        tenant_table("directory_people")
            .column("open_id", Column::Text)
            .optional("union_id", Column::Text)
            .column("name", Column::Text)
            .column("standing", Column::Text)
            .optional("departments", Column::Text)
            .optional("groups", Column::Text)
            .column("seen_at", Column::Integer)
            .column("round", Column::Integer)
            .key(&["open_id"])
            .index(&["union_id"]),
        tenant_table("directory_groups")
            .column("id", Column::Text)
            .column("name", Column::Text)
            .column("round", Column::Integer)
            .key(&["id"]),
        tenant_table("directory_departments")
            .column("id", Column::Text)
            .column("parent", Column::Text)
            .column("custom", Column::Text)
            .column("name", Column::Text)
            .column("round", Column::Integer)
            .key(&["id"]),
        tenant_table("directory_syncs")
            .column("round", Column::Integer)
            .column("lease_until", Column::Integer)
            .column("started_at", Column::Integer)
            .optional("ended_at", Column::Integer)
            .optional("good_at", Column::Integer)
            .optional("full_at", Column::Integer)
            .column("report", Column::Text)
            .key(&[]),
    ]
}

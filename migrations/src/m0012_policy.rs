//! Rules that were in force, and rules that somebody prepares.

use crate::{Column, Table, tenant_table};

pub(crate) fn tables() -> Vec<Table> {
    vec![
        tenant_table("policy_versions")
            .column("version", Column::Integer)
            .column("rules", Column::Text)
            .column("at", Column::Integer)
            .column("by_name", Column::Text)
            .key(&["version"]),
        tenant_table("policy_drafts")
            .column("author", Column::Uuid)
            .column("based_on", Column::Integer)
            .column("rules", Column::Text)
            .column("at", Column::Integer)
            .key(&["author"]),
    ]
}

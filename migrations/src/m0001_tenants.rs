//! Tenants, their data keys and the secrets of their Feishu apps.

use crate::{Column, Table, platform_table, tenant_table};

pub(crate) fn tables() -> Vec<Table> {
    vec![
        // Public facts only: found by slug before anybody is known.
        platform_table("tenants")
            .column("id", Column::Uuid)
            .column("slug", Column::Text)
            .column("name", Column::Text)
            .column("brand", Column::Text)
            .column("app_id", Column::Text)
            .column("status", Column::Text)
            .column("capabilities", Column::Text)
            .column("limits", Column::Text)
            .column("rules", Column::Text)
            .column("locale", Column::Text)
            .column("created_at", Column::Integer)
            .key(&["id"])
            .unique(&["slug"]),
        tenant_table("tenant_keys")
            .column("wrapped", Column::Bytes)
            .column("created_at", Column::Integer)
            .key(&[]),
        tenant_table("tenant_apps")
            .column("app_secret", Column::Bytes)
            .column("updated_at", Column::Integer)
            .key(&[]),
    ]
}

//! Console sign-ins: accounts, their sessions, and what they may do in which tenant.

use crate::{Column, Table, platform_table, tenant_table};

pub(crate) fn tables() -> Vec<Table> {
    vec![
        // An account belongs to no tenant: one person may run several.
        platform_table("accounts")
            .column("id", Column::Uuid)
            .column("email", Column::Text)
            .column("name", Column::Text)
            .optional("password", Column::Text)
            .column("operator", Column::Flag)
            .column("locale", Column::Text)
            .column("status", Column::Text)
            .column("created_at", Column::Integer)
            .optional("seen_at", Column::Integer)
            .key(&["id"])
            .unique(&["email"]),
        platform_table("account_sessions")
            .column("id", Column::Uuid)
            .column("account_id", Column::Uuid)
            .column("hash", Column::Bytes)
            .column("agent", Column::Text)
            .column("address", Column::Text)
            .column("created_at", Column::Integer)
            .column("proven_at", Column::Integer)
            .column("seen_at", Column::Integer)
            .column("expires_at", Column::Integer)
            .optional("revoked_at", Column::Integer)
            .key(&["id"])
            .unique(&["hash"])
            .index(&["account_id"])
            .references(&["account_id"], "accounts", &["id"]),
        // One person may do one thing once: sign in, set a password, accept an invitation.
        platform_table("account_links")
            .column("hash", Column::Bytes)
            .column("purpose", Column::Text)
            .optional("account_id", Column::Uuid)
            .optional("tenant_id", Column::Uuid)
            .column("detail", Column::Text)
            .column("created_at", Column::Integer)
            .column("expires_at", Column::Integer)
            .optional("used_at", Column::Integer)
            .key(&["hash"]),
        // Where to look, and nothing else: what an account may do there is the tenant's row.
        platform_table("account_tenants")
            .column("account_id", Column::Uuid)
            .column("tenant_id", Column::Uuid)
            .key(&["account_id", "tenant_id"])
            .references(&["account_id"], "accounts", &["id"]),
        tenant_table("console_access")
            .column("account_id", Column::Uuid)
            .column("roles", Column::Text)
            .column("created_at", Column::Integer)
            .key(&["account_id"]),
    ]
}

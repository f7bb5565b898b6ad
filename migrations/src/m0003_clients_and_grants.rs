//! OAuth clients; pending authorizations, grants and their tokens; API keys; page sessions.

use crate::{Column, Table, platform_table, tenant_table};

pub(crate) fn tables() -> Vec<Table> {
    let mut tables = vec![clients()];
    tables.extend(authorizations());
    tables.extend(grants());
    tables.extend(pages());
    tables
}

// One registration may serve members of many tenants; it holds what the client says of itself.
fn clients() -> Table {
    platform_table("clients")
        .column("id", Column::Uuid)
        .column("kind", Column::Text)
        .column("public_id", Column::Text)
        .optional("fingerprint", Column::Bytes)
        .column("name", Column::Text)
        .column("metadata", Column::Text)
        .column("auth_method", Column::Text)
        .optional("secret_hash", Column::Bytes)
        .column("created_at", Column::Integer)
        .optional("used_at", Column::Integer)
        .optional("fresh_until", Column::Integer)
        .key(&["id"])
        .unique(&["public_id"])
        .unique(&["fingerprint"])
}

fn authorizations() -> Vec<Table> {
    vec![
        tenant_table("authorizations")
            .column("id", Column::Uuid)
            .column("client_id", Column::Uuid)
            .column("client_name", Column::Text)
            .column("redirect_uri", Column::Text)
            .optional("state", Column::Text)
            .column("challenge", Column::Text)
            .column("access", Column::Text)
            .column("resource", Column::Text)
            .column("browser_hash", Column::Bytes)
            .column("csrf_hash", Column::Bytes)
            .column("stage", Column::Text)
            .optional("given", Column::Text)
            .optional("feishu_state_hash", Column::Bytes)
            .optional("feishu_verifier", Column::Bytes)
            .optional("member_id", Column::Uuid)
            .optional("code_hash", Column::Bytes)
            .optional("code_expires_at", Column::Integer)
            .optional("grant_id", Column::Uuid)
            .column("created_at", Column::Integer)
            .column("expires_at", Column::Integer)
            .key(&["id"])
            .index(&["expires_at"])
            .lookup("feishu_state_hash")
            .lookup("code_hash"),
    ]
}

fn grants() -> Vec<Table> {
    vec![
        tenant_table("grants")
            .column("id", Column::Uuid)
            .column("member_id", Column::Uuid)
            .column("client_id", Column::Uuid)
            .column("client_name", Column::Text)
            .optional("vouched_by", Column::Text)
            .column("returns_to", Column::Text)
            .column("access", Column::Text)
            .column("resource", Column::Text)
            .column("created_at", Column::Integer)
            .column("used_at", Column::Integer)
            .column("expires_at", Column::Integer)
            .optional("revoked_at", Column::Integer)
            .optional("revoked_for", Column::Text)
            .key(&["id"])
            .index(&["member_id"])
            .references(&["member_id"], "members", &["id"]),
        tenant_table("access_tokens")
            .column("id", Column::Uuid)
            .column("grant_id", Column::Uuid)
            .column("hash", Column::Bytes)
            .optional("parent_id", Column::Uuid)
            .column("access", Column::Text)
            .column("created_at", Column::Integer)
            .column("expires_at", Column::Integer)
            .optional("used_at", Column::Integer)
            .optional("revoked_at", Column::Integer)
            .key(&["id"])
            .index(&["grant_id"])
            .index(&["parent_id"])
            .index(&["expires_at"])
            .references(&["grant_id"], "grants", &["id"])
            .lookup("hash"),
        tenant_table("refresh_tokens")
            .column("id", Column::Uuid)
            .column("grant_id", Column::Uuid)
            .column("hash", Column::Bytes)
            .optional("parent_id", Column::Uuid)
            .column("created_at", Column::Integer)
            .column("expires_at", Column::Integer)
            .optional("used_at", Column::Integer)
            .column("uses", Column::Integer)
            .optional("revoked_at", Column::Integer)
            .key(&["id"])
            .index(&["grant_id"])
            .index(&["parent_id"])
            .index(&["expires_at"])
            .references(&["grant_id"], "grants", &["id"])
            .lookup("hash"),
        tenant_table("api_keys")
            .column("id", Column::Uuid)
            .column("member_id", Column::Uuid)
            .column("name", Column::Text)
            .column("hash", Column::Bytes)
            .column("hint", Column::Text)
            .column("access", Column::Text)
            .column("created_at", Column::Integer)
            .column("expires_at", Column::Integer)
            .optional("used_at", Column::Integer)
            .optional("revoked_at", Column::Integer)
            .key(&["id"])
            .unique(&["hash"])
            .index(&["member_id"])
            .references(&["member_id"], "members", &["id"]),
    ]
}

fn pages() -> Vec<Table> {
    vec![
        tenant_table("page_sign_ins")
            .column("id", Column::Uuid)
            .column("browser_hash", Column::Bytes)
            .column("state_hash", Column::Bytes)
            .column("verifier", Column::Bytes)
            .column("return_to", Column::Text)
            .column("created_at", Column::Integer)
            .column("expires_at", Column::Integer)
            .optional("used_at", Column::Integer)
            .key(&["id"])
            .index(&["expires_at"])
            .lookup("state_hash"),
        tenant_table("page_sessions")
            .column("id", Column::Uuid)
            .column("member_id", Column::Uuid)
            .column("hash", Column::Bytes)
            .column("created_at", Column::Integer)
            .column("expires_at", Column::Integer)
            .optional("revoked_at", Column::Integer)
            .key(&["id"])
            .unique(&["hash"])
            .index(&["member_id"])
            .references(&["member_id"], "members", &["id"]),
        // The Feishu enterprise of the first sign-in: later ones must come from the same.
        tenant_table("feishu_tenants")
            .column("tenant_key", Column::Text)
            .column("created_at", Column::Integer)
            .key(&[]),
    ]
}

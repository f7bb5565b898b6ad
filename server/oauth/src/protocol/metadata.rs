//! The two metadata documents, built from configuration alone.

use edge::{ProfileQuery, ResourceRef, Urls};
use model::Access;
use serde_json::{Value, json};

/// Grant types that the token endpoint knows.
pub const GRANT_TYPES: [&str; 2] = ["authorization_code", "refresh_token"];

/// Ways for a client to prove itself at the token endpoint.
pub const AUTH_METHODS: [&str; 3] = ["none", "client_secret_basic", "client_secret_post"];

/// Metadata of the authorization server (RFC 8414).
pub fn server(urls: &Urls) -> Value {
    json!({
        "issuer": urls.issuer(),
        "authorization_endpoint": urls.authorize(),
        "token_endpoint": urls.token(),
        "registration_endpoint": urls.register(),
        "revocation_endpoint": urls.revoke(),
        "introspection_endpoint": urls.introspect(),
        "scopes_supported": [Access::READ, Access::WRITE],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": GRANT_TYPES,
        "token_endpoint_auth_methods_supported": AUTH_METHODS,
        "revocation_endpoint_auth_methods_supported": AUTH_METHODS,
        "introspection_endpoint_auth_methods_supported": AUTH_METHODS,
        "code_challenge_methods_supported": ["S256"],
        "client_id_metadata_document_supported": true,
        "authorization_response_iss_parameter_supported": true,
        "ui_locales_supported": ["en", "zh-CN"],
    })
}

/// Metadata of one door (RFC 9728), for the address with the profile that the client was given.
pub fn resource(
    urls: &Urls,
    resource: &ResourceRef,
    profile: &ProfileQuery,
    tenant_name: &str,
) -> Value {
    json!({
        "resource": format!("{}{}", urls.resource(resource), profile.suffix()),
        "authorization_servers": [urls.issuer()],
        "scopes_supported": [Access::READ, Access::WRITE],
        "bearer_methods_supported": ["header"],
        "resource_name": tenant_name,
        "resource_documentation": urls.connect(&resource.slug),
    })
}

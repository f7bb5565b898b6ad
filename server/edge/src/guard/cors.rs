//! What scripts of other origins may read (the Fetch standard's CORS protocol).

use std::time::Duration;

use http::{HeaderName, Method, header};
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

use super::OriginPolicy;

const PROTOCOL_VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");
const MCP_METHOD: HeaderName = HeaderName::from_static("mcp-method");
const MCP_NAME: HeaderName = HeaderName::from_static("mcp-name");
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// For metadata, registration, token and revocation endpoints: any origin, without cookies.
/// RFC 9700 section 2.6 allows it there and forbids it at the authorization endpoint.
pub fn open_cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT,
            PROTOCOL_VERSION,
        ])
        .max_age(Duration::from_hours(1))
}

/// For the doors: origins of the allow-list only.
pub fn door_cors(origins: &OriginPolicy) -> CorsLayer {
    let origins = origins.clone();
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| {
            origin.to_str().is_ok_and(|origin| origins.allows(origin))
        }))
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT,
            PROTOCOL_VERSION,
            SESSION_ID,
            MCP_METHOD,
            MCP_NAME,
            LAST_EVENT_ID,
        ])
        .expose_headers([SESSION_ID, header::WWW_AUTHENTICATE, header::RETRY_AFTER])
        .max_age(Duration::from_hours(1))
}

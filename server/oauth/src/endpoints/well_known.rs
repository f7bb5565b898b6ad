//! Metadata in every form that clients ask for it.

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    response::{IntoResponse, Response},
};
use edge::{ApiFault, ProfileQuery, ResourceRef, routes};
use http::{HeaderValue, StatusCode, header};
use model::{Locale, Slug};
use serde_json::Value;

use crate::{
    protocol::metadata,
    state::{Asking, OAuthState},
};

/// RFC 8414, whatever path the client derived: there is one issuer.
pub(crate) async fn server(State(state): State<OAuthState>) -> Response {
    document(metadata::server(&state.urls))
}

/// RFC 9728 at the origin: the default tenant's first door.
pub(crate) async fn origin_resource(
    State(state): State<OAuthState>,
    query: RawQuery,
    asking: Asking,
) -> Response {
    match state.urls.resource_at("/mcp") {
        Some(resource) => resource_document(&state, &resource, query, asking.locale).await,
        None => missing(asking.locale),
    }
}

/// RFC 9728, the well-known part before the resource's path.
pub(crate) async fn resource(
    State(state): State<OAuthState>,
    Path(path): Path<String>,
    query: RawQuery,
    asking: Asking,
) -> Response {
    match state.urls.resource_at(&format!("/{path}")) {
        Some(resource) => resource_document(&state, &resource, query, asking.locale).await,
        None => missing(asking.locale),
    }
}

/// RFC 9728, the well-known part after the resource's path.
pub(crate) async fn resource_after(
    State(state): State<OAuthState>,
    Path((slug, door)): Path<(String, String)>,
    query: RawQuery,
    asking: Asking,
) -> Response {
    debug_assert!(routes::RESOURCE_METADATA_AFTER.starts_with("/t/{slug}/{door}"));
    match state.urls.resource_at(&format!("/t/{slug}/{door}")) {
        Some(resource) => resource_document(&state, &resource, query, asking.locale).await,
        None => missing(asking.locale),
    }
}

async fn resource_document(
    state: &OAuthState,
    resource: &ResourceRef,
    RawQuery(query): RawQuery,
    locale: Locale,
) -> Response {
    let profile = ProfileQuery::read(query.as_deref().unwrap_or_default());
    match tenant_name(state, &resource.slug).await {
        Ok(Some(name)) => document(metadata::resource(&state.urls, resource, &profile, &name)),
        Ok(None) => missing(locale),
        Err(error) => ApiFault::internal(&error, locale).into_response(),
    }
}

async fn tenant_name(state: &OAuthState, slug: &Slug) -> Result<Option<String>, store::StoreError> {
    let entry = state.store.directory().by_slug(slug).await?;
    Ok(entry.map(|entry| entry.tenant.name.clone()))
}

fn document(value: Value) -> Response {
    let mut response = Json(value).into_response();
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=300"),
    );
    response
}

fn missing(locale: Locale) -> Response {
    ApiFault::new(
        StatusCode::NOT_FOUND,
        "not_found",
        locale.pick(
            "There is no MCP endpoint at that address.",
            "该地址没有 MCP 端点。",
        ),
    )
    .hint(locale.pick(
        "Use the address that the connect page shows.",
        "请使用连接页面显示的地址。",
    ))
    .into_response()
}

//! Whether the process lives, and whether it can serve.

use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use edge::routes;
use serde_json::json;

use crate::wire::Platform;

/// The two routes. They say nothing about tenants.
pub(super) fn router(platform: Platform) -> Router {
    Router::new()
        .route(routes::HEALTH_LIVE, get(live))
        .route(routes::HEALTH_READY, get(ready))
        .with_state(platform)
}

async fn live() -> &'static str {
    "ok"
}

/// Ready when the database answers. The bus may be away: that costs speed, not correctness.
async fn ready(State(platform): State<Platform>) -> impl IntoResponse {
    let database = platform.store.health().await.is_ok();
    let bus = platform.bus.healthy().await.is_ok();
    let status = if database {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(json!({ "database": database, "bus": bus })))
}

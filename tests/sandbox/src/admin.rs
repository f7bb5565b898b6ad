//! The admin API: switches for tests and demos, outside of what Feishu has.

mod apps;
mod events;
mod observe;
mod run;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::{get, patch, post};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::gateway::{ApiError, respond};
use crate::shared::SharedState;

/// Routes below `/sandbox/admin`.
pub(crate) fn router() -> Router<SharedState> {
    Router::new()
        .route("/", get(observe::overview))
        .route("/stats", get(observe::stats).delete(observe::forget))
        .route("/requests", get(observe::requests))
        .route(
            "/faults",
            get(run::faults)
                .post(run::add_fault)
                .delete(run::clear_faults),
        )
        .route("/faults/{id}", axum::routing::delete(run::clear_fault))
        .route("/limits", get(run::limits).post(run::set_limits))
        .route("/clock", get(run::clock).post(run::advance_clock))
        .route("/tokens/expire", post(run::expire_tokens))
        .route("/tokens/revoke", post(run::revoke_tokens))
        .route("/reset", post(run::reset))
        .route("/approve", post(apps::approve))
        .route("/apps/{app_id}", patch(apps::change_app))
        .route("/apps/{app_id}/events", post(events::subscribe))
        .route(
            "/users/{tenant_key}/{user_key}",
            patch(apps::change_user).delete(apps::delete_user),
        )
        .route("/groups/{tenant_key}/{group_id}", patch(apps::change_group))
        .route(
            "/events",
            get(events::list).post(events::push).patch(events::change),
        )
        .route("/events/hurry", post(events::hurry))
}

/// Reads the JSON body of an admin request; an empty one counts as `{}`.
fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, ApiError> {
    let bytes = if body.is_empty() { &b"{}"[..] } else { body };
    serde_json::from_slice(bytes).map_err(|error| ApiError::new(400, 400, error.to_string()))
}

fn answer(result: Result<Value, ApiError>) -> Response {
    let (http, value) = match result {
        Ok(value) => (200, value),
        Err(error) => (error.http, json!({"error": error.msg, "code": error.code})),
    };
    respond(
        http,
        "application/json; charset=utf-8",
        Body::from(value.to_string()),
    )
}

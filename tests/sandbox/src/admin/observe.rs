//! What is there and what has been called.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::admin::answer;
use crate::shared::SharedState;

/// Tenants with their people, and apps without their secrets.
pub(super) async fn overview(State(shared): State<SharedState>) -> Response {
    answer(Ok(shared.read(|state| {
        let tenants: Vec<Value> = state
            .identity
            .tenants
            .values()
            .map(|tenant| {
                json!({
                    "tenant_key": tenant.key,
                    "name": tenant.name,
                    "users": tenant.users.keys().collect::<Vec<_>>(),
                    "departments": tenant.departments.keys().collect::<Vec<_>>(),
                    "groups": tenant.groups.keys().collect::<Vec<_>>(),
                })
            })
            .collect();
        let apps: Vec<Value> = state
            .apps
            .values()
            .map(|app| {
                json!({
                    "app_id": app.app_id,
                    "name": app.name,
                    "tenant_key": app.tenant_key,
                    "redirect_urls": app.redirect_urls,
                    "enabled": app.enabled,
                })
            })
            .collect();
        json!({"tenants": tenants, "apps": apps})
    })))
}

pub(super) async fn stats(State(shared): State<SharedState>) -> Response {
    answer(Ok(shared.control(|control| {
        json!({
            "endpoints": control.log.counts(),
            "unpublished": control.unpublished,
        })
    })))
}

pub(super) async fn forget(State(shared): State<SharedState>) -> Response {
    shared.control(|control| control.log.clear());
    answer(Ok(json!({})))
}

#[derive(Deserialize)]
pub(super) struct Window {
    limit: Option<usize>,
}

pub(super) async fn requests(
    State(shared): State<SharedState>,
    Query(window): Query<Window>,
) -> Response {
    let limit = window.limit.unwrap_or(100);
    answer(Ok(shared.control(
        |control| json!({"requests": control.log.latest(limit)}),
    )))
}

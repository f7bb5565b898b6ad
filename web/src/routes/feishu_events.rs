//! Takes the events that Feishu pushes to the app of an organisation.
//!
//! Feishu waits three seconds, and whoever knows the address may try. Whatever is wrong with a
//! request, whoever sent it is told the same; administrators read the reason on the set-up page.

use std::time::Duration;

use axum::{
    Json,
    body::to_bytes,
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
};
use calls::events::{
    Taken, Turned,
    wire::{Knock, MAX_BODY, Refusal},
};
use edge::ApiFault;
use http::{HeaderMap, StatusCode, header};
use model::{Slug, TenantStatus};
use serde_json::json;
use store::TenantEntry;

use crate::state::WebState;

/// Shorter than the three seconds after which Feishu sends it again.
const WITHIN: Duration = Duration::from_millis(2_500);

/// Proves a request, keeps the event and says so. What follows is done afterwards.
///
/// Permissions: Feishu, for the app of the path's organisation.
pub(super) async fn take(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    request: Request,
) -> Response {
    let taken = tokio::time::timeout(WITHIN, receive(&state, &slug, request)).await;
    match taken {
        Ok(Ok(Taken::Challenge(challenge))) => {
            Json(json!({ "challenge": challenge })).into_response()
        }
        Ok(Ok(Taken::Event)) => Json(json!({})).into_response(),
        Ok(Err(turned)) => refused(turned),
        Err(_) => unavailable(),
    }
}

async fn receive(state: &WebState, slug: &str, request: Request) -> Result<Taken, Turned> {
    let entry = tenant(state, slug).await?.ok_or(Turned::Off)?;
    let tenant = &entry.tenant;
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return Err(state.events.refuse(tenant, Refusal::TooLarge).await);
    };
    let text = |name: &str| header_text(&parts.headers, name);
    let knock = Knock {
        timestamp: text("x-lark-request-timestamp"),
        nonce: text("x-lark-request-nonce"),
        signature: text("x-lark-signature"),
        body: &body,
    };
    state.events.receive(tenant, &knock).await
}

/// A header, empty when it is missing or no text. Given twice it is as good as missing.
fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (Some(value), None) => value.to_str().unwrap_or_default(),
        _ => "",
    }
}

async fn tenant(
    state: &WebState,
    slug: &str,
) -> Result<Option<std::sync::Arc<TenantEntry>>, Turned> {
    let Ok(slug) = slug.parse::<Slug>() else {
        return Ok(None);
    };
    let known = state.store.directory().by_slug(&slug).await?;
    Ok(known.filter(|entry| entry.tenant.status == TenantStatus::Active))
}

fn refused(turned: Turned) -> Response {
    match turned {
        Turned::Off => ApiFault::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "No events are taken here. / 此地址不接收事件。",
        )
        .into_response(),
        Turned::Refused(Refusal::TooLarge) => ApiFault::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            "The event is too large. / 事件过大。",
        )
        .into_response(),
        Turned::Refused(_) => ApiFault::new(
            StatusCode::FORBIDDEN,
            "not_proven",
            "The request is not proven to be Feishu's. / 无法证明该请求来自飞书。",
        )
        .hint("Administrators read why on the set-up page. / 管理员可在应用设置页查看原因。")
        .into_response(),
        Turned::TooMany(wait) => ApiFault::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_requests",
            "There are too many events. / 事件过多。",
        )
        .header(header::RETRY_AFTER, &wait.as_secs().max(1).to_string())
        .into_response(),
        Turned::Store(error) => {
            tracing::warn!(%error, "an event could not be kept");
            unavailable()
        }
    }
}

/// Feishu sends it again.
fn unavailable() -> Response {
    ApiFault::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "unavailable",
        "Please send it again. / 请稍后重试。",
    )
    .into_response()
}

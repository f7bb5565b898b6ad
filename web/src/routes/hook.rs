//! Takes requests to the address of a rule.
//!
//! The address is a secret, and may be all that a sender has: whatever is wrong with it, the
//! answer is that there is nothing here.

use std::sync::Arc;

use automation::{HookCall, HookTaken, HookTurned, MAX_BODY};
use axum::{
    Json,
    body::to_bytes,
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
};
use edge::ApiFault;
use http::{HeaderMap, StatusCode, header};
use model::Slug;
use serde_json::json;
use store::TenantEntry;

use crate::state::WebState;

/// Keeps the request and says so; the rule runs afterwards.
///
/// Permissions: whoever knows the address of the rule.
pub(super) async fn take(
    State(state): State<WebState>,
    Path((slug, hook)): Path<(String, String)>,
    request: Request,
) -> Response {
    match receive(&state, &slug, &hook, request).await {
        Ok(HookTaken::Run(run)) => {
            (StatusCode::ACCEPTED, Json(json!({ "run": run }))).into_response()
        }
        Ok(HookTaken::Known) => (StatusCode::OK, Json(json!({ "known": true }))).into_response(),
        Err(turned) => refused(turned),
    }
}

async fn receive(
    state: &WebState,
    slug: &str,
    hook: &str,
    request: Request,
) -> Result<HookTaken, HookTurned> {
    let entry = tenant(state, slug).await?.ok_or(HookTurned::Off)?;
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY).await;
    let body = body.map_err(|_too_large| HookTurned::Body)?;
    let text = |name: &str| header_text(&parts.headers, name);
    let call = HookCall {
        token: hook,
        id: text("idempotency-key"),
        timestamp: text("feishu-mcp-timestamp"),
        signature: text("feishu-mcp-signature"),
        body: &body,
    };
    state.rules.hook(&entry.tenant, &call).await
}

/// A header, empty when it is missing or no text. Given twice it is as good as missing.
fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (Some(value), None) => value.to_str().unwrap_or_default(),
        _ => "",
    }
}

async fn tenant(state: &WebState, slug: &str) -> Result<Option<Arc<TenantEntry>>, HookTurned> {
    let Ok(slug) = slug.parse::<Slug>() else {
        return Ok(None);
    };
    Ok(state.store.directory().by_slug(&slug).await?)
}

fn refused(turned: HookTurned) -> Response {
    match turned {
        HookTurned::Off => ApiFault::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "Nothing is taken here. / 此地址不接收请求。",
        )
        .into_response(),
        HookTurned::Unsigned => ApiFault::new(
            StatusCode::FORBIDDEN,
            "not_signed",
            "The request is not signed as the rule asks. / 请求未按规则要求签名。",
        )
        .into_response(),
        HookTurned::Body => ApiFault::new(
            StatusCode::BAD_REQUEST,
            "bad_body",
            "Send JSON of at most 64 KB. / 请发送不超过 64 KB 的 JSON。",
        )
        .into_response(),
        HookTurned::TooMany(wait) => ApiFault::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_requests",
            "There are too many requests. / 请求过多。",
        )
        .header(header::RETRY_AFTER, &wait.as_secs().max(1).to_string())
        .into_response(),
        HookTurned::Store(error) => {
            tracing::warn!(%error, "a request to a rule could not be kept");
            ApiFault::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "Please send it again. / 请稍后重试。",
            )
            .into_response()
        }
    }
}

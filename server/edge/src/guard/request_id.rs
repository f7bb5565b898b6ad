//! One id per request, minted here: what a stranger sends is never taken into the log.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderName, HeaderValue};
use tracing::Instrument;

use super::{ClientIp, Guard};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request, in its extensions (beside [`ClientIp`]) and in the `x-request-id` header of its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

pub(super) async fn add(
    State(guard): State<Arc<Guard>>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut random = [0_u8; 12];
    guard.entropy.fill(&mut random);
    let id = hex::encode(random);
    request.extensions_mut().insert(RequestId(id.clone()));
    let address = ClientIp::of(&guard.proxies, request.extensions(), request.headers());
    request.extensions_mut().insert(address);
    let span = tracing::info_span!("request", id = %id, method = %request.method());
    let mut response = next.run(request).instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response
}

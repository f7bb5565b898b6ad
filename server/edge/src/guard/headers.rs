//! Security headers of every answer.

use std::{any::Any, sync::Arc};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header};

use super::Guard;
use crate::ApiFault;

/// The policy of answers that set none: nothing may be loaded, framed or submitted.
pub const DEFAULT_CSP: &str =
    "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

/// The policy of pages with forms that may end at a client's own address. It has no
/// `form-action`: Chromium applies that along the whole chain of redirects, so `'self'` would
/// stop the browser on its way to `http://localhost:port` or to an application's own scheme
/// after the decision was already taken.
pub const CSP_PAGE: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

pub(super) async fn add(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut default = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(header::X_FRAME_OPTIONS, "DENY");
    default(header::CONTENT_SECURITY_POLICY, DEFAULT_CSP);
    // Not `no-referrer`: with it browsers send `Origin: null` with our own forms, and the check
    // of the origin could no longer tell them from foreign ones. Other sites still get nothing.
    default(header::REFERRER_POLICY, "same-origin");
    if guard.urls.is_https() {
        default(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=63072000; includeSubDomains",
        );
    }
    response
}

/// What a caller sees of a panic: nothing of its text.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that the panic layer calls"
)]
pub(super) fn after_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no text");
    tracing::error!(panic = text, "a handler panicked");
    ApiFault::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "server_error",
        "The request failed on our side. / 请求在服务端失败。",
    )
    .into_response()
}

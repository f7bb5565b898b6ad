//! The answer to a path that nothing is at.

use axum::response::{IntoResponse, Response};
use edge::ApiFault;
use http::{StatusCode, header};
use views::error::Trouble;

use crate::{page::PageFault, visit::Visit};

/// Answers a path without a route: a page for browsers, JSON for programs. For the fallback of
/// the whole router.
pub(crate) async fn not_found(visit: Visit) -> Response {
    let wants_page = visit
        .headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if wants_page {
        return PageFault::new(Trouble::NotFound, &visit).into_response();
    }
    ApiFault::new(
        StatusCode::NOT_FOUND,
        "not_found",
        visit
            .locale
            .pick("There is nothing at this address.", "该地址没有内容。"),
    )
    .into_response()
}

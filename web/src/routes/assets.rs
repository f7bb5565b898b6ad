//! Static files.

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::{page::PageFault, visit::Visit};
use views::error::Trouble;

/// Sends a file. Its path holds a hash of its content, so it may be kept for a year.
///
/// Permissions: none.
pub(super) async fn send(
    visit: Visit,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageFault> {
    let asset = views::assets()
        .iter()
        .find(|asset| asset.path.strip_prefix("/assets/") == Some(file.as_str()))
        .ok_or_else(|| PageFault::new(Trouble::NotFound, &visit))?;
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|tag| tag.as_bytes() == asset.etag.as_bytes());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        asset.bytes.into_response()
    };
    let fields = response.headers_mut();
    fields.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(asset.content_type),
    );
    fields.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    if let Ok(tag) = HeaderValue::from_str(&asset.etag) {
        fields.insert(header::ETAG, tag);
    }
    Ok(response)
}

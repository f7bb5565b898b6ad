//! Compression of what anybody may read.
//!
//! Only answers that say `Cache-Control: public` are compressed: the assets. Pages and answers of
//! tools hold secrets of their reader (form tokens, documents) next to text that somebody else may
//! have chosen, and the length of their compressed form would tell about the secret (the BREACH
//! attack), so they never are.

use http::{Extensions, HeaderMap, StatusCode, Version, header};
use tower_http::compression::{
    CompressionLayer,
    predicate::{And, Predicate as _, SizeAbove},
};

/// Shorter answers fit one packet anyway.
const LEAST: u64 = 1024;

type Question = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

/// The layer. It passes everything else on as it is.
pub fn compress_public() -> CompressionLayer<And<Question, SizeAbove>> {
    let question: Question =
        |status, _version, headers, _extensions| status == StatusCode::OK && is_public(headers);
    CompressionLayer::new().compress_when(question.and(SizeAbove::new(LEAST)))
}

/// Whether any cache may keep it: then it holds nobody's secret.
fn is_public(headers: &HeaderMap) -> bool {
    let mut lines = headers.get_all(header::CACHE_CONTROL).iter();
    lines.any(|line| {
        line.to_str().is_ok_and(|line| {
            line.split(',')
                .any(|word| word.trim().eq_ignore_ascii_case("public"))
        })
    })
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, routing::get};
    use http::Request;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn only_what_anybody_may_keep_is_compressed() {
        let long = "text ".repeat(1_000);
        let with = |policy: &'static str, body: String| {
            get(async move || ([(header::CACHE_CONTROL, policy)], body))
        };
        let router = Router::new()
            .route(
                "/asset",
                with("public, max-age=31536000, immutable", long.clone()),
            )
            .route("/short", with("public", "text".to_owned()))
            .route("/page", with("no-store", long.clone()))
            .route("/private", with("private, max-age=60", long.clone()))
            .route("/silent", get(async || long))
            .layer(compress_public());
        let encoding = async |path: &str| {
            let request = Request::get(path).header("accept-encoding", "gzip");
            let request = request.body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            response.headers().get(header::CONTENT_ENCODING).cloned()
        };
        assert_eq!(encoding("/asset").await.unwrap(), "gzip");
        for path in ["/short", "/page", "/private", "/silent"] {
            assert_eq!(encoding(path).await, None, "{path}");
        }
    }
}

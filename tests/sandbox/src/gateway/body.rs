//! Reads a request body: JSON, form or multipart.

use axum::extract::{FromRequest, Multipart as AxumMultipart, Request};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body_util::BodyExt;
use serde_json::{Map, Value};

use crate::gateway::{ApiError, Multipart, Part};

/// Largest accepted body.
pub(crate) const BODY_MAX: usize = 32 * 1024 * 1024;

/// A body that was read, before it is judged.
#[derive(Debug, Default)]
pub(crate) struct Body {
    /// The JSON value, an object of a form's fields, or `null`.
    pub(crate) value: Value,
    /// Parts of a multipart body.
    pub(crate) multipart: Option<Multipart>,
    /// The body says JSON but is not.
    pub(crate) malformed: bool,
}

/// Reads the body of a request.
///
/// # Errors
/// 413-like: the body exceeds the limit or breaks off.
pub(crate) async fn read(request: Request) -> Result<Body, ApiError> {
    let kind = content_type(request.headers());
    if kind.starts_with("multipart/form-data") {
        return read_multipart(request).await;
    }
    let limited = http_body_util::Limited::new(request.into_body(), BODY_MAX);
    let bytes = match limited.collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(_) => return Err(ApiError::new(413, 9499, "request body too large")),
    };
    Ok(parse(&kind, &bytes))
}

fn content_type(headers: &HeaderMap) -> String {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase()
}

fn parse(kind: &str, bytes: &Bytes) -> Body {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Body::default();
    }
    if kind.starts_with("application/x-www-form-urlencoded") {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(bytes).unwrap_or_default();
        let fields: Map<String, Value> = pairs
            .into_iter()
            .map(|(key, value)| (key, Value::String(value)))
            .collect();
        return Body {
            value: Value::Object(fields),
            ..Body::default()
        };
    }
    match serde_json::from_slice(bytes) {
        Ok(value) => Body {
            value,
            ..Body::default()
        },
        Err(_) => Body {
            malformed: true,
            ..Body::default()
        },
    }
}

async fn read_multipart(request: Request) -> Result<Body, ApiError> {
    let broken = |_| ApiError::new(400, 9499, "malformed multipart body");
    let Ok(mut form) = AxumMultipart::from_request(request, &()).await else {
        return Err(ApiError::new(400, 9499, "malformed multipart body"));
    };
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(broken)?;
        parts.push(Part { name, bytes });
    }
    Ok(Body {
        multipart: Some(Multipart { parts }),
        ..Body::default()
    })
}

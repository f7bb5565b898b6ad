//! Prints answers: envelopes, headers, the 404 text.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::clock;
use crate::gateway::error::Shape;
use crate::gateway::{ApiError, Reply};

const JSON: &str = "application/json; charset=utf-8";

/// The answer to an unknown path or method.
pub(crate) fn not_found() -> Response {
    respond(404, "text/plain", Body::from("404 page not found"))
}

/// A successful answer.
pub(crate) fn success(reply: Reply, range: Option<&str>) -> Response {
    match reply {
        Reply::Data(data) => {
            let value = json!({"code": 0, "msg": "success", "data": data});
            respond(200, JSON, Body::from(value.to_string()))
        }
        Reply::Flat(Value::Object(fields)) => {
            let mut value = Map::new();
            value.insert("code".to_owned(), Value::from(0));
            value.extend(fields);
            respond(200, JSON, Body::from(Value::Object(value).to_string()))
        }
        Reply::Flat(other) => respond(200, JSON, Body::from(other.to_string())),
        Reply::Bytes { content_type, body } => respond(200, &content_type, Body::from(body)),
        Reply::File {
            content_type,
            name,
            body,
        } => file(&content_type, &name, body, range),
    }
}

/// A stored file, or the asked part of it (RFC 9110, section 14).
pub(crate) fn file(content_type: &str, name: &str, body: Bytes, range: Option<&str>) -> Response {
    let total = body.len();
    let part = range.and_then(|range| asked(range, total));
    let mut response = match part {
        None => respond(200, content_type, Body::from(body)),
        Some(Err(())) => respond(416, content_type, Body::empty()),
        Some(Ok((first, last))) => respond(206, content_type, Body::from(body.slice(first..=last))),
    };
    let headers = response.headers_mut();
    let told = match part {
        Some(Ok((first, last))) => Some(format!("bytes {first}-{last}/{total}")),
        Some(Err(())) => Some(format!("bytes */{total}")),
        None => None,
    };
    if let Some(told) = told.and_then(|told| HeaderValue::from_str(&told).ok()) {
        headers.insert(header::CONTENT_RANGE, told);
    }
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let encoded = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    let named = format!("attachment; filename*=UTF-8''{encoded}");
    if let Ok(named) = HeaderValue::from_str(&named) {
        headers.insert(header::CONTENT_DISPOSITION, named);
    }
    response
}

/// First and last byte of one range; `None` for what is no range of bytes and is passed over.
fn asked(range: &str, total: usize) -> Option<Result<(usize, usize), ()>> {
    let (first, last) = range.trim().strip_prefix("bytes=")?.split_once('-')?;
    let end = total.saturating_sub(1);
    let (first, last) = match (first.trim(), last.trim()) {
        ("", suffix) => (total.saturating_sub(suffix.parse().ok()?), end),
        (first, "") => (first.parse().ok()?, end),
        (first, last) => (first.parse().ok()?, last.parse::<usize>().ok()?.min(end)),
    };
    Some(if first < total && first <= last {
        Ok((first, last))
    } else {
        Err(())
    })
}

/// An error answer; `log_id` also appears in its body.
pub(crate) fn failure(error: &ApiError, log_id: &str) -> Response {
    let body = match error.shape {
        Shape::Envelope => envelope(error, log_id),
        Shape::Bare => json!({"code": error.code, "msg": error.msg, "data": {}}),
        Shape::OAuth(name) => {
            json!({"code": error.code, "error": name, "error_description": error.msg})
        }
    };
    let mut response = respond(error.http, JSON, Body::from(body.to_string()));
    if let Some((limit, reset_s)) = error.limited {
        let headers = response.headers_mut();
        headers.insert(
            HeaderName::from_static("x-ogw-ratelimit-limit"),
            HeaderValue::from(limit),
        );
        headers.insert(
            HeaderName::from_static("x-ogw-ratelimit-reset"),
            HeaderValue::from(reset_s),
        );
    }
    response
}

fn envelope(error: &ApiError, log_id: &str) -> Value {
    let mut detail = Map::new();
    detail.insert(
        "message".to_owned(),
        Value::from("Refer to the documentation and fix the error accordingly"),
    );
    detail.insert("log_id".to_owned(), Value::from(log_id));
    detail.insert(
        "troubleshooter".to_owned(),
        Value::from(format!(
            "https://open.feishu.cn/search?from=openapi&log_id={log_id}&code={}",
            error.code
        )),
    );
    detail.extend(*error.detail.clone());
    json!({"code": error.code, "msg": error.msg, "error": detail})
}

/// Any answer.
pub(crate) fn respond(http: u16, content_type: &str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Ok(value) = HeaderValue::from_str(content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response
}

/// Adds the headers every API answer carries: two names of the request, and the sandbox's time.
pub(crate) fn stamp(response: &mut Response, log_id: &str, now_ms: i64) {
    if let Ok(value) = HeaderValue::from_str(&clock::http_date(now_ms)) {
        response.headers_mut().insert(header::DATE, value);
    }
    if let Ok(value) = HeaderValue::from_str(log_id) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-tt-logid"), value.clone());
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-request-id"), value);
    }
}

#[cfg(test)]
mod tests {
    use super::asked;

    #[test]
    fn ranges_are_first_and_last_bytes() {
        assert_eq!(asked("bytes=0-3", 10), Some(Ok((0, 3))));
        assert_eq!(asked("bytes=4-", 10), Some(Ok((4, 9))));
        assert_eq!(asked("bytes=-2", 10), Some(Ok((8, 9))));
        assert_eq!(asked("bytes=5-99", 10), Some(Ok((5, 9))));
        assert_eq!(asked("bytes=10-", 10), Some(Err(())));
        assert_eq!(asked("bytes=3-1", 10), Some(Err(())));
        assert_eq!(asked("lines=0-3", 10), None);
    }
}

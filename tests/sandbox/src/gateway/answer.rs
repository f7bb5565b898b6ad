//! Prints answers: envelopes, headers, the 404 text.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
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
pub(crate) fn success(reply: Reply) -> Response {
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
    }
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

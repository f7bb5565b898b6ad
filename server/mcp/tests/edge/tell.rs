//! Requests without sockets.

use axum::{Router, body::Body};
use futures::StreamExt;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) json: Value,
}

pub(crate) async fn raw(
    app: &Router,
    method: &str,
    path: &str,
    token: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> http::Response<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.clone()
        .oneshot(request.body(body.into()).unwrap())
        .await
        .unwrap()
}

pub(crate) async fn send(
    app: &Router,
    method: &str,
    path: &str,
    token: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let response = raw(app, method, path, token, headers, body).await;
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Answer {
        status: parts.status,
        headers: parts.headers,
        json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    }
}

/// Opens a session and gives its name.
pub(crate) async fn initialize(app: &Router, path: &str, token: &str, revision: &str) -> String {
    let body = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize",
        "params": { "protocolVersion": revision, "capabilities": {} } });
    let answer = send(app, "POST", path, token, &[], body.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert_eq!(answer.json["result"]["protocolVersion"], revision);
    answer.headers["mcp-session-id"]
        .to_str()
        .unwrap()
        .to_owned()
}

/// The next event of a stream, comments passed over; `None` at its end.
pub(crate) async fn event(body: &mut axum::body::BodyDataStream) -> Option<String> {
    loop {
        let part = body.next().await?.ok()?;
        let text = String::from_utf8(part.to_vec()).unwrap();
        if let Some(data) = text.lines().find_map(|line| line.strip_prefix("data: ")) {
            return Some(data.to_owned());
        }
    }
}

//! Tools over plain HTTP: the list with schemas, and one call with JSON in and out.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use edge::{ApiFault, BearerFault, BearerReason, Door};
use http::{StatusCode, header};
use model::{Access, Locale};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use super::{Admitted, Shared};
use crate::{
    Peer, Revision, core,
    host::Caller,
    rpc::{self, Payload},
    server::Server,
    streams::Owner,
};

fn caller(admitted: &Admitted) -> Caller {
    Caller {
        principal: admitted.principal.clone(),
        slug: admitted.resource.slug.clone(),
        revision: Revision::NEWEST_WITH_SESSIONS,
        profile: admitted.profile,
        capabilities: Arc::default(),
    }
}

fn fault(status: StatusCode, code: &str, en: &str, zh: &str, locale: Locale) -> Response {
    ApiFault::new(status, code, locale.pick(en, zh)).into_response()
}

fn unknown(locale: Locale) -> Response {
    fault(
        StatusCode::NOT_FOUND,
        "not_found",
        "There is no tool of this name for you.",
        "没有可供你使用的同名工具。",
        locale,
    )
}

fn broken(locale: Locale) -> Response {
    fault(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "The request failed on our side.",
        "请求在服务端失败。",
        locale,
    )
}

/// All tools that the caller may use.
pub(super) async fn list(State(server): Shared, request: Request) -> Response {
    let (admitted, _) = match super::admit(&server, Door::Tools, request).await {
        Ok(admitted) => admitted,
        Err(refused) => return refused,
    };
    let caller = caller(&admitted);
    match server.host(&caller.slug).tools(&caller).await {
        Ok(tools) => {
            let mut out = Vec::with_capacity(tools.len() + 16);
            out.extend_from_slice(b"{\"tools\":");
            out.extend_from_slice(&tools);
            out.push(b'}');
            super::json(StatusCode::OK, out.into())
        }
        Err(_) => broken(caller.principal.locale()),
    }
}

/// One tool.
pub(super) async fn one_tool(server: &Server, caller: &Caller, name: &str) -> Option<Value> {
    let tools = server.host(&caller.slug).tools(caller).await.ok()?;
    let tools: Vec<Value> = serde_json::from_slice(&tools).ok()?;
    tools.into_iter().find(|tool| tool["name"] == *name)
}

/// The declaration of one tool.
pub(super) async fn one(State(server): Shared, request: Request) -> Response {
    let name = name(&request);
    let (admitted, _) = match super::admit(&server, Door::Tools, request).await {
        Ok(admitted) => admitted,
        Err(refused) => return refused,
    };
    let caller = caller(&admitted);
    match one_tool(&server, &caller, &name).await {
        Some(tool) => {
            let mut out = Vec::new();
            rpc::write(&mut out, &tool);
            super::json(StatusCode::OK, out.into())
        }
        None => unknown(caller.principal.locale()),
    }
}

/// The last segment of the path. Names of tools need no escapes.
fn name(request: &Request) -> String {
    let path = request.uri().path();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

/// Calls a tool: the body is the object of its arguments.
pub(super) async fn call(State(server): Shared, request: Request) -> Response {
    let name = name(&request);
    let (admitted, body) = match super::admit(&server, Door::Tools, request).await {
        Ok(admitted) => admitted,
        Err(refused) => return refused,
    };
    let locale = admitted.principal.locale();

    let bytes = match super::body(&server, body).await {
        Ok(bytes) => bytes,
        Err(refused) => return refused,
    };
    let Some(arguments) = arguments(&bytes) else {
        return fault(
            StatusCode::BAD_REQUEST,
            "invalid",
            "The body must be a JSON object with the arguments.",
            "请求体必须是包含参数的 JSON 对象。",
            locale,
        );
    };
    let caller = caller(&admitted);
    let cancel = CancellationToken::new();
    let owner = Owner::from(&caller.principal);
    let Ok(_running) = server.streams.begin(owner, None, cancel.clone()) else {
        return ApiFault::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limited",
            locale.pick("Too many calls at once.", "同时运行的调用过多。"),
        )
        .header(header::RETRY_AFTER, "1")
        .into_response();
    };
    // A plain HTTP client that goes away gives the call up.
    let _give_up = cancel.clone().drop_guard();
    let mut params = core::one("name", name.into());
    params.insert("arguments".to_owned(), Value::Object(arguments));
    let request = core::Request {
        method: "tools/call".to_owned(),
        params,
        peer: Peer::silent(),
        cancel,
        desk: None,
    };
    let host = server.host(&caller.slug);
    match core::handle(host, &caller, request, server.state.options.call_time).await {
        Ok(Payload::Fields(fields)) => result(fields, locale),
        Ok(Payload::NeedsWrite(fields)) if caller.principal.client().id.is_none() => {
            result(fields, locale)
        }
        Ok(Payload::NeedsWrite(_)) => BearerFault::new(
            BearerReason::InsufficientScope(Access::Write),
            &server.state.urls,
            &admitted.resource,
        )
        .for_profile(&admitted.chosen)
        .into_response(),
        Ok(Payload::Text(text)) => super::json(StatusCode::OK, text),
        Err(error) if error.code == rpc::INVALID_PARAMS => unknown(locale),
        Err(_) => broken(locale),
    }
}

fn arguments(bytes: &Bytes) -> Option<Map<String, Value>> {
    if bytes.is_empty() {
        return Some(Map::new());
    }
    match crate::json::read(bytes) {
        Ok(Value::Object(fields)) => Some(fields),
        _ => None,
    }
}

/// The result of a tool as an answer of HTTP.
pub(super) fn result(mut fields: Map<String, Value>, locale: Locale) -> Response {
    let failed = fields.get("isError").and_then(Value::as_bool) == Some(true);
    let mut structured = fields.remove("structuredContent");
    let text: Vec<&str> = fields
        .get("content")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|part| part.get("text")?.as_str())
        .collect();
    let text = text.join("\n");
    let images: Vec<Value> = fields
        .get("content")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter(|part| part["type"] == "image")
        .map(|part| serde_json::json!({ "mime_type": part["mimeType"], "data": part["data"] }))
        .collect();
    if !failed {
        let mut out = core::one("text", text.into());
        if let Some(data) = structured {
            out.insert("structured".to_owned(), data);
        }
        if !images.is_empty() {
            out.insert("images".to_owned(), images.into());
        }
        let mut bytes = Vec::new();
        rpc::write(&mut bytes, &out);
        return super::json(StatusCode::OK, bytes.into());
    }
    let error = structured
        .as_mut()
        .and_then(|data| data.get_mut("error"))
        .and_then(Value::as_object_mut)
        .map(std::mem::take)
        .unwrap_or_default();
    failure(error, text, locale)
}

fn failure(mut error: Map<String, Value>, text: String, locale: Locale) -> Response {
    let kind = match error.remove("kind") {
        Some(Value::String(kind)) => kind,
        _ => "internal".to_owned(),
    };
    let status = match kind.as_str() {
        "invalid" | "cancelled" => StatusCode::BAD_REQUEST,
        "reauthorize" | "missing_scope" | "forbidden_resource" | "blocked_by_policy" => {
            StatusCode::FORBIDDEN
        }
        "not_found" => StatusCode::NOT_FOUND,
        "ambiguous" | "conflict" => StatusCode::CONFLICT,
        "rate_limited" | "quota_exhausted" => StatusCode::TOO_MANY_REQUESTS,
        "partial" | "upstream" => StatusCode::BAD_GATEWAY,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let message = match error.remove("message") {
        Some(Value::String(message)) => message,
        _ if text.is_empty() => locale.pick("The call failed.", "调用失败。").to_owned(),
        _ => text,
    };
    let wait = error.get("retry_after").and_then(Value::as_u64);
    let mut fault = ApiFault::new(status, &kind, message);
    for (name, value) in error {
        fault = fault.with(&name, value);
    }
    if let Some(wait) = wait {
        fault = fault.header(header::RETRY_AFTER, &wait.to_string());
    }
    fault.into_response()
}

//! 2026-07-28: every request stands alone and says everything about itself, in its body and
//! again in its headers.

use std::{collections::HashSet, sync::Arc};

use axum::response::{IntoResponse, Response};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::{StreamExt as _, stream};
use http::StatusCode;
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{Admitted, post::Job};
use crate::{
    Revision, RpcError,
    host::{Caller, Watched},
    listen::Filter,
    rpc::{self, Message},
    server::Server,
    sse::{self, Live},
    streams::{Kind, Owner},
    watch::Listener,
};

const META_VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const META_CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";

/// Whether a message belongs to this revision: its `_meta` or its header says so. `initialize`
/// with the parameters of older revisions does not.
pub(super) fn speaks(admitted: &Admitted, message: &Message) -> bool {
    let (method, params) = match message {
        Message::Request { method, params, .. } | Message::Notification { method, params } => {
            (method.as_str(), params)
        }
        Message::Response { .. } => return false,
    };
    let meta = params.get("_meta").and_then(Value::as_object);
    if let Some(version) = meta.and_then(|meta| meta.get(META_VERSION)) {
        let older = version
            .as_str()
            .and_then(Revision::from_name)
            .is_some_and(|known| !known.is_stateless());
        return !older;
    }
    if method == "initialize" && params.contains_key("protocolVersion") {
        return false;
    }
    admitted
        .header("mcp-protocol-version")
        .and_then(Revision::from_name)
        .is_some_and(Revision::is_stateless)
}

/// Answers a message.
pub(super) async fn post(server: &Arc<Server>, admitted: &Admitted, message: Message) -> Response {
    let Message::Request { id, method, params } = message else {
        return StatusCode::ACCEPTED.into_response();
    };
    let capabilities = match check(admitted, &method, &params) {
        Ok(capabilities) => capabilities,
        Err(error) => {
            return super::json(StatusCode::BAD_REQUEST, rpc::response(&id, &Err(error)));
        }
    };
    let caller = Caller {
        principal: admitted.principal.clone(),
        slug: admitted.resource.slug.clone(),
        revision: Revision::V2026_07_28,
        profile: admitted.profile,
        capabilities: Arc::new(capabilities),
    };
    if method == "subscriptions/listen" {
        return listen(server, caller, id, &params).await;
    }
    let job = Job {
        caller,
        id,
        method,
        params,
        session: None,
    };
    super::post::run(server, admitted, job).await
}

/// Checks `_meta` and the headers against the body; gives the client's capabilities.
fn check(
    admitted: &Admitted,
    method: &str,
    params: &Map<String, Value>,
) -> Result<Map<String, Value>, RpcError> {
    let missing = |what: &str| RpcError::invalid_params(format!("_meta must have {what}"));
    let meta = params
        .get("_meta")
        .and_then(Value::as_object)
        .ok_or_else(|| missing("the protocol version and the client's capabilities"))?;
    let version = meta
        .get(META_VERSION)
        .and_then(Value::as_str)
        .ok_or_else(|| missing(META_VERSION))?;
    let capabilities = meta
        .get(META_CAPABILITIES)
        .and_then(Value::as_object)
        .ok_or_else(|| missing(META_CAPABILITIES))?;
    same(admitted, "mcp-protocol-version", version)?;
    if Revision::from_name(version).is_none_or(|known| !known.is_stateless()) {
        return Err(RpcError::unsupported_version(version));
    }
    same(admitted, "mcp-method", method)?;
    let named = match method {
        "tools/call" | "prompts/get" => Some("name"),
        "resources/read" => Some("uri"),
        _ => None,
    };
    if let Some(named) = named {
        let name = params
            .get(named)
            .and_then(Value::as_str)
            .ok_or_else(|| RpcError::invalid_params(format!("{named} must be a text")))?;
        same(admitted, "mcp-name", name)?;
    }
    Ok(capabilities.clone())
}

/// A header must say what the body says.
fn same(admitted: &Admitted, header: &str, expected: &str) -> Result<(), RpcError> {
    let mut values = admitted.headers.get_all(header).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(RpcError::header_mismatch(format!(
            "the header {header} must be there once"
        )));
    };
    let value = value.to_str().unwrap_or_default();
    let fits = match value
        .strip_prefix("=?base64?")
        .and_then(|rest| rest.strip_suffix("?="))
    {
        Some(encoded) => STANDARD
            .decode(encoded)
            .is_ok_and(|bytes| bytes == expected.as_bytes()),
        None => value.trim_matches([' ', '\t']) == expected,
    };
    if fits {
        Ok(())
    } else {
        Err(RpcError::header_mismatch(format!(
            "the header {header} differs from the body"
        )))
    }
}

/// An open subscription. What may not be watched is left out of what is acknowledged.
async fn listen(
    server: &Arc<Server>,
    caller: Caller,
    id: Value,
    params: &Map<String, Value>,
) -> Response {
    let Some(asked) = params.get("notifications").and_then(Value::as_object) else {
        let error = RpcError::invalid_params("notifications must be an object");
        return super::json(StatusCode::OK, rpc::response(&id, &Err(error)));
    };
    let features = server.host(&caller.slug).features();
    let mut filter = Filter::read(id, asked, features);
    let watched = watched(server, &caller, &filter.watched).await;
    filter.watched = watched.iter().map(|one| one.uri.clone()).collect();
    let filter = Arc::new(filter);
    let (sender, frames) = mpsc::channel(16);
    let close = CancellationToken::new();
    let owner = Owner::from(&caller.principal);
    let kind = Kind::Listen(Arc::clone(&filter));
    match server
        .streams
        .open(owner, None, kind, sender.clone(), close.clone())
    {
        Ok(registered) => {
            let principal = caller.principal.clone();
            let listener = Listener {
                caller: Arc::new(caller),
                session: None,
                filter: Some(Arc::clone(&filter)),
                frames: sender,
            };
            let attached = server.watches.table.attach(listener, watched);
            Live {
                first: Some(sse::message(&filter.acknowledged())),
                frames,
                close,
                registered: Some(registered),
                principal,
                doorman: Arc::clone(&server.state.auth),
                clock: Arc::clone(&server.state.clock),
                keep_alive: server.state.options.keep_alive,
                on_drop: None,
                keeps: Some(Box::new(attached)),
            }
            .long_response()
        }
        Err(full) => super::full(full),
    }
}

/// Those of the resources that the caller may watch, each once.
async fn watched(server: &Server, caller: &Caller, asked: &[String]) -> Vec<Watched> {
    let options = &server.state.options;
    let mut seen = HashSet::new();
    let asked = asked.iter().filter(|uri| seen.insert(*uri));
    let host = server.host(&caller.slug);
    let looks = asked.take(options.watched_per_session).map(|uri| async {
        let watch = host.watch(caller, uri, CancellationToken::new());
        let watched = tokio::time::timeout(options.call_time, watch).await;
        watched.ok()?.ok()
    });
    let looks: Vec<_> = looks.collect();
    let found = stream::iter(looks).buffered(4).collect::<Vec<_>>().await;
    found.into_iter().flatten().collect()
}

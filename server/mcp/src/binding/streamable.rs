//! Streamable HTTP: which revision a request belongs to, and the sessions of 2025.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use edge::Door;
use futures::future::join_all;
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{Admitted, Shared, post::Job, stateless};
use crate::{
    Peer, Revision, RpcError,
    core::one,
    host::Caller,
    rpc::{self, Message, PARSE_ERROR, SESSION_NOT_FOUND},
    server::Server,
    session::{self, Session},
    sse::Live,
    streams::{Kind, Owner},
    watch::{self, Desk, Listener},
    wire::{Letter, Signal},
};

const SESSION: &str = "mcp-session-id";
const VERSION: &str = "mcp-protocol-version";
const ALLOW_POST: &str = "POST";

/// A message of a client.
pub(super) async fn post(State(server): Shared, request: Request) -> Response {
    let (admitted, body) = match super::admit(&server, Door::Mcp, request).await {
        Ok(admitted) => admitted,
        Err(refused) => return refused,
    };
    let bytes = match super::body(&server, body).await {
        Ok(bytes) => bytes,
        Err(refused) => return refused,
    };
    let Ok(value) = crate::json::read(&bytes) else {
        let error = RpcError::new(PARSE_ERROR, "Parse error");
        return super::refusal(StatusCode::BAD_REQUEST, &error);
    };
    if let Value::Array(batch) = value {
        return self::batch(&server, &admitted, batch).await;
    }
    let message = match Message::read(value) {
        Ok(message) => message,
        Err((id, error)) => {
            return super::json(StatusCode::BAD_REQUEST, rpc::response(&id, &Err(error)));
        }
    };
    if stateless::speaks(&admitted, &message) {
        return stateless::post(&server, &admitted, message).await;
    }
    if let Some(unknown) = admitted
        .header(VERSION)
        .filter(|name| Revision::from_name(name).is_none())
    {
        let error = RpcError::unsupported_version(unknown);
        return super::refusal(StatusCode::BAD_REQUEST, &error);
    }
    match message {
        Message::Request { id, method, params } if method == "initialize" => {
            initialize(&server, &admitted, id, params).await
        }
        message => match session(&server, &admitted).await {
            Ok(session) => in_session(&server, &admitted, session, message).await,
            Err(refused) => refused,
        },
    }
}

/// The stream of a session.
pub(super) async fn get(State(server): Shared, request: Request) -> Response {
    let (admitted, _) = match super::admit(&server, Door::Mcp, request).await {
        Ok(admitted) => admitted,
        Err(refused) => return refused,
    };
    if admitted.header(SESSION).is_none() {
        return super::not_allowed(ALLOW_POST);
    }
    let session = match session(&server, &admitted).await {
        Ok(session) => session,
        Err(refused) => return refused,
    };
    let (sender, frames) = mpsc::channel(16);
    let close = CancellationToken::new();
    let owner = Owner::from(&admitted.principal);
    let opened = server.streams.open(
        owner,
        Some(Arc::clone(&session.id)),
        Kind::Session,
        sender.clone(),
        close.clone(),
    );
    let registered = match opened {
        Ok(registered) => registered,
        Err(full) => return super::full(full),
    };
    let listener = Listener {
        caller: Arc::new(caller(&admitted, &session)),
        session: Some(Arc::clone(&session.id)),
        filter: None,
        frames: sender,
    };
    let attached = server.watches.table.attach(listener, Vec::new());
    watch::reload(&server, &session.id).await;
    Live {
        // A comment, so that proxies pass the headers on.
        first: Some(Bytes::from_static(b": open\n\n")),
        frames,
        close,
        registered: Some(registered),
        doorman: Arc::clone(&server.state.auth),
        clock: Arc::clone(&server.state.clock),
        keep_alive: server.state.options.keep_alive,
        on_drop: None,
        keeps: Some(Box::new(attached)),
        principal: admitted.principal,
    }
    .long_response()
}

/// The end of a session.
pub(super) async fn delete(State(server): Shared, request: Request) -> Response {
    let (admitted, _) = match super::admit(&server, Door::Mcp, request).await {
        Ok(admitted) => admitted,
        Err(refused) => return refused,
    };
    if admitted.header(SESSION).is_none() {
        return super::not_allowed(ALLOW_POST);
    }
    match session(&server, &admitted).await {
        Ok(session) => match server.sessions.end(&session.id).await {
            Ok(()) => {
                let _lost = Desk::new(&server, &session.id).clear().await;
                StatusCode::NO_CONTENT.into_response()
            }
            Err(_) => super::unavailable(admitted.principal.locale()),
        },
        Err(refused) => refused,
    }
}

async fn session(server: &Server, admitted: &Admitted) -> Result<Session, Response> {
    let Some(id) = admitted.header(SESSION) else {
        let error = RpcError::invalid_request("the Mcp-Session-Id header is missing");
        return Err(super::refusal(StatusCode::BAD_REQUEST, &error));
    };
    match server.sessions.find(&admitted.principal, id).await {
        Ok(Some(session)) => Ok(session),
        // Unknown, ended and somebody else's look alike.
        Ok(None) => {
            let error = RpcError::new(SESSION_NOT_FOUND, "Session not found");
            Err(super::refusal(StatusCode::NOT_FOUND, &error))
        }
        Err(_) => Err(super::unavailable(admitted.principal.locale())),
    }
}

fn caller(admitted: &Admitted, session: &Session) -> Caller {
    Caller {
        principal: admitted.principal.clone(),
        slug: admitted.resource.slug.clone(),
        revision: session.revision,
        profile: admitted.profile,
        capabilities: Arc::clone(&session.capabilities),
    }
}

async fn initialize(
    server: &Arc<Server>,
    admitted: &Admitted,
    id: Value,
    mut params: Map<String, Value>,
) -> Response {
    let (Some(asked), capabilities) = (
        params.get("protocolVersion").and_then(Value::as_str),
        params.get("capabilities"),
    ) else {
        let error = RpcError::invalid_params("protocolVersion must be a text");
        return super::json(StatusCode::OK, rpc::response(&id, &Err(error)));
    };
    // HTTP+SSE has no sessions of this kind.
    let revision = Revision::negotiate(asked).max(Revision::V2025_03_26);
    let capabilities = capabilities.and_then(Value::as_object).cloned();
    let opened = server
        .sessions
        .open(
            &admitted.principal,
            revision,
            capabilities.unwrap_or_default(),
        )
        .await;
    let Ok(session) = opened else {
        return super::unavailable(admitted.principal.locale());
    };
    params.clear();
    let job = Job {
        caller: caller(admitted, &session),
        id,
        method: "initialize".to_owned(),
        params,
        session: None,
    };
    let answer = super::post::inline(server, job, Peer::silent()).await;
    let mut response = super::post::alone(server, admitted, answer);
    if let Ok(value) = HeaderValue::from_str(&session.id) {
        response
            .headers_mut()
            .insert(HeaderName::from_static(SESSION), value);
    }
    response
}

async fn in_session(
    server: &Arc<Server>,
    admitted: &Admitted,
    session: Session,
    message: Message,
) -> Response {
    match message {
        Message::Request { id, method, params } => {
            if method == "logging/setLevel"
                && let Err(refused) = set_level(server, admitted, &session, &params).await
            {
                return refused;
            }
            let job = Job {
                caller: caller(admitted, &session),
                id,
                method,
                params,
                session: Some(session),
            };
            super::post::run(server, admitted, job).await
        }
        Message::Notification { method, params } => {
            if method == "notifications/cancelled" {
                cancel(server, &session, &params).await;
            }
            StatusCode::ACCEPTED.into_response()
        }
        Message::Response { id, outcome } => {
            give_answer(server, admitted, &session, &id, outcome).await;
            StatusCode::ACCEPTED.into_response()
        }
    }
}

async fn set_level(
    server: &Server,
    admitted: &Admitted,
    session: &Session,
    params: &Map<String, Value>,
) -> Result<(), Response> {
    let mut changed = session.clone();
    changed.level = params
        .get("level")
        .and_then(Value::as_str)
        .map(|level| level.chars().take(16).collect());
    server
        .sessions
        .keep(&admitted.principal, &changed)
        .await
        .map_err(|_| super::unavailable(admitted.principal.locale()))
}

/// Cancels here, or tells the node where it runs.
async fn cancel(server: &Server, session: &Session, params: &Map<String, Value>) {
    let Some(request) = params.get("requestId") else {
        return;
    };
    let request = request.to_string();
    if !server.streams.cancel(&session.id, &request) {
        let signal = Signal::CancelRequest(session.id.to_string(), request);
        let _lost = server.state.wire.publish(signal).await;
    }
}

/// Brings the answer to a question to the node that asked.
async fn give_answer(
    server: &Server,
    admitted: &Admitted,
    session: &Session,
    id: &Value,
    outcome: Result<Value, Value>,
) {
    let Some(id) = id.as_str() else {
        return;
    };
    let binding = session::binding(&admitted.principal);
    match crate::exchange::Exchange::node_of(id) {
        Some(node) if node == server.node => server.exchange.answer(id, &binding, outcome),
        Some(node) => {
            let (name, value) = match outcome {
                Ok(result) => ("result", result),
                Err(error) => ("error", error),
            };
            let mut body = one("jsonrpc", "2.0".into());
            body.insert("id".to_owned(), id.into());
            body.insert(name.to_owned(), value);
            let letter = Letter {
                session: session.id.to_string(),
                binding,
                body: Value::Object(body).to_string(),
            };
            let _lost = server.state.wire.send(node, letter).await;
        }
        None => {}
    }
}

/// Several messages at once: only sessions of 2025-03-26 may send them.
async fn batch(server: &Arc<Server>, admitted: &Admitted, batch: Vec<Value>) -> Response {
    let refuse = |why| super::refusal(StatusCode::BAD_REQUEST, &RpcError::invalid_request(why));
    if admitted.header(SESSION).is_none() {
        return refuse("batches are not part of this revision");
    }
    let session = match session(server, admitted).await {
        Ok(session) => session,
        Err(refused) => return refused,
    };
    if session.revision != Revision::V2025_03_26 {
        return refuse("batches are not part of this revision");
    }
    if batch.is_empty() || batch.len() > server.state.options.batch {
        return refuse("a batch has too few or too many messages");
    }
    let answers = join_all(
        batch
            .into_iter()
            .map(|value| one_of_batch(server, admitted, &session, value)),
    )
    .await;
    let answers: Vec<Bytes> = answers.into_iter().flatten().collect();
    if answers.is_empty() {
        return StatusCode::ACCEPTED.into_response();
    }
    let mut out = vec![b'['];
    out.extend_from_slice(&answers.join(&b','));
    out.push(b']');
    super::json(StatusCode::OK, out.into())
}

async fn one_of_batch(
    server: &Arc<Server>,
    admitted: &Admitted,
    session: &Session,
    value: Value,
) -> Option<Bytes> {
    match Message::read(value) {
        Ok(Message::Request { id, method, .. }) if method == "initialize" => Some(rpc::response(
            &id,
            &Err(RpcError::invalid_request(
                "initialize may not be in a batch",
            )),
        )),
        Ok(Message::Request { id, method, params }) => {
            let job = Job {
                caller: caller(admitted, session),
                id,
                method,
                params,
                session: Some(session.clone()),
            };
            let (sender, mut frames) = mpsc::channel(super::post::QUEUE);
            super::post::start(server, job, sender);
            loop {
                if let crate::peer::Frame::Last(answer) = frames.recv().await? {
                    return Some(answer.body);
                }
            }
        }
        Ok(other) => {
            let _accepted = in_session(server, admitted, session.clone(), other).await;
            None
        }
        Err((id, error)) => Some(rpc::response(&id, &Err(error))),
    }
}

//! HTTP+SSE of 2024-11-05: answers come on a stream, messages are posted beside it.
//!
//! A session lives where its stream is open. Its name begins with that node's name, so that
//! messages which reach another replica can be sent there.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use calls::Profile;
use edge::Door;
use http::StatusCode;
use model::{Principal, Slug};
use parking_lot::Mutex;
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{Shared, post::Job};
use crate::{
    Peer, Revision, RpcError,
    host::Caller,
    peer::Frame,
    rpc::{self, Message, PARSE_ERROR, SESSION_NOT_FOUND},
    server::Server,
    session::{self, Session},
    sse::{self, Live},
    streams::{Kind, Owner},
    watch::Listener,
    wire::Letter,
};

const KIND: &str = "mcp_sse";

/// What `initialize` settled.
#[derive(Clone)]
struct Settled {
    revision: Revision,
    capabilities: Arc<Map<String, Value>>,
    level: Option<String>,
}

/// A session whose stream is open on this node.
pub(crate) struct SseSession {
    id: Arc<str>,
    pub(crate) binding: Arc<str>,
    principal: Principal,
    slug: Slug,
    profile: Profile,
    frames: mpsc::Sender<Frame>,
    settled: Mutex<Settled>,
}

/// Takes a session off the tables when its stream ends, and gives up its calls.
struct Ending {
    server: Arc<Server>,
    id: Arc<str>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.server.sse.lock().remove(&*self.id);
        self.server.streams.end_session(&self.id);
        let (server, id) = (Arc::clone(&self.server), Arc::clone(&self.id));
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let _lost = server.state.wire.delete(KIND, &id).await;
            });
        }
    }
}

/// Opens a session: the stream, whose first event says where to post.
pub(super) async fn get(State(server): Shared, request: Request) -> Response {
    let (admitted, _) = match super::admit(&server, Door::Sse, request).await {
        Ok(admitted) => admitted,
        Err(refused) => return refused,
    };
    let id: Arc<str> = format!(
        "{}.{}",
        server.node,
        crate::ids::random(&*server.state.entropy)
    )
    .into();
    let binding = session::binding(&admitted.principal);
    let (sender, frames) = mpsc::channel(super::post::QUEUE);
    let close = CancellationToken::new();
    let owner = Owner::from(&admitted.principal);
    let opened = server.streams.open(
        owner,
        Some(Arc::clone(&id)),
        Kind::Session,
        sender.clone(),
        close.clone(),
    );
    let registered = match opened {
        Ok(registered) => registered,
        Err(full) => return super::full(full),
    };
    let idle = server.state.options.session_idle;
    // Without the bus the session still works where its stream is.
    let _lost = server.state.wire.put(KIND, &id, &binding, idle).await;
    let profile = admitted.profile;
    let place = if admitted.resource.at_root {
        edge::routes::ROOT_MESSAGES.to_owned()
    } else {
        format!("/t/{}/messages", admitted.resource.slug)
    };
    let listener = Listener {
        caller: Arc::new(Caller {
            principal: admitted.principal.clone(),
            slug: admitted.resource.slug.clone(),
            revision: Revision::V2024_11_05,
            profile,
            capabilities: Arc::default(),
        }),
        session: Some(Arc::clone(&id)),
        filter: None,
        frames: sender.clone(),
    };
    let attached = server.watches.table.attach(listener, Vec::new());
    let session = SseSession {
        id: Arc::clone(&id),
        binding: binding.into(),
        principal: admitted.principal.clone(),
        slug: admitted.resource.slug,
        profile,
        frames: sender,
        settled: Mutex::new(Settled {
            revision: Revision::V2024_11_05,
            capabilities: Arc::default(),
            level: None,
        }),
    };
    server.sse.lock().insert(id.to_string(), Arc::new(session));
    Live {
        first: Some(sse::named(
            "endpoint",
            format!("{place}?session={id}").as_bytes(),
        )),
        frames,
        close,
        registered: Some(registered),
        principal: admitted.principal,
        doorman: Arc::clone(&server.state.auth),
        clock: Arc::clone(&server.state.clock),
        keep_alive: server.state.options.keep_alive,
        on_drop: None,
        keeps: Some(Box::new((Ending { server, id }, attached))),
    }
    .long_response()
}

/// POST to the stream's address: clients of newer revisions try it, and fall back on 405.
pub(super) async fn refuse(State(server): Shared, request: Request) -> Response {
    match super::admit(&server, Door::Sse, request).await {
        Ok(_) => super::not_allowed("GET"),
        Err(refused) => refused,
    }
}

/// A message of the client of a session.
pub(super) async fn post(State(server): Shared, request: Request) -> Response {
    let (admitted, body) = match super::admit(&server, Door::Sse, request).await {
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
    let message = match Message::read(value) {
        Ok(message) => message,
        Err((id, error)) => {
            return super::json(StatusCode::BAD_REQUEST, rpc::response(&id, &Err(error)));
        }
    };
    let nobody = || {
        let error = RpcError::new(SESSION_NOT_FOUND, "Session not found");
        super::refusal(StatusCode::NOT_FOUND, &error)
    };
    let binding = session::binding(&admitted.principal);
    let id = admitted.parameter("session").unwrap_or_default();
    let here = server.sse.lock().get(id).cloned();
    if let Some(session) = here {
        if *session.binding != *binding {
            return nobody();
        }
        take(&server, &session, message);
        return StatusCode::ACCEPTED.into_response();
    }
    let Some((node, _)) = id.rsplit_once('.').filter(|(node, _)| *node != server.node) else {
        return nobody();
    };
    let idle = server.state.options.session_idle;
    match server.state.wire.get(KIND, id, Some(idle)).await {
        Ok(Some(known)) if known == binding => {}
        Ok(_) => return nobody(),
        Err(_) => return super::unavailable(admitted.principal.locale()),
    }
    let Ok(body) = String::from_utf8(bytes.to_vec()) else {
        return nobody();
    };
    let letter = Letter {
        session: id.to_owned(),
        binding,
        body,
    };
    match server.state.wire.send(node, letter).await {
        Ok(true) => StatusCode::ACCEPTED.into_response(),
        Ok(false) => nobody(),
        Err(_) => super::unavailable(admitted.principal.locale()),
    }
}

/// Handles a message where the stream is.
pub(crate) fn take(server: &Arc<Server>, session: &Arc<SseSession>, message: Message) {
    match message {
        Message::Request { id, method, params } => {
            settle(session, &method, &params);
            let settled = session.settled.lock().clone();
            let job = Job {
                caller: Caller {
                    principal: session.principal.clone(),
                    slug: session.slug.clone(),
                    revision: settled.revision,
                    profile: session.profile,
                    capabilities: Arc::clone(&settled.capabilities),
                },
                id,
                method,
                params,
                session: Some(Session {
                    id: Arc::clone(&session.id),
                    revision: settled.revision,
                    capabilities: settled.capabilities,
                    level: settled.level,
                }),
            };
            answer(server, session, job);
        }
        Message::Notification { method, params } => {
            if method == "notifications/cancelled"
                && let Some(request) = params.get("requestId")
            {
                server.streams.cancel(&session.id, &request.to_string());
            }
        }
        Message::Response { id, outcome } => {
            if let Some(id) = id.as_str() {
                server.exchange.answer(id, &session.binding, outcome);
            }
        }
    }
}

fn settle(session: &SseSession, method: &str, params: &Map<String, Value>) {
    let text = |name: &str| params.get(name).and_then(Value::as_str);
    match method {
        "initialize" => {
            let mut settled = session.settled.lock();
            settled.revision = Revision::negotiate(text("protocolVersion").unwrap_or_default());
            let declared = params.get("capabilities").and_then(Value::as_object);
            settled.capabilities = Arc::new(declared.cloned().unwrap_or_default());
        }
        "logging/setLevel" => session.settled.lock().level = text("level").map(str::to_owned),
        _ => {}
    }
}

/// Answers on the session's stream. The answer to a request that was cancelled is not sent.
fn answer(server: &Arc<Server>, session: &Arc<SseSession>, job: Job) {
    let (server, session) = (Arc::clone(server), Arc::clone(session));
    tokio::spawn(async move {
        if !super::post::takes_time(&job.method) && server.state.special.is_none() {
            let answer = super::post::inline(&server, job, Peer::silent()).await;
            let _gone = session.frames.send(Frame::Message(answer.body)).await;
            return;
        }
        let (sender, mut frames) = mpsc::channel(super::post::QUEUE);
        let cancel = super::post::start(&server, job, sender);
        while let Some(frame) = frames.recv().await {
            let (message, last) = match frame {
                Frame::Message(message) => (message, false),
                Frame::Last(answer) => (answer.body, true),
                Frame::Recheck => continue,
            };
            if cancel.is_cancelled() || session.frames.send(Frame::Message(message)).await.is_err()
            {
                return;
            }
            if last {
                return;
            }
        }
    });
}

//! One request that came by POST: run it, and answer with JSON, or with a stream once a
//! notification comes before the result.

use std::{any::Any, sync::Arc};

use axum::response::{IntoResponse, Response};
use edge::{BearerFault, BearerReason};
use http::StatusCode;
use model::Access;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Admitted;
use crate::{
    Peer, RpcError,
    core::{self, one},
    host::Caller,
    peer::{Answer, Frame},
    rpc::{self, Outcome, Payload},
    server::Server,
    session::{self, Session},
    sse::Live,
    streams::{Kind, Owner},
    watch::Desk,
};

/// Messages that wait for a client that does not keep up.
pub(super) const QUEUE: usize = 64;

/// A request, ready to run.
pub(super) struct Job {
    pub(super) caller: Caller,
    pub(super) id: Value,
    pub(super) method: String,
    pub(super) params: Map<String, Value>,
    pub(super) session: Option<Session>,
}

impl Job {
    fn desk(&self, server: &Arc<Server>) -> Option<Desk> {
        let session = self.session.as_ref()?;
        Some(Desk::new(server, &session.id))
    }

    fn meta(&self) -> Option<&Map<String, Value>> {
        self.params.get("_meta").and_then(Value::as_object)
    }

    /// The client as this request lets it be spoken to.
    fn peer(&self, server: &Server, frames: mpsc::Sender<Frame>) -> Peer {
        let peer = Peer::on(frames, self.meta());
        if self.caller.revision.is_stateless() {
            let level = self
                .meta()
                .and_then(|meta| meta.get("io.modelcontextprotocol/logLevel"))
                .and_then(Value::as_str);
            return peer.with_level(level);
        }
        let level = self.session.as_ref().and_then(|one| one.level.as_deref());
        peer.with_level(Some(level.unwrap_or("info")))
            .with_questions(
                Arc::clone(&server.exchange),
                session::binding(&self.caller.principal).into(),
            )
    }
}

/// Whether Feishu may be asked on the way, so that the client can give up and too many at once are
/// refused.
pub(super) fn takes_time(method: &str) -> bool {
    matches!(
        method,
        "tools/call"
            | "resources/read"
            | "resources/list"
            | "resources/subscribe"
            | "prompts/get"
            | "completion/complete"
    )
}

/// The status of an answer that travels alone.
fn answer(id: &Value, stateless: bool, outcome: &Outcome) -> Answer {
    let status = match outcome {
        Err(error) if stateless => error.stateless_status(),
        _ => StatusCode::OK,
    };
    Answer {
        body: rpc::response(id, outcome),
        status,
        needs_write: matches!(outcome, Ok(Payload::NeedsWrite(_))),
    }
}

/// Runs a request where it stands; the client hears nothing before the result.
pub(super) async fn inline(server: &Arc<Server>, job: Job, peer: Peer) -> Answer {
    let stateless = job.caller.revision.is_stateless();
    let host = server.host(&job.caller.slug);
    let desk = job.desk(server);
    let request = core::Request {
        desk,
        method: job.method,
        params: job.params,
        peer,
        cancel: CancellationToken::new(),
    };
    let deadline = server.state.options.call_time;
    let outcome = core::handle(host, &job.caller, request, deadline).await;
    answer(&job.id, stateless, &outcome)
}

/// Starts a call in a task of its own. The last frame is its answer.
pub(super) fn start(
    server: &Arc<Server>,
    job: Job,
    frames: mpsc::Sender<Frame>,
) -> CancellationToken {
    let cancel = CancellationToken::new();
    let stateless = job.caller.revision.is_stateless();
    let owner = Owner::from(&job.caller.principal);
    let request = job
        .session
        .as_ref()
        .map(|session| (Arc::clone(&session.id), job.id.to_string()));
    let running = server.streams.begin(owner, request, cancel.clone());
    let peer = job.peer(server, frames.clone());
    let server = Arc::clone(server);
    let token = cancel.clone();
    tokio::spawn(async move {
        let outcome = if running.is_err() {
            busy(&job)
        } else {
            let desk = job.desk(&server);
            let request = core::Request {
                desk,
                method: job.method,
                params: job.params,
                peer: peer.clone(),
                cancel: token,
            };
            let host = server.host(&job.caller.slug);
            core::handle(host, &job.caller, request, server.state.options.call_time).await
        };
        peer.end();
        drop(running);
        let last = answer(&job.id, stateless, &outcome);
        let _gone = frames.send(Frame::Last(last)).await;
    });
    cancel
}

/// Too many calls at once: of a tool, a result that a model can read.
fn busy(job: &Job) -> Outcome {
    let caller = &job.caller;
    if job.method != "tools/call" {
        let error = RpcError::new(rpc::TOO_MANY, "Too many calls at once");
        return Err(error.with_data(json!({ "retry_after": 1 })));
    }
    let text = caller.principal.locale().pick(
        "Too many calls are running at once. Wait for some of them, then retry.",
        "同时运行的调用过多，请等待部分调用完成后重试。",
    );
    let mut fields = one("content", json!([{ "type": "text", "text": text }]));
    let error = json!({ "kind": "rate_limited", "message": text, "retry_after": 1 });
    fields.insert("structuredContent".to_owned(), json!({ "error": error }));
    fields.insert("isError".to_owned(), true.into());
    if caller.revision.is_stateless() {
        fields.insert("resultType".to_owned(), "complete".into());
    }
    Ok(Payload::Fields(fields))
}

/// Runs a request and answers.
pub(super) async fn run(server: &Arc<Server>, admitted: &Admitted, job: Job) -> Response {
    if !takes_time(&job.method) && server.state.special.is_none() {
        let answer = inline(server, job, Peer::silent()).await;
        return alone(server, admitted, answer);
    }
    let stateless = job.caller.revision.is_stateless();
    let session = job.session.as_ref().map(|session| Arc::clone(&session.id));
    let (sender, mut frames) = mpsc::channel(QUEUE);
    let cancel = start(server, job, sender.clone());
    // 2026-07-28: a client that goes away gives the call up. Before, it does not.
    let mut on_drop = stateless.then(|| cancel.drop_guard());
    let first = loop {
        match frames.recv().await {
            Some(Frame::Last(answer)) => {
                if let Some(guard) = on_drop.take() {
                    guard.disarm();
                }
                return alone(server, admitted, answer);
            }
            Some(Frame::Message(message)) => break message,
            Some(Frame::Recheck) => {}
            None => return super::refusal(StatusCode::OK, &RpcError::internal()),
        }
    };
    let close = CancellationToken::new();
    let owner = Owner::from(&admitted.principal);
    let registered = server
        .streams
        .open(owner, session, Kind::Answer, sender, close.clone());
    let Ok(registered) = registered else {
        // No place for a stream: the notifications are left out.
        return loop {
            match frames.recv().await {
                Some(Frame::Last(answer)) => break alone(server, admitted, answer),
                Some(_) => {}
                None => break super::refusal(StatusCode::OK, &RpcError::internal()),
            }
        };
    };
    let keeps: Option<Box<dyn Any + Send + Sync>> = None;
    Live {
        first: Some(crate::sse::message(&first)),
        frames,
        close,
        registered: Some(registered),
        principal: admitted.principal.clone(),
        doorman: Arc::clone(&server.state.auth),
        clock: Arc::clone(&server.state.clock),
        keep_alive: server.state.options.keep_alive,
        on_drop,
        keeps,
    }
    .response()
}

/// An answer that travels alone.
pub(super) fn alone(server: &Server, admitted: &Admitted, answer: Answer) -> Response {
    // Clients that registered can ask their member for more; a key cannot.
    if answer.needs_write && admitted.principal.client().id.is_some() {
        let reason = BearerReason::InsufficientScope(Access::Write);
        return BearerFault::new(reason, &server.state.urls, &admitted.resource)
            .for_profile(&admitted.chosen)
            .into_response();
    }
    super::json(answer.status, answer.body)
}

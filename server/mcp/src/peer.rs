//! The client at the other end of a running call: progress, log messages, questions.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Map, Value, json};
use tokio::sync::{mpsc, oneshot};

use crate::{exchange::Exchange, rpc};

/// What goes to a client on a stream.
#[derive(Debug)]
pub enum Frame {
    /// One JSON-RPC message.
    Message(Bytes),
    /// The last one: the stream ends after it.
    Last(Answer),
    /// Ask again whether the credential holds.
    Recheck,
}

/// The answer to one request, as it would travel alone.
#[derive(Debug)]
pub struct Answer {
    /// A JSON-RPC response.
    pub body: Bytes,
    /// The status, unless a stream has begun.
    pub status: StatusCode,
    /// The credential does not cover the call: a challenge goes with it.
    pub needs_write: bool,
}

impl Answer {
    /// An answer with status 200.
    pub const fn ok(body: Bytes) -> Self {
        Self {
            body,
            status: StatusCode::OK,
            needs_write: false,
        }
    }
}

/// Severities of log messages (RFC 5424), least first.
const LEVELS: [&str; 8] = [
    "debug",
    "info",
    "notice",
    "warning",
    "error",
    "critical",
    "alert",
    "emergency",
];

/// A question to a client was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the client did not answer")]
pub struct NoAnswer;

/// Speaks to the client of one call. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Peer {
    frames: Option<mpsc::Sender<Frame>>,
    progress_token: Option<Value>,
    level: Option<usize>,
    exchange: Option<Arc<Exchange>>,
    binding: Arc<str>,
    ended: Arc<AtomicBool>,
}

impl Peer {
    /// A client that hears nothing before the result: batches and plain HTTP.
    pub fn silent() -> Self {
        Self {
            frames: None,
            progress_token: None,
            level: None,
            exchange: None,
            binding: Arc::from(""),
            ended: Arc::default(),
        }
    }

    /// A client on a stream; `meta` is the `_meta` of its request.
    pub fn on(frames: mpsc::Sender<Frame>, meta: Option<&Map<String, Value>>) -> Self {
        let token = meta.and_then(|meta| meta.get("progressToken"));
        Self {
            frames: Some(frames),
            progress_token: token
                .filter(|token| token.is_string() || token.is_number())
                .cloned(),
            ..Self::silent()
        }
    }

    /// Sends log messages of this severity and above; an unknown name sends none.
    #[must_use]
    pub fn with_level(mut self, level: Option<&str>) -> Self {
        self.level = level.and_then(|name| LEVELS.iter().position(|known| *known == name));
        self
    }

    /// Lets questions be asked (revisions of 2025); answers must come from the same principal.
    #[must_use]
    pub(crate) fn with_questions(mut self, exchange: Arc<Exchange>, binding: Arc<str>) -> Self {
        self.exchange = Some(exchange);
        self.binding = binding;
        self
    }

    /// Whether the client asked for progress.
    pub const fn wants_progress(&self) -> bool {
        self.progress_token.is_some()
    }

    /// Reports progress; nothing without a token, or after the result.
    pub fn progress(&self, done: u64, total: Option<u64>, message: &str) {
        let Some(token) = &self.progress_token else {
            return;
        };
        let mut params = json!({ "progressToken": token, "progress": done });
        if let (Some(total), Some(fields)) = (total, params.as_object_mut()) {
            fields.insert("total".to_owned(), total.into());
        }
        if let (false, Some(fields)) = (message.is_empty(), params.as_object_mut()) {
            fields.insert("message".to_owned(), message.into());
        }
        self.notify("notifications/progress", &params);
    }

    /// Sends a log message, if the client wants this severity.
    pub fn log(&self, level: &str, data: &Value) {
        let severity = LEVELS.iter().position(|known| *known == level);
        if let (Some(wanted), Some(severity)) = (self.level, severity)
            && severity >= wanted
        {
            self.notify(
                "notifications/message",
                &json!({ "level": level, "data": data }),
            );
        }
    }

    /// Sends a notification. It is dropped when the client does not keep up.
    pub fn notify(&self, method: &str, params: &Value) {
        if let Some(frames) = &self.frames
            && !self.ended.load(Ordering::Acquire)
        {
            let message = rpc::outgoing(None, method, params);
            let _full = frames.try_send(Frame::Message(message));
        }
    }

    /// Asks the client and waits for its answer, `limit` at most.
    pub async fn ask(
        &self,
        method: &str,
        params: &Value,
        limit: Duration,
    ) -> Result<Result<Value, Value>, NoAnswer> {
        let (Some(frames), Some(exchange)) = (&self.frames, &self.exchange) else {
            return Err(NoAnswer);
        };
        let (id, answer): (_, oneshot::Receiver<_>) = exchange.open(&self.binding);
        let message = rpc::outgoing(Some(id.text()), method, params);
        frames
            .send(Frame::Message(message))
            .await
            .map_err(|_| NoAnswer)?;
        match tokio::time::timeout(limit, answer).await {
            Ok(Ok(outcome)) => Ok(outcome),
            _ => Err(NoAnswer),
        }
    }

    /// After this, nothing more is sent for the call.
    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::Release);
    }
}

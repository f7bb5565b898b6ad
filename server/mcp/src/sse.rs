//! Server-sent events: a stream that ends with its credential.

use std::{any::Any, convert::Infallible, sync::Arc, time::Duration};

use axum::{body::Body, response::Response};
use bytes::{BufMut, Bytes, BytesMut};
use edge::LongStream;
use http::{HeaderName, HeaderValue, StatusCode, header};
use model::{Clock, Principal};
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{doorman::Doorman, peer::Frame, streams::Registered};

/// One event with a JSON message.
pub(crate) fn message(json: &[u8]) -> Bytes {
    named("message", json)
}

/// One event. `data` has no line breaks.
pub(crate) fn named(event: &str, data: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(data.len() + event.len() + 16);
    out.put_slice(b"event: ");
    out.put_slice(event.as_bytes());
    out.put_slice(b"\ndata: ");
    out.put_slice(data);
    out.put_slice(b"\n\n");
    out.freeze()
}

const KEEP_ALIVE: &[u8] = b": keep-alive\n\n";

/// An open stream.
pub(crate) struct Live {
    /// Sent at once.
    pub first: Option<Bytes>,
    /// What is to be sent.
    pub frames: mpsc::Receiver<Frame>,
    /// Fires when the stream must end now.
    pub close: CancellationToken,
    /// Its place in the tables.
    pub registered: Option<Registered>,
    /// Whose it is.
    pub principal: Principal,
    /// Asked at each tick.
    pub doorman: Arc<dyn Doorman>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Time between ticks.
    pub keep_alive: Duration,
    /// Fires when the client goes away (2026-07-28).
    pub on_drop: Option<DropGuard>,
    /// Dropped with the stream.
    #[expect(dead_code, reason = "held for what its end does")]
    pub keeps: Option<Box<dyn Any + Send + Sync>>,
}

struct Running {
    live: Live,
    tick: Instant,
    ended: bool,
}

impl Live {
    /// The response of a stream that stays open without much to say: it may have its connection
    /// to itself.
    pub(crate) fn long_response(self) -> Response {
        let mut response = self.response();
        response.extensions_mut().insert(LongStream);
        response
    }

    /// The response that carries the stream.
    pub(crate) fn response(self) -> Response {
        let running = Running {
            tick: Instant::now() + self.until_tick(),
            live: self,
            ended: false,
        };
        let stream = futures::stream::unfold(running, |mut running| async move {
            running
                .next()
                .await
                .map(|part| (Ok::<_, Infallible>(part), running))
        });
        let mut response = Response::new(Body::from_stream(stream));
        *response.status_mut() = StatusCode::OK;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/event-stream"),
        );
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-cache, no-transform"),
        );
        headers.insert(
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        );
        response
    }

    /// Time to the next tick: a keep-alive, or the end of the credential if that is sooner.
    fn until_tick(&self) -> Duration {
        match self.principal.expires_at() {
            Some(end) => end.since(self.clock.now()).min(self.keep_alive),
            None => self.keep_alive,
        }
    }

    async fn may_stay(&self) -> bool {
        let over = self
            .principal
            .expires_at()
            .is_some_and(|end| end <= self.clock.now());
        !over && self.doorman.still_valid(&self.principal).await
    }
}

impl Running {
    async fn next(&mut self) -> Option<Bytes> {
        if self.ended {
            return None;
        }
        if let Some(first) = self.live.first.take() {
            return Some(first);
        }
        loop {
            tokio::select! {
                biased;
                () = self.live.close.cancelled() => return None,
                frame = self.live.frames.recv() => match frame? {
                    Frame::Message(json) => return Some(message(&json)),
                    Frame::Last(answer) => {
                        self.ended = true;
                        self.live.registered = None;
                        if let Some(guard) = self.live.on_drop.take() {
                            guard.disarm();
                        }
                        return Some(message(&answer.body));
                    }
                    Frame::Recheck => {
                        if !self.live.may_stay().await {
                            return None;
                        }
                    }
                },
                () = tokio::time::sleep_until(self.tick) => {
                    if !self.live.may_stay().await {
                        return None;
                    }
                    self.tick = Instant::now() + self.live.until_tick();
                    return Some(Bytes::from_static(KEEP_ALIVE));
                }
            }
        }
    }
}

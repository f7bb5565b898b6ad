//! The open streams and running calls of this node: found when a grant is revoked, a list
//! changes or the node shuts down.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use model::{GrantId, MemberId, Principal, TenantId};
use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{
    listen::Filter,
    peer::{Answer, Frame},
};

/// Whose a stream or call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Owner {
    /// The tenant.
    pub tenant: TenantId,
    /// The member.
    pub member: Option<MemberId>,
    /// The grant.
    pub grant: Option<GrantId>,
}

impl From<&Principal> for Owner {
    fn from(principal: &Principal) -> Self {
        Self {
            tenant: principal.tenant(),
            member: principal.member(),
            grant: principal.grant(),
        }
    }
}

/// What a stream is for.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// The answer to one request.
    Answer,
    /// The GET stream of a session, or a session of HTTP+SSE: hears of changed lists.
    Session,
    /// `subscriptions/listen`: hears what it asked for, and gets a last result.
    Listen(Arc<Filter>),
}

struct Stream {
    owner: Owner,
    session: Option<Arc<str>>,
    kind: Kind,
    frames: mpsc::Sender<Frame>,
    close: CancellationToken,
}

struct Call {
    owner: Owner,
    cancel: CancellationToken,
    request: Option<(Arc<str>, String)>,
}

#[derive(Default)]
struct Tables {
    next: u64,
    streams: HashMap<u64, Stream>,
    streams_of: HashMap<(TenantId, Option<MemberId>), usize>,
    calls: HashMap<u64, Call>,
    calls_of: HashMap<(TenantId, Option<MemberId>), usize>,
    by_request: HashMap<(Arc<str>, String), u64>,
}

/// Why a stream or call is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    /// The member has too many.
    Member,
    /// The node has too many, or is shutting down.
    Node,
}

/// How many there may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caps {
    /// Streams of one member.
    pub streams_per_member: usize,
    /// Streams in all.
    pub streams_per_node: usize,
    /// Calls of one member.
    pub calls_per_member: usize,
}

/// The tables of streams and calls.
pub(crate) struct Streams {
    caps: Caps,
    draining: AtomicBool,
    tables: Mutex<Tables>,
}

/// A registered stream; dropping it takes it off the table.
pub(crate) struct Registered {
    id: u64,
    is_call: bool,
    streams: Arc<Streams>,
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.streams.remove(self.id, self.is_call);
    }
}

impl Streams {
    /// Empty tables.
    pub(crate) fn new(caps: Caps) -> Arc<Self> {
        Arc::new(Self {
            caps,
            draining: AtomicBool::new(false),
            tables: Mutex::default(),
        })
    }

    /// Adds a stream.
    pub(crate) fn open(
        self: &Arc<Self>,
        owner: Owner,
        session: Option<Arc<str>>,
        kind: Kind,
        frames: mpsc::Sender<Frame>,
        close: CancellationToken,
    ) -> Result<Registered, Full> {
        if self.draining.load(Ordering::Acquire) {
            return Err(Full::Node);
        }
        let mut tables = self.tables.lock();
        if tables.streams.len() >= self.caps.streams_per_node {
            return Err(Full::Node);
        }
        let of = tables
            .streams_of
            .entry((owner.tenant, owner.member))
            .or_default();
        if *of >= self.caps.streams_per_member {
            return Err(Full::Member);
        }
        *of += 1;
        let id = tables.next;
        tables.next += 1;
        let stream = Stream {
            owner,
            session,
            kind,
            frames,
            close,
        };
        tables.streams.insert(id, stream);
        Ok(Registered {
            id,
            is_call: false,
            streams: Arc::clone(self),
        })
    }

    /// Adds a call; with `request` (session and id) the session's client can cancel it.
    pub(crate) fn begin(
        self: &Arc<Self>,
        owner: Owner,
        request: Option<(Arc<str>, String)>,
        cancel: CancellationToken,
    ) -> Result<Registered, Full> {
        let mut tables = self.tables.lock();
        let of = tables
            .calls_of
            .entry((owner.tenant, owner.member))
            .or_default();
        if *of >= self.caps.calls_per_member {
            return Err(Full::Member);
        }
        *of += 1;
        let id = tables.next;
        tables.next += 1;
        if let Some(request) = &request {
            tables.by_request.insert(request.clone(), id);
        }
        let call = Call {
            owner,
            cancel,
            request,
        };
        tables.calls.insert(id, call);
        Ok(Registered {
            id,
            is_call: true,
            streams: Arc::clone(self),
        })
    }

    fn remove(&self, id: u64, is_call: bool) {
        let mut tables = self.tables.lock();
        let tables = &mut *tables;
        let (owner, of) = if is_call {
            let Some(call) = tables.calls.remove(&id) else {
                return;
            };
            if let Some(request) = call.request
                && tables.by_request.get(&request) == Some(&id)
            {
                tables.by_request.remove(&request);
            }
            (call.owner, &mut tables.calls_of)
        } else {
            let Some(stream) = tables.streams.remove(&id) else {
                return;
            };
            (stream.owner, &mut tables.streams_of)
        };
        let key = (owner.tenant, owner.member);
        if let Some(count) = of.get_mut(&key) {
            *count -= 1;
            if *count == 0 {
                of.remove(&key);
            }
        }
    }

    /// Cancels a request of a session; whether it runs here.
    pub(crate) fn cancel(&self, session: &str, request: &str) -> bool {
        let tables = self.tables.lock();
        let key = (Arc::from(session), request.to_owned());
        let call = tables
            .by_request
            .get(&key)
            .and_then(|id| tables.calls.get(id));
        if let Some(call) = call {
            call.cancel.cancel();
        }
        call.is_some()
    }

    /// Ends the streams and calls whose owner fits.
    pub(crate) fn end_of(&self, fits: impl Fn(&Owner) -> bool) {
        let tables = self.tables.lock();
        for stream in tables.streams.values().filter(|one| fits(&one.owner)) {
            stream.close.cancel();
        }
        for call in tables.calls.values().filter(|one| fits(&one.owner)) {
            call.cancel.cancel();
        }
    }

    /// Ends the streams and calls of a session.
    pub(crate) fn end_session(&self, session: &str) {
        let tables = self.tables.lock();
        for stream in tables.streams.values() {
            if stream.session.as_deref() == Some(session) {
                stream.close.cancel();
            }
        }
        for call in tables.calls.values() {
            if call
                .request
                .as_ref()
                .is_some_and(|(of, _)| **of == *session)
            {
                call.cancel.cancel();
            }
        }
    }

    /// Lets the streams whose owner fits ask again whether they may stay.
    pub(crate) fn recheck(&self, fits: impl Fn(&Owner) -> bool) {
        let tables = self.tables.lock();
        for stream in tables.streams.values().filter(|one| fits(&one.owner)) {
            if stream.frames.try_send(Frame::Recheck).is_err() {
                // A stream that does not keep up is asked at its next tick.
                tracing::debug!("a stream does not keep up");
            }
        }
    }

    /// Tells the streams of a tenant that a list changed: `tools`, `prompts` or `resources`.
    pub(crate) fn announce(&self, tenant: TenantId, list: &'static str) {
        let plain = crate::rpc::outgoing(
            None,
            &format!("notifications/{list}/list_changed"),
            &Value::Object(serde_json::Map::new()),
        );
        let tables = self.tables.lock();
        for stream in tables.streams.values() {
            if stream.owner.tenant != tenant {
                continue;
            }
            let message: Option<Bytes> = match &stream.kind {
                Kind::Answer => None,
                Kind::Session => Some(plain.clone()),
                Kind::Listen(filter) => filter.list_changed(list),
            };
            if let Some(message) = message {
                let _full = stream.frames.try_send(Frame::Message(message));
            }
        }
    }

    /// Takes no more streams and ends those that are open: `listen` with its last result.
    /// Returns what is to be closed, so that the caller can spread it over time.
    pub(crate) fn drain(&self) -> Vec<CancellationToken> {
        self.draining.store(true, Ordering::Release);
        let tables = self.tables.lock();
        let mut rest = Vec::new();
        for stream in tables.streams.values() {
            match &stream.kind {
                // Its call ends it.
                Kind::Answer => {}
                Kind::Session => rest.push(stream.close.clone()),
                Kind::Listen(filter) => {
                    if stream
                        .frames
                        .try_send(Frame::Last(Answer::ok(filter.last())))
                        .is_err()
                    {
                        rest.push(stream.close.clone());
                    }
                }
            }
        }
        rest
    }

    /// Open streams and running calls.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let tables = self.tables.lock();
        (tables.streams.len(), tables.calls.len())
    }
}

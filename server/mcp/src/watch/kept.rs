//! What a session watches, kept where its replicas find it.
//!
//! A session of Streamable HTTP posts to any replica, and its stream is open on any other, so what
//! it watches is a record on the bus beside the session's own. A session of HTTP+SSE lives where
//! its stream is, and keeps it there.

use std::{sync::Arc, time::Duration};

use crate::{
    RpcError,
    host::Watched,
    rpc::{INTERNAL_ERROR, TOO_MANY},
    server::Server,
    wire::{Signal, WireDown},
};

/// The record: what a session watches.
const KIND: &str = "mcp_watched";
/// Who has it changes the record. Two replicas may be asked at once.
const LOCK: &str = "mcp_watched_lock";
/// Longer than a change takes; the lock of a node that died ends by itself.
const HELD: Duration = Duration::from_secs(3);
/// Between two attempts to get it.
const AGAIN: Duration = Duration::from_millis(15);
/// Attempts, longer than it is held.
const ATTEMPTS: u32 = 250;

/// Where one session's watches are changed.
#[derive(Clone)]
pub(crate) struct Desk {
    server: Arc<Server>,
    session: Arc<str>,
}

impl Desk {
    /// Of a session.
    pub(crate) fn new(server: &Arc<Server>, session: &Arc<str>) -> Self {
        Self {
            server: Arc::clone(server),
            session: Arc::clone(session),
        }
    }

    /// Watches something more; the same address again is no second watch.
    pub(crate) async fn add(&self, watched: Watched) -> Result<(), RpcError> {
        let most = self.server.state.options.watched_per_session;
        let full = self
            .change(|all| {
                all.retain(|one| one.uri != watched.uri);
                if all.len() >= most {
                    return true;
                }
                all.push(watched);
                false
            })
            .await;
        match full {
            Ok(false) => Ok(()),
            Ok(true) => Err(RpcError::new(
                TOO_MANY,
                format!("A session watches at most {most} resources: unsubscribe from some"),
            )),
            Err(WireDown) => Err(RpcError::new(
                INTERNAL_ERROR,
                "The subscription could not be kept: try again",
            )),
        }
    }

    /// Watches an address no more; one that is not watched is no error.
    pub(crate) async fn remove(&self, uri: &str) -> Result<(), WireDown> {
        self.change(|all| all.retain(|one| one.uri != uri)).await
    }

    /// Watches nothing more: the session has ended.
    pub(crate) async fn clear(&self) -> Result<(), WireDown> {
        let wire = &self.server.state.wire;
        wire.delete(KIND, &self.session).await.map(drop)
    }

    async fn change<T>(&self, change: impl FnOnce(&mut Vec<Watched>) -> T) -> Result<T, WireDown> {
        let server = &self.server;
        if server.sse.lock().contains_key(&*self.session) {
            let table = &server.watches.table;
            let mut all = table.of_session(&self.session).unwrap_or_default();
            let done = change(&mut all);
            table.set(&self.session, &all);
            return Ok(done);
        }
        let wire = &server.state.wire;
        self.lock().await?;
        let changed = async {
            let mut all = read(server, &self.session, None).await?;
            let done = change(&mut all);
            let text = serde_json::to_string(&all).map_err(|_| WireDown)?;
            let idle = server.state.options.session_idle;
            wire.put(KIND, &self.session, &text, idle).await?;
            server.watches.table.set(&self.session, &all);
            Ok(done)
        };
        let changed = changed.await;
        let unlocked = wire.delete(LOCK, &self.session).await;
        let signal = Signal::WatchesChanged(self.session.to_string());
        if wire.publish(signal).await.is_err() || unlocked.is_err() {
            tracing::debug!("other nodes hear of a watch later");
        }
        changed
    }

    async fn lock(&self) -> Result<(), WireDown> {
        let wire = &self.server.state.wire;
        for _ in 0..ATTEMPTS {
            if wire.put_new(LOCK, &self.session, "", HELD).await? {
                return Ok(());
            }
            tokio::time::sleep(AGAIN).await;
        }
        Err(WireDown)
    }
}

async fn read(
    server: &Server,
    session: &str,
    touch: Option<Duration>,
) -> Result<Vec<Watched>, WireDown> {
    let text = server.state.wire.get(KIND, session, touch).await?;
    Ok(text
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default())
}

/// Reads again what a session watches, when its stream is here.
pub(crate) async fn reload(server: &Server, session: &str) {
    let here = server.watches.table.of_session(session).is_some();
    if !here || server.sse.lock().contains_key(session) {
        return;
    }
    let idle = server.state.options.session_idle;
    if let Ok(all) = read(server, session, Some(idle)).await {
        server.watches.table.set(session, &all);
    } else {
        tracing::debug!("what a session watches is read later");
    }
}

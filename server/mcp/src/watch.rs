//! Watched resources: who watches what on this node, and what becomes of a change.
//!
//! A change reaches every node by the bus, gathers for a moment, and then each watcher is looked
//! at again, under the rules of that moment, before it is told: whoever may not see the thing any
//! more hears nothing, and watches no longer. What Feishu does not tell, and what the bus loses, is
//! found by polling ([`poll`]).

mod kept;
mod poll;
mod table;

use std::{collections::HashMap, sync::Arc, time::Duration};

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use model::TenantId;
use parking_lot::Mutex;
use serde_json::json;

pub(crate) use self::{
    kept::{Desk, reload},
    poll::poll,
    table::{Listener, Table},
};
use crate::{
    host::{Sight, Watched},
    listen::Filter,
    peer::Frame,
    rpc,
    server::Server,
};

/// A thing of a tenant: its token, or what else a host names it by.
pub(crate) type Thing = (TenantId, String);

/// Watchers of one thing that are looked at together.
const AT_ONCE: usize = 8;
/// A look that takes longer tells nothing.
const LOOK: Duration = Duration::from_secs(20);
/// A client that reads nothing for so long misses a notification.
const PATIENCE: Duration = Duration::from_secs(30);

/// The watchers of this node, and the changes that gather.
#[derive(Default)]
pub(crate) struct Watches {
    pub(crate) table: Table,
    /// Things that are being told of; `true` when something came meanwhile.
    gathering: Mutex<HashMap<Thing, bool>>,
}

/// Something was done to a thing: its watchers here are told soon, and together with what else
/// is done to it meanwhile.
pub(crate) fn changed(server: &Arc<Server>, thing: Thing) {
    if !server.watches.table.has(&thing) {
        return;
    }
    {
        let mut gathering = server.watches.gathering.lock();
        if let Some(more) = gathering.get_mut(&thing) {
            *more = true;
            return;
        }
        gathering.insert(thing.clone(), false);
    }
    let server = Arc::clone(server);
    tokio::spawn(async move {
        let options = &server.state.options;
        loop {
            tokio::time::sleep(options.watch_gather).await;
            if let Some(more) = server.watches.gathering.lock().get_mut(&thing) {
                *more = false;
            }
            tell(&server, &thing).await;
            tokio::time::sleep(options.watch_rest).await;
            let mut gathering = server.watches.gathering.lock();
            if gathering.get(&thing) != Some(&true) {
                gathering.remove(&thing);
                return;
            }
        }
    });
}

/// Tells the watchers of a thing, each after a look.
async fn tell(server: &Arc<Server>, thing: &Thing) {
    let watchers = server.watches.table.of(thing);
    stream::iter(watchers)
        .for_each_concurrent(AT_ONCE, |(id, listener, watched)| async move {
            match sight(server, &listener, &watched).await {
                Sight::At(modified) => {
                    server.watches.table.saw(thing, modified);
                    send(&listener, &watched).await;
                }
                Sight::Gone => {
                    send(&listener, &watched).await;
                    end(server, id, &listener, &watched).await;
                }
                Sight::Hidden => end(server, id, &listener, &watched).await,
                Sight::Unknown => server.watches.table.missed(thing),
            }
        })
        .await;
}

/// What a watcher may see of the thing now.
async fn sight(server: &Server, listener: &Listener, watched: &Watched) -> Sight {
    let caller = &listener.caller;
    if !server.state.auth.still_valid(&caller.principal).await {
        return Sight::Hidden;
    }
    let host = server.host(&caller.slug);
    let look = host.look(caller, watched);
    tokio::time::timeout(LOOK, look)
        .await
        .unwrap_or(Sight::Unknown)
}

async fn send(listener: &Listener, watched: &Watched) {
    let message = updated(listener.filter.as_deref(), &watched.uri);
    let sent = listener
        .frames
        .send_timeout(Frame::Message(message), PATIENCE);
    if sent.await.is_err() {
        tracing::debug!("a watcher does not keep up, or is gone");
    }
}

/// `notifications/resources/updated`.
fn updated(filter: Option<&Filter>, uri: &str) -> Bytes {
    let mut params = json!({ "uri": uri });
    if let Some(filter) = filter {
        params["_meta"] = filter.meta();
    }
    rpc::outgoing(None, "notifications/resources/updated", &params)
}

/// Ends a watch without a word.
async fn end(server: &Arc<Server>, id: u64, listener: &Listener, watched: &Watched) {
    server.watches.table.drop_one(id, &watched.uri);
    if let Some(session) = &listener.session
        && !server.sse.lock().contains_key(&**session)
    {
        let desk = Desk::new(server, session);
        if desk.remove(&watched.uri).await.is_err() {
            tracing::debug!("a watch that ended is still in its session");
        }
    }
}

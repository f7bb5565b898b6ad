//! Looks at what is watched, for what nobody told: things that Feishu does not tell the app of,
//! and changes that the bus lost.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt as _, stream};
use tokio::time::Instant;

use super::{AT_ONCE, Thing, changed, end, reload, sight};
use crate::{host::Sight, server::Server};

/// Looks until the node stops.
pub(crate) async fn poll(server: Arc<Server>) {
    let options = &server.state.options;
    let mut read_at = Instant::now();
    loop {
        tokio::select! {
            () = server.stopped() => return,
            () = tokio::time::sleep(options.watch_tick) => {}
        }
        if read_at.elapsed() >= options.watch_seldom {
            read_at = Instant::now();
            read_again(&server).await;
        }
        round(&server).await;
    }
}

/// Keeps the records of sessions alive, and finds what changed in them while the bus was away.
async fn read_again(server: &Server) {
    let sessions = server.watches.table.sessions();
    stream::iter(sessions)
        .for_each_concurrent(AT_ONCE, |session| async move {
            reload(server, &session).await;
        })
        .await;
}

async fn round(server: &Arc<Server>) {
    let options = &server.state.options;
    let due = server
        .watches
        .table
        .due(options.watch_often, seldom(server).await);
    stream::iter(due)
        .for_each_concurrent(AT_ONCE, |(thing, modified)| look(server, thing, modified))
        .await;
}

/// While the other nodes cannot be heard, whatever happens is to be found here.
async fn seldom(server: &Server) -> Duration {
    let options = &server.state.options;
    let heard = server.state.wire.get("mcp_watched", "-", None).await;
    if heard.is_ok() {
        options.watch_seldom
    } else {
        options.watch_often
    }
}

/// One look, by the first watcher who may see it.
async fn look(server: &Arc<Server>, thing: Thing, modified: i64) {
    for (id, listener, watched) in server.watches.table.of(&thing) {
        match sight(server, &listener, &watched).await {
            Sight::At(now) => {
                if now > modified {
                    changed(server, thing);
                }
                return;
            }
            // Told, and then ended.
            Sight::Gone => return changed(server, thing),
            Sight::Hidden => end(server, id, &listener, &watched).await,
            Sight::Unknown => {
                if modified == i64::MIN {
                    server.watches.table.missed(&thing);
                }
                return;
            }
        }
    }
}

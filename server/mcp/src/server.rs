//! What all bindings share, and the task that listens to the other nodes.

use std::{collections::HashMap, sync::Arc};

use edge::{Urls, guard::OriginPolicy};
use futures::{StreamExt, stream::BoxStream};
use model::{Clock, Entropy, Slug};
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use crate::{
    McpOptions,
    binding::http_sse::{self, SseSession},
    doorman::Doorman,
    exchange::Exchange,
    host::Host,
    rpc::Message,
    session::Sessions,
    streams::{Caps, Streams},
    wire::{Letter, Signal, Wire},
};

/// The parts that the edge is made of.
pub struct McpState {
    /// What is served.
    pub host: Arc<dyn Host>,
    /// Another host for one tenant (the fixture of the conformance suite).
    pub special: Option<(Slug, Arc<dyn Host>)>,
    /// Who lets callers in.
    pub auth: Arc<dyn Doorman>,
    /// The bus.
    pub wire: Arc<dyn Wire>,
    /// Public addresses.
    pub urls: Urls,
    /// Origins that browsers may call from.
    pub origins: OriginPolicy,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Limits and times.
    pub options: McpOptions,
}

/// The running edge of one node. Cheap to clone.
#[derive(Clone)]
pub struct Mcp(pub(crate) Arc<Server>);

/// Shared by all bindings.
pub(crate) struct Server {
    pub(crate) state: McpState,
    pub(crate) node: String,
    pub(crate) streams: Arc<Streams>,
    pub(crate) sessions: Sessions,
    pub(crate) exchange: Arc<Exchange>,
    pub(crate) sse: Mutex<HashMap<String, Arc<SseSession>>>,
    stop: CancellationToken,
}

impl Mcp {
    /// Starts listening to the other nodes. To be called inside a runtime.
    pub fn start(state: McpState) -> Self {
        let options = &state.options;
        let streams = Streams::new(Caps {
            streams_per_member: options.streams_per_member,
            streams_per_node: options.streams_per_node,
            calls_per_member: options.calls_per_member,
        });
        let sessions = Sessions::new(
            Arc::clone(&state.wire),
            Arc::clone(&state.entropy),
            options.session_idle,
            options.sessions_per_member,
        );
        let node = state.wire.node();
        let server = Arc::new(Server {
            exchange: Exchange::new(node.clone(), Arc::clone(&state.entropy)),
            node,
            streams,
            sessions,
            sse: Mutex::default(),
            stop: CancellationToken::new(),
            state,
        });
        // Subscribed before anything is served: no signal falls between.
        let (signals, letters) = (server.state.wire.signals(), server.state.wire.letters());
        tokio::spawn(listen(Arc::clone(&server), signals, letters));
        Self(server)
    }

    /// The routes of all doors.
    pub fn router(&self) -> axum::Router {
        crate::binding::router(Arc::clone(&self.0))
    }

    /// The route that takes files. It stands apart, because no cap of bodies may lie before it.
    pub fn uploads(&self) -> axum::Router {
        crate::binding::uploads(Arc::clone(&self.0))
    }

    /// Open streams and running calls.
    pub fn counts(&self) -> (usize, usize) {
        self.0.streams.counts()
    }

    /// Ends all streams, spread over a short time so that clients do not all come back at once.
    /// Running calls finish. No stream is taken after this.
    pub async fn drain(&self) {
        let rest = self.0.streams.drain();
        let spread = self.0.state.options.drain_spread;
        let count = u32::try_from(rest.len()).unwrap_or(u32::MAX).max(1);
        let pause = spread / count;
        for close in rest {
            close.cancel();
            if pause.as_millis() > 0 {
                tokio::time::sleep(pause).await;
            }
        }
        self.0.stop.cancel();
    }
}

impl Server {
    /// What is served to a tenant.
    pub(crate) fn host(&self, slug: &Slug) -> &Arc<dyn Host> {
        match &self.state.special {
            Some((special, host)) if special == slug => host,
            _ => &self.state.host,
        }
    }

    fn on_signal(&self, signal: &Signal) {
        match signal {
            Signal::GrantRevoked(tenant, grant) => self
                .streams
                .end_of(|owner| owner.tenant == *tenant && owner.grant == Some(*grant)),
            Signal::MemberRevoked(tenant, member) => self
                .streams
                .end_of(|owner| owner.tenant == *tenant && owner.member == Some(*member)),
            Signal::TenantChanged(tenant) => {
                self.streams.recheck(|owner| owner.tenant == *tenant);
            }
            Signal::SessionClosed(session) => self.streams.end_session(session),
            Signal::CancelRequest(session, request) => {
                self.streams.cancel(session, request);
            }
            Signal::ToolsChanged(tenant) => {
                for list in ["tools", "prompts", "resources"] {
                    if list == "tools" || self.state.special.is_some() {
                        self.streams.announce(*tenant, list);
                    }
                }
            }
            Signal::ThingChanged(..) => {}
            Signal::Missed => self.streams.recheck(|_| true),
        }
    }

    fn on_letter(self: &Arc<Self>, letter: &Letter) {
        let Ok(value) = crate::json::read(letter.body.as_bytes()) else {
            return;
        };
        match Message::read(value) {
            Ok(Message::Response { id, outcome }) => {
                if let Some(id) = id.as_str() {
                    self.exchange.answer(id, &letter.binding, outcome);
                }
            }
            Ok(message) => {
                let session = self.sse.lock().get(&letter.session).cloned();
                if let Some(session) = session.filter(|one| *one.binding == *letter.binding) {
                    http_sse::take(self, &session, message);
                }
            }
            Err(_) => {}
        }
    }
}

async fn listen(
    server: Arc<Server>,
    mut signals: BoxStream<'static, Signal>,
    mut letters: BoxStream<'static, Letter>,
) {
    loop {
        tokio::select! {
            () = server.stop.cancelled() => return,
            signal = signals.next() => match signal {
                Some(signal) => server.on_signal(&signal),
                None => return,
            },
            letter = letters.next() => match letter {
                Some(letter) => server.on_letter(&letter),
                None => return,
            },
        }
    }
}

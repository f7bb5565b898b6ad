//! What the edge needs from the bus, as a trait: tests join two routers by one of their own.

mod over_bus;

use std::time::Duration;

use futures::{future::BoxFuture, stream::BoxStream};
use model::{GrantId, MemberId, TenantId};

/// The bus cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bus cannot be reached")]
pub struct WireDown;

/// Something that all nodes must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// A grant was revoked.
    GrantRevoked(TenantId, GrantId),
    /// A member may no longer come in.
    MemberRevoked(TenantId, MemberId),
    /// Something about a tenant changed: ask again who may stay.
    TenantChanged(TenantId),
    /// A session was ended by its client.
    SessionClosed(String),
    /// A client gave up a request of its session; the id is its JSON text.
    CancelRequest(String, String),
    /// The tools that a tenant lists changed.
    ToolsChanged(TenantId),
    /// Something was done to a thing of a tenant, named by its token.
    ThingChanged(TenantId, String),
    /// Signals were missed.
    Missed,
}

/// A message for one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The session.
    pub session: String,
    /// Who sent it, as the edge names a principal.
    pub binding: String,
    /// A JSON-RPC message.
    pub body: String,
}

/// The bus as the edge sees it.
pub trait Wire: Send + Sync + 'static {
    /// The name of this node, without dots.
    fn node(&self) -> String;
    /// Keeps a value for a time.
    fn put<'a>(
        &'a self,
        kind: &'static str,
        key: &'a str,
        value: &'a str,
        ttl: Duration,
    ) -> BoxFuture<'a, Result<(), WireDown>>;
    /// Gives a value and, with `touch`, keeps it for that time from now.
    fn get<'a>(
        &'a self,
        kind: &'static str,
        key: &'a str,
        touch: Option<Duration>,
    ) -> BoxFuture<'a, Result<Option<String>, WireDown>>;
    /// Forgets a value; whether there was one.
    fn delete<'a>(
        &'a self,
        kind: &'static str,
        key: &'a str,
    ) -> BoxFuture<'a, Result<bool, WireDown>>;
    /// Tells all nodes, this one too.
    fn publish(&self, signal: Signal) -> BoxFuture<'_, Result<(), WireDown>>;
    /// Sends to one node; whether it listens.
    fn send<'a>(&'a self, node: &'a str, letter: Letter) -> BoxFuture<'a, Result<bool, WireDown>>;
    /// The signals from now on.
    fn signals(&self) -> BoxStream<'static, Signal>;
    /// The letters to this node from now on.
    fn letters(&self) -> BoxStream<'static, Letter>;
}

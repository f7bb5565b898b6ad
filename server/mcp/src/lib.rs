//! The MCP edge: one core, three bindings, plus plain HTTP tools.
//!
//! The reading order: [`Host`] is what is served, [`core`](self) answers one method for one
//! [`Caller`], `binding` translates between HTTP and the core, `streams` and `session` know what
//! is open, and [`Mcp`] joins them and listens to the other nodes.

mod binding;
mod core;
mod doorman;
mod exchange;
#[cfg(feature = "fixture")]
pub mod fixture;
mod gate_host;
mod host;
mod ids;
mod json;
mod listen;
mod options;
mod peer;
mod revision;
mod rpc;
mod server;
mod session;
mod sse;
mod state;
mod streams;
mod watch;
mod wire;

pub use doorman::Doorman;
pub use gate_host::{GateCall, GateHost, GateLook, GateReply, Shown, ToolGate};
pub use host::{
    Caller, Completable, Completed, Completion, Features, FollowUp, Host, PromptRequest, Reply,
    Sight, ToolCall, Watched,
};
pub use options::McpOptions;
pub use peer::{NoAnswer, Peer};
pub use revision::Revision;
pub use rpc::RpcError;
pub use server::{Mcp, McpState};
pub use state::StateSeal;
pub use wire::{Letter, Signal, Wire, WireDown};

/// The routes of all doors, for who needs no handle to the edge.
pub fn router(state: McpState) -> axum::Router {
    Mcp::start(state).router()
}

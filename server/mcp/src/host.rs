//! What the protocol serves: tools, resources and prompts, behind one trait.

use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;
use model::{Principal, Slug};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use crate::{Peer, Revision, RpcError};

/// Who asks, and in which way.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The authenticated caller.
    pub principal: Principal,
    /// The tenant in the path.
    pub slug: Slug,
    /// The revision of the conversation.
    pub revision: Revision,
    /// The client chose the read-only profile (`?readonly=1`).
    pub read_only: bool,
    /// What the client declared in `ClientCapabilities`.
    pub capabilities: Arc<Map<String, Value>>,
}

impl Caller {
    /// Whether the client declared a capability, such as `elicitation`.
    pub fn declares(&self, capability: &str) -> bool {
        self.capabilities.contains_key(capability)
    }
}

/// What a host can do besides listing and calling tools.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Features {
    /// Resources can be watched.
    pub watch: bool,
    /// The lists of resources and prompts change.
    pub changing_lists: bool,
    /// Arguments can be completed.
    pub completion: bool,
}

/// A call of a tool.
#[derive(Debug)]
pub struct ToolCall {
    /// The tool.
    pub name: String,
    /// The arguments, an object.
    pub arguments: Map<String, Value>,
    /// Answers to what an earlier result asked for, and the state it gave (2026-07-28).
    pub follow_up: FollowUp,
    /// Fires when the client gives up, the deadline passes or the grant ends.
    pub cancel: CancellationToken,
    /// The client.
    pub peer: Peer,
    /// Bytes that come along, past the model.
    pub incoming: Option<tools::Incoming>,
}

/// Answers to what an earlier result asked for (2026-07-28, multi round-trip requests).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FollowUp {
    /// Answers by key.
    pub responses: Map<String, Value>,
    /// The state of the earlier result, as the client gave it back: not to be trusted.
    pub state: Option<String>,
}

/// The outcome of a call, a prompt or a read.
#[derive(Debug)]
pub enum Reply {
    /// The fields of the result.
    Complete(Map<String, Value>),
    /// The client must bring more (2026-07-28 only).
    InputRequired {
        /// Questions by key: `{method, params}`.
        requests: Map<String, Value>,
        /// State that the client gives back.
        state: Option<String>,
    },
    /// The credential does not cover this call: HTTP 403 with a challenge for writing.
    NeedsWrite(Map<String, Value>),
}

/// The server as the protocol sees it. Lists must be in a fixed order.
pub trait Host: Send + Sync + 'static {
    /// What it can do.
    fn features(&self) -> Features;

    /// How a model should use the server, in the caller's language.
    fn instructions(&self, caller: &Caller) -> String;

    /// The tools that the caller may use: the text of a JSON array, cached by the host.
    fn tools<'a>(&'a self, caller: &'a Caller) -> BoxFuture<'a, Result<Bytes, RpcError>>;

    /// Calls a tool. Bad arguments are results with `isError`; an unknown tool is an error.
    fn call<'a>(
        &'a self,
        caller: &'a Caller,
        call: ToolCall,
    ) -> BoxFuture<'a, Result<Reply, RpcError>>;

    /// The resources.
    fn resources(&self, caller: &Caller) -> Vec<Value>;

    /// The templates of resources.
    fn resource_templates(&self, caller: &Caller) -> Vec<Value>;

    /// Reads a resource: the `contents`; `None` when there is no such resource.
    fn read<'a>(&'a self, caller: &'a Caller, uri: &'a str) -> BoxFuture<'a, Option<Vec<Value>>>;

    /// The prompts.
    fn prompts(&self, caller: &Caller) -> Vec<Value>;

    /// Fills in a prompt.
    fn prompt<'a>(
        &'a self,
        caller: &'a Caller,
        name: &'a str,
        arguments: &'a Map<String, Value>,
        follow_up: FollowUp,
    ) -> BoxFuture<'a, Result<Reply, RpcError>>;

    /// Values that complete an argument of a prompt or a template.
    fn complete(
        &self,
        caller: &Caller,
        reference: &Map<String, Value>,
        argument: &str,
        value: &str,
    ) -> Vec<String>;
}

//! What the protocol serves: tools, resources and prompts, behind one trait.

use std::sync::Arc;

use bytes::Bytes;
use calls::Profile;
use futures::future::BoxFuture;
use model::{Principal, Slug};
use serde::{Deserialize, Serialize};
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
    /// What the client chose by the query of its address (`?readonly=1`, `?tools=docs`).
    pub profile: Profile,
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

    /// The resources that are worth listing for the caller.
    fn resources<'a>(&'a self, caller: &'a Caller) -> BoxFuture<'a, Result<Vec<Value>, RpcError>>;

    /// The templates of resources.
    fn resource_templates<'a>(
        &'a self,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<Vec<Value>, RpcError>>;

    /// Reads a resource: the fields of the result, `contents` among them.
    fn read<'a>(
        &'a self,
        caller: &'a Caller,
        uri: &'a str,
        cancel: CancellationToken,
    ) -> BoxFuture<'a, Result<Map<String, Value>, RpcError>>;

    /// Begins to watch a resource: checks that the caller may, and names what is watched.
    fn watch<'a>(
        &'a self,
        caller: &'a Caller,
        uri: &'a str,
        cancel: CancellationToken,
    ) -> BoxFuture<'a, Result<Watched, RpcError>>;

    /// What the caller may see of it now. Asked before each notification.
    fn look<'a>(&'a self, caller: &'a Caller, watched: &'a Watched) -> BoxFuture<'a, Sight>;

    /// The prompts.
    fn prompts<'a>(&'a self, caller: &'a Caller) -> BoxFuture<'a, Result<Vec<Value>, RpcError>>;

    /// Fills in a prompt.
    fn prompt<'a>(
        &'a self,
        caller: &'a Caller,
        request: PromptRequest,
    ) -> BoxFuture<'a, Result<Reply, RpcError>>;

    /// Values that complete an argument of a prompt or a template.
    fn complete<'a>(
        &'a self,
        caller: &'a Caller,
        request: &'a Completion,
    ) -> BoxFuture<'a, Result<Completed, RpcError>>;
}

/// A resource that somebody watches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// The address, as the client wrote it.
    pub uri: String,
    /// What changes are told by: in the tenant, the thing's token.
    pub thing: String,
    /// What the host looks at it by.
    pub by: String,
    /// When it was last changed, seconds since 1970.
    pub modified: i64,
    /// Changes are told; otherwise they are looked for.
    pub told: bool,
}

/// What a watcher may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// The thing, last changed at this time in seconds since 1970.
    At(i64),
    /// It does not exist any more.
    Gone,
    /// Nothing any more.
    Hidden,
    /// It cannot be told now.
    Unknown,
}

/// A prompt to be filled in.
#[derive(Debug)]
pub struct PromptRequest {
    /// The prompt.
    pub name: String,
    /// Values by argument.
    pub arguments: Map<String, Value>,
    /// Answers to what an earlier result asked for (2026-07-28).
    pub follow_up: FollowUp,
    /// Fires when the client gives up.
    pub cancel: CancellationToken,
}

/// What is to be completed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completable {
    /// An argument of this prompt.
    Prompt(String),
    /// A variable of this template.
    Template(String),
}

/// A wish for completion.
#[derive(Debug)]
pub struct Completion {
    /// The prompt or template.
    pub of: Completable,
    /// The argument.
    pub argument: String,
    /// What was typed so far.
    pub typed: String,
}

/// Values that complete an argument.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completed {
    /// The values, best first; beyond 100 they are not sent.
    pub values: Vec<String>,
    /// There are more than these.
    pub more: bool,
}

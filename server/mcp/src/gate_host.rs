//! The product's own host: the tools behind the gate, what they read as resources, and prompts.
//!
//! Nothing reaches Feishu from here but through the gate: a resource, a completion and the content
//! of a prompt are each the call of a tool, held to the same rules and recorded.

mod complete;
mod confirm;
mod fault;
mod instructions;
mod over_gate;
mod prompts;
mod recent;
mod render;
mod resources;
mod watch;

use std::{collections::HashMap, sync::Arc, time::Duration};

use bytes::Bytes;
use calls::{Asked, Profile, Via};
use futures::future::BoxFuture;
use model::{Access, Clock, ConfirmationId, Locale, Principal, TenantId};
use parking_lot::Mutex;
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use tools::{Incoming, Progress, ToolDef, ToolError, ToolOutput};

use self::{complete::Typing, confirm::Next, recent::Recent};
use crate::{
    RpcError, StateSeal,
    host::{
        Caller, Completed, Completion, Features, Host, PromptRequest, Reply, Sight, ToolCall,
        Watched,
    },
};

/// What a call through the gate gave.
#[derive(Debug)]
pub struct GateReply {
    /// The entry in the ledger.
    pub call_id: String,
    /// The outcome.
    pub result: Result<ToolOutput, ToolError>,
    /// What a person must agree to first; nothing was done.
    pub asked: Option<Asked>,
}

/// A call for the gate.
#[derive(Debug)]
pub struct GateCall<'a> {
    /// The tool.
    pub tool: &'a str,
    /// The arguments, an object.
    pub arguments: Value,
    /// What the client chose by its address.
    pub profile: Profile,
    /// What the client asked for.
    pub via: Via,
    /// Where progress goes.
    pub progress: Progress,
    /// Fires when the client gives up.
    pub cancel: CancellationToken,
    /// Bytes that come along, past the model.
    pub incoming: Option<Incoming>,
}

/// A look at a thing that somebody watches.
#[derive(Debug, Clone, Copy)]
pub struct GateLook<'a> {
    /// The tool that reads it.
    pub tool: &'a str,
    /// What the tool finds it by.
    pub reference: &'a str,
    /// What the client chose by its address.
    pub profile: Profile,
}

/// The tools that a caller may use in some way.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// In the catalogue's order.
    pub tools: Vec<&'static ToolDef>,
    /// The version of the rules that said so.
    pub rules: u64,
}

impl Shown {
    /// Whether a tool is among them.
    pub fn has(&self, tool: &str) -> bool {
        self.tools.iter().any(|one| one.name() == tool)
    }
}

/// The gate as this crate needs it.
pub trait ToolGate: Send + Sync + 'static {
    /// The tools that a caller may use.
    fn visible<'a>(
        &'a self,
        principal: &'a Principal,
        profile: Profile,
    ) -> BoxFuture<'a, Result<Shown, RpcError>>;

    /// Runs a tool. Every call is in the ledger before this answers.
    fn call<'a>(&'a self, principal: &'a Principal, call: GateCall<'a>)
    -> BoxFuture<'a, GateReply>;

    /// When a watched thing was last changed, in seconds since 1970, for whom the rules let see it.
    fn look<'a>(
        &'a self,
        principal: &'a Principal,
        look: GateLook<'a>,
    ) -> BoxFuture<'a, Result<i64, ToolError>>;

    /// Takes what the person in front of the client said to a question; `false` when it does not
    /// count.
    fn answer<'a>(
        &'a self,
        principal: &'a Principal,
        id: ConfirmationId,
        agreed: bool,
    ) -> BoxFuture<'a, bool>;

    /// Whether a question to the caller waits no longer.
    fn is_answered<'a>(
        &'a self,
        principal: &'a Principal,
        id: ConfirmationId,
    ) -> BoxFuture<'a, bool>;
}

/// What a list depends on. The tenant comes first, as in every key of a cache, although equal
/// sets of tools give equal texts.
#[derive(PartialEq, Eq, Hash)]
struct ListKey {
    tenant: TenantId,
    locale: Locale,
    read_only: bool,
    names: Vec<&'static str>,
}

/// Serves the tools of a gate.
pub struct GateHost<G> {
    gate: G,
    lists: Mutex<HashMap<ListKey, Bytes>>,
    seal: StateSeal,
    clock: Arc<dyn Clock>,
    patience: Duration,
    recent: Recent,
    typing: Typing,
}

impl<G: ToolGate> GateHost<G> {
    /// Lists kept at most; beyond it the cache starts anew.
    const LISTS: usize = 4096;

    /// A host for the tools of this gate. `state_key` signs what clients keep for us, the same on
    /// all nodes; a person who is asked through a client has `patience` to answer.
    pub fn new(
        gate: G,
        state_key: [u8; 32],
        clock: Arc<dyn Clock>,
        patience: Duration,
    ) -> Arc<Self> {
        Arc::new(Self {
            gate,
            lists: Mutex::default(),
            seal: StateSeal::new(state_key),
            clock,
            patience,
            recent: Recent::new(),
            typing: Typing::new(),
        })
    }

    async fn shown(&self, caller: &Caller) -> Result<Shown, RpcError> {
        self.gate.visible(&caller.principal, caller.profile).await
    }

    /// Calls a tool that reads, for something else than a call of it.
    async fn ask(
        &self,
        caller: &Caller,
        via: Via,
        (tool, arguments): (&str, Value),
        cancel: &CancellationToken,
    ) -> GateReply {
        let call = GateCall {
            tool,
            arguments,
            profile: caller.profile,
            via,
            progress: Progress::silent(),
            cancel: cancel.clone(),
            incoming: None,
        };
        self.gate.call(&caller.principal, call).await
    }

    async fn list(&self, caller: &Caller) -> Result<Bytes, RpcError> {
        let tools = self.shown(caller).await?.tools;
        let key = ListKey {
            tenant: caller.principal.tenant(),
            locale: caller.principal.locale(),
            read_only: caller.profile.read_only,
            names: tools.iter().map(|tool| tool.name()).collect(),
        };
        if let Some(text) = self.lists.lock().get(&key) {
            return Ok(text.clone());
        }
        let text = render::list(&tools, key.locale, key.read_only);
        let mut lists = self.lists.lock();
        if lists.len() >= Self::LISTS {
            lists.clear();
        }
        lists.insert(key, text.clone());
        Ok(text)
    }

    async fn run(&self, caller: &Caller, call: ToolCall) -> Result<Reply, RpcError> {
        if tools::find(&call.name).is_none() {
            let shown: String = call.name.chars().take(64).collect();
            return Err(RpcError::invalid_params(format!("Unknown tool: {shown}")));
        }
        let told = self.answered(caller, &call).await?;
        let mut answer = self.once(caller, &call).await;
        if let Some(asked) = &answer.asked
            && let Some(way) = confirm::way(caller, asked)
        {
            if !caller.revision.is_stateless() {
                if self.ask_person(caller, &call, (way, asked)).await == Next::Call {
                    answer = self.once(caller, &call).await;
                }
            } else if told.is_none() {
                return Ok(self.required(caller, &call, (way, asked)));
            }
        }
        let reading = caller.principal.access() == Access::Read && !caller.profile.read_only;
        Ok(render::reply(answer, reading))
    }

    async fn once(&self, caller: &Caller, call: &ToolCall) -> GateReply {
        let progress = if call.peer.wants_progress() {
            let peer = call.peer.clone();
            Progress::new(move |done, total, message| peer.progress(done, total, message))
        } else {
            Progress::silent()
        };
        let call = GateCall {
            tool: &call.name,
            arguments: Value::Object(call.arguments.clone()),
            profile: caller.profile,
            via: Via::Tool,
            progress,
            cancel: call.cancel.clone(),
            incoming: call.incoming.clone(),
        };
        self.gate.call(&caller.principal, call).await
    }
}

impl<G: ToolGate> Host for GateHost<G> {
    fn features(&self) -> Features {
        Features {
            completion: true,
            watch: true,
            ..Features::default()
        }
    }

    fn instructions(&self, caller: &Caller) -> String {
        instructions::text(caller)
    }

    fn tools<'a>(&'a self, caller: &'a Caller) -> BoxFuture<'a, Result<Bytes, RpcError>> {
        Box::pin(self.list(caller))
    }

    fn call<'a>(
        &'a self,
        caller: &'a Caller,
        call: ToolCall,
    ) -> BoxFuture<'a, Result<Reply, RpcError>> {
        Box::pin(self.run(caller, call))
    }

    fn resources<'a>(&'a self, caller: &'a Caller) -> BoxFuture<'a, Result<Vec<Value>, RpcError>> {
        Box::pin(self.list_resources(caller))
    }

    fn resource_templates<'a>(
        &'a self,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<Vec<Value>, RpcError>> {
        Box::pin(async move { Ok(resources::templates(&self.shown(caller).await?, caller)) })
    }

    fn read<'a>(
        &'a self,
        caller: &'a Caller,
        uri: &'a str,
        cancel: CancellationToken,
    ) -> BoxFuture<'a, Result<Map<String, Value>, RpcError>> {
        Box::pin(self.read_resource(caller, uri, cancel))
    }

    fn watch<'a>(
        &'a self,
        caller: &'a Caller,
        uri: &'a str,
        cancel: CancellationToken,
    ) -> BoxFuture<'a, Result<Watched, RpcError>> {
        Box::pin(self.watch_resource(caller, uri, cancel))
    }

    fn look<'a>(&'a self, caller: &'a Caller, watched: &'a Watched) -> BoxFuture<'a, Sight> {
        Box::pin(self.look_at(caller, watched))
    }

    fn prompts<'a>(&'a self, caller: &'a Caller) -> BoxFuture<'a, Result<Vec<Value>, RpcError>> {
        Box::pin(async move { Ok(prompts::list(&self.shown(caller).await?, caller)) })
    }

    fn prompt<'a>(
        &'a self,
        caller: &'a Caller,
        request: PromptRequest,
    ) -> BoxFuture<'a, Result<Reply, RpcError>> {
        Box::pin(self.fill_prompt(caller, request))
    }

    fn complete<'a>(
        &'a self,
        caller: &'a Caller,
        request: &'a Completion,
    ) -> BoxFuture<'a, Result<Completed, RpcError>> {
        Box::pin(self.complete_argument(caller, request))
    }
}

#[cfg(test)]
mod testing;

//! Callers, and a gate that notes what it is asked.

use std::{sync::Arc, time::Duration};

use calls::{Profile, Via};
use futures::future::BoxFuture;
use model::{
    Access, Channel, ClientRef, ConfirmationId, Id, Locale, Principal, PrincipalParts, Role,
    RoleSet, Subject, SystemClock,
};
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use tools::{ErrorKind, ToolError, ToolOutput};

use super::{GateCall, GateHost, GateLook, GateReply, Shown, ToolGate};
use crate::{
    Revision, RpcError,
    host::{Caller, Completable, Completed, Completion, Host as _},
};

/// A member of a name, who may write.
pub(crate) fn caller(name: &str) -> Caller {
    caller_with(name, Access::Write)
}

/// A member of a name; the first letter makes the id.
pub(crate) fn caller_with(name: &str, access: Access) -> Caller {
    let uuid = |byte: u8| uuid::Uuid::from_bytes([byte; 16]);
    let principal = Principal::establish(PrincipalParts {
        tenant: Id::from_uuid(uuid(1)),
        subject: Subject::Member {
            id: Id::from_uuid(uuid(name.as_bytes()[0])),
            open_id: format!("ou_{name}"),
            name: name.to_owned(),
        },
        roles: RoleSet::EMPTY.with(Role::EndUser),
        access,
        client: ClientRef::unregistered("test"),
        grant: None,
        channel: Channel::Mcp,
        locale: Locale::En,
        expires_at: None,
    });
    Caller {
        principal,
        slug: "acme".parse().unwrap(),
        revision: Revision::V2025_11_25,
        profile: Profile::default(),
        capabilities: Arc::default(),
    }
}

/// What the gate was asked: for whom, for what, which tool, with which arguments.
pub(crate) type Asked = (String, Via, String, Value);

/// A gate of one organisation: each member finds one document of the member's own.
#[derive(Clone, Default)]
pub(crate) struct Noting {
    pub(crate) asked: Arc<Mutex<Vec<Asked>>>,
    /// Every call fails so.
    pub(crate) fails: Arc<Mutex<Option<ErrorKind>>>,
    /// The version of the rules.
    pub(crate) rules: Arc<Mutex<u64>>,
}

impl Noting {
    pub(crate) fn host(&self) -> Arc<GateHost<Self>> {
        GateHost::new(
            self.clone(),
            [7; 32],
            Arc::new(SystemClock),
            Duration::from_secs(1),
        )
    }

    /// What was asked since the last time.
    pub(crate) fn take(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock())
    }
}

impl ToolGate for Noting {
    fn visible<'a>(
        &'a self,
        principal: &'a Principal,
        profile: Profile,
    ) -> BoxFuture<'a, Result<Shown, RpcError>> {
        let write = principal.access() == Access::Write && !profile.read_only;
        let tools = tools::catalogue()
            .iter()
            .filter(|tool| profile.tools.holds(tool.name()) && (write || tool.spec().can_read()));
        let shown = Shown {
            tools: tools.collect(),
            rules: *self.rules.lock(),
        };
        Box::pin(async move { Ok(shown) })
    }

    fn call<'a>(
        &'a self,
        principal: &'a Principal,
        call: GateCall<'a>,
    ) -> BoxFuture<'a, GateReply> {
        let who = principal.name().to_owned();
        let asked = (who.clone(), call.via, call.tool.to_owned(), call.arguments);
        self.asked.lock().push(asked);
        let result = match *self.fails.lock() {
            Some(kind) => Err(ToolError::new(kind, "told").with_hint("do this")),
            None => Ok(
                ToolOutput::text(format!("text for {who}")).with_structured(json!({
                    "items": [{ "title": format!("Plan of {who}"), "kind": "docx",
                        "ref": format!("docx:{who}AAAAAAAAAAAAAAAA"), "owner": who,
                        "modified": "2026-11-23T14:05+08:00" }],
                    "next": null, "truncated": false,
                })),
            ),
        };
        let reply = GateReply {
            call_id: "call_1".to_owned(),
            result,
            asked: None,
        };
        Box::pin(async move { reply })
    }

    fn look<'a>(
        &'a self,
        _principal: &'a Principal,
        _look: GateLook<'a>,
    ) -> BoxFuture<'a, Result<i64, ToolError>> {
        let result = match *self.fails.lock() {
            Some(kind) => Err(ToolError::new(kind, "told")),
            None => Ok(7),
        };
        Box::pin(async move { result })
    }

    fn answer<'a>(
        &'a self,
        _principal: &'a Principal,
        _id: ConfirmationId,
        _agreed: bool,
    ) -> BoxFuture<'a, bool> {
        Box::pin(async { false })
    }

    fn is_answered<'a>(
        &'a self,
        _principal: &'a Principal,
        _id: ConfirmationId,
    ) -> BoxFuture<'a, bool> {
        Box::pin(async { false })
    }
}

/// Completes an argument.
pub(crate) async fn complete(
    host: &GateHost<Noting>,
    caller: &Caller,
    of: Completable,
    argument: &str,
    typed: &str,
) -> Result<Completed, RpcError> {
    let request = Completion {
        of,
        argument: argument.to_owned(),
        typed: typed.to_owned(),
    };
    host.complete(caller, &request).await
}

/// Arguments of a prompt.
pub(crate) fn given(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

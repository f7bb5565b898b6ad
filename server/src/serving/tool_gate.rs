//! The gate as the MCP edge asks for it.

use calls::{Answered, AnsweredBy, CallRequest, Gate, Profile};
use futures::future::BoxFuture;
use mcp::{GateCall, GateReply, RpcError, Shown, ToolGate};
use model::{ConfirmationId, ConfirmationState, Principal};

/// Calls go through the gate.
#[derive(Debug, Clone)]
pub(super) struct ThroughGate(pub(super) Gate);

impl ToolGate for ThroughGate {
    fn visible<'a>(
        &'a self,
        principal: &'a Principal,
        profile: Profile,
    ) -> BoxFuture<'a, Result<Shown, RpcError>> {
        Box::pin(async move {
            let entry = self.0.tenant(principal).await.map_err(|error| {
                tracing::error!(%error, "the tenant of a tool list could not be read");
                RpcError::internal()
            })?;
            Ok(entry.map_or_else(Shown::default, |entry| Shown {
                tools: self.0.visible(&entry, principal, profile),
                rules: entry.rules.version,
            }))
        })
    }

    fn call<'a>(
        &'a self,
        principal: &'a Principal,
        call: GateCall<'a>,
    ) -> BoxFuture<'a, GateReply> {
        Box::pin(async move {
            let request = CallRequest {
                tool: call.tool.to_owned(),
                arguments: call.arguments,
                profile: call.profile,
                via: call.via,
                progress: call.progress,
                cancel: call.cancel,
                incoming: call.incoming,
            };
            let reply = self.0.call(principal, request).await;
            GateReply {
                call_id: reply.call_id.to_string(),
                result: reply.result,
                asked: reply.asked,
            }
        })
    }

    fn answer<'a>(
        &'a self,
        principal: &'a Principal,
        id: ConfirmationId,
        agreed: bool,
    ) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            match self
                .0
                .answer(principal, id, agreed, AnsweredBy::Client)
                .await
            {
                Ok(answered) => answered == Answered::Taken,
                Err(error) => {
                    tracing::error!(%error, "the answer of a person could not be kept");
                    false
                }
            }
        })
    }

    fn is_answered<'a>(
        &'a self,
        principal: &'a Principal,
        id: ConfirmationId,
    ) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            match self.0.question(principal, id).await {
                Ok(found) => {
                    found.is_none_or(|one| one.confirmation.state != ConfirmationState::Pending)
                }
                Err(error) => {
                    tracing::warn!(%error, "an answer could not be looked for");
                    false
                }
            }
        })
    }
}

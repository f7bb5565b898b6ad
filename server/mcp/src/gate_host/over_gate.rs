//! The real gate.

use calls::{Answered, AnsweredBy, CallRequest, Gate, Profile};
use futures::future::BoxFuture;
use model::{ConfirmationId, ConfirmationState, Principal};
use tools::ToolError;

use super::{GateCall, GateLook, GateReply, Shown, ToolGate};
use crate::RpcError;

impl ToolGate for Gate {
    fn visible<'a>(
        &'a self,
        principal: &'a Principal,
        profile: Profile,
    ) -> BoxFuture<'a, Result<Shown, RpcError>> {
        Box::pin(async move {
            match self.tenant(principal).await {
                Ok(Some(entry)) => Ok(Shown {
                    tools: Self::visible(self, &entry, principal, profile),
                    rules: entry.rules.version,
                }),
                Ok(None) => Ok(Shown::default()),
                Err(error) => {
                    tracing::error!(%error, "the tenant could not be read");
                    Err(RpcError::internal())
                }
            }
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
            let reply = Self::call(self, principal, request).await;
            GateReply {
                call_id: reply.call_id.to_string(),
                result: reply.result,
                asked: reply.asked,
            }
        })
    }

    fn look<'a>(
        &'a self,
        principal: &'a Principal,
        look: GateLook<'a>,
    ) -> BoxFuture<'a, Result<i64, ToolError>> {
        Box::pin(async move {
            let GateLook {
                tool,
                reference,
                profile,
            } = look;
            let seen = Self::look(self, principal, tool, profile, reference).await?;
            Ok(seen.modified)
        })
    }

    fn answer<'a>(
        &'a self,
        principal: &'a Principal,
        id: ConfirmationId,
        agreed: bool,
    ) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            match Self::answer(self, principal, id, agreed, AnsweredBy::Client).await {
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
            match Self::question(self, principal, id).await {
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

//! The real gate.

use calls::{Answered, AnsweredBy, CallRequest, Gate, Profile};
use futures::future::BoxFuture;
use model::{ConfirmationId, ConfirmationState, Principal};
use tools::ToolDef;

use super::{GateCall, GateReply, ToolGate};
use crate::RpcError;

impl ToolGate for Gate {
    fn visible<'a>(
        &'a self,
        principal: &'a Principal,
        read_only: bool,
    ) -> BoxFuture<'a, Result<Vec<&'static ToolDef>, RpcError>> {
        Box::pin(async move {
            match self.tenant(principal).await {
                Ok(Some(entry)) => Ok(Self::visible(
                    self,
                    &entry,
                    principal,
                    Profile { read_only },
                )),
                Ok(None) => Ok(Vec::new()),
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
                profile: Profile {
                    read_only: call.read_only,
                },
                progress: call.progress,
                cancel: call.cancel,
            };
            let reply = Self::call(self, principal, request).await;
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

//! The real gate.

use calls::{CallRequest, Gate, Profile};
use futures::future::BoxFuture;
use model::Principal;
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
                incoming: call.incoming,
            };
            let reply = Self::call(self, principal, request).await;
            GateReply {
                call_id: reply.call_id.to_string(),
                result: reply.result,
            }
        })
    }
}

//! Watching through the gate: it begins as a call of the tool that reads such things, and is looked
//! at under the same rules before each notification.

use calls::Via;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tools::{ErrorKind, ToolError};

use super::{GateHost, GateLook, ToolGate, fault, resources::Address};
use crate::{
    RpcError,
    host::{Caller, Sight, Watched},
};

impl<G: ToolGate> GateHost<G> {
    /// Begins to watch what can be read under an address.
    pub(super) async fn watch_resource(
        &self,
        caller: &Caller,
        uri: &str,
        cancel: CancellationToken,
    ) -> Result<Watched, RpcError> {
        let missing = || RpcError::resource_not_found(uri, caller.revision);
        let address = Address::read(uri).ok_or_else(missing)?;
        let Some((tool, reference)) = address.watched() else {
            let what = "what is under this address does not change, or Feishu does not tell of it";
            let data = json!({ "uri": uri, "reason": what });
            return Err(missing().with_data(data));
        };
        let call = (tool, json!({ "ref": reference }));
        let reply = self.ask(caller, Via::Watch, call, &cancel).await;
        let output = reply
            .result
            .map_err(|error| fault::of_resource(&error, uri, caller.revision))?;
        let seen = output.structured.unwrap_or_default();
        let text = |name: &str| seen.get(name).and_then(Value::as_str).map(str::to_owned);
        let (Some(thing), Some(reference)) = (text("token"), text("ref")) else {
            return Err(RpcError::internal());
        };
        Ok(Watched {
            uri: uri.to_owned(),
            thing,
            by: format!("{tool} {reference}"),
            modified: seen.get("modified").and_then(Value::as_i64).unwrap_or(0),
            told: seen.get("told").and_then(Value::as_bool) == Some(true),
        })
    }

    /// Looks at what is watched.
    pub(super) async fn look_at(&self, caller: &Caller, watched: &Watched) -> Sight {
        let Some((tool, reference)) = watched.by.split_once(' ') else {
            return Sight::Hidden;
        };
        let look = GateLook {
            tool,
            reference,
            profile: caller.profile,
        };
        match self.gate.look(&caller.principal, look).await {
            Ok(modified) => Sight::At(modified),
            Err(error) => blind(&error),
        }
    }
}

/// What a failed look means. Only what is sure to pass is waited for.
const fn blind(error: &ToolError) -> Sight {
    match error.kind {
        ErrorKind::NotFound => Sight::Gone,
        ErrorKind::RateLimited
        | ErrorKind::Upstream
        | ErrorKind::Internal
        | ErrorKind::Cancelled => Sight::Unknown,
        _ => Sight::Hidden,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_not_see_it_any_more_hears_nothing() {
        for kind in ErrorKind::ALL {
            let sight = blind(&ToolError::new(kind, "told"));
            let hidden = matches!(
                kind,
                ErrorKind::BlockedByPolicy
                    | ErrorKind::ForbiddenResource
                    | ErrorKind::Reauthorize
                    | ErrorKind::MissingScope
            );
            assert!(!hidden || sight == Sight::Hidden, "{kind:?}");
        }
    }
}

//! Lists. Each has one page: no cursor is ever given, so none is valid.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::one;
use crate::{
    RpcError,
    host::{Caller, Host},
    rpc::{Outcome, Payload},
};

/// `tools/list`, from the text that the host keeps.
pub(super) async fn tools(
    host: &dyn Host,
    caller: &Caller,
    params: &Map<String, Value>,
) -> Outcome {
    no_cursor(params)?;
    let list = host.tools(caller).await?;
    let mut out = Vec::with_capacity(list.len() + 256);
    out.extend_from_slice(b"{\"tools\":");
    out.extend_from_slice(&list);
    out.push(b'}');
    Ok(Payload::Text(Bytes::from(out)))
}

/// A list of values.
pub(super) async fn values(
    params: &Map<String, Value>,
    name: &str,
    values: impl Future<Output = Result<Vec<Value>, RpcError>>,
) -> Outcome {
    no_cursor(params)?;
    Ok(one(name, values.await?.into()).into())
}

fn no_cursor(params: &Map<String, Value>) -> Result<(), RpcError> {
    match params.get("cursor") {
        None | Some(Value::Null) => Ok(()),
        Some(_) => Err(RpcError::invalid_params("unknown cursor")),
    }
}

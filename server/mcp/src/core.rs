//! One core for all bindings: a method and its parameters in, a result out.

mod decorate;
mod lists;
mod open;

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

pub(crate) use decorate::server_info;

use crate::{
    Peer, Revision, RpcError,
    host::{Caller, FollowUp, Host, Reply, ToolCall},
    rpc::{Outcome, Payload},
};

/// One request to the core.
pub(crate) struct Request {
    /// The method.
    pub method: String,
    /// The parameters.
    pub params: Map<String, Value>,
    /// The client.
    pub peer: Peer,
    /// Fires when the client gives up.
    pub cancel: CancellationToken,
}

/// Answers a request, whatever happens: a panic or a passed deadline becomes an error.
pub(crate) async fn handle(
    host: &Arc<dyn Host>,
    caller: &Caller,
    request: Request,
    deadline: Duration,
) -> Outcome {
    let cancel = request.cancel.clone();
    let stateless = caller.revision.is_stateless();
    let method = request.method.clone();
    let work = AssertUnwindSafe(dispatch(&**host, caller, request)).catch_unwind();
    let outcome = match tokio::time::timeout(deadline, work).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_panic)) => {
            tracing::error!(%method, "a request panicked");
            Err(RpcError::internal())
        }
        Err(_elapsed) => {
            cancel.cancel();
            tracing::warn!(%method, "a request took too long");
            Err(RpcError::new(
                crate::rpc::INTERNAL_ERROR,
                "The request took too long",
            ))
        }
    };
    if stateless {
        outcome.map(|payload| decorate::stateless(&method, payload))
    } else {
        outcome
    }
}

async fn dispatch(host: &dyn Host, caller: &Caller, request: Request) -> Outcome {
    let Request {
        method,
        params,
        peer,
        cancel,
    } = request;
    let stateless = caller.revision.is_stateless();
    match method.as_str() {
        "tools/call" => call(host, caller, params, peer, cancel).await,
        "tools/list" => lists::tools(host, caller, &params).await,
        "resources/list" => lists::values(&params, "resources", host.resources(caller)),
        "resources/templates/list" => lists::values(
            &params,
            "resourceTemplates",
            host.resource_templates(caller),
        ),
        "resources/read" => read(host, caller, &params).await,
        "prompts/list" => lists::values(&params, "prompts", host.prompts(caller)),
        "prompts/get" => prompt(host, caller, params).await,
        "completion/complete" if host.features().completion => complete(host, caller, &params),
        "server/discover" if stateless => Ok(open::discover(host, caller)),
        "initialize" if !stateless => Ok(open::initialize(host, caller)),
        "ping" | "logging/setLevel" if !stateless => Ok(Map::new().into()),
        "resources/subscribe" | "resources/unsubscribe" if !stateless && host.features().watch => {
            text(&params, "uri").map(|_| Map::new().into())
        }
        _ => Err(RpcError::method_not_found(&method)),
    }
}

async fn call(
    host: &dyn Host,
    caller: &Caller,
    mut params: Map<String, Value>,
    peer: Peer,
    cancel: CancellationToken,
) -> Outcome {
    let follow_up = follow_up(caller.revision, &mut params)?;
    let name = text(&params, "name")?.to_owned();
    let arguments = object(&mut params, "arguments")?;
    let call = ToolCall {
        name,
        arguments,
        follow_up,
        cancel,
        peer,
        incoming: None,
    };
    reply(caller.revision, host.call(caller, call).await?)
}

async fn prompt(host: &dyn Host, caller: &Caller, mut params: Map<String, Value>) -> Outcome {
    let follow_up = follow_up(caller.revision, &mut params)?;
    let arguments = object(&mut params, "arguments")?;
    let name = text(&params, "name")?;
    reply(
        caller.revision,
        host.prompt(caller, name, &arguments, follow_up).await?,
    )
}

async fn read(host: &dyn Host, caller: &Caller, params: &Map<String, Value>) -> Outcome {
    let uri = text(params, "uri")?;
    let Some(contents) = host.read(caller, uri).await else {
        return Err(RpcError::resource_not_found(uri, caller.revision));
    };
    Ok(one("contents", contents.into()).into())
}

fn complete(host: &dyn Host, caller: &Caller, params: &Map<String, Value>) -> Outcome {
    let (Some(Value::Object(reference)), Some(Value::Object(argument))) =
        (params.get("ref"), params.get("argument"))
    else {
        return Err(RpcError::invalid_params("ref and argument must be objects"));
    };
    let name = text(argument, "name")?;
    let typed = argument.get("value").and_then(Value::as_str).unwrap_or("");
    let mut values = host.complete(caller, reference, name, typed);
    let total = values.len();
    values.truncate(100);
    let mut completion = Map::new();
    completion.insert("hasMore".to_owned(), (total > values.len()).into());
    completion.insert("total".to_owned(), total.into());
    completion.insert("values".to_owned(), values.into());
    Ok(one("completion", Value::Object(completion)).into())
}

fn reply(revision: Revision, reply: Reply) -> Outcome {
    match reply {
        Reply::Complete(fields) => Ok(Payload::Fields(fields)),
        Reply::NeedsWrite(fields) => Ok(Payload::NeedsWrite(fields)),
        Reply::InputRequired { requests, state } if revision.is_stateless() => {
            let mut fields = one("resultType", "input_required".into());
            if !requests.is_empty() {
                fields.insert("inputRequests".to_owned(), Value::Object(requests));
            }
            if let Some(state) = state {
                fields.insert("requestState".to_owned(), state.into());
            }
            Ok(Payload::Fields(fields))
        }
        // A host that asks where nothing can be asked.
        Reply::InputRequired { .. } => Err(RpcError::internal()),
    }
}

fn follow_up(revision: Revision, params: &mut Map<String, Value>) -> Result<FollowUp, RpcError> {
    if !revision.is_stateless() {
        return Ok(FollowUp::default());
    }
    let state = match params.remove("requestState") {
        None | Some(Value::Null) => None,
        Some(Value::String(state)) => Some(state),
        Some(_) => return Err(RpcError::invalid_params("requestState must be a text")),
    };
    Ok(FollowUp {
        responses: object(params, "inputResponses")?,
        state,
    })
}

fn text<'a>(params: &'a Map<String, Value>, name: &str) -> Result<&'a str, RpcError> {
    params
        .get(name)
        .and_then(Value::as_str)
        .ok_or_else(|| RpcError::invalid_params(format!("{name} must be a text")))
}

fn object(params: &mut Map<String, Value>, name: &str) -> Result<Map<String, Value>, RpcError> {
    match params.remove(name) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(fields)) => Ok(fields),
        Some(_) => Err(RpcError::invalid_params(format!(
            "{name} must be an object"
        ))),
    }
}

/// An object with one field.
pub(crate) fn one(name: &str, value: Value) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert(name.to_owned(), value);
    fields
}

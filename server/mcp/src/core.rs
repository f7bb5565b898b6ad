//! One core for all bindings: a method and its parameters in, a result out.

mod decorate;
mod lists;
mod open;

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

pub(crate) use decorate::server_info;

use crate::{
    Peer, Revision, RpcError,
    host::{Caller, Completable, Completion, FollowUp, Host, PromptRequest, Reply, ToolCall},
    rpc::{Outcome, Payload},
    watch::Desk,
};

/// Values of one completion at most; the protocol's own number.
const COMPLETIONS: usize = 100;

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
    /// Where its session keeps what it watches; `None` without a session.
    pub desk: Option<Desk>,
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
        desk,
    } = request;
    let stateless = caller.revision.is_stateless();
    match method.as_str() {
        "tools/call" => call(host, caller, params, peer, cancel).await,
        "tools/list" => lists::tools(host, caller, &params).await,
        "resources/list" => lists::values(&params, "resources", host.resources(caller)).await,
        "resources/templates/list" => {
            let templates = host.resource_templates(caller);
            lists::values(&params, "resourceTemplates", templates).await
        }
        "resources/read" => read(host, caller, &params, cancel).await,
        "prompts/list" => lists::values(&params, "prompts", host.prompts(caller)).await,
        "prompts/get" => prompt(host, caller, params, cancel).await,
        "completion/complete" if host.features().completion => {
            complete(host, caller, &params).await
        }
        "server/discover" if stateless => Ok(open::discover(host, caller)),
        "initialize" if !stateless => Ok(open::initialize(host, caller)),
        "ping" | "logging/setLevel" if !stateless => Ok(Map::new().into()),
        "resources/subscribe" if !stateless && host.features().watch => {
            subscribe(host, caller, &params, (desk, cancel)).await
        }
        "resources/unsubscribe" if !stateless && host.features().watch => {
            unsubscribe(&params, desk).await
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

async fn prompt(
    host: &dyn Host,
    caller: &Caller,
    mut params: Map<String, Value>,
    cancel: CancellationToken,
) -> Outcome {
    let request = PromptRequest {
        follow_up: follow_up(caller.revision, &mut params)?,
        arguments: object(&mut params, "arguments")?,
        name: text(&params, "name")?.to_owned(),
        cancel,
    };
    reply(caller.revision, host.prompt(caller, request).await?)
}

async fn read(
    host: &dyn Host,
    caller: &Caller,
    params: &Map<String, Value>,
    cancel: CancellationToken,
) -> Outcome {
    let uri = text(params, "uri")?;
    host.read(caller, uri, cancel).await.map(Payload::Fields)
}

/// Checked first, kept then: nobody hears of what it may not see.
async fn subscribe(
    host: &dyn Host,
    caller: &Caller,
    params: &Map<String, Value>,
    (desk, cancel): (Option<Desk>, CancellationToken),
) -> Outcome {
    let uri = text(params, "uri")?;
    let desk = desk.ok_or_else(|| RpcError::invalid_request("subscriptions need a session"))?;
    let watched = host.watch(caller, uri, cancel).await?;
    let how = if watched.told { "events" } else { "polling" };
    desk.add(watched).await?;
    let mut fields = Map::new();
    if caller.revision > Revision::V2024_11_05 {
        fields.insert("_meta".to_owned(), json!({ "feishu-mcp/updates": how }));
    }
    Ok(fields.into())
}

async fn unsubscribe(params: &Map<String, Value>, desk: Option<Desk>) -> Outcome {
    let uri = text(params, "uri")?;
    let desk = desk.ok_or_else(|| RpcError::invalid_request("subscriptions need a session"))?;
    let removed = desk.remove(uri).await;
    removed.map_err(|_| RpcError::internal())?;
    Ok(Map::new().into())
}

async fn complete(host: &dyn Host, caller: &Caller, params: &Map<String, Value>) -> Outcome {
    let (Some(Value::Object(reference)), Some(Value::Object(argument))) =
        (params.get("ref"), params.get("argument"))
    else {
        return Err(RpcError::invalid_params("ref and argument must be objects"));
    };
    let of = match text(reference, "type")? {
        "ref/prompt" => Completable::Prompt(text(reference, "name")?.to_owned()),
        "ref/resource" => Completable::Template(text(reference, "uri")?.to_owned()),
        _ => return Err(RpcError::invalid_params("ref must be of a known type")),
    };
    let typed = argument.get("value").and_then(Value::as_str);
    let request = Completion {
        of,
        argument: text(argument, "name")?.to_owned(),
        typed: typed.unwrap_or_default().to_owned(),
    };
    let mut found = host.complete(caller, &request).await?;
    let total = found.values.len();
    found.values.truncate(COMPLETIONS);
    let mut completion = Map::new();
    completion.insert(
        "hasMore".to_owned(),
        (found.more || total > COMPLETIONS).into(),
    );
    if !found.more {
        completion.insert("total".to_owned(), total.into());
    }
    completion.insert("values".to_owned(), found.values.into());
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

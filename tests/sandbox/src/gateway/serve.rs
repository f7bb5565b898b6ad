//! One request from its first byte to its answer.

use std::time::Duration;

use axum::body::Body as AxumBody;
use axum::extract::{Request, State as AxumState};
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::Response;
use serde_json::Value;

use crate::apps::AppBrand;
use crate::clock;
use crate::control::{Fault, FaultKind, LoggedCall};
use crate::facts::Endpoint;
use crate::gateway::answer::{failure, not_found, respond, stamp, success};
use crate::gateway::body::{self, Body};
use crate::gateway::error::Shape;
use crate::gateway::route::{self, Target};
use crate::gateway::{ApiError, Call, Caller, PathParams, Query, Reply, access, validate};
use crate::shared::SharedState;

/// Marks an answer that must never reach the client: the connection is closed instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dropped;

/// A request that found its endpoint.
struct Arrived {
    target: &'static Target,
    params: PathParams,
    query: Query,
    authorization: Option<String>,
    body: Body,
    origin: String,
    brand: AppBrand,
}

/// Answers any API request.
pub(crate) async fn serve(AxumState(shared): AxumState<SharedState>, request: Request) -> Response {
    let now_ms = shared.now_ms();
    let log_id = shared.log_id(now_ms);
    let method = request.method().as_str().to_owned();
    let (brand, path) = brand_of(request.uri().path());
    let path = path.to_owned();
    let range = header_text(request.headers(), header::RANGE);
    let raw_query = request.uri().query().unwrap_or_default().to_owned();
    let mut entry = LoggedCall {
        at_ms: now_ms,
        method: method.clone(),
        path: path.clone(),
        query: raw_query,
        endpoint: "",
        http: 404,
        code: 404,
        log_id: log_id.clone(),
        app_id: String::new(),
        user: None,
    };
    let Some((target, params)) = route::find(&method, &path) else {
        shared.control(|control| control.log.push(entry));
        return not_found();
    };
    entry.endpoint = target.endpoint.name.as_str();
    let fault = shared.control(|control| control.faults.meet(&method, &path));
    if let Some(fault) = fault.as_ref().filter(|fault| fault.delay_ms > 0) {
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
    }
    let outcome = match fault.as_ref().and_then(prevent) {
        Some(Prevented::Response(response)) => return finish(&shared, entry, response),
        Some(Prevented::Error(error)) => Err(error),
        None => match arrive(&shared, target, params, &entry.query, request).await {
            Ok(arrived) => run(&shared, &Arrived { brand, ..arrived }, &mut entry),
            Err(error) => Err(error),
        },
    };
    entry.code = outcome.as_ref().map_or_else(|error| error.code, |_| 0);
    let mut response = match outcome {
        Ok(reply) => success(reply, range.as_deref()),
        Err(error) => failure(&error, &log_id),
    };
    match fault.map(|fault| fault.kind) {
        Some(FaultKind::DropAfter) => {
            response.extensions_mut().insert(Dropped);
        }
        Some(FaultKind::Malformed) => {
            let half = AxumBody::from("{\"code\":0,\"msg\":\"succ");
            response = respond(200, "application/json; charset=utf-8", half);
        }
        _ => {}
    }
    finish(&shared, entry, response)
}

fn finish(shared: &SharedState, mut entry: LoggedCall, mut response: Response) -> Response {
    stamp(&mut response, &entry.log_id, entry.at_ms);
    entry.http = response.status().as_u16();
    shared.control(|control| control.log.push(entry));
    response
}

/// What a fault puts in place of the endpoint.
enum Prevented {
    Response(Response),
    Error(ApiError),
}

fn prevent(fault: &Fault) -> Option<Prevented> {
    Some(match fault.kind {
        FaultKind::Delay | FaultKind::DropAfter | FaultKind::Malformed => return None,
        FaultKind::DropBefore => {
            let mut response = respond(500, "text/plain", AxumBody::empty());
            response.extensions_mut().insert(Dropped);
            Prevented::Response(response)
        }
        FaultKind::Status => {
            let text = AxumBody::from("upstream failure (injected)");
            Prevented::Response(respond(fault.status.unwrap_or(500), "text/plain", text))
        }
        FaultKind::RateLimit => {
            let mut error = ApiError::new(429, 99_991_400, "request trigger frequency limit");
            error.limited = Some((50, fault.reset_s.unwrap_or(1)));
            Prevented::Error(error)
        }
        FaultKind::Code => {
            let mut error = ApiError::of(fault.code.unwrap_or(99_991_400));
            error.http = fault.status.unwrap_or(error.http);
            if let Some(msg) = &fault.msg {
                error.msg.clone_from(msg);
            }
            Prevented::Error(error)
        }
        FaultKind::ExpireToken => Prevented::Error(ApiError::new(
            401,
            99_991_677,
            "Authentication token expired. Please request a new one.",
        )),
        FaultKind::RevokeToken => Prevented::Error(ApiError::of(99_991_668)),
    })
}

async fn arrive(
    shared: &SharedState,
    target: &'static Target,
    params: PathParams,
    raw_query: &str,
    request: Request,
) -> Result<Arrived, ApiError> {
    if !target.endpoint.tokens.is_empty() {
        access::bearer(request.headers())?;
    }
    let authorization = header_text(request.headers(), header::AUTHORIZATION);
    let origin = header_text(request.headers(), header::HOST).map_or_else(
        || shared.origin().to_owned(),
        |host| format!("http://{host}"),
    );
    let query = Query(serde_urlencoded::from_str(raw_query).unwrap_or_default());
    let body = body::read(request).await?;
    Ok(Arrived {
        target,
        params,
        query,
        authorization,
        body,
        origin,
        brand: AppBrand::Feishu,
    })
}

/// The other brand's platform is played below `/lark`.
fn brand_of(path: &str) -> (AppBrand, &str) {
    match path.strip_prefix("/lark") {
        Some(rest) if rest.starts_with('/') => (AppBrand::Lark, rest),
        _ => (AppBrand::Feishu, path),
    }
}

fn header_text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}

fn run(shared: &SharedState, arrived: &Arrived, entry: &mut LoggedCall) -> Result<Reply, ApiError> {
    let endpoint = arrived.target.endpoint;
    let work = |state: &mut crate::State, ids: &mut crate::IdSource| {
        let now_ms = clock::now_ms(state.clock_offset_ms);
        let caller = if endpoint.tokens.is_empty() {
            Caller::nobody()
        } else {
            let token = arrived.authorization.as_deref().unwrap_or_default();
            let token = token.strip_prefix("Bearer ").unwrap_or_default().trim();
            let caller = access::identify(state, endpoint, token, now_ms)?;
            access::authorize(state, endpoint, &caller)?;
            caller
        };
        entry.app_id.clone_from(&caller.app_id);
        entry.user = caller.user_key().map(str::to_owned);
        let document = arrived.params.get("document_id");
        shared
            .control(|control| {
                control
                    .limits
                    .take(endpoint, &caller.app_id, document, now_ms)
            })
            .map_err(crate::control::Limited::error)?;
        validate::check(endpoint, &arrived.params, &arrived.query, &arrived.body)
            .map_err(|error| credential_error(endpoint.name.as_str(), error))?;
        let Some(handler) = arrived.target.handler else {
            let msg = format!("not simulated by this sandbox: {}", endpoint.name);
            return Err(ApiError::new(501, 501, msg));
        };
        let mut call = Call {
            endpoint,
            path: &arrived.params,
            query: &arrived.query,
            body: &arrived.body.value,
            multipart: arrived.body.multipart.as_ref(),
            authorization: arrived.authorization.as_deref(),
            caller: &caller,
            now_ms,
            origin: &arrived.origin,
            brand: arrived.brand,
            ids,
        };
        let reply = handler(state, &mut call)?;
        if cfg!(debug_assertions) {
            compare(shared, endpoint, &reply);
        }
        Ok(reply)
    };
    if endpoint.method == "GET" {
        shared.visit(work)
    } else {
        shared.with(work)
    }
}

/// Notes fields that an answer should not have.
fn compare(shared: &SharedState, endpoint: &Endpoint, reply: &Reply) {
    let found = match reply {
        Reply::Data(data) | Reply::Flat(data) => validate::unpublished(endpoint, data),
        Reply::Bytes { .. } | Reply::File { .. } => Vec::new(),
    };
    if !found.is_empty() {
        tracing::warn!(?found, "sandbox answers with unpublished fields");
        shared.control(|control| control.unpublished.extend(found));
    }
}

/// Endpoints that take credentials in the body answer a bad request in their own words.
fn credential_error(endpoint: &str, mut error: ApiError) -> ApiError {
    if endpoint.starts_with("auth.v3.") {
        error = ApiError::new(200, 10_003, "invalid param");
        error.shape = Shape::Bare;
    } else if endpoint.ends_with("oauth.token") || endpoint.ends_with("oauth.v3.token") {
        let fields = error
            .detail
            .get("field_violations")
            .and_then(Value::as_array);
        let names: Vec<&str> = fields
            .into_iter()
            .flatten()
            .filter_map(|row| row["field"].as_str())
            .collect();
        let msg = format!(
            "The request is malformed. Please check your request. {}",
            names.join(", ")
        );
        error = ApiError::new(400, 20_063, msg.trim_end());
        error.shape = Shape::OAuth("invalid_request");
    }
    error
}

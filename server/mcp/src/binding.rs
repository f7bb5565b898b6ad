//! The bindings: from HTTP to the core and back.

pub(crate) mod http_sse;
mod plain;
mod post;
mod stateless;
mod streamable;
mod upload;

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    response::{IntoResponse, Response},
    routing::{get, post as post_route, put},
};
use calls::Profile;
use edge::{ApiFault, Door, ProfileQuery, ResourceRef, guard::door_cors, routes};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use model::{Locale, Principal, Slug};
use serde_json::Value;
use tools::{Selection, UnknownChoice};

use crate::{
    RpcError,
    rpc::{self, BODY_REFUSED},
    server::Server,
};

type Shared = State<Arc<Server>>;

/// The routes of all doors.
pub(crate) fn router(server: Arc<Server>) -> Router {
    let mcp = get(streamable::get)
        .post(streamable::post)
        .delete(streamable::delete);
    let sse = get(http_sse::get).post(http_sse::refuse);
    let tool = get(plain::one).post(plain::call);
    let cors = door_cors(&server.state.origins);
    Router::new()
        .route(routes::MCP, mcp.clone())
        .route(routes::ROOT_MCP, mcp)
        .route(routes::SSE, sse.clone())
        .route(routes::ROOT_SSE, sse)
        .route(routes::MESSAGES, post_route(http_sse::post))
        .route(routes::ROOT_MESSAGES, post_route(http_sse::post))
        .route(routes::TOOLS, get(plain::list))
        .route(routes::ROOT_TOOLS, get(plain::list))
        .route(routes::TOOL, tool.clone())
        .route(routes::ROOT_TOOL, tool)
        .layer(cors)
        // The core has its own limit with a JSON-RPC answer.
        .layer(axum::extract::DefaultBodyLimit::disable())
        .with_state(server)
}

/// The route that takes files.
pub(crate) fn uploads(server: Arc<Server>) -> Router {
    Router::new()
        .route(routes::UPLOAD, put(upload::put))
        .layer(axum::extract::DefaultBodyLimit::disable())
        .with_state(server)
}

/// A request whose sender is known.
pub(super) struct Admitted {
    pub(super) principal: Principal,
    pub(super) resource: ResourceRef,
    pub(super) headers: HeaderMap,
    pub(super) query: String,
    /// The profile as the address spells it.
    pub(super) chosen: ProfileQuery,
    pub(super) profile: Profile,
}

impl Admitted {
    /// A header as text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A parameter of the query.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .split('&')
            .filter_map(|pair| pair.split_once('=').or(Some((pair, ""))))
            .find_map(|(key, value)| (key == name).then_some(value))
    }
}

/// Finds the tenant of the path and lets the sender in.
pub(super) async fn admit(
    server: &Server,
    door: Door,
    request: Request,
) -> Result<(Admitted, Body), Response> {
    let (parts, body) = request.into_parts();
    let resource = resource(server, door, parts.uri.path())?;
    let chosen = ProfileQuery::read(parts.uri.query().unwrap_or_default());
    let principal = server
        .state
        .auth
        .admit(&parts.headers, &resource)
        .await
        .map_err(|fault| fault.for_profile(&chosen).into_response())?;
    let locale = edge::ReaderLocale::of(parts.uri.query(), &parts.headers);
    let locale = locale.unwrap_or_else(|| principal.locale());
    let tools = Selection::read(&chosen.tools).map_err(|unknown| no_profile(&unknown, locale))?;
    let profile = Profile {
        read_only: chosen.read_only,
        tools,
    };
    let admitted = Admitted {
        principal: principal.through(door.channel(), locale),
        resource,
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        chosen,
        profile,
    };
    Ok((admitted, body))
}

/// The address names a profile that does not exist. Nothing is guessed: the guess could be more
/// than the client wanted.
fn no_profile(UnknownChoice(word): &UnknownChoice, locale: Locale) -> Response {
    let word: String = word.chars().filter(|c| !c.is_control()).collect();
    let known = tools::PROFILES.join(", ");
    let (message, hint) = match locale {
        Locale::En => (
            format!("There is no profile or tool named \"{word}\"."),
            format!("`tools` in the address takes {known}, or names of tools, with commas."),
        ),
        Locale::Zh => (
            format!("没有名为“{word}”的工具集或工具。"),
            format!("地址中的 `tools` 可为 {known} 或工具名称，以逗号分隔。"),
        ),
    };
    ApiFault::new(StatusCode::BAD_REQUEST, "invalid", message)
        .hint(hint)
        .into_response()
}

/// The door that a path means; the message endpoint belongs to the door of HTTP+SSE.
#[expect(clippy::result_large_err, reason = "the refusal is the answer")]
fn resource(server: &Server, door: Door, path: &str) -> Result<ResourceRef, Response> {
    let nobody = || {
        ApiFault::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is nothing here. / 此处没有内容。",
        )
        .into_response()
    };
    let mut segments = path.split('/').skip(1);
    match segments.next() {
        Some("t") => {
            let slug = segments.next().and_then(|slug| slug.parse::<Slug>().ok());
            Ok(ResourceRef::new(slug.ok_or_else(nobody)?, door))
        }
        _ => Ok(ResourceRef {
            slug: server
                .state
                .urls
                .default_tenant()
                .ok_or_else(nobody)?
                .clone(),
            door,
            at_root: true,
        }),
    }
}

/// Reads a body: not too large, not too slow.
pub(super) async fn body(server: &Server, body: Body) -> Result<Bytes, Response> {
    let options = &server.state.options;
    let read = Limited::new(body, options.max_body).collect();
    match tokio::time::timeout(options.body_time, read).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(fault)) if fault.is::<http_body_util::LengthLimitError>() || too_large(&*fault) => {
            let error = RpcError::new(BODY_REFUSED, "The body is too large");
            Err(refusal(StatusCode::PAYLOAD_TOO_LARGE, &error))
        }
        Ok(Err(_)) => Err(StatusCode::BAD_REQUEST.into_response()),
        Err(_) => {
            let error = RpcError::new(BODY_REFUSED, "The body came too slowly");
            Err(refusal(StatusCode::REQUEST_TIMEOUT, &error))
        }
    }
}

/// A limit in an outer layer is reported as a source of the error.
fn too_large(fault: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(fault);
    while let Some(error) = next {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        next = error.source();
    }
    false
}

/// A JSON-RPC error without a request that it belongs to.
pub(super) fn refusal(status: StatusCode, error: &RpcError) -> Response {
    json(status, rpc::response(&Value::Null, &Err(error.clone())))
}

/// JSON with a status.
pub(super) fn json(status: StatusCode, body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The bus is away: sessions cannot be looked up.
pub(super) fn unavailable(locale: Locale) -> Response {
    let error = RpcError::new(
        rpc::INTERNAL_ERROR,
        locale.pick("Sessions are not available at present", "会话服务暂不可用"),
    );
    let mut response = refusal(StatusCode::SERVICE_UNAVAILABLE, &error);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    response
}

/// Too many streams.
pub(super) fn full(full: crate::streams::Full) -> Response {
    let status = match full {
        crate::streams::Full::Member => StatusCode::TOO_MANY_REQUESTS,
        crate::streams::Full::Node => StatusCode::SERVICE_UNAVAILABLE,
    };
    let error = RpcError::new(rpc::TOO_MANY, "Too many open streams");
    let mut response = refusal(status, &error);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

/// A method that the door does not answer.
pub(super) fn not_allowed(allow: &'static str) -> Response {
    let mut response = refusal(
        StatusCode::METHOD_NOT_ALLOWED,
        &RpcError::invalid_request("this method needs a session"),
    );
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static(allow));
    response
}

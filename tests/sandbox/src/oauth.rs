//! Sign-in: the page where a person approves, and the endpoints that turn codes into tokens.

mod authorize;
mod fault;
mod issue;
mod page;
mod pkce;
mod token;

use axum::Router;
use axum::routing::{get, post};

use crate::shared::SharedState;

pub(crate) use authorize::{AuthorizeRequest, approve};
pub(crate) use issue::{issue_legacy, service_token};
pub(crate) use token::{Edition, exchange};

/// The routes a browser visits.
pub(crate) fn pages() -> Router<SharedState> {
    Router::new()
        .route("/open-apis/authen/v1/authorize", get(authorize::show))
        .route(
            "/lark/open-apis/authen/v1/authorize",
            get(authorize::show_lark),
        )
        .route("/sandbox/authorize", post(authorize::decide))
        .route("/sandbox/avatar/{tenant}/{user}", get(page::avatar))
}

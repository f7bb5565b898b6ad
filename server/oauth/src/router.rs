//! The routes of the authorization server.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use edge::{guard::open_cors, routes};

use crate::{
    endpoints::{
        authorize, callback, consent, introspect, register, revoke, sign_in, token, well_known,
    },
    state::OAuthState,
};

/// Largest form in bytes.
const FORM_CAP: usize = 64 * 1024;

/// The authorization server. Endpoints that clients call from browsers answer any origin;
/// those that people's browsers visit answer none.
pub fn router(state: OAuthState) -> Router {
    let metadata = Router::new()
        .route(routes::RESOURCE_METADATA, get(well_known::origin_resource))
        .route(routes::RESOURCE_METADATA_OF, get(well_known::resource))
        .route(
            routes::RESOURCE_METADATA_AFTER,
            get(well_known::resource_after),
        )
        .route(routes::SERVER_METADATA, get(well_known::server))
        .route(routes::SERVER_METADATA_OF, get(well_known::server))
        .route(routes::SERVER_METADATA_AFTER, get(well_known::server))
        .route(routes::OPENID_METADATA, get(well_known::server))
        .route(routes::OPENID_METADATA_OF, get(well_known::server))
        .route(routes::OPENID_METADATA_AFTER, get(well_known::server));
    let clients = Router::new()
        .route(routes::TOKEN, post(token::token))
        .route(routes::ROOT_TOKEN, post(token::token))
        .route(routes::REGISTER, post(register::register))
        .route(routes::ROOT_REGISTER, post(register::register))
        .route(routes::REVOKE, post(revoke::revoke))
        .route(routes::ROOT_REVOKE, post(revoke::revoke))
        .route(routes::INTROSPECT, post(introspect::introspect));
    let people = Router::new()
        .route(routes::AUTHORIZE, get(authorize::authorize))
        .route(routes::ROOT_AUTHORIZE, get(authorize::authorize))
        .route(routes::ORGANISATION, post(authorize::organisation))
        .route(routes::CONSENT, post(consent::decide))
        .route(routes::CALLBACK, get(callback::callback))
        .route(routes::SIGN_IN, get(sign_in::sign_in));
    metadata
        .merge(clients)
        .layer(open_cors())
        .merge(people)
        .layer(DefaultBodyLimit::max(FORM_CAP))
        .with_state(state)
}

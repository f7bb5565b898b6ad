//! Sign-in for employees' pages, through Feishu.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use edge::{cookies, local_path, routes};
use http::header;
use model::{Principal, Purpose, Slug, TenantStatus};
use store::{StoreError, TenantEntry};
use vault::{TokenHash, TokenKind};
use views::error::Trouble;

use super::authorize::BROWSER_COOKIE;
use crate::{
    page::{self, PageFault},
    protocol::form::Params,
    state::{Asking, OAuthState},
    upstream,
};

/// Sends the browser to Feishu and remembers where it wants to go afterwards.
pub(crate) async fn sign_in(
    State(state): State<OAuthState>,
    Path(slug): Path<String>,
    asking: Asking,
) -> Response {
    match start(&state, &slug, &asking).await {
        Ok(response) => response,
        Err(fault) => fault.into_response(),
    }
}

async fn start(state: &OAuthState, slug: &str, asking: &Asking) -> Result<Response, PageFault> {
    let fault = |trouble| PageFault::new(trouble, asking);
    let internal = |error: StoreError| PageFault::internal(&error, asking);
    let slug: Slug = slug.parse().map_err(|_| fault(Trouble::NotFound))?;
    let entry = state
        .store
        .directory()
        .by_slug(&slug)
        .await
        .map_err(internal)?
        .ok_or_else(|| fault(Trouble::NotFound))?;
    if entry.tenant.status != TenantStatus::Active {
        return Err(fault(Trouble::TenantSuspended));
    }
    let params = Params::query(&asking.query).map_err(|_| fault(Trouble::BadRequest))?;
    let return_to = params
        .get("return_to")
        .and_then(local_path)
        .unwrap_or_else(|| routes::CONNECTIONS.replace("{slug}", slug.as_str()));
    park(state, asking, &entry, &return_to).await
}

async fn park(
    state: &OAuthState,
    asking: &Asking,
    entry: &TenantEntry,
    return_to: &str,
) -> Result<Response, PageFault> {
    let internal = |error: StoreError| PageFault::internal(&error, asking);
    let known = cookies::read(
        &asking.headers,
        &cookies::host_name(&state.urls, BROWSER_COOKIE),
    )
    .and_then(|text| Some((text.to_owned(), TokenHash::of(TokenKind::Browser, text)?)));
    let (browser, browser_hash) = known.unwrap_or_else(|| {
        let token = state.mint(TokenKind::Browser);
        (token.expose().to_owned(), token.hash())
    });
    let feishu_state = state.mint(TokenKind::FeishuState);
    let verifier = upstream::verifier(state);
    let to = upstream::authorize_url(state, &entry.tenant, feishu_state.expose(), &verifier)
        .await
        .map_err(|error| PageFault::new(error.trouble(), asking))?;
    let scope = state
        .store
        .scope(&Principal::platform(entry.tenant.id, Purpose::SignIn));
    let ends = state.now() + state.options.lifetimes.pending;
    let row = (browser_hash, feishu_state.hash(), verifier, return_to);
    let parked = scope.retrying(&row, move |tx, (browser, hash, verifier, return_to)| {
        Box::pin(async move {
            let pages = tx.pages();
            pages.park(browser, hash, verifier, return_to, ends).await
        })
    });
    parked.await.map_err(internal)?;
    let mut response = page::go(&to);
    let age = state.options.lifetimes.pending;
    if let Some(cookie) = cookies::set(&state.urls, BROWSER_COOKIE, &browser, age) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

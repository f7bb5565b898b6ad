//! The decision of the member, and the way to Feishu.

use axum::{
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use edge::{cookies, guard::is_same_origin};
use model::{Access, AuthorizationId, Principal, Purpose, Slug, TenantStatus};
use store::{Authorization, Stage, StoreError};
use vault::{TokenHash, TokenKind};
use views::error::Trouble;

use super::authorize::BROWSER_COOKIE;
use crate::{
    page::{self, PageFault},
    protocol::{fault::OAuthError, form::Params},
    reply::BackToClient,
    state::{Asking, OAuthState},
    upstream,
};

/// Takes the decision. The state for Feishu is stored only now, after the approval.
pub(crate) async fn decide(
    State(state): State<OAuthState>,
    asking: Asking,
    body: Bytes,
) -> Response {
    match handle(&state, &asking, &body).await {
        Ok(response) => response,
        Err(fault) => fault.into_response(),
    }
}

async fn handle(state: &OAuthState, asking: &Asking, body: &[u8]) -> Result<Response, PageFault> {
    let fault = |trouble| PageFault::new(trouble, asking);
    let internal = |error: StoreError| PageFault::internal(&error, asking);
    if !is_same_origin(&state.urls, &asking.headers) {
        return Err(fault(Trouble::FormExpired));
    }
    let form = Params::body(&asking.headers, body).map_err(|_| fault(Trouble::BadRequest))?;
    let slug: Option<Slug> = form.get("organisation").and_then(|text| text.parse().ok());
    let id: Option<AuthorizationId> = form.get("request").and_then(|text| text.parse().ok());
    let (Some(slug), Some(id)) = (slug, id) else {
        return Err(fault(Trouble::BadRequest));
    };
    let entry = state
        .store
        .directory()
        .by_slug(&slug)
        .await
        .map_err(internal)?
        .ok_or_else(|| fault(Trouble::SignInExpired))?;
    if entry.tenant.status != TenantStatus::Active {
        return Err(fault(Trouble::TenantSuspended));
    }
    let scope = state
        .store
        .scope(&Principal::platform(entry.tenant.id, Purpose::SignIn));
    let parked = {
        let tx = scope.read().await.map_err(internal)?;
        tx.authorizations().get(id).await.map_err(internal)?
    };
    let parked = parked
        .filter(|row| row.stage == Stage::Parked && state.now() < row.expires_at)
        .ok_or_else(|| fault(Trouble::SignInExpired))?;
    check_browser(state, asking, &parked.browser)?;
    let csrf = form
        .get("csrf")
        .and_then(|text| TokenHash::of(TokenKind::Csrf, text));
    if csrf.as_ref() != Some(&parked.csrf) {
        return Err(fault(Trouble::FormExpired));
    }
    if form.get("decision") != Some("approve") {
        return refuse(state, asking, &parked).await.map_err(internal);
    }
    let given = if form.get("write") == Some("yes")
        && parked.asked == Access::Write
        && !entry.rules.read_only
    {
        Access::Write
    } else {
        Access::Read
    };
    let feishu_state = state.mint(TokenKind::FeishuState);
    let verifier = upstream::verifier(state);
    let to = upstream::authorize_url(state, &entry.tenant, feishu_state.expose(), &verifier)
        .await
        .map_err(|error| {
            tracing::error!(error = %error, "no address for Feishu's login");
            fault(error.trouble())
        })?;
    let hash = feishu_state.hash();
    let row = (hash, verifier);
    let approved = scope.retrying(&row, move |tx, (hash, verifier)| {
        Box::pin(async move { tx.authorizations().approve(id, given, hash, verifier).await })
    });
    if approved.await.map_err(internal)? {
        Ok(page::go(&to))
    } else {
        Err(fault(Trouble::SignInExpired))
    }
}

/// The member said no: the client is told, and the request is over.
async fn refuse(
    state: &OAuthState,
    asking: &Asking,
    parked: &Authorization,
) -> Result<Response, StoreError> {
    let scope = state
        .store
        .scope(&Principal::platform(parked.tenant, Purpose::SignIn));
    let refused = scope.retrying(&parked.id, |tx, id| {
        Box::pin(async move { tx.authorizations().refuse(*id, Stage::Parked).await })
    });
    refused.await?;
    Ok(back(asking, parked).error(
        state,
        OAuthError::AccessDenied,
        "the member did not approve",
    ))
}

/// The browser must be the one that the request was parked for: a link that somebody else
/// started cannot be finished here.
pub(crate) fn check_browser(
    state: &OAuthState,
    asking: &Asking,
    parked: &TokenHash,
) -> Result<(), PageFault> {
    let here = cookies::read(
        &asking.headers,
        &cookies::host_name(&state.urls, BROWSER_COOKIE),
    )
    .and_then(|text| TokenHash::of(TokenKind::Browser, text));
    if here.as_ref() == Some(parked) {
        Ok(())
    } else {
        Err(PageFault::new(Trouble::OtherBrowser, asking))
    }
}

/// Where the answer to a parked request goes.
pub(crate) fn back(asking: &Asking, row: &Authorization) -> BackToClient {
    BackToClient {
        redirect_uri: row.redirect_uri.clone(),
        state: row.state.clone(),
        client_name: row.client_name.clone(),
        locale: asking.locale,
    }
}

//! Signs an account in by a link that works once.

use axum::{
    extract::{Path, State},
    response::Response,
};
use edge::routes;
use http::StatusCode;
use store::{LinkPurpose, StoreError};
use vault::{TokenHash, TokenKind};
use views::sign_in::SignInLinkPage;

use super::admission::admit;
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Says whose link it is. Looking does not use it up: programs that preview links look too.
///
/// Permissions: whoever has the link.
pub(crate) async fn show(
    State(state): State<WebState>,
    Path(token): Path<String>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let name = whose(&state, &token)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    let status = if name.is_some() {
        StatusCode::OK
    } else {
        StatusCode::GONE
    };
    Ok(page::answer(status, page_of(&visit, name).render()))
}

/// Uses the link up and opens a session.
///
/// Permissions: whoever has the link.
pub(crate) async fn act(
    State(state): State<WebState>,
    Path(token): Path<String>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let hash = TokenHash::of(TokenKind::Link, &token);
    let taken = match hash {
        Some(hash) => take(&state, &hash).await.map_err(internal)?,
        None => None,
    };
    match taken {
        Some(account) => admit(&state, &visit, account, routes::CONSOLE)
            .await
            .map_err(internal),
        None => Ok(page::answer(
            StatusCode::GONE,
            page_of(&visit, None).render(),
        )),
    }
}

fn page_of(visit: &Visit, name: Option<String>) -> SignInLinkPage {
    SignInLinkPage {
        shell: visit.shell(),
        name,
        sign_in: routes::CONSOLE_SIGN_IN.to_owned(),
    }
}

async fn whose(state: &WebState, token: &str) -> Result<Option<String>, StoreError> {
    let Some(hash) = TokenHash::of(TokenKind::Link, token) else {
        return Ok(None);
    };
    let tx = state.store.platform("say whose link it is").read().await?;
    let link = tx.account_links().peek(LinkPurpose::SignIn, &hash).await?;
    let Some(account) = link.and_then(|link| link.account) else {
        return Ok(None);
    };
    let account = tx.accounts().get(account).await?;
    Ok(account
        .filter(|account| account.active)
        .map(|account| account.name))
}

async fn take(state: &WebState, hash: &TokenHash) -> Result<Option<model::AccountId>, StoreError> {
    let scope = state.store.platform("sign an account in by a link");
    let tx = scope.write().await?;
    let link = tx.account_links().take(LinkPurpose::SignIn, hash).await?;
    let account = match link.and_then(|link| link.account) {
        Some(id) => tx.accounts().get(id).await?,
        None => None,
    };
    tx.commit().await?;
    Ok(account
        .filter(|account| account.active)
        .map(|account| account.id))
}

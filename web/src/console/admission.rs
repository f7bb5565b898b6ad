//! Lets an account in, once its first proof was taken: at once, or by way of its second factor.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use edge::{ACCOUNT_COOKIE, cookies, routes};
use http::{HeaderValue, StatusCode, header};
use model::{AccountId, Entropy};
use store::{AccountLink, LinkPurpose, NewAccountSession, PlatformTx, StoreError};
use vault::{Token, TokenHash, TokenKind};

use super::ledgers::tell_sign_in;
use crate::{WebState, page, visit::Visit};

/// How long an account stays signed in.
const LASTS: Duration = Duration::from_hours(12);
/// How long the second factor may take.
const STEP_LASTS: Duration = Duration::from_mins(5);
/// Name of the cookie of a sign-in that waits for its second factor.
const STEP_COOKIE: &str = "second-step";

/// A sign-in that waits for the second factor.
#[derive(Debug)]
pub(crate) struct Waiting {
    /// The step, to use it up.
    pub(crate) token: TokenHash,
    /// Who signs in.
    pub(crate) account: AccountId,
    /// Where to go after it: a path of ours.
    pub(crate) to: String,
}

/// Opens a session and goes on; an account with a second factor is asked for it first.
pub(crate) async fn admit(
    state: &WebState,
    visit: &Visit,
    account: AccountId,
    to: &str,
) -> Result<Response, StoreError> {
    let scope = state.store.platform("let an account in");
    let tx = scope.write().await?;
    if tx.account_factors().of(account).await?.is_none() {
        return open(state, visit, tx, account, false, to).await;
    }
    let entropy: &dyn Entropy = state.entropy.as_ref();
    let token = Token::mint(TokenKind::Link, entropy);
    let step = AccountLink {
        account: Some(account),
        tenant: None,
        detail: to.to_owned(),
        expires_at: tx.now() + STEP_LASTS,
    };
    tx.account_links()
        .add(LinkPurpose::SecondFactor, &token.hash(), &step)
        .await?;
    tx.commit().await?;
    let cookie = cookies::set(&state.urls, STEP_COOKIE, token.expose(), STEP_LASTS);
    Ok(with_cookies(page::go(routes::SECOND_FACTOR), [cookie]))
}

/// The sign-in of this browser that waits for its second factor, if it still does.
pub(crate) async fn waiting(
    state: &WebState,
    visit: &Visit,
) -> Result<Option<Waiting>, StoreError> {
    let name = cookies::host_name(&state.urls, STEP_COOKIE);
    let token =
        cookies::read(&visit.headers, &name).and_then(|text| TokenHash::of(TokenKind::Link, text));
    let Some(token) = token else {
        return Ok(None);
    };
    let scope = state.store.platform("whose sign-in waits");
    let tx = scope.read().await?;
    let links = tx.account_links();
    let link = links.peek(LinkPurpose::SecondFactor, &token).await?;
    let Some((account, to)) = link.and_then(|link| Some((link.account?, link.detail))) else {
        return Ok(None);
    };
    let known = tx.accounts().get(account).await?;
    Ok(known.filter(|known| known.active).map(|known| Waiting {
        token,
        account: known.id,
        to,
    }))
}

/// Opens a session in this browser, makes everything in `tx` lasting, and goes on. Always with a
/// fresh token, so that nobody can have planted it.
pub(crate) async fn open(
    state: &WebState,
    visit: &Visit,
    tx: PlatformTx,
    account: AccountId,
    second: bool,
    to: &str,
) -> Result<Response, StoreError> {
    let entropy: &dyn Entropy = state.entropy.as_ref();
    let token = Token::mint(TokenKind::AccountSession, entropy);
    let agent = visit.headers.get(header::USER_AGENT);
    tx.account_sessions()
        .open(NewAccountSession {
            account,
            token: &token.hash(),
            agent: agent
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default(),
            address: &visit.address,
            expires_at: tx.now() + LASTS,
            second,
        })
        .await?;
    tx.accounts().seen(account).await?;
    tx.commit().await?;
    // Without its record nobody comes in: the token has not left yet.
    tell_sign_in(state, visit, account, second).await?;
    let session = cookies::set(&state.urls, ACCOUNT_COOKIE, token.expose(), LASTS);
    let step = cookies::clear(&state.urls, STEP_COOKIE);
    Ok(with_cookies(page::go(to), [session, step]))
}

fn with_cookies<const N: usize>(
    mut response: Response,
    cookies: [Option<HeaderValue>; N],
) -> Response {
    for cookie in cookies {
        let Some(cookie) = cookie else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

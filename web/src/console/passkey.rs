//! Passkeys: what signing in, a fresh proof and adding one have in common.
//!
//! The browser is asked by one request, which keeps the question under a cookie of this browser,
//! and answers by the next, which takes the question whatever the answer is worth. So an answer
//! counts once, in the browser that was asked, within five minutes, and for what it was asked for.

use std::time::Duration;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use edge::cookies;
use http::{HeaderValue, StatusCode, header};
use model::{AccountId, Entropy};
use store::{Account, Passkey, PasskeyPurpose, PlatformTx, StoreError};
use vault::{
    PasskeyAnswer, PasskeyError, PasskeyKey, PasskeyQuestion, PasskeySite, Token, TokenHash,
    TokenKind,
};
use views::passkey::PasskeyFault;

use crate::{WebState, visit::Visit};

/// How long a browser may take for its answer.
const LASTS: Duration = Duration::from_mins(5);

/// Why a passkey did not do.
#[derive(Debug)]
pub(crate) enum Refused {
    /// For a reason that its owner is told.
    Fault(PasskeyFault),
    /// For a failure of ours.
    Store(StoreError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<PasskeyError> for Refused {
    fn from(error: PasskeyError) -> Self {
        Self::Fault(match error {
            PasskeyError::Unverified => PasskeyFault::Unverified,
            PasskeyError::Copied => PasskeyFault::Copied,
            PasskeyError::Unreadable
            | PasskeyError::Elsewhere
            | PasskeyError::Forged
            | PasskeyError::Question => PasskeyFault::Refused,
        })
    }
}

/// The site that passkeys are for; `None` where this address can have none.
pub(crate) fn site(state: &WebState) -> Option<PasskeySite> {
    let domain = state.urls.site()?;
    Some(PasskeySite::new(domain, state.urls.origin()))
}

/// What the vault needs to know of passkeys.
pub(crate) fn keys(passkeys: Vec<Passkey>) -> Vec<PasskeyKey> {
    passkeys.into_iter().map(|passkey| passkey.key).collect()
}

/// Puts a question to this browser.
pub(crate) async fn ask(
    state: &WebState,
    visit: &Visit,
    purpose: PasskeyPurpose,
    account: Option<AccountId>,
    question: PasskeyQuestion,
) -> Result<Response, Refused> {
    if let Err(wait) = state.attempts.count_question(&visit.address).await {
        return Err(Refused::Fault(PasskeyFault::Slow(wait.as_secs().max(1))));
    }
    let entropy: &dyn Entropy = state.entropy.as_ref();
    let token = Token::mint(TokenKind::Browser, entropy);
    let scope = state.store.platform("ask a browser for a passkey");
    let tx = scope.write().await?;
    tx.passkey_questions()
        .ask(purpose, account, &token.hash(), &question.kept, LASTS)
        .await?;
    tx.commit().await?;
    let mut response = Json(question.asked).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = cookies::set(&state.urls, cookie(purpose), token.expose(), LASTS) {
        headers.append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Takes what was kept of the question to this browser; it is gone after that.
pub(crate) async fn take(
    state: &WebState,
    visit: &Visit,
    purpose: PasskeyPurpose,
    account: Option<AccountId>,
) -> Result<String, Refused> {
    let name = cookies::host_name(&state.urls, cookie(purpose));
    let token = cookies::read(&visit.headers, &name)
        .and_then(|text| TokenHash::of(TokenKind::Browser, text))
        .ok_or(Refused::Fault(PasskeyFault::Expired))?;
    let scope = state.store.platform("take a question about a passkey");
    let tx = scope.write().await?;
    let kept = tx
        .passkey_questions()
        .take(purpose, account, &token)
        .await?;
    tx.commit().await?;
    kept.ok_or(Refused::Fault(PasskeyFault::Expired))
}

/// Checks an answer: whose passkey it is, and a transaction that has noted its use and is still
/// to be committed. With `account`, only a passkey of that account will do.
pub(crate) async fn prove(
    state: &WebState,
    visit: &Visit,
    purpose: PasskeyPurpose,
    account: Option<AccountId>,
    answer: &str,
) -> Result<(PlatformTx, Account), Refused> {
    let unknown = || Refused::Fault(PasskeyFault::Unknown);
    let site = site(state).ok_or_else(unknown)?;
    let kept = take(state, visit, purpose, account).await?;
    let answer = PasskeyAnswer::read(answer)?;
    let named = format!("passkey {:?}", answer.credential());
    if let Err(wait) = state.attempts.count(&visit.address, &named).await {
        return Err(Refused::Fault(PasskeyFault::Slow(wait.as_secs().max(1))));
    }
    let scope = state.store.platform("prove who is there by a passkey");
    let tx = scope.write().await?;
    let passkey = tx.passkeys().by_credential(answer.credential()).await?;
    let passkey = passkey
        .filter(|passkey| account.is_none_or(|id| id == passkey.account))
        .ok_or_else(unknown)?;
    let counter = site.proven(&kept, &answer, &passkey.key, passkey.account);
    if counter == Err(PasskeyError::Copied) {
        tracing::warn!(passkey = %passkey.id, account = %passkey.account, "a passkey seems to exist twice");
    }
    let owner = tx.accounts().get(passkey.account).await?;
    let owner = owner.filter(|owner| owner.active).ok_or_else(unknown)?;
    if tx.passkeys().used(passkey.id, counter?).await? {
        Ok((tx, owner))
    } else {
        Err(Refused::Fault(PasskeyFault::Copied))
    }
}

/// The status that goes with a fault.
pub(crate) const fn status(fault: PasskeyFault) -> StatusCode {
    match fault {
        PasskeyFault::Slow(_) => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// Each purpose has its own cookie: a second tab does not spoil the first.
const fn cookie(purpose: PasskeyPurpose) -> &'static str {
    match purpose {
        PasskeyPurpose::SignIn => "passkey-sign-in",
        PasskeyPurpose::StepUp => "passkey-step-up",
        PasskeyPurpose::Add => "passkey-add",
    }
}

//! Asks an account for a fresh proof of who it is, before a dangerous act: for its second factor,
//! or for its password where it has none.

pub(crate) mod passkey;

use axum::{
    Form,
    extract::{Query, State},
    response::Response,
};
use edge::AccountVisit;
use http::StatusCode;
use serde::Deserialize;
use store::StoreError;
use views::sign_in::{CodeFault, SignInFault, StepUpPage};

use super::{
    Away,
    account::{acting, enter},
    sign_in::{Attempt, check, destination},
    visitor_of,
};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// What the address of the page says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    return_to: String,
    /// `yes` where the password will not do.
    #[serde(default)]
    strong: String,
}

/// What the form posts.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Proof {
    csrf: String,
    password: String,
    code: String,
    return_to: String,
}

/// How an account may prove who it is. A code stands in the place of the password.
#[derive(Debug, Clone, Copy)]
struct Ways {
    code: bool,
    password: bool,
    passkey: bool,
}

/// Why a proof was not taken.
enum Refusal {
    Wrong(String),
    Slow(String),
}

/// Shows the form.
///
/// Permissions: an account, about its own session.
pub(crate) async fn show(
    State(state): State<WebState>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let known = enter(&state, &visit).await?;
    let mut ways = ways(&state, &known)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    ways.password &= asked.strong != "yes";
    let page = form(&visit, &known, asked.return_to, ways, None);
    Ok(page::show(page.render()))
}

/// Checks the proof; the session counts as fresh for ten minutes.
///
/// Permissions: an account, about its own session.
pub(crate) async fn act(
    State(state): State<WebState>,
    visit: Visit,
    Form(proof): Form<Proof>,
) -> Result<Response, Away> {
    let known = acting(&state, &visit, &proof.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let ways = ways(&state, &known).await.map_err(internal)?;
    let refusal = if ways.code {
        by_code(&state, &visit, &known, &proof.code).await
    } else {
        by_password(&state, &visit, &known, proof.password).await
    };
    let (status, words) = match refusal.map_err(internal)? {
        None => return Ok(page::go(&destination(&proof.return_to))),
        Some(Refusal::Wrong(words)) => (StatusCode::UNPROCESSABLE_ENTITY, words),
        Some(Refusal::Slow(words)) => (StatusCode::TOO_MANY_REQUESTS, words),
    };
    let page = form(&visit, &known, proof.return_to, ways, Some(words));
    Ok(page::answer(status, page.render()))
}

async fn ways(state: &WebState, known: &AccountVisit) -> Result<Ways, StoreError> {
    let id = known.account.id;
    let scope = state.store.platform("how an account proves who it is");
    let tx = scope.read().await?;
    let passkeys = tx.passkeys().list_of(id).await?;
    Ok(Ways {
        code: tx.account_factors().of(id).await?.is_some(),
        password: tx.accounts().has_password(id).await?,
        passkey: state.urls.site().is_some() && !passkeys.is_empty(),
    })
}

async fn by_code(
    state: &WebState,
    visit: &Visit,
    known: &AccountVisit,
    code: &str,
) -> Result<Option<Refusal>, StoreError> {
    if let Err(wait) = state.attempts.count_code(known.account.id).await {
        let words = CodeFault::Slow(wait.as_secs().max(1)).words(visit.lang());
        return Ok(Some(Refusal::Slow(words)));
    }
    let scope = state.store.platform("take a fresh proof of who is there");
    let tx = scope.write().await?;
    let proven = tx.account_factors().prove(known.account.id, code).await?;
    if proven.is_none() {
        let words = CodeFault::Wrong.words(visit.lang());
        return Ok(Some(Refusal::Wrong(words)));
    }
    tx.account_sessions().prove(known.session, true).await?;
    tx.commit().await?;
    Ok(None)
}

async fn by_password(
    state: &WebState,
    visit: &Visit,
    known: &AccountVisit,
    password: String,
) -> Result<Option<Refusal>, StoreError> {
    let email = known.account.email.clone();
    if let Err(wait) = state.attempts.count(&visit.address, &email).await {
        let words = SignInFault::Slow(wait.as_secs().max(1)).words(visit.lang());
        return Ok(Some(Refusal::Slow(words)));
    }
    let same = check(state, &Attempt::of(email, password)).await?;
    if same.is_none_or(|account| account.id != known.account.id) {
        let words = SignInFault::Wrong.words(visit.lang());
        return Ok(Some(Refusal::Wrong(words)));
    }
    let scope = state.store.platform("note a fresh proof of who is there");
    let tx = scope.write().await?;
    tx.account_sessions().prove(known.session, false).await?;
    tx.commit().await?;
    Ok(None)
}

fn form(
    visit: &Visit,
    known: &AccountVisit,
    return_to: String,
    ways: Ways,
    fault: Option<String>,
) -> StepUpPage {
    StepUpPage {
        shell: visit.shell().with_visitor(visitor_of(known)),
        csrf: known.csrf.clone(),
        passkey: passkey::offer(visit, known, ways, &return_to),
        return_to,
        code: ways.code,
        // Who has nothing at all is told the same as with a wrong one.
        password: ways.password || !ways.passkey,
        fault,
    }
}

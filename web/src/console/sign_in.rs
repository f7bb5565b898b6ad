//! Signs an account in by its address and password.

pub(crate) mod passkey;

use axum::{
    Form,
    extract::{Query, State},
    response::Response,
};
use edge::{local_path, routes};
use http::StatusCode;
use serde::Deserialize;
use store::{Account, StoreError};
use vault::{PasswordText, Secret};
use views::sign_in::{SignInFault, SignInPage};

use super::admission::admit;
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Longest password that is looked at.
const LONGEST: usize = 200;

/// What the address of the page says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    return_to: String,
}

/// What the form posts.
#[derive(Deserialize)]
pub(crate) struct Attempt {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    return_to: String,
}

impl Attempt {
    /// An attempt of an account that is known already.
    pub(crate) const fn of(email: String, password: String) -> Self {
        Self {
            email,
            password,
            return_to: String::new(),
        }
    }
}

/// Shows the form; goes on at once with an account that is signed in already.
///
/// Permissions: none.
pub(crate) async fn show(
    State(state): State<WebState>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let known = state.auth.account(&visit.headers).await;
    if known
        .map_err(|error| PageFault::internal(&error, &visit))?
        .is_some()
    {
        return Ok(page::go(&destination(&asked.return_to)));
    }
    let page = form(&state, &visit, asked.return_to, String::new(), None);
    Ok(page::show(page.render()))
}

/// Checks the password, and opens a session or asks for the second factor. A wrong password, an unknown address and a blocked
/// account are one answer, after the same work.
///
/// Permissions: none; that the form is ours is checked by the layer before all pages.
pub(crate) async fn act(
    State(state): State<WebState>,
    visit: Visit,
    Form(attempt): Form<Attempt>,
) -> Result<Response, PageFault> {
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    if let Err(wait) = state.attempts.count(&visit.address, &attempt.email).await {
        let fault = Some(SignInFault::Slow(wait.as_secs().max(1)));
        let page = form(&state, &visit, attempt.return_to, attempt.email, fault);
        return Ok(page::answer(StatusCode::TOO_MANY_REQUESTS, page.render()));
    }
    let account = check(&state, &attempt).await.map_err(internal)?;
    let Some(account) = account else {
        let fault = Some(SignInFault::Wrong);
        let page = form(&state, &visit, attempt.return_to, attempt.email, fault);
        return Ok(page::answer(
            StatusCode::UNPROCESSABLE_ENTITY,
            page.render(),
        ));
    };
    let to = destination(&attempt.return_to);
    admit(&state, &visit, account.id, &to)
        .await
        .map_err(internal)
}

pub(super) fn form(
    state: &WebState,
    visit: &Visit,
    return_to: String,
    email: String,
    fault: Option<SignInFault>,
) -> SignInPage {
    SignInPage {
        shell: visit.shell(),
        passkey: passkey::offer(state, visit, &return_to),
        return_to,
        email,
        organisation: String::new(),
        unknown: false,
        sign_up: state.options.sign_up,
        fault,
    }
}

/// Only ever a path of ours: the console, if nothing else was asked for.
pub(crate) fn destination(return_to: &str) -> String {
    local_path(return_to).unwrap_or_else(|| routes::CONSOLE.to_owned())
}

/// The account, if the password is its own and it may sign in.
pub(crate) async fn check(
    state: &WebState,
    attempt: &Attempt,
) -> Result<Option<Account>, StoreError> {
    let found = {
        let scope = state.store.platform("sign an account in by its password");
        let tx = scope.read().await?;
        tx.accounts().password_of(&attempt.email).await?
    };
    let password = Secret::new(attempt.password.chars().take(LONGEST).collect::<String>());
    let hashing = tokio::task::spawn_blocking(move || {
        if let Some((account, Some(stored))) = found {
            let stored = PasswordText::from_stored(stored);
            stored.fits(&password).then_some(account)
        } else {
            PasswordText::pretend(&password);
            None
        }
    });
    let account = hashing.await.map_err(|_| StoreError::Unavailable)?;
    Ok(account.filter(|account| account.active))
}

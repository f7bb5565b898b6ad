//! Asks an account for a fresh proof of who it is, before a dangerous act.

use axum::{
    Form,
    extract::{Query, State},
    response::Response,
};
use edge::{AccountVisit, local_path, routes};
use http::StatusCode;
use serde::Deserialize;
use store::StoreError;
use views::{
    error::Trouble,
    sign_in::{SignInFault, StepUpPage},
};

use super::{
    sign_in::{Attempt, check},
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
}

/// What the form posts.
#[derive(Deserialize)]
pub(crate) struct Proof {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    return_to: String,
}

/// Shows the form.
///
/// Permissions: an account, about its own session.
pub(crate) async fn show(
    State(state): State<WebState>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let known = state.auth.account(&visit.headers).await;
    let known = known.map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(match known {
        Some(known) => page::show(form(&visit, &known, asked.return_to, None).render()),
        None => page::go(routes::CONSOLE_SIGN_IN),
    })
}

/// Checks the password again; the session counts as fresh for ten minutes.
///
/// Permissions: an account, about its own session.
pub(crate) async fn act(
    State(state): State<WebState>,
    visit: Visit,
    Form(proof): Form<Proof>,
) -> Result<Response, PageFault> {
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let known = state.auth.account(&visit.headers).await.map_err(internal)?;
    let Some(known) = known else {
        return Ok(page::go(routes::CONSOLE_SIGN_IN));
    };
    if !known.accepts(&state.urls, &visit.headers, Some(&proof.csrf)) {
        return Err(PageFault::new(Trouble::FormExpired, &visit));
    }
    let email = known.account.email.clone();
    if let Err(wait) = state.attempts.count(&visit.address, &email).await {
        let fault = SignInFault::Slow(wait.as_secs().max(1));
        let page = form(&visit, &known, proof.return_to, Some(fault));
        return Ok(page::answer(StatusCode::TOO_MANY_REQUESTS, page.render()));
    }
    let attempt = Attempt::of(email, proof.password);
    let same = check(&state, &attempt).await.map_err(internal)?;
    if same.is_none_or(|account| account.id != known.account.id) {
        let page = form(&visit, &known, proof.return_to, Some(SignInFault::Wrong));
        return Ok(page::answer(
            StatusCode::UNPROCESSABLE_ENTITY,
            page.render(),
        ));
    }
    let prove = async {
        let scope = state.store.platform("note a fresh proof of who is there");
        let tx = scope.write().await?;
        tx.account_sessions().prove(known.session).await?;
        tx.commit().await
    };
    prove.await.map_err(internal)?;
    let to = local_path(&proof.return_to).unwrap_or_else(|| routes::CONSOLE.to_owned());
    Ok(page::go(&to))
}

fn form(
    visit: &Visit,
    known: &AccountVisit,
    return_to: String,
    fault: Option<SignInFault>,
) -> StepUpPage {
    StepUpPage {
        shell: visit.shell().with_visitor(visitor_of(known)),
        csrf: known.csrf.clone(),
        return_to,
        fault,
    }
}

//! Finishes a sign-in by the second factor.

use axum::{Form, extract::State, response::Response};
use edge::routes;
use http::StatusCode;
use serde::Deserialize;
use store::{LinkPurpose, StoreError};
use views::sign_in::{CodeFault, SecondFactorPage};

use super::admission::{self, Waiting};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// What the form posts.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Proof {
    code: String,
}

/// Asks for a code.
///
/// Permissions: a browser whose sign-in waits for it.
pub(crate) async fn show(
    State(state): State<WebState>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let found = admission::waiting(&state, &visit)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(match found {
        Some(_) => page::show(form(&visit, None).render()),
        None => page::go(routes::CONSOLE_SIGN_IN),
    })
}

/// Checks the code and opens the session. A code is taken once, and the waiting sign-in too.
///
/// Permissions: a browser whose sign-in waits for it; that the form is ours is checked by the
/// layer before all pages.
pub(crate) async fn act(
    State(state): State<WebState>,
    visit: Visit,
    Form(proof): Form<Proof>,
) -> Result<Response, PageFault> {
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let found = admission::waiting(&state, &visit).await.map_err(internal)?;
    let Some(waiting) = found else {
        return Ok(page::go(routes::CONSOLE_SIGN_IN));
    };
    if let Err(wait) = state.attempts.count_code(waiting.account).await {
        let fault = CodeFault::Slow(wait.as_secs().max(1));
        let page = form(&visit, Some(fault));
        return Ok(page::answer(StatusCode::TOO_MANY_REQUESTS, page.render()));
    }
    match finish(&state, &visit, &waiting, &proof.code)
        .await
        .map_err(internal)?
    {
        Some(response) => Ok(response),
        None => Ok(page::answer(
            StatusCode::UNPROCESSABLE_ENTITY,
            form(&visit, Some(CodeFault::Wrong)).render(),
        )),
    }
}

/// `None` when the code is wrong, or the step was used up meanwhile; then nothing is changed.
async fn finish(
    state: &WebState,
    visit: &Visit,
    waiting: &Waiting,
    code: &str,
) -> Result<Option<Response>, StoreError> {
    let scope = state.store.platform("prove the second factor of a sign-in");
    let tx = scope.write().await?;
    let proven = tx.account_factors().prove(waiting.account, code).await?;
    let links = tx.account_links();
    let taken = links
        .take(LinkPurpose::SecondFactor, &waiting.token)
        .await?;
    if proven.is_none() || taken.is_none() {
        return Ok(None);
    }
    admission::open(state, visit, tx, waiting.account, true, &waiting.to)
        .await
        .map(Some)
}

fn form(visit: &Visit, fault: Option<CodeFault>) -> SecondFactorPage {
    SecondFactorPage {
        shell: visit.shell(),
        fault,
    }
}

//! Takes a passkey as the fresh proof of who is there. It counts as the second factor too.

use axum::{Form, extract::State, response::Response};
use edge::{AccountVisit, routes};
use serde::Deserialize;
use store::PasskeyPurpose;
use views::{
    error::Trouble,
    passkey::{PasskeyForm, PasskeyUse},
};

use super::{Ways, form, ways};
use crate::{
    WebState,
    console::{
        Away,
        account::acting,
        passkey::{self, Refused},
        sign_in::destination,
    },
    page::{self, PageFault},
    visit::Visit,
};

/// What the form posts.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answer {
    csrf: String,
    credential: String,
    return_to: String,
}

/// The form, for an account that has a passkey.
pub(super) fn offer(
    visit: &Visit,
    known: &AccountVisit,
    ways: Ways,
    return_to: &str,
) -> Option<PasskeyForm> {
    ways.passkey.then(|| PasskeyForm {
        lang: visit.lang(),
        purpose: PasskeyUse::StepUp,
        action: routes::STEP_UP_PASSKEY,
        csrf: Some(known.csrf.clone()),
        other_way: ways.code || ways.password,
        return_to: Some(return_to.to_owned()),
    })
}

/// Asks the browser for a passkey of the account.
///
/// Permissions: an account, about its own session.
pub(crate) async fn ask(
    State(state): State<WebState>,
    visit: Visit,
    Form(answer): Form<Answer>,
) -> Result<Response, Away> {
    let known = acting(&state, &visit, &answer.csrf).await?;
    let id = known.account.id;
    let Some(site) = passkey::site(&state) else {
        return Err(PageFault::new(Trouble::NotFound, &visit).into());
    };
    let asked = async {
        let own = {
            let scope = state.store.platform("which passkeys an account has");
            let tx = scope.read().await?;
            passkey::keys(tx.passkeys().list_of(id).await?)
        };
        let question = site.ask_for_proof(&own, state.entropy.as_ref())?;
        passkey::ask(&state, &visit, PasskeyPurpose::StepUp, Some(id), question).await
    };
    match asked.await {
        Ok(response) => Ok(response),
        Err(refused) => refuse(&state, &visit, &known, &answer.return_to, refused).await,
    }
}

/// Checks the proof; the session counts as fresh for ten minutes.
///
/// Permissions: an account, about its own session.
pub(crate) async fn act(
    State(state): State<WebState>,
    visit: Visit,
    Form(answer): Form<Answer>,
) -> Result<Response, Away> {
    let known = acting(&state, &visit, &answer.csrf).await?;
    let (id, purpose) = (Some(known.account.id), PasskeyPurpose::StepUp);
    let proven = async {
        let (tx, _own) = passkey::prove(&state, &visit, purpose, id, &answer.credential).await?;
        tx.account_sessions().prove(known.session, true).await?;
        Ok(tx.commit().await?)
    };
    match proven.await {
        Ok(()) => Ok(page::go(&destination(&answer.return_to))),
        Err(refused) => refuse(&state, &visit, &known, &answer.return_to, refused).await,
    }
}

async fn refuse(
    state: &WebState,
    visit: &Visit,
    known: &AccountVisit,
    return_to: &str,
    refused: Refused,
) -> Result<Response, Away> {
    let fault = match refused {
        Refused::Store(error) => return Err(PageFault::internal(&error, visit).into()),
        Refused::Fault(fault) => fault,
    };
    let ways = ways(state, known)
        .await
        .map_err(|error| PageFault::internal(&error, visit))?;
    let words = Some(fault.words(visit.lang()));
    let page = form(visit, known, return_to.to_owned(), ways, words);
    Ok(page::answer(passkey::status(fault), page.render()))
}

//! Signs an account in by a passkey: nobody types an address, and no second factor is asked for,
//! because the device verified who holds it.

use axum::{Form, extract::State, response::Response};
use edge::routes;
use serde::Deserialize;
use store::PasskeyPurpose;
use views::{
    error::Trouble,
    passkey::{PasskeyForm, PasskeyUse},
    sign_in::SignInFault,
};

use super::{destination, form};
use crate::{
    WebState,
    console::{
        admission,
        passkey::{self, Refused},
    },
    page::{self, PageFault},
    visit::Visit,
};

/// What the form posts.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answer {
    credential: String,
    return_to: String,
}

/// The form, where this address has passkeys.
pub(super) fn offer(state: &WebState, visit: &Visit, return_to: &str) -> Option<PasskeyForm> {
    state.urls.site().map(|_| PasskeyForm {
        lang: visit.lang(),
        purpose: PasskeyUse::SignIn,
        action: routes::SIGN_IN_PASSKEY,
        csrf: None,
        other_way: true,
        return_to: Some(return_to.to_owned()),
    })
}

/// Asks the browser for any passkey that it has for this site.
///
/// Permissions: none; that the request is ours is checked by the layer before all pages.
pub(crate) async fn ask(
    State(state): State<WebState>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let Some(site) = passkey::site(&state) else {
        return Err(PageFault::new(Trouble::NotFound, &visit));
    };
    let asked = async {
        let question = site.ask_for_proof(&[], state.entropy.as_ref())?;
        passkey::ask(&state, &visit, PasskeyPurpose::SignIn, None, question).await
    };
    asked
        .await
        .or_else(|refused| refuse(&state, &visit, "", refused))
}

/// Opens a session of the account that has the passkey.
///
/// Permissions: none; that the form is ours is checked by the layer before all pages.
pub(crate) async fn act(
    State(state): State<WebState>,
    visit: Visit,
    Form(answer): Form<Answer>,
) -> Result<Response, PageFault> {
    let purpose = PasskeyPurpose::SignIn;
    let to = destination(&answer.return_to);
    let admitted = async {
        let (tx, account) =
            passkey::prove(&state, &visit, purpose, None, &answer.credential).await?;
        Ok(admission::open(&state, &visit, tx, account.id, true, &to).await?)
    };
    admitted
        .await
        .or_else(|refused| refuse(&state, &visit, &answer.return_to, refused))
}

fn refuse(
    state: &WebState,
    visit: &Visit,
    return_to: &str,
    refused: Refused,
) -> Result<Response, PageFault> {
    match refused {
        Refused::Store(error) => Err(PageFault::internal(&error, visit)),
        Refused::Fault(fault) => {
            let words = Some(SignInFault::Passkey(fault));
            let page = form(state, visit, return_to.to_owned(), String::new(), words);
            Ok(page::answer(passkey::status(fault), page.render()))
        }
    }
}

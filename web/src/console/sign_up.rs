//! Makes an account of the console, where everybody may.

use axum::{
    Form,
    extract::{Query, State},
    response::Response,
};
use edge::{local_path, routes};
use http::StatusCode;
use serde::Deserialize;
use store::{NewAccount, StoreError};
use views::sign_up::{SignUpFault, SignUpPage};

use super::{
    account::readable_name,
    admission::admit,
    people::invite::is_email,
    set_password::{hash, judge_password},
};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// What the address of the page says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    return_to: String,
}

/// What the form posts.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    name: String,
    email: String,
    password: String,
    return_to: String,
}

/// Shows the form, or says that an invitation is needed.
///
/// Permissions: none.
pub(crate) async fn show(
    State(state): State<WebState>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let known = state.auth.account(&visit.headers).await;
    let known = known.map_err(|error| PageFault::internal(&error, &visit))?;
    if known.is_some() {
        return Ok(page::go(&destination(&asked.return_to)));
    }
    let wish = Wish {
        return_to: asked.return_to,
        ..Wish::default()
    };
    Ok(page::show(form(&state, &visit, wish, None).render()))
}

/// Makes the account and signs it in. That an address has an account already is told: whoever
/// types its own address must learn it, and attempts are counted.
///
/// Permissions: none, where the operator lets everybody in; that the form is ours is checked by
/// the layer before all pages.
pub(crate) async fn act(
    State(state): State<WebState>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, PageFault> {
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let email = wish.email.trim().to_lowercase();
    let name = readable_name(&wish.name);
    let fault = if state.options.sign_up {
        refuse(&state, &visit, &wish, name.as_deref(), &email).await
    } else {
        Some(SignUpFault::Closed)
    };
    let (Some(name), None) = (name, fault) else {
        return Ok(refused(&state, &visit, wish, fault));
    };
    let password = hash(&state, wish.password.clone())
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    let add = async {
        let scope = state.store.platform("somebody makes an account");
        let tx = scope.write().await?;
        let account = tx
            .accounts()
            .add(NewAccount {
                email: &email,
                name: &name,
                password: Some(password.as_str()),
                operator: false,
                locale: visit.locale,
            })
            .await?;
        tx.commit().await?;
        Ok(account)
    };
    match add.await {
        Ok(account) => admit(&state, &visit, account.id, &destination(&wish.return_to))
            .await
            .map_err(internal),
        Err(StoreError::Conflict { .. }) => {
            Ok(refused(&state, &visit, wish, Some(SignUpFault::Taken)))
        }
        Err(error) => Err(internal(error)),
    }
}

/// Why the form is not taken.
async fn refuse(
    state: &WebState,
    visit: &Visit,
    wish: &Wish,
    name: Option<&str>,
    email: &str,
) -> Option<SignUpFault> {
    if name.is_none() {
        return Some(SignUpFault::Name);
    }
    if !is_email(email) {
        return Some(SignUpFault::Email);
    }
    if let Err(fault) = judge_password(&wish.password, email) {
        return Some(SignUpFault::Password(fault));
    }
    let counted = state.attempts.count(&visit.address, email).await;
    counted
        .err()
        .map(|wait| SignUpFault::Slow(wait.as_secs().max(1)))
}

fn refused(state: &WebState, visit: &Visit, wish: Wish, fault: Option<SignUpFault>) -> Response {
    let status = match fault {
        Some(SignUpFault::Slow(_)) => StatusCode::TOO_MANY_REQUESTS,
        Some(SignUpFault::Closed) => StatusCode::FORBIDDEN,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page::answer(status, form(state, visit, wish, fault).render())
}

fn form(state: &WebState, visit: &Visit, wish: Wish, fault: Option<SignUpFault>) -> SignUpPage {
    SignUpPage {
        shell: visit.shell(),
        open: state.options.sign_up,
        name: wish.name.chars().take(80).collect(),
        email: wish.email.chars().take(254).collect(),
        return_to: wish.return_to,
        fault,
    }
}

/// Only ever a path of ours: making an organisation, if nothing else was asked for.
fn destination(return_to: &str) -> String {
    local_path(return_to).unwrap_or_else(|| routes::CONSOLE_NEW.to_owned())
}

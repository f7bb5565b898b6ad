//! Changes the password of one's own account.

use axum::{Form, extract::State, response::Response};
use edge::AccountVisit;
use http::StatusCode;
use serde::Deserialize;
use store::StoreError;
use vault::PasswordText;
use views::{
    account::{AccountChange, ChangeFault},
    sign_in::PasswordFault,
};

use super::{acting, back, build};
use crate::{
    WebState,
    console::{
        Away,
        ledgers::tell_own,
        set_password::{hash, judge_password},
        sign_in::{Attempt, check},
    },
    page::{self, PageFault},
    visit::Visit,
};

/// What the form posts.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    csrf: String,
    old: String,
    new: String,
    again: String,
}

/// Sets the new password and ends every other session.
///
/// Permissions: an account, about itself, with its current password. Ledger of each of its
/// tenants: `account.password`.
pub(super) async fn act(
    State(state): State<WebState>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let known = acting(&state, &visit, &wish.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let fault = refuse(&state, &visit, &known, &wish).await;
    if let Some(fault) = fault.map_err(internal)? {
        let mut page = build(&state, &visit, &known).await.map_err(internal)?;
        page.fault = Some(fault);
        let status = match fault {
            ChangeFault::Slow => StatusCode::TOO_MANY_REQUESTS,
            ChangeFault::Wrong | ChangeFault::New(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        return Ok(page::answer(status, page.render()));
    }
    let password = hash(&state, wish.new)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    set(&state, &known, &password).await.map_err(internal)?;
    tell_own(&state, known.account.id, "account.password")
        .await
        .map_err(internal)?;
    Ok(back(AccountChange::Changed))
}

/// Why the change is not made. What costs nothing to find out comes first.
async fn refuse(
    state: &WebState,
    visit: &Visit,
    known: &AccountVisit,
    wish: &Wish,
) -> Result<Option<ChangeFault>, StoreError> {
    let email = &known.account.email;
    if let Err(fault) = judge_password(&wish.new, email) {
        return Ok(Some(ChangeFault::New(fault)));
    }
    if wish.new != wish.again {
        return Ok(Some(ChangeFault::New(PasswordFault::Differs)));
    }
    if state.attempts.count(&visit.address, email).await.is_err() {
        return Ok(Some(ChangeFault::Slow));
    }
    let attempt = Attempt::of(email.clone(), wish.old.clone());
    let same = check(state, &attempt).await?;
    let same = same.is_some_and(|account| account.id == known.account.id);
    Ok((!same).then_some(ChangeFault::Wrong))
}

async fn set(
    state: &WebState,
    known: &AccountVisit,
    password: &PasswordText,
) -> Result<(), StoreError> {
    let account = known.account.id;
    let scope = state.store.platform("an account changes its password");
    let tx = scope.write().await?;
    tx.accounts()
        .set_password(account, password.as_str())
        .await?;
    tx.account_sessions()
        .close_others(account, Some(known.session))
        .await?;
    tx.commit().await
}

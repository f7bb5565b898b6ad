//! Ends sessions of one's own account.

use axum::{Form, extract::State, response::Response};
use edge::AccountVisit;
use model::SessionId;
use serde::Deserialize;
use store::StoreError;
use views::account::AccountChange;

use super::{acting, back};
use crate::{WebState, console::Away, page::PageFault, visit::Visit};

/// What the form posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    csrf: String,
    session: String,
    others: String,
}

/// Ends one session, or all but this one. It holds from the next request on: every request looks
/// its session up.
///
/// Permissions: an account, about its own sessions.
pub(super) async fn act(
    State(state): State<WebState>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let known = acting(&state, &visit, &wish.csrf).await?;
    let change = end(&state, &known, &wish)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(back(change))
}

async fn end(
    state: &WebState,
    known: &AccountVisit,
    wish: &Wish,
) -> Result<AccountChange, StoreError> {
    let account = known.account.id;
    let scope = state.store.platform("end sessions of an account");
    let tx = scope.write().await?;
    let sessions = tx.account_sessions();
    let change = if wish.others == "yes" {
        sessions.close_others(account, Some(known.session)).await?;
        AccountChange::EndedOthers
    } else {
        let ended = match wish.session.parse::<SessionId>() {
            Ok(id) => sessions.close(account, id).await?,
            Err(_) => false,
        };
        if ended {
            AccountChange::Ended
        } else {
            AccountChange::Gone
        }
    };
    tx.commit().await?;
    Ok(change)
}

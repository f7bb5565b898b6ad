//! Takes an invitation to the console back.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use model::policy::ManagePeople;
use serde::Deserialize;
use serde_json::json;
use store::StoreError;
use views::console::people::PeopleChange;

use crate::{
    WebState,
    console::{Away, Desk, act as come_in},
    page::{self, PageFault},
    visit::Visit,
};

/// What the form posts.
#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    invite: String,
}

/// Ends the invitation.
///
/// Permissions: [`ManagePeople`].
pub(crate) async fn act(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let desk = come_in::<ManagePeople>(&state, &visit, &slug, &wish.csrf).await?;
    let change = withdraw(&state, &desk, &wish.invite)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::go(
        &desk.path(&format!("/people?done={}", change.code())),
    ))
}

async fn withdraw(
    state: &WebState,
    desk: &Desk<ManagePeople>,
    id: &str,
) -> Result<PeopleChange, StoreError> {
    let tx = desk.scope(state).write().await?;
    let Some(was) = tx.invites().withdraw(&desk.permit, id).await? else {
        return Ok(PeopleChange::Gone);
    };
    let before = json!({ "email": was.email, "roles": was.roles });
    let target = Some(was.email);
    desk.record(state, &tx, "people.withdraw", target, &before, &json!(null))
        .await?;
    tx.commit().await?;
    Ok(PeopleChange::Withdrawn)
}

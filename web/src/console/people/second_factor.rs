//! Whether accounts must prove a second factor before they come into this console.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use edge::Entrance;
use model::policy::{ManagePeople, Rules};
use serde::Deserialize;
use serde_json::json;
use store::StoreError;
use views::console::people::PeopleChange;

use super::owns;
use crate::{
    WebState,
    console::{Away, Desk, act as come_in, step_up},
    page::{self, PageFault},
    visit::Visit,
};

/// What the form posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    csrf: String,
    on: String,
}

/// Asks every account for a second factor, or no longer. Who has none sets it up before its next
/// page.
///
/// Permissions: [`ManagePeople`], owners alone, freshly proven; who turns it on has proven one, so that nobody
/// locks itself out. Ledger: `people.second_factor`.
pub(crate) async fn act(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let desk = come_in::<ManagePeople>(&state, &visit, &slug, &wish.csrf).await?;
    if !desk.session.is_fresh(state.clock.now()) {
        let back = visit.returning_to(&desk.path("/people"));
        return Err(Away::Go(step_up(&back, &desk.entry, &desk.session)));
    }
    let on = wish.on == "yes";
    let change = if !owns(&desk) {
        PeopleChange::OwnersOnly
    } else if on && !proven(&desk) {
        PeopleChange::OwnFirst
    } else {
        set(&state, &desk, on)
            .await
            .map_err(|error| PageFault::internal(&error, &visit))?
    };
    Ok(page::go(
        &desk.path(&format!("/people?done={}", change.code())),
    ))
}

/// Whether the asker would still come in.
fn proven(desk: &Desk<ManagePeople>) -> bool {
    match &desk.session.entrance {
        Entrance::Account(visit) => visit.second,
        Entrance::Member(_) => true,
    }
}

async fn set(
    state: &WebState,
    desk: &Desk<ManagePeople>,
    on: bool,
) -> Result<PeopleChange, StoreError> {
    let tx = desk.scope(state).write().await?;
    let before = tx.rules().hold().await?;
    if before.second_factor == on {
        return Ok(PeopleChange::Same);
    }
    let (was, is) = (json!(before.second_factor), json!(on));
    let after = Rules {
        second_factor: on,
        ..before
    };
    let by = desk.principal().name();
    let Some(version) = tx.rules().replace(&desk.permit, after, by).await? else {
        return Ok(PeopleChange::Conflict);
    };
    let mut entry = desk.entry_of(state, "people.second_factor", None, &was, &is);
    entry.policy_version = Some(version);
    tx.record(&entry).await?;
    tx.commit().await?;
    state.connections.tenant_changed(desk.entry.tenant.id).await;
    Ok(if on {
        PeopleChange::SecondOn
    } else {
        PeopleChange::SecondOff
    })
}

//! One member: what it has, and the switch that stops it.

use axum::{
    Form,
    extract::{Path, Query, State},
    response::Response,
};
use model::{Member, MemberId, MemberStatus, policy::ManageConnections};
use serde::Deserialize;
use serde_json::json;
use store::StoreError;
use views::{
    Moment,
    console::{
        Tab, Tone,
        members::{MemberPage, changed},
    },
    error::Trouble,
};

use super::members::row;
use crate::{
    WebState,
    console::{Away, Desk, act as come_in, enter},
    page::{self, PageFault},
    visit::Visit,
};

/// What the redirect that led here says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Told {
    #[serde(default)]
    done: String,
}

/// What the form posts.
#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    block: String,
}

/// Shows the member.
///
/// Permissions: [`ManageConnections`].
pub(crate) async fn show(
    State(state): State<WebState>,
    Path((slug, member)): Path<(String, String)>,
    Query(told): Query<Told>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageConnections>(&state, &visit, &slug).await?;
    let member = find(&state, &visit, &desk, &member).await?;
    let mut console = desk.shell(&visit, Tab::Connections);
    if !told.done.is_empty() {
        let words = changed(visit.lang(), told.done == "blocked");
        console = console.with_notice(Tone::Good, words);
    }
    let page = MemberPage {
        console,
        first: Moment(member.created_at.millis()),
        connections: desk.path(&format!("/connections?member={}", member.id)),
        act: desk.path(&format!("/connections/members/{}", member.id)),
        now: Moment(state.clock.now().millis()),
        member: row(visit.lang(), &desk, &member),
    };
    Ok(page::show(page.render()))
}

/// Blocks the member, or lets it in again.
///
/// Permissions: [`ManageConnections`].
pub(crate) async fn act(
    State(state): State<WebState>,
    Path((slug, member)): Path<(String, String)>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let desk = come_in::<ManageConnections>(&state, &visit, &slug, &wish.csrf).await?;
    let member = find(&state, &visit, &desk, &member).await?;
    let (status, done) = if wish.block == "yes" {
        (MemberStatus::Blocked, "blocked")
    } else {
        (MemberStatus::Active, "active")
    };
    if member.status != status {
        set(&state, &desk, &member, status)
            .await
            .map_err(|error| PageFault::internal(&error, &visit))?;
    }
    let path = format!("/connections/members/{}?done={done}", member.id);
    Ok(page::go(&desk.path(&path)))
}

async fn set(
    state: &WebState,
    desk: &Desk<ManageConnections>,
    member: &Member,
    status: MemberStatus,
) -> Result<(), StoreError> {
    let tx = desk.scope(state).write().await?;
    tx.members()
        .set_status(&desk.permit, member.id, status)
        .await?;
    let (before, after) = (json!(member.status.name()), json!(status.name()));
    let target = Some(member.id.to_string());
    desk.record(state, &tx, "member.status", target, &before, &after)
        .await?;
    tx.commit().await?;
    let tenant = desk.entry.tenant.id;
    state.connections.member_changed(tenant, member.id).await;
    Ok(())
}

async fn find(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManageConnections>,
    id: &str,
) -> Result<Member, PageFault> {
    let missing = || PageFault::new(Trouble::NotFound, visit);
    let id: MemberId = id.parse().map_err(|_| missing())?;
    let read = async { desk.scope(state).read().await?.members().get(id).await };
    let found = read.await;
    found
        .map_err(|error: StoreError| PageFault::internal(&error, visit))?
        .ok_or_else(missing)
}

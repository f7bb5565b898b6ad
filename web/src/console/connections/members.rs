//! The members of a tenant.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use model::{Member, MemberStatus, policy::ManageConnections};
use serde::Deserialize;
use store::{Page, StoreError};
use views::{
    Lang, Moment,
    console::{
        Tab,
        members::{MemberRow, MembersPage, role_name},
    },
};

use crate::{
    WebState,
    console::{Away, Desk, enter},
    page::{self, PageFault},
    visit::Visit,
};

/// Rows of one page.
const ROWS: u32 = 100;

/// What the address of the page says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    after: String,
}

/// Shows the members.
///
/// Permissions: [`ManageConnections`].
pub(crate) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageConnections>(&state, &visit, &slug).await?;
    let page = build(&state, &visit, &desk, &asked)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::show(page.render()))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManageConnections>,
    asked: &Asked,
) -> Result<MembersPage, StoreError> {
    let mut page = Page::first(ROWS);
    if asked.after.parse::<uuid::Uuid>().is_ok() {
        page = page.after(&asked.after);
    }
    let tx = desk.scope(state).read().await?;
    let found = tx.members().list(&page).await?;
    Ok(MembersPage {
        console: desk.shell(visit, Tab::Connections),
        members: found
            .items
            .iter()
            .map(|member| row(visit.lang(), desk, member))
            .collect(),
        more: found
            .next
            .map(|cursor| desk.path(&format!("/connections/members?after={cursor}"))),
        now: Moment(state.clock.now().millis()),
    })
}

/// A member as the pages show it.
pub(super) fn row(lang: Lang, desk: &Desk<ManageConnections>, member: &Member) -> MemberRow {
    let roles: Vec<_> = member
        .roles
        .iter()
        .map(|role| role_name(lang, &role.name()))
        .collect();
    MemberRow {
        name: member.name.clone(),
        path: desk.path(&format!("/connections/members/{}", member.id)),
        roles: roles.join(lang.pick(", ", "、")),
        blocked: member.status == MemberStatus::Blocked,
        seen: Moment(member.seen_at.millis()),
    }
}

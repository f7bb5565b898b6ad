//! The versions that were in force.

use axum::{
    Form,
    extract::{Path, Query, State},
    response::Response,
};
use model::policy::{ManageTenant, Rules};
use serde::Deserialize;
use store::StoreError;
use views::{
    Moment,
    console::{
        Tab,
        policy::{HistoryPage, VersionRow},
    },
    error::Trouble,
};

use super::{Facts, Work};
use crate::{
    WebState,
    console::{Away, Desk, act as come_in, enter},
    page::{self, PageFault},
    visit::Visit,
};

/// Versions of one page.
const ROWS: u64 = 20;

/// What the address asks.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    before: Option<u64>,
}

/// What the form posts.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    version: u64,
}

/// Shows the versions.
///
/// Permissions: [`ManageTenant`].
pub(super) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageTenant>(&state, &visit, &slug).await?;
    let page = build(&state, &visit, &desk, asked.before)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::show(page.render()))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManageTenant>,
    before: Option<u64>,
) -> Result<HistoryPage, StoreError> {
    let tx = desk.scope(state).read().await?;
    let live = tx.rules().read().await?;
    let facts = Facts::load(&tx, visit.lang()).await?;
    let through = before.map_or(live.version, |before| before.saturating_sub(1));
    // One more: each is shown against the one before it.
    let kept = tx.rules().versions(through, ROWS + 1).await?;
    let rows = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let older = (kept.len() > rows).then(|| {
        let last = kept.get(rows - 1).map_or(0, |kept| kept.rules.version);
        desk.path(&format!("/policy/history?before={last}"))
    });
    let versions = kept.iter().take(rows).enumerate().map(|(index, row)| {
        let earlier = kept.get(index + 1).map(|kept| &kept.rules);
        VersionRow {
            version: row.rules.version,
            at: row.at.map(|at| Moment(at.millis())),
            by: row.by_name.clone(),
            changes: earlier.map_or_else(Vec::new, |earlier| facts.changes(earlier, &row.rules)),
            current: row.rules.version == live.version,
        }
    });
    Ok(HistoryPage {
        versions: versions.collect(),
        console: desk.shell(visit, Tab::Policy),
        older,
        older_words: visit.lang().pick("Older", "更早"),
        now: Moment(state.clock.now().millis()),
    })
}

/// Puts an earlier version into the draft.
///
/// Permissions: [`ManageTenant`].
pub(super) async fn restore(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let desk = come_in::<ManageTenant>(&state, &visit, &slug, &wish.csrf).await?;
    let found = put_back(&state, &desk, wish.version).await;
    if found.map_err(|error| PageFault::internal(&error, &visit))? {
        Ok(page::go(&desk.path("/policy?done=restored")))
    } else {
        Err(PageFault::new(Trouble::NotFound, &visit).into())
    }
}

async fn put_back(
    state: &WebState,
    desk: &Desk<ManageTenant>,
    version: u64,
) -> Result<bool, StoreError> {
    let tx = desk.scope(state).write().await?;
    let Some(kept) = tx.rules().version(version).await? else {
        return Ok(false);
    };
    let mut work = Work::of(desk, &tx).await?;
    work.mine = Rules {
        capabilities: kept.rules.capabilities,
        external_sharing: kept.rules.external_sharing,
        roles: kept.rules.roles,
        ..work.mine
    };
    work.based_on = work.live.version;
    work.keep(desk, &tx).await?;
    tx.commit().await?;
    Ok(true)
}

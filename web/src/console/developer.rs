//! The developer's desk: the tenant's calls, the tools, and trying one.

mod attempt;
mod call;
pub(crate) mod reference;

use axum::{
    Router,
    extract::{Path, Query, State},
    response::Response,
    routing::get,
};
use edge::routes;
use model::{EntryKind, Outcome, policy::UseDeveloperDesk};
use serde::Deserialize;
use store::{EntryFilter, Names, Page, Place, StoreError, StoredEntry};
use views::{
    Moment,
    console::{
        Tab,
        developer::{CallRow, DeveloperPage},
    },
};

use super::{Away, Desk, act as come_in, enter};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Rows of a page.
const ROWS: u32 = 50;

/// The pages of this part.
pub(crate) fn routes() -> Router<WebState> {
    Router::new()
        .route(routes::DEVELOPER, get(show))
        .route(routes::DEVELOPER_CALL, get(call::show))
        .route(routes::DEVELOPER_TOOLS, get(reference::inside))
        .route(routes::DEVELOPER_TRY, get(attempt::show).post(attempt::act))
}

/// The filter.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    tool: String,
    outcome: String,
    older: String,
}

/// Lists calls.
///
/// Permissions: [`UseDeveloperDesk`].
async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<UseDeveloperDesk>(&state, &visit, &slug).await?;
    let page = build(&state, &visit, &desk, &asked)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::show(page.render()))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<UseDeveloperDesk>,
    asked: &Asked,
) -> Result<DeveloperPage, StoreError> {
    let tool = tools::find(&asked.tool).map(tools::ToolDef::name);
    let wrong = asked.outcome == "wrong";
    let filter = EntryFilter {
        kinds: vec![EntryKind::Call],
        action: tool.map(str::to_owned),
        outcomes: if wrong { failed() } else { Vec::new() },
        ..EntryFilter::default()
    };
    let mut page = Page::first(ROWS);
    if let Ok(place) = asked.older.parse::<Place>() {
        page = page.after(place.to_string());
    }
    let tx = desk.scope(state).read().await?;
    let found = tx.ledger().list(&filter, &page).await?;
    let mut names = Names::default();
    tx.ledger().learn(&found.items, &mut names).await?;
    drop(tx);
    let older = found.next.map(|after| {
        let pairs = [
            ("tool", tool.unwrap_or_default()),
            ("outcome", if wrong { "wrong" } else { "" }),
            ("older", after.as_str()),
        ];
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        desk.path(&format!("/developer?{query}"))
    });
    Ok(DeveloperPage {
        console: desk.shell(visit, Tab::Developer),
        tools: tools::catalogue()
            .iter()
            .map(|one| (one.name().to_owned(), Some(one.name()) == tool))
            .collect(),
        wrong,
        rows: found
            .items
            .iter()
            .map(|one| row(desk, &names, one))
            .collect(),
        older,
        filtered: wrong || tool.is_some(),
        now: Moment(state.clock.now().millis()),
    })
}

/// What counts as having gone wrong.
fn failed() -> Vec<Outcome> {
    Outcome::ALL
        .into_iter()
        .filter(|outcome| !matches!(outcome, Outcome::Ok | Outcome::Partial | Outcome::Pending))
        .collect()
}

fn row(desk: &Desk<UseDeveloperDesk>, names: &Names, stored: &StoredEntry) -> CallRow {
    let entry = &stored.entry;
    CallRow {
        path: desk.path(&format!("/developer/calls/{}", stored.seq)),
        at: Moment(entry.at.millis()),
        tool: entry.action.clone(),
        who: names.of(entry).to_owned(),
        client: entry.client_name.clone(),
        outcome: entry.outcome.name(),
        fault: entry.fault.clone().unwrap_or_default(),
        millis: entry.duration_us / 1_000,
        upstream: entry.upstream_calls,
    }
}

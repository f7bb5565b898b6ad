//! The ledger, for those who review it.

mod entry;
mod export;
mod keeping;
mod look;
mod proof;
mod query;
mod streams;

use axum::{
    Router,
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use edge::routes;
use model::policy::{ManageTenant, ReadLedger};
use serde_json::json;
use store::{Names, Page, Place, StoreError, StoredEntry};
use views::{
    Moment,
    console::{
        Tab,
        audit::{AuditPage, AuditRow},
    },
};

pub(crate) use self::export::attachment;
use self::query::Asked;
use super::{Away, Desk, enter};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Rows of a page.
const ROWS: u32 = 50;

/// The pages of the ledger.
pub(crate) fn routes() -> Router<WebState> {
    Router::new()
        .route(routes::CONSOLE_AUDIT, get(show))
        .route(routes::CONSOLE_AUDIT_EXPORT, get(export::send))
        .route(routes::CONSOLE_AUDIT_MANIFEST, get(export::manifest))
        .route(routes::CONSOLE_AUDIT_PROOF, get(proof::show))
        .route(routes::CONSOLE_AUDIT_CHECK, post(proof::check))
        .route(routes::CONSOLE_AUDIT_CHECKPOINTS, get(proof::checkpoints))
        .route(
            routes::CONSOLE_AUDIT_KEEPING,
            get(keeping::show).post(keeping::act),
        )
        .route(routes::CONSOLE_AUDIT_STREAMS, post(streams::add))
        .route(routes::CONSOLE_AUDIT_STREAM, post(streams::change))
        .route(routes::CONSOLE_AUDIT_ENTRY, get(entry::show))
}

/// Shows the list.
///
/// Permissions: [`ReadLedger`].
async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ReadLedger>(&state, &visit, &slug).await?;
    let page = build(&state, &visit, &desk, asked)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::show(page.render()))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ReadLedger>,
    asked: Asked,
) -> Result<AuditPage, StoreError> {
    let tx = desk.scope(state).read().await?;
    let filter = asked.filter(&tx, state.clock.now()).await?;
    let ledger = tx.ledger();
    let newer_than = asked.newer.parse::<Place>().ok();
    let older_than = asked.older.parse::<Place>().ok();
    // The neighbours of the page: of its entries, or of the place that it was asked from.
    let (found, newer, older, next) = if let Some(place) = newer_than {
        let page = Page::first(ROWS).after(place.to_string());
        let found = ledger.list_newer(&filter, &page).await?;
        let next = found.next.and_then(|next| next.parse::<Place>().ok());
        let last = found.items.last().map_or(place, StoredEntry::place);
        (found.items, next, Some(last), next)
    } else {
        let page = Page::first(ROWS);
        let page = match older_than {
            Some(place) => page.after(place.to_string()),
            None => page,
        };
        let found = ledger.list(&filter, &page).await?;
        let next = found.next.and_then(|next| next.parse::<Place>().ok());
        let first = found.items.first().map(StoredEntry::place);
        (
            found.items,
            older_than.map(|from| first.unwrap_or(from)),
            next,
            next,
        )
    };
    // Fewer than a page and yet not the end: only a part of the ledger was looked through.
    let looked_to = next.filter(|_| found.len() < ROWS as usize);
    let mut names = Names::default();
    ledger.learn(&found, &mut names).await?;
    drop(tx);
    look::note(state, desk, "audit.list", None, &json!(asked.query())).await?;
    let turn = |name: &str, place: Option<Place>| {
        place.map(|place| desk.path(&format!("/audit?{}", asked.with(name, &place.to_string()))))
    };
    Ok(AuditPage {
        console: desk.shell(visit, Tab::Audit),
        newer: turn("newer", newer),
        older: turn("older", older),
        looked_to: looked_to.map(|place| Moment(place.at)),
        csv: desk.path(&format!("/audit/export?{}", asked.with("format", "csv"))),
        jsonl: desk.path(&format!("/audit/export?{}", asked.with("format", "jsonl"))),
        filtered: !asked.query().is_empty(),
        keeper: desk.may::<ManageTenant>(),
        rows: found.iter().map(|one| row(desk, &names, one)).collect(),
        form: asked.form(),
        now: Moment(state.clock.now().millis()),
    })
}

fn row(desk: &Desk<ReadLedger>, names: &Names, stored: &StoredEntry) -> AuditRow {
    let entry = &stored.entry;
    let id = entry
        .member
        .map(|id| id.to_string())
        .or_else(|| entry.account.map(|id| id.to_string()));
    let who = names.of(entry);
    let known = if who.is_empty() {
        id.clone().unwrap_or_default()
    } else {
        who.to_owned()
    };
    AuditRow {
        seq: stored.seq,
        path: desk.path(&format!("/audit/{}", stored.seq)),
        at: Moment(entry.at.millis()),
        who: known,
        who_path: id.map(|id| desk.path(&format!("/audit?who={id}"))),
        kind: entry.kind.name(),
        action: entry.action.clone(),
        target: entry.target.clone().unwrap_or_default(),
        client: entry.client_name.clone(),
        outcome: entry.outcome.name(),
    }
}

//! How a tenant stands.

use axum::{
    extract::{Path, State},
    response::Response,
};
use model::{Day, EntryKind, Month, Outcome, policy::ViewConsole};
use store::{ConnectionFilter, DaysOf, EntryFilter, Page, StoreError, StoredEntry, TenantTx};
use views::{
    Moment,
    console::{
        Tab,
        overview::{OverviewPage, Setback, SetbackKind, Start},
    },
};

use super::{Away, Desk, enter, usage::quota};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Setbacks that are shown.
const SETBACKS: usize = 8;

/// Days of the picture.
const DAYS: i64 = 30;

/// Shows how the tenant stands.
///
/// Permissions: [`ViewConsole`].
pub(crate) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ViewConsole>(&state, &visit, &slug).await?;
    let page = build(&state, &visit, &desk)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::show(page.render()))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ViewConsole>,
) -> Result<OverviewPage, StoreError> {
    let tenant = &desk.entry.tenant;
    let now = state.clock.now();
    let tx = desk.scope(state).read().await?;
    let setbacks = setbacks(&tx).await?;
    let people = tx.members().count().await?;
    let mut rows = Vec::with_capacity(setbacks.len());
    for stored in setbacks {
        let who = match stored.entry.member {
            Some(id) => tx.members().get(id).await?.map(|member| member.name),
            None => None,
        };
        rows.push(Setback {
            path: desk.path(&format!("/audit/{}", stored.seq)),
            at: Moment(stored.entry.at.millis()),
            who: who.unwrap_or_default(),
            outcome: kind(stored.entry.outcome),
            tool: stored.entry.action,
        });
    }
    let connections = tx.connections().count(&ConnectionFilter::default()).await?;
    let days = days(&tx, Day::of(now)).await?;
    let called = days.iter().any(|calls| *calls > 0);
    let mut console = desk.shell(visit, Tab::Overview);
    let billing = desk.path("/billing");
    let quota = quota::banner(&tx, tenant, now, visit.lang(), &billing).await?;
    console.banners.extend(quota);
    let may = |tab: Tab| console.tabs.contains(&tab);
    Ok(OverviewPage {
        may: (may(Tab::Setup), may(Tab::Audit)),
        console,
        calls_today: days.last().copied().unwrap_or_default(),
        calls_month: tx.usage().month(Month::of(now)).await?.delivered,
        start: Start {
            app: !tenant.app_id.is_empty(),
            person: people > 0,
            client: connections > 0 || called,
            call: called,
        },
        days: if called { days } else { Vec::new() },
        included: Some(tenant.contract.terms_in(Month::of(now)).included),
        people,
        connections,
        setbacks: rows,
        connect: state.urls.connect(&tenant.slug),
        now: Moment(now.millis()),
    })
}

/// Delivered calls of each day up to today, oldest first.
async fn days(tx: &TenantTx, today: Day) -> Result<Vec<u64>, StoreError> {
    let first = Day(today.0 - DAYS + 1);
    let found = tx.usage().days(first, today, &DaysOf::All).await?;
    let of = |day: i64| found.iter().find(|(at, _)| at.0 == day);
    Ok((first.0..=today.0)
        .map(|day| of(day).map_or(0, |(_, tally)| tally.delivered))
        .collect())
}

/// The latest calls that did not go well, newest first.
async fn setbacks(tx: &TenantTx) -> Result<Vec<StoredEntry>, StoreError> {
    let filter = EntryFilter {
        kinds: vec![EntryKind::Call],
        ..EntryFilter::default()
    };
    let found = tx.ledger().list(&filter, &Page::first(Page::MAX)).await?;
    Ok(found
        .items
        .into_iter()
        .filter(|stored| !matches!(stored.entry.outcome, Outcome::Ok | Outcome::Partial))
        .take(SETBACKS)
        .collect())
}

const fn kind(outcome: Outcome) -> SetbackKind {
    match outcome {
        Outcome::Denied => SetbackKind::Denied,
        Outcome::Limited => SetbackKind::Limited,
        Outcome::Upstream => SetbackKind::Upstream,
        Outcome::Reauthorize => SetbackKind::Reauthorize,
        Outcome::Invalid | Outcome::Cancelled => SetbackKind::Invalid,
        Outcome::Failed | Outcome::Pending | Outcome::Ok | Outcome::Partial => SetbackKind::Failed,
    }
}

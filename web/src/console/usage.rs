//! Usage: who called what, from which department.

mod charts;
mod events;
mod file;
mod pivot;
pub(crate) mod quota;
mod view;

use axum::{
    Router,
    extract::{Path, Query, State},
    response::Response,
    routing::get,
};
use edge::routes;
use model::{Month, policy::ReadUsage};
use store::{Dimension, StoreError};
use views::{
    Lang, Moment,
    console::{
        Tab,
        usage::{ActiveFilter, Choice, Labels, UsagePage},
    },
};

use self::{
    pivot::Part,
    view::{Asked, Count, View},
};
use super::{Away, Desk, enter};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// The routes of this folder.
pub(crate) fn routes() -> Router<WebState> {
    Router::new()
        .route(routes::CONSOLE_USAGE, get(show))
        .route(routes::CONSOLE_USAGE_CSV, get(file::send))
        .route(routes::CONSOLE_USAGE_EVENTS, get(events::send))
}

/// Shows the usage of a month.
///
/// Permissions: [`ReadUsage`].
async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ReadUsage>(&state, &visit, &slug).await?;
    let page = build(&state, &visit, &desk, &asked)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::show(page.render()))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ReadUsage>,
    asked: &Asked,
) -> Result<UsagePage, StoreError> {
    let (lang, now) = (visit.lang(), state.clock.now());
    let view = View::of(asked, Month::of(now), desk.path("/usage"));
    let labels = Labels::of(lang);
    let tx = desk.scope(state).read().await?;
    let usage = tx.usage();
    let mut months = usage.months().await?;
    if !months.contains(&view.month) {
        months.push(view.month);
    }
    let tally = usage.month(view.month).await?;
    let names = pivot::names(&tx, &view).await?;
    let placed = pivot::placed(&tx, view.month).await?;
    let tenant = &desk.entry.tenant;
    let quota = quota::of(&tx, tenant, view.month, now, lang).await?;
    let mut console = desk.shell(visit, Tab::Usage);
    console
        .banners
        .extend(quota::banner(&tx, tenant, now, lang, &desk.path("/billing")).await?);
    Ok(UsagePage {
        console,
        action: view.base.clone(),
        months: months
            .iter()
            .map(|month| choice(month, &month_name(*month, lang), *month == view.month))
            .collect(),
        rows: dimensions(labels, Some(view.rows)),
        columns: columns(labels, view.columns),
        measures: Count::ALL
            .iter()
            .zip(labels.measures())
            .map(|(count, label)| choice(count.name(), label, *count == view.count))
            .collect(),
        filters: filters(&view, &names, labels),
        month: month_name(view.month, lang),
        quota,
        pivot: pivot::table(&tx, &view, labels, Part::Page, Some(&placed)).await?,
        csv: view.file("/csv", false),
        csv_flat: view.file("/csv", true),
        events: format!("{}/events?month={}", view.base, view.month),
        billing: desk.path("/billing"),
        charts: charts::of(&tx, &view, &names, &placed, lang).await?,
        free: tally.free,
        delivered: tally.delivered,
    })
}

/// A month in words.
pub(super) fn month_name(month: Month, lang: Lang) -> String {
    views::month(Moment(month.start().millis()), lang)
}

fn choice(value: &(impl ToString + ?Sized), label: &str, chosen: bool) -> Choice {
    Choice {
        value: value.to_string(),
        label: label.to_owned(),
        chosen,
    }
}

fn dimensions(labels: Labels, chosen: Option<Dimension>) -> Vec<Choice> {
    Dimension::ALL
        .iter()
        .zip(labels.dimensions())
        .map(|(dimension, label)| {
            choice(view::name_of(*dimension), label, Some(*dimension) == chosen)
        })
        .collect()
}

fn columns(labels: Labels, chosen: Option<Dimension>) -> Vec<Choice> {
    let mut found = dimensions(labels, chosen);
    found.push(choice(view::NOTHING, labels.nothing(), chosen.is_none()));
    found
}

fn filters(view: &View, names: &pivot::Names, labels: Labels) -> Vec<ActiveFilter> {
    Dimension::ALL
        .iter()
        .zip(labels.dimensions())
        .filter_map(|(dimension, label)| {
            let value = view.filter(*dimension)?;
            let shown = names.of(*dimension, value, labels);
            Some(ActiveFilter {
                label: format!("{label}: {shown}"),
                name: view::name_of(*dimension),
                value: value.to_owned(),
                lift: view.without(*dimension),
            })
        })
        .collect()
}

//! The tenant itself: what it is called, how fast calls may come, its data.

mod data;
mod limits;
mod profile;
mod take_out;

use axum::{
    Router,
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use edge::routes;
use model::{
    EntryKind, Limits, Locale, Month, Outcome, Rate,
    policy::{EraseTenant, ManageTenant},
};
use serde::Deserialize;
use store::{EntryFilter, Page, StoreError};
use views::{
    Moment,
    console::{
        Tab,
        settings::{RateForm, SettingsPage, Told, UsedNow},
    },
};

use super::{Away, Desk, act as come_in, enter};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// The pages of this part.
pub(crate) fn routes() -> Router<WebState> {
    Router::new()
        .route(routes::CONSOLE_SETTINGS, get(show).post(profile::act))
        .route(routes::CONSOLE_SETTINGS_LIMITS, post(limits::act))
        .route(routes::CONSOLE_DATA, get(data::show).post(data::give_up))
        .route(routes::CONSOLE_DATA_KEEP, post(data::keep))
        .route(routes::CONSOLE_DATA_EXPORT, get(take_out::send))
}

/// What the redirect that led here says.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    done: String,
}

/// Shows the settings.
///
/// Permissions: [`ManageTenant`].
async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageTenant>(&state, &visit, &slug).await?;
    let page = build(&state, &visit, &desk, Told::from_code(&asked.done))
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::show(page.render()))
}

/// The page, with a word about what was done before.
async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManageTenant>,
    told: Option<Told>,
) -> Result<SettingsPage, StoreError> {
    let tenant = &desk.entry.tenant;
    let now = state.clock.now();
    let plan = tenant.contract.plan_in(Month::of(now));
    let (member, whole) = Limits::fastest(plan);
    let in_force = tenant.rates(Month::of(now));
    let mut console = desk.shell(visit, Tab::Settings);
    if let Some(told) = told {
        console = console.with_notice(told.tone(), told.words(visit.lang()));
    }
    Ok(SettingsPage {
        console,
        name: tenant.name.clone(),
        zh: tenant.locale == Locale::Zh,
        seen: (tenant.name.clone(), tenant.locale == Locale::Zh),
        slug: tenant.slug.to_string(),
        brand: visit.brand(tenant.brand),
        made: Moment(tenant.created_at.millis()),
        name_fault: false,
        rates: shown(in_force.0, in_force.1),
        fastest: shown(member, whole),
        rate_faults: [false; 4],
        plan: plan.name(),
        used: used(state, desk).await?,
        may_erase: desk.may::<EraseTenant>(),
        now: Moment(now.millis()),
    })
}

fn shown(member: Rate, whole: Rate) -> RateForm {
    RateForm(
        [
            member.burst,
            member.per_minute,
            whole.burst,
            whole.per_minute,
        ]
        .map(|number| number.to_string()),
    )
}

/// Calls of the last minute, the most of one person among them, and refusals of the last day.
async fn used(state: &WebState, desk: &Desk<ManageTenant>) -> Result<UsedNow, StoreError> {
    let now = state.clock.now();
    let tx = desk.scope(state).read().await?;
    let minute = EntryFilter {
        kinds: vec![EntryKind::Call],
        since: Some(now - std::time::Duration::from_mins(1)),
        ..EntryFilter::default()
    };
    let calls = tx.ledger().list(&minute, &Page::first(Page::MAX)).await?;
    let refused = EntryFilter {
        kinds: vec![EntryKind::Call],
        outcomes: vec![Outcome::Limited],
        since: Some(now - std::time::Duration::from_hours(24)),
        ..EntryFilter::default()
    };
    let refused = tx.ledger().list(&refused, &Page::first(Page::MAX)).await?;
    let mut of_members = std::collections::HashMap::new();
    for stored in &calls.items {
        if let Some(member) = stored.entry.member {
            *of_members.entry(member).or_insert(0_u64) += 1;
        }
    }
    Ok(UsedNow {
        minute: (calls.items.len() as u64, calls.next.is_some()),
        busiest: of_members.into_values().max().unwrap_or_default(),
        refused: (refused.items.len() as u64, refused.next.is_some()),
    })
}

//! Billing: the plan, the cap, statements and credit notes.

mod cap;
mod credit;
mod file;
mod line;
mod plan;
mod statement;

use axum::{
    Router,
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use edge::routes;
use model::{
    Currency, Month, Plan,
    billing::LineKind,
    policy::{Action, ManageBilling, ReadUsage},
};
use serde::Deserialize;
use store::{ClosedStatement, StoreError, TenantTx};
use views::{
    Lang, Moment,
    console::{
        Tab, Tone,
        billing::{BillingPage, Labels, PlanCard, PlanName, PlanState, StatementRow, Trial},
        usage::Choice,
    },
};

use super::{
    Away, Desk, enter,
    usage::{month_name, quota},
};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Statements in the list: ten years.
const STATEMENTS: u64 = 120;

/// The routes of this folder.
pub(crate) fn routes() -> Router<WebState> {
    Router::new()
        .route(routes::CONSOLE_BILLING, get(show))
        .route(routes::CONSOLE_BILLING_PLAN, post(plan::act))
        .route(routes::CONSOLE_BILLING_CAP, post(cap::act))
        .route(routes::CONSOLE_STATEMENT, get(statement::show))
        .route(routes::CONSOLE_STATEMENT_CSV, get(file::send))
        .route(routes::CONSOLE_STATEMENT_LINE, get(line::show))
        .route(routes::CONSOLE_STATEMENT_CREDIT, post(credit::act))
}

/// The parameters of the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    done: String,
    #[serde(rename = "try")]
    trial: String,
    month: String,
}

/// Shows plan, quota, cap and statements.
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

async fn build<A: Action<Target = ()>>(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<A>,
    asked: &Asked,
) -> Result<BillingPage, StoreError> {
    let (lang, now) = (visit.lang(), state.clock.now());
    let month = Month::of(now);
    let tx = desk.scope(state).read().await?;
    let billing = tx.billing();
    // Read anew: the cached tenant may be older than the redirect that led here.
    let tenant = billing.tenant_now().await?;
    let draft = billing.outline(month, &tenant.contract).await?;
    let mut months = tx.usage().months().await?;
    if !months.contains(&month) {
        months.insert(0, month);
    }
    let trial = trial(&tx, asked, &months, lang).await?;
    let mut console = desk.shell(visit, Tab::Billing);
    console
        .banners
        .extend(quota::banner(&tx, &tenant, now, lang, &desk.path("/billing")).await?);
    if let Some(words) = Labels::of(lang).done(&asked.done) {
        console = console.with_notice(Tone::Good, words);
    }
    let warnings = billing.warnings(month).await?;
    Ok(BillingPage {
        console,
        now: Moment(now.millis()),
        may_manage: desk.may::<ManageBilling>(),
        month: month_name(month, lang),
        quota: quota::of(&tx, &tenant, month, now, lang).await?,
        so_far_minor: draft.total_minor,
        currency: tenant.contract.currency.code(),
        draft: desk.path(&format!("/billing/statements/{month}")),
        grace_days: model::billing::GRACE.as_secs() / 86_400,
        warnings: warnings
            .iter()
            .map(|warning| (warning.percent, Moment(warning.at.millis())))
            .collect(),
        plans: cards(&tenant.contract, month, lang),
        plan_action: desk.path("/billing/plan"),
        cap: tenant.limits.monthly_calls,
        cap_typed: (!asked.trial.is_empty())
            .then(|| (asked.trial.clone(), cap::read(&asked.trial).is_err())),
        cap_action: desk.path("/billing/cap"),
        action: desk.path("/billing"),
        trial_months: months
            .iter()
            .map(|one| Choice {
                value: one.to_string(),
                label: month_name(*one, lang),
                chosen: one.to_string() == asked.month,
            })
            .collect(),
        trial,
        statements: rows(&tx, desk, lang).await?,
    })
}

async fn trial(
    tx: &TenantTx,
    asked: &Asked,
    months: &[Month],
    lang: Lang,
) -> Result<Option<Trial>, StoreError> {
    let Ok(Some(cap)) = cap::read(&asked.trial) else {
        return Ok(None);
    };
    let wanted = asked.month.parse().ok();
    let Some(month) = wanted
        .filter(|month| months.contains(month))
        .or_else(|| months.first().copied())
    else {
        return Ok(None);
    };
    let found = tx.billing().try_cap(month, cap).await?;
    Ok(Some(Trial {
        cap,
        month: month_name(month, lang),
        delivered: found.delivered,
        stopped: found.stopped,
        people: found.people,
        first: found.first_at.map(|at| Moment(at.millis())),
    }))
}

async fn rows<A: Action<Target = ()>>(
    tx: &TenantTx,
    desk: &Desk<A>,
    lang: Lang,
) -> Result<Vec<StatementRow>, StoreError> {
    let closed = tx.billing().statements(STATEMENTS).await?;
    let credited = tx.billing().credited().await?;
    Ok(closed
        .iter()
        .map(|closed| {
            let statement = &closed.statement;
            StatementRow {
                month: month_name(statement.month, lang),
                path: desk.path(&format!("/billing/statements/{}", statement.month)),
                plan: plan_name(statement.plan),
                delivered: delivered(closed),
                total_minor: statement.total_minor,
                credited_minor: credited.get(&statement.month).copied().unwrap_or(0),
                currency: statement.currency.code(),
                closed: Moment(closed.closed_at.millis()),
            }
        })
        .collect())
}

fn delivered(closed: &ClosedStatement) -> u64 {
    closed
        .statement
        .lines
        .iter()
        .filter(|line| matches!(line.kind, LineKind::Included | LineKind::Overage))
        .map(|line| line.quantity)
        .sum()
}

fn plan_name(plan: Plan) -> PlanName {
    match plan {
        Plan::Free => PlanName::Free,
        Plan::Team => PlanName::Team,
        Plan::Enterprise => PlanName::Enterprise,
    }
}

fn cards(contract: &model::Contract, month: Month, lang: Lang) -> Vec<PlanCard> {
    let currency: Currency = contract.currency;
    let (now, next) = (contract.plan_in(month), contract.next_after(month));
    Plan::ALL
        .into_iter()
        .map(|plan| {
            let terms = plan.terms(currency);
            let state = match next {
                Some(next) if next.plan == plan => PlanState::Planned(month_name(next.from, lang)),
                Some(_) if plan == now => PlanState::Leaving,
                None if plan == now => PlanState::Current,
                _ => PlanState::Offered,
            };
            PlanCard {
                plan: plan_name(plan),
                value: plan.name(),
                base_minor: terms.base_minor,
                included: terms.included,
                overage: terms.overage.map(|price| price.to_string()),
                state,
            }
        })
        .collect()
}

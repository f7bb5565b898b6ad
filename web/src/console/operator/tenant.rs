//! One tenant: how it stands, its plan, and whether it is served.

use axum::{
    Form,
    extract::{Path, Query, State},
    response::Response,
};
use http::StatusCode;
use model::{
    Month, Plan, Tenant, TenantStatus,
    policy::{ManageBilling, SuspendTenant, authorize},
};
use serde::Deserialize;
use serde_json::json;
use store::{ConnectionFilter, StoreError, TenantTx};
use views::{
    Moment,
    console::Tone,
    error::Trouble,
    operator::{MonthRow, OperatorFault, OperatorTab, OperatorTenantPage, SuspendedFor},
};

use super::{Operator, act, enter, find, principal, tenants::app};
use crate::{
    WebState,
    console::Away,
    page::{self, PageFault},
    visit::Visit,
};

/// Months that are shown.
const MONTHS: usize = 6;
/// Longest reason, in characters.
const REASON_MAX: usize = 300;

/// What the redirect that led here says.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    done: String,
}

/// Shows a tenant.
///
/// Permissions: an operator.
pub(super) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let operator = enter(&state, &visit).await?;
    let tenant = find(&state, &visit, &slug).await?;
    let mut page = build(&state, &visit, &operator, &tenant)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    if let Some(words) = views::operator::done(visit.lang(), &asked.done) {
        page.console = page.console.with_notice(Tone::Good, words);
    }
    Ok(page::show(page.render()))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    operator: &Operator,
    tenant: &Tenant,
) -> Result<OperatorTenantPage, StoreError> {
    let now = state.clock.now();
    let month = Month::of(now);
    let tx = state.store.scope(&principal(tenant)).read().await?;
    let red = tx.onboarding().check().await?.map(|check| check.red);
    let suspended = tx.suspension().get().await?;
    let next = tenant.contract.next_after(month);
    Ok(OperatorTenantPage {
        console: operator.shell(visit, OperatorTab::Tenants),
        name: tenant.name.clone(),
        slug: tenant.slug.to_string(),
        brand: visit.brand(tenant.brand),
        app_id: tenant.app_id.clone(),
        app: app(tenant, red),
        since: Moment(tenant.created_at.millis()),
        active: tenant.status == TenantStatus::Active,
        suspended: suspended.map(|one| SuspendedFor {
            reason: one.reason,
            by: one.by,
            at: Moment(one.at.millis()),
        }),
        ends: tx
            .erasure()
            .get()
            .await?
            .map(|one| Moment(one.due_at.millis())),
        plan: tenant.contract.plan_in(month).name(),
        next: next.map(|next| (next.plan.name(), next.from.to_string())),
        months: months(&tx, tenant).await?,
        members: tx.members().count().await?,
        connections: tx.connections().count(&ConnectionFilter::default()).await?,
        entries: tx.ledger().head().await?.seq,
        master_key: tx.master_key_id().await?.unwrap_or_default(),
        reason: String::new(),
        fault: None,
        now: Moment(now.millis()),
    })
}

async fn months(tx: &TenantTx, tenant: &Tenant) -> Result<Vec<MonthRow>, StoreError> {
    let mut rows = Vec::new();
    for month in tx.usage().months().await?.into_iter().take(MONTHS) {
        let tally = tx.usage().month(month).await?;
        rows.push(MonthRow {
            month: month.to_string(),
            plan: tenant.contract.plan_in(month).name(),
            delivered: tally.delivered,
            free: tally.free.iter().sum(),
        });
    }
    Ok(rows)
}

/// What the forms post.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    csrf: String,
    plan: String,
    act: String,
    reason: String,
}

fn path(tenant: &str) -> String {
    format!("/console/operator/tenants/{tenant}")
}

/// Changes the plan: a bigger one holds at once, a smaller one from the next month.
///
/// Permissions: an operator. Ledger of the tenant: `billing.plan`.
pub(super) async fn plan(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let operator = act(&state, &visit, &wish.csrf, &path(&slug)).await?;
    let tenant = find(&state, &visit, &slug).await?;
    let Some(plan) = Plan::from_name(&wish.plan) else {
        return Err(PageFault::new(Trouble::NotFound, &visit).into());
    };
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let who = principal(&tenant);
    let tx = state.store.scope(&who).write().await.map_err(internal)?;
    let rules = tx.rules().read().await.map_err(internal)?;
    let permit = authorize::<ManageBilling>(&rules, &who, &())
        .map_err(|denied| PageFault::internal(&denied, &visit))?;
    let chosen = tx.billing().choose_plan(&permit, plan).await;
    let (changed, from) = chosen.map_err(internal)?;
    let (before, after) = (json!(changed.before), json!(changed.after));
    let mut entry = operator.entry(&state, &tenant, "billing.plan", &before, &after);
    entry.target = Some(format!("month:{from}"));
    tx.record(&entry).await.map_err(internal)?;
    tx.commit().await.map_err(internal)?;
    state.connections.tenant_changed(tenant.id).await;
    Ok(page::go(&format!("{}?done=plan", path(&slug))))
}

/// Suspends a tenant with a reason, or serves it again. Open streams end within seconds.
///
/// Permissions: an operator. Ledger of the tenant: `tenant.suspend`, `tenant.resume`.
pub(super) async fn status(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let operator = act(&state, &visit, &wish.csrf, &path(&slug)).await?;
    let tenant = find(&state, &visit, &slug).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let reason = wish.reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = reason.chars().count();
    let suspend = match wish.act.as_str() {
        "suspend" => true,
        "resume" => false,
        _ => return Err(PageFault::new(Trouble::NotFound, &visit).into()),
    };
    if suspend && !(1..=REASON_MAX).contains(&length) {
        let mut page = build(&state, &visit, &operator, &tenant)
            .await
            .map_err(internal)?;
        page.fault = Some(OperatorFault::NoReason);
        page.reason = wish.reason.chars().take(REASON_MAX).collect();
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(page::answer(status, page.render()));
    }
    change(
        &state,
        &visit,
        &operator,
        &tenant,
        suspend.then_some(reason.as_str()),
    )
    .await?;
    let done = if suspend { "suspended" } else { "resumed" };
    Ok(page::go(&format!("{}?done={done}", path(&slug))))
}

async fn change(
    state: &WebState,
    visit: &Visit,
    operator: &Operator,
    tenant: &Tenant,
    reason: Option<&str>,
) -> Result<(), PageFault> {
    let internal = |error: StoreError| PageFault::internal(&error, visit);
    let who = principal(tenant);
    let tx = state.store.scope(&who).write().await.map_err(internal)?;
    let rules = tx.rules().read().await.map_err(internal)?;
    let permit = authorize::<SuspendTenant>(&rules, &who, &())
        .map_err(|denied| PageFault::internal(&denied, visit))?;
    let own = tx.suspension();
    let (action, after) = if let Some(reason) = reason {
        let by = &operator.visit.account.name;
        own.suspend(&permit, reason, by).await.map_err(internal)?;
        let after = json!({ "status": "suspended", "reason": reason });
        ("tenant.suspend", after)
    } else {
        if !own.resume(&permit).await.map_err(internal)? {
            // It is being erased: there is nothing to serve.
            return Err(PageFault::new(Trouble::NotFound, visit));
        }
        ("tenant.resume", json!({ "status": "active" }))
    };
    let before = json!({ "status": tenant.status.name() });
    let entry = operator.entry(state, tenant, action, &before, &after);
    tx.record(&entry).await.map_err(internal)?;
    tx.commit().await.map_err(internal)?;
    state.connections.tenant_changed(tenant.id).await;
    Ok(())
}

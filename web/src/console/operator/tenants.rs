//! The list of tenants.

use axum::{
    extract::{Query, State},
    response::Response,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use model::{Month, Tenant, TenantStatus};
use serde::Deserialize;
use store::{Page, StoreError};
use views::{
    Moment,
    operator::{AppState, OperatorTab, OperatorTenantsPage, TenantRow},
};

use super::{Operator, enter, principal};
use crate::{
    WebState,
    console::Away,
    page::{self, PageFault},
    visit::Visit,
};

/// Tenants that are looked at at a time.
const AT_ONCE: usize = 8;
/// Rows of a page.
const ROWS: u32 = 50;

/// The filter.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    status: String,
    after: String,
}

/// Lists tenants.
///
/// Permissions: an operator.
pub(super) async fn show(
    State(state): State<WebState>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let operator = enter(&state, &visit).await?;
    let page = build(&state, &visit, &operator, asked)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::show(page.render()))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    operator: &Operator,
    asked: Asked,
) -> Result<OperatorTenantsPage, StoreError> {
    let query: String = asked.q.chars().take(80).collect();
    let status = TenantStatus::from_name(&asked.status);
    let mut page = Page::first(ROWS);
    if !asked.after.is_empty() {
        page = page.after(asked.after);
    }
    let tx = state.store.platform("an operator lists tenants");
    let tx = tx.read().await?;
    let counts = tx.tenants().counts().await?;
    let found = match tx.tenants().search(&query, status, &page).await {
        // A cursor that is none begins anew.
        Err(StoreError::Corrupt { .. }) => {
            let first = Page::first(ROWS);
            tx.tenants().search(&query, status, &first).await?
        }
        other => other?,
    };
    drop(tx);
    let rows: Vec<TenantRow> = stream::iter(found.items)
        .map(|tenant| row(state, tenant))
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    let status = status.map(TenantStatus::name).unwrap_or_default();
    let more = found.next.map(|after| {
        let pairs = [
            ("q", query.as_str()),
            ("status", status),
            ("after", after.as_str()),
        ];
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        format!("/console/operator?{query}")
    });
    Ok(OperatorTenantsPage {
        console: operator.shell(visit, OperatorTab::Tenants),
        status: status.to_owned(),
        query,
        counts: (counts.active, counts.suspended),
        calls: state.all_calls(counts.active + counts.suspended).await?,
        rows,
        more,
        now: Moment(state.clock.now().millis()),
    })
}

async fn row(state: &WebState, tenant: Tenant) -> Result<TenantRow, StoreError> {
    let month = Month::of(state.clock.now());
    let tx = state.store.scope(&principal(&tenant)).read().await?;
    Ok(TenantRow {
        path: format!("/console/operator/tenants/{}", tenant.slug),
        plan: tenant.contract.plan_in(month).name(),
        active: tenant.status == TenantStatus::Active,
        ends: tx
            .erasure()
            .get()
            .await?
            .map(|one| Moment(one.due_at.millis())),
        calls: tx.usage().month(month).await?.delivered,
        app: app(
            &tenant,
            tx.onboarding().check().await?.map(|check| check.red),
        ),
        since: Moment(tenant.created_at.millis()),
        slug: tenant.slug.to_string(),
        name: tenant.name,
    })
}

/// How the tenant's app is, from the latest look.
pub(super) const fn app(tenant: &Tenant, red: Option<u32>) -> AppState {
    match red {
        _ if tenant.app_id.is_empty() => AppState::Missing,
        None => AppState::Unknown,
        Some(0) => AppState::Well,
        Some(faults) => AppState::Faults(faults),
    }
}

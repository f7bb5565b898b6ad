//! Choosing a plan.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use model::{Plan, policy::ManageBilling};
use serde::Deserialize;
use serde_json::json;
use store::StoreError;
use views::error::Trouble;

use crate::{
    WebState,
    console::{Away, Desk, act as come_in},
    page::{self, PageFault},
    visit::Visit,
};

#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    plan: String,
}

/// Chooses a plan: a bigger one at once, a smaller one from the next month.
///
/// Permissions: [`ManageBilling`]. Ledger: `billing.plan`.
pub(super) async fn act(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(form): Form<Chosen>,
) -> Result<Response, Away> {
    let desk = come_in::<ManageBilling>(&state, &visit, &slug, &form.csrf).await?;
    let Some(plan) = Plan::from_name(&form.plan) else {
        return Err(PageFault::new(Trouble::NotFound, &visit).into());
    };
    change(&state, &desk, plan)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::go(&desk.path("/billing?done=plan")))
}

async fn change(
    state: &WebState,
    desk: &Desk<ManageBilling>,
    plan: Plan,
) -> Result<(), StoreError> {
    let tx = desk.scope(state).write().await?;
    let (changed, from) = tx.billing().choose_plan(&desk.permit, plan).await?;
    desk.record(
        state,
        &tx,
        "billing.plan",
        Some(format!("month:{from}")),
        &json!(changed.before),
        &json!(changed.after),
    )
    .await?;
    tx.commit().await?;
    state.store.tenant_changed(desk.entry.tenant.id).await;
    Ok(())
}

//! Rules that act on what happens: all of them, one of them, what they did.

mod form;
mod rule;
mod run;
mod state;

use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::{get, post},
};
use edge::routes;
use model::{
    automation::{RuleState, RunState},
    policy::ManageRules,
};
use store::{Page, Run, RunFilter, StoreError};
use views::{
    Moment,
    console::{
        Tab,
        rules::{RuleRow, RulesPage, RunRow},
    },
};

use super::{Away, Desk, act, enter};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// The pages of this part.
pub(crate) fn routes() -> Router<WebState> {
    Router::new()
        .route(routes::CONSOLE_RULES, get(show))
        .route(routes::CONSOLE_RULE, get(rule::show).post(rule::act))
        .route(routes::CONSOLE_RULE_STATE, post(state::act))
        .route(routes::CONSOLE_RULE_RUN, get(run::show).post(run::act))
}

/// Lists the rules.
///
/// Permissions: [`ManageRules`].
async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageRules>(&state, &visit, &slug).await?;
    let page = build(&state, &visit, &desk)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::show(page.render()))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManageRules>,
) -> Result<RulesPage, StoreError> {
    let tx = desk.scope(state).read().await?;
    let mut rows = Vec::new();
    for rule in tx.automations().list().await? {
        let last = RunFilter {
            rule: Some(rule.id),
            state: None,
        };
        let last = tx.automations().runs(last, &Page::first(1)).await?;
        rows.push(RuleRow {
            path: desk.path(&format!("/rules/{}", rule.id)),
            name: rule.name,
            kind: rule.definition.trigger.kind().name(),
            active: rule.state == RuleState::Active,
            flooded: !rule.paused_for.is_empty(),
            last: last
                .items
                .first()
                .map(|run| Moment(run.received_at.millis())),
            dead: tx.automations().count(rule.id, RunState::Dead).await?,
        });
    }
    Ok(RulesPage {
        console: desk.shell(visit, Tab::Rules),
        rows,
        now: Moment(state.clock.now().millis()),
    })
}

fn row(desk: &Desk<ManageRules>, run: &Run) -> RunRow {
    RunRow {
        path: desk.path(&format!("/rules/{}/runs/{}", run.rule, run.id)),
        at: Moment(run.received_at.millis()),
        event: run.event_id.clone(),
        state: run.state.name(),
        reason: run.reason.clone(),
        error: run.error.clone(),
        attempts: run.attempts,
    }
}

//! One run: what happened, what was done, what would be done now; and trying it again.

use automation::Dry;
use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use calls::app_care::Act;
use model::{RunId, policy::ManageRules};
use serde::Deserialize;
use serde_json::json;
use store::{Rule, Run, StepRow, StoreError};
use views::{
    Moment,
    console::{
        Tab,
        rules::{DryView, RunPage, StepLine},
    },
    error::Trouble,
};

use super::{Away, Desk, act as come_in, enter, row, rule};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Shows a run.
///
/// Permissions: [`ManageRules`].
pub(super) async fn show(
    State(state): State<WebState>,
    Path((slug, text, run)): Path<(String, String, String)>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageRules>(&state, &visit, &slug).await?;
    let found = find(&state, &desk, &text, &run).await;
    let found = found.map_err(|error| PageFault::internal(&error, &visit))?;
    let (rule, run, steps) = found.ok_or_else(|| PageFault::new(Trouble::NotFound, &visit))?;
    let now = state.clock.now();
    let dry = Dry::run(&rule.name, &rule.definition, &run.event, now);
    let pretty = |value| serde_json::to_string_pretty(value).unwrap_or_default();
    let page = RunPage {
        console: desk.shell(&visit, Tab::Rules),
        rule: desk.path(&format!("/rules/{}", rule.id)),
        name: rule.name,
        one: row(&desk, &run),
        event: pretty(&run.event),
        steps: steps
            .into_iter()
            .map(|step| StepLine {
                tool: step.tool,
                state: step.state,
                outcome: step.outcome,
                call: step.call.map(|id| id.to_string()).unwrap_or_default(),
                attempts: step.attempts,
            })
            .collect(),
        dry: DryView {
            condition: dry.condition,
            steps: dry
                .steps
                .iter()
                .map(|step| {
                    (
                        step.tool.clone(),
                        step.arguments.as_ref().map(pretty).map_err(Clone::clone),
                    )
                })
                .collect(),
        },
        now: Moment(now.millis()),
    };
    Ok(page::show(page.render()))
}

/// What the form posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    csrf: String,
}

/// Tries a run again that was given up.
///
/// Permissions: [`ManageRules`]. Ledger: `rule.again`.
pub(super) async fn act(
    State(state): State<WebState>,
    Path((slug, text, run)): Path<(String, String, String)>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let desk = come_in::<ManageRules>(&state, &visit, &slug, &wish.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let found = find(&state, &desk, &text, &run).await.map_err(internal)?;
    let (rule, run, _) = found.ok_or_else(|| PageFault::new(Trouble::NotFound, &visit))?;
    let told = json!({"run": run.id});
    let target = Some(rule.id.to_string());
    let record = desk.entry_of(&state, "rule.again", target, &json!(null), &told);
    let scope = desk.scope(&state);
    let act = Act {
        scope: &scope,
        permit: &desk.permit,
        record: &record,
    };
    state.rules.again(&act, run.id).await.map_err(internal)?;
    Ok(page::go(&row(&desk, &run).path))
}

async fn find(
    state: &WebState,
    desk: &Desk<ManageRules>,
    text: &str,
    run: &str,
) -> Result<Option<(Rule, Run, Vec<StepRow>)>, StoreError> {
    let known = rule::find(state, desk, text).await?;
    let (Some(rule), Ok(id)) = (known, run.parse::<RunId>()) else {
        return Ok(None);
    };
    let tx = desk.scope(state).read().await?;
    let run = tx.automations().run(id).await?;
    let Some(run) = run.filter(|run| run.rule == rule.id) else {
        return Ok(None);
    };
    let steps = tx.automations().steps(id).await?;
    Ok(Some((rule, run, steps)))
}

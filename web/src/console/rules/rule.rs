//! One rule: its form, and what it did.

use automation::{Change, Changed};
use axum::{
    Form,
    extract::{Path, Query, State},
    response::Response,
};
use calls::app_care::Act;
use http::StatusCode;
use model::{Role, RuleId, automation::RuleState, policy::ManageRules};
use serde::Deserialize;
use serde_json::json;
use store::{Page, Rule, RunFilter, StoreError};
use views::{
    Moment,
    console::{
        Tab, Tone,
        members::role_name,
        rules::{RuleForm, RulePage, bad_json, said},
    },
    error::Trouble,
};

use super::{Away, Desk, act as come_in, enter, form, row};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Runs of one page.
const RUNS: u32 = 25;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    after: String,
    done: String,
}

/// Shows a rule, or the form of a new one.
///
/// Permissions: [`ManageRules`].
pub(super) async fn show(
    State(state): State<WebState>,
    Path((slug, rule)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageRules>(&state, &visit, &slug).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let known = find(&state, &desk, &rule).await.map_err(internal)?;
    if known.is_none() && rule != "new" {
        return Err(PageFault::new(Trouble::NotFound, &visit).into());
    }
    let page = build(&state, &visit, &desk, known.as_ref(), &asked.after);
    let mut page = page.await.map_err(internal)?;
    if let Some(words) = said(visit.lang(), &asked.done) {
        let tone = if asked.done == "stale" {
            Tone::Warn
        } else {
            Tone::Good
        };
        page.console = page.console.with_notice(tone, words.to_owned());
    }
    Ok(page::show(page.render()))
}

/// Saves it. A new rule is paused.
///
/// Permissions: [`ManageRules`]. Ledger: `rule.make`, `rule.change`.
pub(super) async fn act(
    State(state): State<WebState>,
    Path((slug, rule)): Path<(String, String)>,
    visit: Visit,
    Form(wish): Form<form::Wish>,
) -> Result<Response, Away> {
    let desk = come_in::<ManageRules>(&state, &visit, &slug, &wish.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let known = find(&state, &desk, &rule).await.map_err(internal)?;
    if known.is_none() && rule != "new" {
        return Err(PageFault::new(Trouble::NotFound, &visit).into());
    }
    let faults = match wish.read() {
        Err(why) => vec![("steps".to_owned(), bad_json(visit.lang(), &why))],
        Ok(definition) => {
            let change = Change {
                name: wish.name(),
                definition: &definition,
                by: desk.principal().name(),
                locale: visit.locale,
            };
            let saved = save(&state, &desk, known.as_ref(), &wish.version, &change).await;
            match saved.map_err(internal)? {
                Changed::Done(id) => {
                    return Ok(page::go(&desk.path(&format!("/rules/{id}?done=saved"))));
                }
                Changed::Stale => {
                    return Ok(page::go(&desk.path(&format!("/rules/{rule}?done=stale"))));
                }
                Changed::Wrong(problems) => problems
                    .into_iter()
                    .map(|problem| (problem.field.to_owned(), problem.message))
                    .collect(),
            }
        }
    };
    let page = build(&state, &visit, &desk, known.as_ref(), "").await;
    let mut page = page.map_err(internal)?;
    page.form = wish.shown();
    page.faults = faults;
    Ok(page::answer(
        StatusCode::UNPROCESSABLE_ENTITY,
        page.render(),
    ))
}

async fn save(
    state: &WebState,
    desk: &Desk<ManageRules>,
    known: Option<&Rule>,
    version: &str,
    change: &Change<'_>,
) -> Result<Changed, StoreError> {
    let after = json!({"name": change.name, "trigger": change.definition.trigger.kind().name()});
    let before = known.map_or(json!(null), |rule| json!({"name": rule.name}));
    let action = if known.is_some() {
        "rule.change"
    } else {
        "rule.make"
    };
    let target = known.map(|rule| rule.id.to_string());
    let record = desk.entry_of(state, action, target, &before, &after);
    let scope = desk.scope(state);
    let act = Act {
        scope: &scope,
        permit: &desk.permit,
        record: &record,
    };
    match known {
        None => state.rules.make(&act, change).await,
        Some(rule) => {
            let version = version.parse().unwrap_or_default();
            state.rules.change(&act, rule.id, version, change).await
        }
    }
}

/// The rule of an address; `None` when there is none.
pub(super) async fn find(
    state: &WebState,
    desk: &Desk<ManageRules>,
    text: &str,
) -> Result<Option<Rule>, StoreError> {
    let Ok(id) = text.parse::<RuleId>() else {
        return Ok(None);
    };
    desk.scope(state).read().await?.automations().get(id).await
}

pub(super) async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManageRules>,
    known: Option<&Rule>,
    after: &str,
) -> Result<RulePage, StoreError> {
    let (mut runs, mut older, mut has_address) = (Vec::new(), None, false);
    let path = known.map_or_else(
        || desk.path("/rules/new"),
        |rule| desk.path(&format!("/rules/{}", rule.id)),
    );
    if let Some(rule) = known {
        let mut page = Page::first(RUNS);
        if after.parse::<model::RunId>().is_ok() {
            page = page.after(after);
        }
        let filter = RunFilter {
            rule: Some(rule.id),
            state: None,
        };
        let tx = desk.scope(state).read().await?;
        let found = tx.automations().runs(filter, &page).await?;
        has_address = tx.automations().has_hook(rule.id).await?;
        runs = found.items.iter().map(|run| row(desk, run)).collect();
        older = found.next.map(|next| format!("{path}?after={next}"));
    }
    let tools: Vec<&str> = state.gate.for_rules().map(tools::ToolDef::name).collect();
    Ok(RulePage {
        console: desk.shell(visit, Tab::Rules),
        path,
        known: known.is_some(),
        active: known.is_some_and(|rule| rule.state == RuleState::Active),
        version: known.map_or(0, |rule| rule.version),
        form: known.map_or_else(fresh, form::of),
        faults: Vec::new(),
        roles: roles(visit, desk),
        tools: tools.join(", "),
        has_address,
        address: None,
        runs,
        older,
        now: Moment(state.clock.now().millis()),
    })
}

fn fresh() -> RuleForm {
    form::fresh()
}

/// Roles that a rule may have: that of employees, and those that the organisation made.
fn roles(visit: &Visit, desk: &Desk<ManageRules>) -> Vec<(String, String)> {
    let end_user = Role::EndUser.name();
    let title = role_name(visit.lang(), &end_user).to_owned();
    let made = desk.entry.rules.roles.iter().filter_map(|one| {
        let Role::Custom(_) = one.role else {
            return None;
        };
        let name = one.name.as_ref()?;
        let title = visit.locale.pick(&name.en, &name.zh);
        Some((one.role.name(), title.to_owned()))
    });
    std::iter::once((end_user, title)).chain(made).collect()
}

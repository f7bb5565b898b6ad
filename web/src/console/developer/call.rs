//! One call.

use axum::{
    extract::{Path, State},
    response::Response,
};
use model::{EntryKind, policy::UseDeveloperDesk};
use serde_json::Value;
use store::{Names, StoreError};
use views::{
    Moment,
    console::{Tab, developer::CallPage},
    error::Trouble,
};

use super::{Away, Desk, enter, row};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Shows a call with its timing; its arguments only as the log keeps them.
///
/// Permissions: [`UseDeveloperDesk`].
pub(super) async fn show(
    State(state): State<WebState>,
    Path((slug, seq)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<UseDeveloperDesk>(&state, &visit, &slug).await?;
    let page = match seq.parse::<u64>() {
        Ok(seq) => build(&state, &visit, &desk, seq)
            .await
            .map_err(|error| PageFault::internal(&error, &visit))?,
        Err(_) => None,
    };
    let page = page.ok_or_else(|| PageFault::new(Trouble::NotFound, &visit))?;
    Ok(page::show(page.render()))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<UseDeveloperDesk>,
    seq: u64,
) -> Result<Option<CallPage>, StoreError> {
    let tx = desk.scope(state).read().await?;
    let found = tx.ledger().at(seq).await?;
    // The rest of the ledger is for those who may read it.
    let Some(stored) = found.filter(|one| one.entry.kind == EntryKind::Call) else {
        return Ok(None);
    };
    let mut names = Names::default();
    let entries = vec![stored.clone()];
    tx.ledger().learn(&entries, &mut names).await?;
    drop(tx);
    let entry = &stored.entry;
    let tool = tools::find(&entry.action);
    Ok(Some(CallPage {
        console: desk.shell(visit, Tab::Developer),
        one: row(desk, &names, &stored),
        id: entry.id.to_string(),
        effect: entry.effect.clone(),
        channel: entry.channel.name(),
        target: entry.target.clone().unwrap_or_default(),
        policy: entry.policy_version,
        decision: entry.decision.clone().unwrap_or_default(),
        log_id: entry.feishu_log_id.clone().unwrap_or_default(),
        arguments: pretty(&entry.detail),
        attempt: tool.map(|tool| desk.path(&format!("/developer/tools/{}", tool.name()))),
        now: Moment(state.clock.now().millis()),
    }))
}

fn pretty(detail: &str) -> String {
    serde_json::from_str::<Value>(detail)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| detail.to_owned())
}

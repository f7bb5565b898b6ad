//! Who looks at the ledger is written into it: once a minute for one thing looked at.

use std::time::Duration;

use model::{EntryKind, policy::Action};
use serde_json::{Value, json};
use store::{EntryFilter, Page, StoreError};

use super::Desk;
use crate::WebState;

/// Looks at the same thing within this time are one.
const TOGETHER: Duration = Duration::from_mins(1);

/// Notes a look, unless the same person just looked at the same: turning pages is one look.
pub(super) async fn note<A: Action<Target = ()>>(
    state: &WebState,
    desk: &Desk<A>,
    action: &str,
    target: Option<String>,
    filter: &Value,
) -> Result<(), StoreError> {
    let mut entry = desk.entry_of(state, action, target, &Value::Null, &Value::Null);
    entry.kind = EntryKind::Look;
    entry.detail = json!({ "filter": filter }).to_string();
    let recent = EntryFilter {
        kinds: vec![EntryKind::Look],
        members: entry.member.into_iter().collect(),
        accounts: entry.account.into_iter().collect(),
        action: Some(action.to_owned()),
        since: Some(entry.at - TOGETHER),
        ..EntryFilter::default()
    };
    let tx = desk.scope(state).read().await?;
    let known = tx.ledger().list(&recent, &Page::first(50)).await?.items;
    drop(tx);
    let same = known
        .iter()
        .any(|one| one.entry.detail == entry.detail && one.entry.target == entry.target);
    if !same {
        state.store.ledger().record(entry).await?;
    }
    Ok(())
}

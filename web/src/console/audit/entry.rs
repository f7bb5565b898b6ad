//! One entry, and what led to it.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, State},
    response::Response,
};
use model::{
    ChainHash, EntryKind, LedgerEntry,
    policy::{ManageTenant, ReadLedger},
};
use serde_json::Value;
use store::{EntryFilter, Names, Page, StoreError, StoredEntry, TenantTx};
use views::{
    Moment,
    console::{
        Tab,
        audit_entry::{AuditEntryPage, Difference},
    },
    error::Trouble,
};

use super::{Away, Desk, enter, look};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Shows one entry.
///
/// Permissions: [`ReadLedger`].
pub(super) async fn show(
    State(state): State<WebState>,
    Path((slug, seq)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ReadLedger>(&state, &visit, &slug).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let page = match seq.parse::<u64>() {
        Ok(seq) => build(&state, &visit, &desk, seq).await.map_err(internal)?,
        Err(_) => None,
    };
    let Some(page) = page else {
        return Err(PageFault::new(Trouble::NotFound, &visit).into());
    };
    let target = Some(page.seq.to_string());
    look::note(&state, &desk, "audit.open", target, &Value::Null)
        .await
        .map_err(internal)?;
    Ok(page::show(page.render()))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ReadLedger>,
    seq: u64,
) -> Result<Option<AuditEntryPage>, StoreError> {
    let tx = desk.scope(state).read().await?;
    let Some(stored) = tx.ledger().at(seq).await? else {
        return Ok(None);
    };
    let mut names = Names::default();
    let mut rows = tx.ledger().rows(vec![stored.clone()], &mut names).await?;
    let prev = rows.pop().map_or(ChainHash::GENESIS, |row| row.prev);
    let path = |one: &StoredEntry| desk.path(&format!("/audit/{}", one.seq));
    let of_call = tx.ledger().of_call(stored.entry.id).await?;
    let other = |kind: EntryKind| {
        let mut found = of_call.iter();
        found
            .find(|one| one.entry.kind == kind && one.seq != seq)
            .map(path)
    };
    let entry = &stored.entry;
    let decided_by = entry
        .policy_version
        .filter(|_| entry.kind != EntryKind::Admin);
    let change = match decided_by {
        Some(version) => change_behind(&tx, seq, version).await?,
        None => None,
    };
    Ok(Some(AuditEntryPage {
        console: desk.shell(visit, Tab::Audit),
        seq,
        kind: entry.kind.name(),
        outcome: entry.outcome.name(),
        action: entry.action.clone(),
        at: Moment(entry.at.millis()),
        who: names.of(entry).to_owned(),
        client: entry.client_name.clone(),
        channel: entry.channel.name(),
        target: entry.target.clone().unwrap_or_default(),
        effect: entry.effect.clone(),
        fault: entry.fault.clone().unwrap_or_default(),
        feishu_log_id: entry.feishu_log_id.clone().unwrap_or_default(),
        upstream_calls: entry.upstream_calls,
        millis: entry.duration_us / 1000,
        id: entry.id.to_string(),
        policy_version: decided_by,
        decision: entry.decision.clone().unwrap_or_default(),
        why: why(desk, entry),
        change: change.map(|one| (path(&one), one.entry.action)),
        begun: other(EntryKind::Intent),
        ended: other(EntryKind::Call),
        changes: changes(&entry.detail),
        detail: pretty(&entry.detail),
        prev: prev.hex(),
        hash: stored.hash.hex(),
        holds: prev.then(seq, entry) == stored.hash,
        now: Moment(state.clock.now().millis()),
    }))
}

/// Where the rules of today answer for a call that those of its time refused.
fn why(desk: &Desk<ReadLedger>, entry: &LedgerEntry) -> Option<String> {
    let refused = entry.kind == EntryKind::Call
        && entry
            .decision
            .as_deref()
            .is_some_and(|said| said != "allowed");
    let member = entry
        .member
        .filter(|_| refused && desk.may::<ManageTenant>())?;
    let client = entry
        .client
        .map_or_else(|| "key".to_owned(), |id| id.to_string());
    Some(desk.path(&format!(
        "/policy/why?who={member}&tool={}&effect={}&client={client}",
        urlencoded(&entry.action),
        urlencoded(&entry.effect),
    )))
}

fn urlencoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The act that made a version of the rules: the latest before the entry that says so.
async fn change_behind(
    tx: &TenantTx,
    seq: u64,
    version: u64,
) -> Result<Option<StoredEntry>, StoreError> {
    let acts = EntryFilter {
        kinds: vec![EntryKind::Admin],
        through: Some(seq),
        ..EntryFilter::default()
    };
    let found = tx.ledger().list(&acts, &Page::first(Page::MAX)).await?;
    let made = |one: &StoredEntry| {
        let detail: Value = serde_json::from_str(&one.entry.detail).unwrap_or_default();
        one.entry.policy_version == Some(version)
            || detail["after"]["version"].as_u64() == Some(version)
    };
    Ok(found.items.into_iter().find(made))
}

/// What an act changed, field by field; `None` when it tells of no change.
fn changes(detail: &str) -> Option<Vec<Difference>> {
    let detail: Value = serde_json::from_str(detail).ok()?;
    let (before, after) = (detail.get("before")?, detail.get("after")?);
    let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
    flatten("", before, &mut old);
    flatten("", after, &mut new);
    let mut fields: Vec<&String> = old.keys().chain(new.keys()).collect();
    fields.sort_unstable();
    fields.dedup();
    let text = |value: Option<&String>| value.cloned().unwrap_or_default();
    Some(
        fields
            .into_iter()
            .filter(|field| old.get(*field) != new.get(*field))
            .map(|field| Difference {
                field: field.clone(),
                before: text(old.get(field)),
                after: text(new.get(field)),
            })
            .collect(),
    )
}

/// Lists are shown whole: the difference of two lists is read best as two lists.
fn flatten(name: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                let name = if name.is_empty() {
                    field.clone()
                } else {
                    format!("{name}.{field}")
                };
                flatten(&name, value, into);
            }
        }
        Value::Null => {}
        Value::String(text) => {
            into.insert(name.to_owned(), text.clone());
        }
        other => {
            into.insert(name.to_owned(), other.to_string());
        }
    }
}

fn pretty(detail: &str) -> String {
    serde_json::from_str::<Value>(detail)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| detail.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_fields_that_differ_are_shown() {
        let found = changes(
            r#"{"before":{"a":{"x":1,"y":2},"gone":"old","tools":["a"]},"after":{"a":{"x":1,"y":3},"tools":["a","b"]}}"#,
        )
        .unwrap();
        let shown: Vec<_> = found
            .iter()
            .map(|one| (one.field.as_str(), one.before.as_str(), one.after.as_str()))
            .collect();
        let expected = [
            ("a.y", "2", "3"),
            ("gone", "old", ""),
            ("tools", r#"["a"]"#, r#"["a","b"]"#),
        ];
        assert_eq!(shown, expected);
        assert!(changes(r#"{"ref":"x"}"#).is_none());
    }
}

//! What others are told of records that change.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};

use crate::State;
use crate::events::{ChangeKind, Row};
use crate::families::access::Viewer;
use crate::families::common::path;
use crate::gateway::Call;

/// The values of some records by field id.
pub(super) fn kept(
    state: &State,
    call: &Call<'_>,
    token: &str,
    ids: &[&str],
) -> HashMap<String, Value> {
    let base = state.bases.apps.get(token);
    let Some(table) = base.and_then(|base| base.table(path(call, "table_id"))) else {
        return HashMap::new();
    };
    let record = |id: &&str| {
        let record = table.records.get(&table.place(id)?)?;
        Some((record.id.clone(), json!(record.values)))
    };
    ids.iter().filter_map(record).collect()
}

/// Tells of records that changed, to whoever waits for it.
pub(super) fn tell(
    state: &mut State,
    call: &Call<'_>,
    token: &str,
    mut before: HashMap<String, Value>,
    mut after: HashMap<String, Value>,
) {
    let table = path(call, "table_id").to_owned();
    let base = state.bases.apps.get(token);
    let revision = base
        .and_then(|base| base.table(&table))
        .map(|one| one.revision);
    let ids: BTreeSet<String> = before.keys().chain(after.keys()).cloned().collect();
    let rows = ids.into_iter().map(|id| Row {
        before: before.remove(&id),
        after: after.remove(&id),
        id,
    });
    let change = ChangeKind::Records {
        table,
        revision: revision.unwrap_or_default(),
        rows: rows.collect(),
    };
    let viewer = Viewer::of(state, call);
    state.changed(token, &viewer.actor, change, call.now_ms);
}

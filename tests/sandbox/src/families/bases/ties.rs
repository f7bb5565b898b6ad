//! The two sides of a two-way link.

use serde_json::{Value, json};

use super::Base;

/// Keeps the other side of a two-way link in step.
pub(super) fn tie(
    base: &mut Base,
    table: &str,
    field: &str,
    record: &str,
    old: Option<&Value>,
    new: Option<&Value>,
) {
    let Some(field) = base.table(table).and_then(|table| table.field(field)) else {
        return;
    };
    let (other, back) = (
        field.text("table_id").to_owned(),
        field.text("back_field").to_owned(),
    );
    let Some(other) = base.table_mut(&other) else {
        return;
    };
    let ids = |value: Option<&Value>| -> Vec<String> {
        let items = value.and_then(Value::as_array).into_iter().flatten();
        items
            .filter_map(|id| Some(id.as_str()?.to_owned()))
            .collect()
    };
    let (old, new) = (ids(old), ids(new));
    let mut change = |id: &String, add: bool| {
        let Some(at) = other.place(id) else { return };
        let Some(far) = other.records.get_mut(&at) else {
            return;
        };
        let cell = far.values.entry(back.clone()).or_insert_with(|| json!([]));
        if let Some(cell) = cell.as_array_mut() {
            cell.retain(|one| one != record);
            if add {
                cell.push(record.into());
            }
        }
    };
    for id in old.iter().filter(|id| !new.contains(id)) {
        change(id, false);
    }
    for id in &new {
        change(id, true);
    }
}

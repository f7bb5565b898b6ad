//! Writing records.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::print::Printer;
use super::take::{Desk, values};
use super::ties::tie;
use super::told::{kept, tell};
use super::{Choice, Field, Record, Table, enter, table_in, table_of, touched};
use crate::State;
use crate::clock;
use crate::families::Route;
use crate::families::access::{Level, Viewer};
use crate::families::common::{body_list, fault, flag, path};
use crate::gateway::{ApiError, Call, Reply};

/// Most records that one call makes or changes, and most that one call deletes.
const WRITE_MAX: usize = 1_000;
const DELETE_MAX: usize = 500;
/// Most records of a table.
const RECORDS_MAX: usize = 200_000;

/// What a call wants to write: a new record, or new values of one.
struct Order {
    record: Option<String>,
    fields: Map<String, Value>,
}

/// The next number of an auto number, as it is shown.
pub(super) fn serial(field: &Field, made_ms: i64) -> String {
    let auto = &field.property.get("auto_serial");
    let custom = auto.filter(|auto| auto["type"] == "custom");
    let Some(parts) = custom.and_then(|auto| auto["options"].as_array()) else {
        return field.serial.to_string();
    };
    let parts = parts.iter().map(|part| {
        let value = part["value"].as_str().unwrap_or_default();
        match part["type"].as_str().unwrap_or_default() {
            "system_number" => {
                let digits = value.parse().unwrap_or(1_usize).min(9);
                format!("{:0digits$}", field.serial)
            }
            "created_time" => {
                let stamp = clock::stamp(made_ms + 8 * 3_600_000);
                stamp
                    .get(..value.len().min(8))
                    .unwrap_or_default()
                    .to_owned()
            }
            _ => value.to_owned(),
        }
    });
    parts.collect()
}

/// Writes all of it or nothing.
fn write(state: &mut State, call: &mut Call<'_>, orders: &[Order]) -> Result<Vec<Value>, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = enter(state, call, Level::Edit)?;
    flag(call, "ignore_consistency_check")?;
    if orders.len() > WRITE_MAX {
        return Err(fault(1_254_104));
    }
    let named: Vec<&str> = orders
        .iter()
        .filter_map(|one| one.record.as_deref())
        .collect();
    let before = kept(state, call, &token, &named);
    let State {
        bases,
        identity,
        media,
        ..
    } = state;
    let base = bases.apps.entry(token.clone()).or_default();
    base.refresh();
    let table = table_of(base, call)?;
    let desk = Desk {
        identity,
        media,
        caller: call.caller,
        kind: call.user_id_kind(),
        app: &token,
    };
    let mut added: Vec<(String, Choice)> = Vec::new();
    let mut ready = Vec::new();
    for order in orders {
        if let Some(id) = &order.record {
            table.place(id).ok_or_else(|| fault(1_254_043))?;
        }
        let taken = values(&desk, base, table, &order.fields, &mut added, call.ids)?;
        ready.push((order.record.clone(), taken));
    }
    let new = ready.iter().filter(|(record, _)| record.is_none()).count();
    if table.records.len() + new > RECORDS_MAX {
        return Err(fault(1_254_103));
    }
    let table = table_in(base, call)?;
    for (field, choice) in added {
        if let Some(field) = table.fields.iter_mut().find(|one| one.id == field) {
            field.options.push(choice);
        }
    }
    let (written, ties) = put(table, call, &viewer.actor, ready);
    let own = table.id.clone();
    for (field, record, old, new) in ties {
        tie(base, &own, &field, &record, old.as_ref(), new.as_ref());
    }
    touched(state, call, &token);
    let answer = shown(state, call, &token, &written);
    let ids: Vec<&str> = answer
        .iter()
        .filter_map(|one| one["record_id"].as_str())
        .collect();
    let after = kept(state, call, &token, &ids);
    tell(state, call, &token, before, after);
    Ok(answer)
}

/// What is to be written: into which record (none: a new one), and the values by field id.
type Ready = (Option<String>, Vec<(String, Option<Value>)>);
/// A link that was set: field, record, what it was, what it is.
type Tie = (String, String, Option<Value>, Option<Value>);

/// Puts checked values into records: where they lie, and the two-way links among them.
fn put(
    table: &mut Table,
    call: &mut Call<'_>,
    actor: &str,
    ready: Vec<Ready>,
) -> (Vec<u64>, Vec<Tie>) {
    let mut written = Vec::new();
    let mut ties = Vec::new();
    for (record, taken) in ready {
        let at = match record.and_then(|id| table.place(&id)) {
            Some(at) => at,
            None => fresh(table, call, actor),
        };
        let two_way: Vec<String> = table
            .fields
            .iter()
            .filter(|field| field.kind == 21)
            .map(|field| field.id.clone())
            .collect();
        let Some(record) = table.records.get_mut(&at) else {
            continue;
        };
        record.modified_ms = call.now_ms;
        record.modified_by.clone_from(&actor.to_owned());
        for (field, value) in taken {
            let old = record.values.remove(&field);
            if two_way.contains(&field) {
                ties.push((field.clone(), record.id.clone(), old, value.clone()));
            }
            if let Some(value) = value {
                record.values.insert(field, value);
            }
        }
        written.push(at);
    }
    (written, ties)
}

/// Adds an empty record, with its numbers.
fn fresh(table: &mut Table, call: &mut Call<'_>, actor: &str) -> u64 {
    let mut numbers = Vec::new();
    for field in table.fields.iter_mut().filter(|field| field.kind == 1005) {
        field.serial += 1;
        numbers.push((field.id.clone(), serial(field, call.now_ms).into()));
    }
    table.push(Record {
        id: format!("rec{}", call.ids.hex(11)),
        values: numbers.into_iter().collect(),
        created_ms: call.now_ms,
        created_by: actor.to_owned(),
        modified_ms: call.now_ms,
        modified_by: actor.to_owned(),
    })
}

/// The records as answers to writes print them.
fn shown(state: &State, call: &Call<'_>, token: &str, places: &[u64]) -> Vec<Value> {
    let Some(base) = state.bases.apps.get(token) else {
        return Vec::new();
    };
    let printer = Printer {
        base,
        identity: &state.identity,
        media: &state.media,
        caller: call.caller,
        kind: call.user_id_kind(),
        origin: call.origin,
        segments: false,
        people: RefCell::new(HashMap::new()),
    };
    let Some(table) = base.table(path(call, "table_id")) else {
        return Vec::new();
    };
    let fields: Vec<&Field> = table.fields.iter().collect();
    let records = places.iter().filter_map(|at| table.records.get(at));
    records
        .map(|record| printer.record(table, record, &fields, false))
        .collect()
}

fn fields_of(value: &Value) -> Map<String, Value> {
    value["fields"].as_object().cloned().unwrap_or_default()
}

/// Answers a repeated `client_token` with what it was answered before.
fn once(
    state: &mut State,
    call: &mut Call<'_>,
    orders: &[Order],
    print: fn(&[Value]) -> Value,
) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::Edit)?;
    let client = call.query.get("client_token");
    let table = path(call, "table_id");
    let asked = format!("{table} {} {}", path(call, "record_id"), call.body);
    let asked = hex::encode(Sha256::digest(asked));
    let base = state.bases.apps.entry(token.clone()).or_default();
    if let Some(answer) = base.answered(client, &asked)? {
        return Ok(Reply::Data(answer));
    }
    let reply = print(&write(state, call, orders)?);
    if let Some(base) = state.bases.apps.get_mut(&token) {
        base.remember(client, asked, &reply);
    }
    Ok(Reply::Data(reply))
}

fn first(records: &[Value]) -> Value {
    json!({ "record": records.first() })
}

fn all(records: &[Value]) -> Value {
    json!({ "records": records })
}

/// `POST …/records`.
fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let order = Order {
        record: None,
        fields: fields_of(call.body),
    };
    once(state, call, &[order], first)
}

/// `POST …/records/batch_create`.
fn batch_create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let orders: Vec<Order> = body_list(call, "records")
        .iter()
        .map(|record| Order {
            record: None,
            fields: fields_of(record),
        })
        .collect();
    once(state, call, &orders, all)
}

/// `PUT …/records/:record_id`: the named fields.
fn update(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let order = Order {
        record: Some(path(call, "record_id").to_owned()),
        fields: fields_of(call.body),
    };
    once(state, call, &[order], first)
}

/// `POST …/records/batch_update`.
fn batch_update(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let mut orders = Vec::new();
    for record in body_list(call, "records") {
        let id = record["record_id"].as_str();
        orders.push(Order {
            record: Some(id.ok_or_else(|| fault(1_254_006))?.to_owned()),
            fields: fields_of(record),
        });
    }
    once(state, call, &orders, all)
}

fn remove(state: &mut State, call: &Call<'_>, ids: &[String]) -> Result<(), ApiError> {
    let token = enter(state, call, Level::Edit)?;
    flag(call, "ignore_consistency_check")?;
    if ids.len() > DELETE_MAX {
        return Err(fault(1_254_104));
    }
    let named: Vec<&str> = ids.iter().map(String::as_str).collect();
    let before = kept(state, call, &token, &named);
    let base = state.bases.apps.entry(token.clone()).or_default();
    base.refresh();
    let table = table_in(base, call)?;
    let places: Option<Vec<u64>> = ids.iter().map(|id| table.place(id)).collect();
    for at in places.ok_or_else(|| fault(1_254_043))? {
        table.take_out(at);
    }
    let own = table.id.clone();
    let gone: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    for table in &mut base.tables {
        let fields = table.fields.iter();
        let links = fields.filter(|one| matches!(one.kind, 18 | 21) && one.text("table_id") == own);
        let links: Vec<String> = links.map(|field| field.id.clone()).collect();
        if links.is_empty() {
            continue;
        }
        for record in table.records.values_mut() {
            for link in &links {
                if let Some(Value::Array(ids)) = record.values.get_mut(link) {
                    ids.retain(|id| id.as_str().is_none_or(|id| !gone.contains(id)));
                }
            }
        }
    }
    touched(state, call, &token);
    tell(state, call, &token, before, HashMap::new());
    Ok(())
}

/// `DELETE …/records/:record_id`.
fn delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let id = path(call, "record_id").to_owned();
    remove(state, call, std::slice::from_ref(&id))?;
    Ok(Reply::Data(json!({ "deleted": true, "record_id": id })))
}

/// `POST …/records/batch_delete`.
fn batch_delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let ids = body_list(call, "records").iter();
    let ids: Vec<String> = ids.filter_map(|id| Some(id.as_str()?.to_owned())).collect();
    remove(state, call, &ids)?;
    let records: Vec<Value> = ids
        .iter()
        .map(|id| json!({ "deleted": true, "record_id": id }))
        .collect();
    Ok(Reply::Data(json!({ "records": records })))
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    (
        "POST",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/records",
        create,
    ),
    (
        "POST",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/records/batch_create",
        batch_create,
    ),
    (
        "PUT",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/records/:record_id",
        update,
    ),
    (
        "POST",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/records/batch_update",
        batch_update,
    ),
    (
        "DELETE",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/records/:record_id",
        delete,
    ),
    (
        "POST",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/records/batch_delete",
        batch_delete,
    ),
];

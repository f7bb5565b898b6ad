//! Reading records.

use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::{Value, json};

use super::filter::Reading;
use super::print::Printer;
use super::{Base, Field, Found, Table, enter, order, table_in, table_of};
use crate::State;
use crate::families::Route;
use crate::families::access::Level;
use crate::families::common::{body_list, body_or_empty, fault, flag, optional, page_size, path};
use crate::gateway::{ApiError, Call, Page, Reply};

fn printer<'p>(
    state: &'p State,
    call: &'p Call<'_>,
    base: &'p Base,
    segments: bool,
) -> Printer<'p> {
    Printer {
        base,
        identity: &state.identity,
        media: &state.media,
        caller: call.caller,
        kind: call.user_id_kind(),
        origin: call.origin,
        segments,
        people: RefCell::new(HashMap::new()),
    }
}

/// The named fields, or all.
fn chosen<'t>(table: &'t Table, names: &[&str]) -> Result<Vec<&'t Field>, ApiError> {
    if names.is_empty() {
        return Ok(table.fields.iter().collect());
    }
    let fields = names.iter().map(|name| table.named(name));
    fields
        .collect::<Option<Vec<&Field>>>()
        .ok_or_else(|| fault(1_254_045))
}

/// What a query asks for.
struct Question<'q> {
    view: &'q str,
    filter: Value,
    sort: Vec<Value>,
    names: Vec<&'q str>,
    automatic: bool,
    segments: bool,
}

/// Answers one page of a query.
fn answer(state: &mut State, call: &Call<'_>, question: &Question<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::View)?;
    let size = page_size(call, 20, 500, 1_254_000)?;
    let key = format!(
        "{}|{}|{}",
        question.view,
        question.filter,
        Value::from(question.sort.clone())
    );
    let scope = format!("records/{token}/{}/{key}", path(call, "table_id"));
    let base = state
        .bases
        .apps
        .get_mut(&token)
        .ok_or_else(|| fault(1_254_040))?;
    base.refresh();
    let base = state
        .bases
        .apps
        .get(&token)
        .ok_or_else(|| fault(1_254_040))?;
    let table = table_of(base, call)?;
    let fields = chosen(table, &question.names)?;
    let plain = question.view.is_empty() && question.filter.is_null() && question.sort.is_empty();
    let known = table.found.as_ref();
    let known = known.filter(|found| found.key == key && found.revision == table.revision);
    let fresh = match known {
        _ if plain => None,
        Some(_) => None,
        None => Some(find(state, call, base, table, question)?),
    };
    let places = fresh.as_ref().or_else(|| known.map(|found| &found.places));
    let total = if plain {
        table.records.len()
    } else {
        places.map_or(0, Vec::len)
    };
    let page = Page::of(total, size, optional(call, "page_token"), &scope, 1_254_030)?;
    let shown = printer(state, call, base, question.segments);
    let print = |record| shown.record(table, record, &fields, question.automatic);
    let items: Vec<Value> = if plain {
        let records = table.records.values();
        let records = records.skip(page.start).take(page.end - page.start);
        records.map(print).collect()
    } else {
        let places = places.and_then(|places| places.get(page.start..page.end));
        let records = places.unwrap_or_default().iter();
        records
            .filter_map(|at| table.records.get(at))
            .map(print)
            .collect()
    };
    let reply = json!({
        "items": items,
        "has_more": page.has_more,
        "page_token": page.page_token,
        "total": total,
    });
    if let Some(places) = fresh {
        let revision = table.revision;
        let base = state.bases.apps.get_mut(&token);
        if let Some(table) = base.and_then(|base| table_in(base, call).ok()) {
            table.found = Some(Found {
                key,
                revision,
                places,
            });
        }
    }
    Ok(Reply::Data(reply))
}

/// The places of the records that a query finds, in its order.
fn find(
    state: &State,
    call: &Call<'_>,
    base: &Base,
    table: &Table,
    question: &Question<'_>,
) -> Result<Vec<u64>, ApiError> {
    let reading = Reading {
        base,
        table,
        identity: &state.identity,
        caller: call.caller,
        kind: call.user_id_kind(),
        now_ms: call.now_ms,
    };
    let asked = !question.filter.is_null() || !question.sort.is_empty();
    let filter = if question.filter.is_null() {
        None
    } else {
        Some(reading.filter(&question.filter)?)
    };
    // A view counts for nothing next to a filter or an order.
    let view = match question.view {
        "" => None,
        id => {
            let view = table.views.iter().find(|view| view.id == id);
            reading.of_view(&view.ok_or_else(|| fault(1_254_042))?.property)?
        }
    };
    let filter = if asked { filter } else { view };
    let met = table.records.iter();
    let met = met.filter(|(_, record)| filter.as_ref().is_none_or(|filter| filter.meets(record)));
    let mut places: Vec<u64> = met.map(|(at, _)| *at).collect();
    order::sort(table, &mut places, &question.sort)?;
    Ok(places)
}

/// `POST …/records/search`.
fn search(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let filter = call.body.get("filter").cloned().unwrap_or(Value::Null);
    let names = body_list(call, "field_names").iter();
    let question = Question {
        view: body_or_empty(call, "view_id"),
        filter,
        sort: body_list(call, "sort").to_vec(),
        names: names.filter_map(Value::as_str).collect(),
        automatic: call.body.get("automatic_fields") == Some(&Value::Bool(true)),
        segments: true,
    };
    answer(state, call, &question)
}

/// `GET …/records`: the older way, without formula filters.
fn list(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    if optional(call, "filter").is_some_and(|filter| !filter.is_empty()) {
        return Err(fault(1_254_018));
    }
    let parsed = |name: &str| -> Result<Vec<Value>, ApiError> {
        match optional(call, name).filter(|text| !text.is_empty()) {
            None => Ok(Vec::new()),
            Some(text) => serde_json::from_str(text).map_err(|_| fault(1_254_024)),
        }
    };
    let mut sort = Vec::new();
    for key in parsed("sort")? {
        let text = key.as_str().unwrap_or_default();
        let (name, way) = text.rsplit_once(' ').ok_or_else(|| fault(1_254_016))?;
        sort.push(json!({ "field_name": name, "desc": way == "DESC" }));
    }
    let names = parsed("field_names")?;
    let question = Question {
        view: optional(call, "view_id").unwrap_or_default(),
        filter: Value::Null,
        sort,
        names: names.iter().filter_map(Value::as_str).collect(),
        automatic: flag(call, "automatic_fields")?.unwrap_or(false),
        segments: flag(call, "text_field_as_array")?.unwrap_or(false),
    };
    answer(state, call, &question)
}

/// `GET …/records/:record_id`.
fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::View)?;
    let segments = flag(call, "text_field_as_array")?.unwrap_or(false);
    let automatic = flag(call, "automatic_fields")?.unwrap_or(false);
    if let Some(base) = state.bases.apps.get_mut(&token) {
        base.refresh();
    }
    let base = state
        .bases
        .apps
        .get(&token)
        .ok_or_else(|| fault(1_254_040))?;
    let table = table_of(base, call)?;
    let record = table.record(path(call, "record_id"));
    let record = record.ok_or_else(|| fault(1_254_043))?;
    let fields = chosen(table, &[])?;
    let shown = printer(state, call, base, segments).record(table, record, &fields, automatic);
    Ok(Reply::Data(json!({ "record": shown })))
}

/// `POST …/records/batch_get`.
fn batch_get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::View)?;
    let automatic = call.body.get("automatic_fields") == Some(&Value::Bool(true));
    if let Some(base) = state.bases.apps.get_mut(&token) {
        base.refresh();
    }
    let base = state
        .bases
        .apps
        .get(&token)
        .ok_or_else(|| fault(1_254_040))?;
    let table = table_of(base, call)?;
    let fields = chosen(table, &[])?;
    let shown = printer(state, call, base, true);
    let (mut records, mut absent) = (Vec::new(), Vec::new());
    for id in body_list(call, "record_ids")
        .iter()
        .filter_map(Value::as_str)
    {
        match table.record(id) {
            Some(record) => records.push(shown.record(table, record, &fields, automatic)),
            None => absent.push(id),
        }
    }
    Ok(Reply::Data(json!({
        "records": records,
        "absent_record_ids": absent,
        "forbidden_record_ids": [],
    })))
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    (
        "POST",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/records/search",
        search,
    ),
    (
        "GET",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/records",
        list,
    ),
    (
        "GET",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/records/:record_id",
        get,
    ),
    (
        "POST",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/records/batch_get",
        batch_get,
    ),
];

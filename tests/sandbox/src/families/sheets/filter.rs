//! The filter of a sheet, and what the conditions of filters mean.

use serde_json::{Value, json};

use super::area::{Area, column_index, column_name};
use super::book::{Filter, Rule, Tab};
use super::render::text_of;
use super::{FAILED, WRONG_BODY, changeable, changed, fault, member, open, tab, tab_mut, text};
use crate::State;
use crate::families::Route;
use crate::families::access::Level;
use crate::families::common::path;
use crate::gateway::{ApiError, Call, Reply};

pub(super) const WRONG_FILTER: i64 = 236;
const NO_COLUMN: i64 = 223;

/// A condition, checked, as it is kept.
pub(super) fn condition(call: &Call<'_>, asked: &Value) -> Result<Value, ApiError> {
    let compare = text(asked, "compare_type");
    let expected = asked
        .get("expected")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    let fits = match text(asked, "filter_type") {
        "multiValue" => compare.is_empty() && expected > 0,
        "number" => match compare {
            "between" | "notBetween" => expected == 2,
            "equal" | "notEqual" | "greater" | "greaterOrEqual" | "less" | "lessOrEqual" => {
                expected == 1
            }
            _ => false,
        },
        "text" => {
            let known = [
                "beginsWith",
                "notBeginsWith",
                "endsWith",
                "notEndsWith",
                "contains",
                "notContains",
            ];
            known.contains(&compare) && expected == 1
        }
        "color" => matches!(compare, "backColor" | "foreColor") && expected == 1,
        "clear" => true,
        _ => false,
    };
    if !fits {
        return Err(fault(call, WRONG_FILTER));
    }
    let mut kept = json!({ "filter_type": text(asked, "filter_type") });
    for name in ["compare_type", "expected"] {
        if let Some(value) = asked.get(name) {
            kept[name] = value.clone();
        }
    }
    Ok(kept)
}

/// Whether a column lies in the filtered area.
pub(super) fn column(call: &Call<'_>, area: &Area, letters: &str) -> Result<String, ApiError> {
    let index = column_index(letters).filter(|index| (area.left..area.right).contains(index));
    index.map(column_name).ok_or_else(|| fault(call, NO_COLUMN))
}

/// Puts a rule in place of the column's earlier one; `clear` only takes that away.
pub(super) fn replace(rules: &mut Vec<Rule>, column: String, condition: Value) {
    rules.retain(|rule| rule.column != column);
    if text(&condition, "filter_type") != "clear" {
        rules.push(Rule { column, condition });
    }
}

fn passes(shown: &str, condition: &Value) -> bool {
    let expected: Vec<&str> = condition
        .get("expected")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let first = expected.first().copied().unwrap_or_default();
    let number = |text: &str| text.parse::<f64>().ok();
    let order = number(shown)
        .zip(number(first))
        .map(|(a, b)| a.total_cmp(&b));
    let between = || {
        let (low, high) = (
            number(first),
            number(expected.get(1).copied().unwrap_or_default()),
        );
        number(shown)
            .zip(low.zip(high))
            .is_some_and(|(n, (low, high))| n >= low && n <= high)
    };
    match (
        text(condition, "filter_type"),
        text(condition, "compare_type"),
    ) {
        ("multiValue", _) => expected.contains(&shown),
        (_, "beginsWith") => shown.starts_with(first),
        (_, "notBeginsWith") => !shown.starts_with(first),
        (_, "endsWith") => shown.ends_with(first),
        (_, "notEndsWith") => !shown.ends_with(first),
        (_, "contains") => shown.contains(first),
        (_, "notContains") => !shown.contains(first),
        (_, "equal") => order.is_some_and(std::cmp::Ordering::is_eq),
        (_, "notEqual") => order.is_none_or(std::cmp::Ordering::is_ne),
        (_, "greater") => order.is_some_and(std::cmp::Ordering::is_gt),
        (_, "greaterOrEqual") => order.is_some_and(std::cmp::Ordering::is_ge),
        (_, "less") => order.is_some_and(std::cmp::Ordering::is_lt),
        (_, "lessOrEqual") => order.is_some_and(std::cmp::Ordering::is_le),
        (_, "between") => between(),
        (_, "notBetween") => !between(),
        _ => true,
    }
}

/// Rows that the filter takes out of view, from 1.
fn filtered_out(tab: &Tab, filter: &Filter) -> Vec<u32> {
    let hides = |row: &u32| {
        filter.rules.iter().any(|rule| {
            let column = column_index(&rule.column).unwrap_or(0);
            let cell = tab.cell(*row, column);
            let shown = cell.map(|cell| text_of(&cell.value)).unwrap_or_default();
            !passes(&shown, &rule.condition)
        })
    };
    let end = filter
        .area
        .bottom
        .min(tab.used_rows(filter.area.left, filter.area.right));
    (filter.area.top + 1..end)
        .filter(hides)
        .map(|row| row + 1)
        .collect()
}

/// `GET …/filter`.
fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::View)?;
    let tab = tab(state, call, path(call, "sheet_id"))?;
    let Some(filter) = &tab.filter else {
        return Ok(Reply::Data(json!({})));
    };
    let infos: Vec<Value> = filter
        .rules
        .iter()
        .map(|rule| json!({ "col": rule.column, "conditions": [rule.condition] }))
        .collect();
    Ok(Reply::Data(json!({ "sheet_filter_info": {
        "range": filter.area.print(&tab.id),
        "filtered_out_rows": filtered_out(tab, filter),
        "filter_infos": infos,
    }})))
}

/// `POST …/filter`.
fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (id, area) = changeable(state, call, text(call.body, "range"))?;
    if id != path(call, "sheet_id") {
        return Err(fault(call, super::WRONG_RANGE));
    }
    let column = column(call, &area, text(call.body, "col"))?;
    let condition = condition(call, member(call, "condition"))?;
    let tab = tab_mut(state, call, &id)?;
    if tab.filter.is_some() {
        return Err(fault(call, FAILED));
    }
    let mut rules = Vec::new();
    replace(&mut rules, column, condition);
    tab.filter = Some(Filter { area, rules });
    changed(state, call);
    Ok(Reply::Data(json!({})))
}

/// `PUT …/filter`.
fn update(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::Edit)?;
    let id = path(call, "sheet_id").to_owned();
    let condition = condition(call, member(call, "condition"))?;
    let area = tab(state, call, &id)?
        .filter
        .as_ref()
        .map(|filter| filter.area);
    let column = column(
        call,
        &area.ok_or_else(|| fault(call, FAILED))?,
        text(call.body, "col"),
    )?;
    if let Some(filter) = &mut tab_mut(state, call, &id)?.filter {
        replace(&mut filter.rules, column, condition);
    }
    changed(state, call);
    Ok(Reply::Data(json!({})))
}

/// `DELETE …/filter`.
fn delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::Edit)?;
    let id = path(call, "sheet_id").to_owned();
    let tab = tab_mut(state, call, &id)?;
    if tab.filter.take().is_none() {
        return Err(fault(call, WRONG_BODY));
    }
    changed(state, call);
    Ok(Reply::Data(json!({})))
}

const PATH: &str = "/open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/:sheet_id/filter";

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    ("GET", PATH, get),
    ("POST", PATH, create),
    ("PUT", PATH, update),
    ("DELETE", PATH, delete),
];

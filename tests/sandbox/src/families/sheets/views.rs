//! Filter views and their conditions.

use serde_json::{Value, json};

use super::book::{FilterView, Tab};
use super::filter::{column, condition, replace};
use super::{WRONG_BODY, WRONG_RANGE, changed, fault, open, range, tab, tab_mut, text};
use crate::State;
use crate::families::Route;
use crate::families::access::Level;
use crate::families::common::path;
use crate::gateway::{ApiError, Call, Reply};

const NO_VIEW: i64 = 237;
const SAME_ID: i64 = 238;
const WRONG_NAME: i64 = 239;
const SAME_NAME: i64 = 240;
const TOO_MANY: i64 = 241;
/// Most views of a sheet.
const VIEWS_MAX: usize = 150;
/// Longest name.
const NAME_MAX: usize = 100;

fn shown(tab: &Tab, view: &FilterView) -> Value {
    json!({
        "filter_view_id": view.id,
        "filter_view_name": view.name,
        "range": view.area.print(&tab.id),
    })
}

fn view<'t>(call: &Call<'_>, tab: &'t Tab) -> Result<&'t FilterView, ApiError> {
    let id = path(call, "filter_view_id");
    let found = tab.views.iter().find(|view| view.id == id);
    found.ok_or_else(|| fault(call, NO_VIEW))
}

fn view_mut<'t>(call: &Call<'_>, tab: &'t mut Tab) -> Result<&'t mut FilterView, ApiError> {
    let id = path(call, "filter_view_id");
    let found = tab.views.iter_mut().find(|view| view.id == id);
    found.ok_or_else(|| fault(call, NO_VIEW))
}

fn own<'s>(state: &'s mut State, call: &Call<'_>, level: Level) -> Result<&'s mut Tab, ApiError> {
    open(state, call, level)?;
    tab_mut(state, call, path(call, "sheet_id"))
}

/// `POST …/filter_views`.
fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::Edit)?;
    let (found, area) = range(state, call, text(call.body, "range"))?;
    if found.id != path(call, "sheet_id") {
        return Err(fault(call, WRONG_RANGE));
    }
    if found.views.len() >= VIEWS_MAX {
        return Err(fault(call, TOO_MANY));
    }
    let (id, name) = (
        text(call.body, "filter_view_id"),
        text(call.body, "filter_view_name"),
    );
    let plain = id.len() == 10 && id.bytes().all(|b| b.is_ascii_alphanumeric());
    if !id.is_empty() && !plain {
        return Err(fault(call, NO_VIEW));
    }
    if found.views.iter().any(|view| view.id == id) {
        return Err(fault(call, SAME_ID));
    }
    let name = match name {
        "" => format!("筛选 {}", found.views.len() + 1),
        name => name.to_owned(),
    };
    fit_name(call, found, &name, "")?;
    let view = FilterView {
        id: if id.is_empty() {
            call.ids.hex(10)
        } else {
            id.to_owned()
        },
        name,
        area,
        rules: Vec::new(),
    };
    let told = shown(found, &view);
    own(state, call, Level::Edit)?.views.push(view);
    changed(state, call);
    Ok(Reply::Data(json!({ "filter_view": told })))
}

fn fit_name(call: &Call<'_>, tab: &Tab, name: &str, own: &str) -> Result<(), ApiError> {
    if name.chars().count() > NAME_MAX {
        return Err(fault(call, WRONG_NAME));
    }
    if tab
        .views
        .iter()
        .any(|view| view.name == name && view.id != own)
    {
        return Err(fault(call, SAME_NAME));
    }
    Ok(())
}

/// `GET …/filter_views/query`.
fn query(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let tab = own(state, call, Level::View)?;
    let items: Vec<Value> = tab.views.iter().map(|view| shown(tab, view)).collect();
    Ok(Reply::Data(json!({ "items": items })))
}

/// `GET …/filter_views/:filter_view_id`.
fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let tab = own(state, call, Level::View)?;
    Ok(Reply::Data(
        json!({ "filter_view": shown(tab, view(call, tab)?) }),
    ))
}

/// `PATCH …/filter_views/:filter_view_id`.
fn patch(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::Edit)?;
    let found = tab(state, call, path(call, "sheet_id"))?;
    let id = view(call, found)?.id.clone();
    let name = call.text("filter_view_name").map(str::to_owned);
    if let Some(name) = &name {
        fit_name(call, found, name, &id)?;
    }
    let area = match call.text("range") {
        Some(text) => Some(range(state, call, text)?.1),
        None => None,
    };
    let tab = own(state, call, Level::Edit)?;
    let known = view_mut(call, tab)?;
    if let Some(name) = name {
        known.name = name;
    }
    known.area = area.unwrap_or(known.area);
    let told = shown(tab, view(call, tab)?);
    changed(state, call);
    Ok(Reply::Data(json!({ "filter_view": told })))
}

/// `DELETE …/filter_views/:filter_view_id`.
fn delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let tab = own(state, call, Level::Edit)?;
    let id = view(call, tab)?.id.clone();
    tab.views.retain(|view| view.id != id);
    changed(state, call);
    Ok(Reply::Data(json!({})))
}

fn rule(column: &str, condition: &Value) -> Value {
    let mut told = condition.clone();
    told["condition_id"] = Value::from(column);
    told
}

/// `GET …/conditions/query`.
fn conditions(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let tab = own(state, call, Level::View)?;
    let rules = view(call, tab)?.rules.iter();
    let items: Vec<Value> = rules.map(|one| rule(&one.column, &one.condition)).collect();
    Ok(Reply::Data(json!({ "items": items })))
}

fn put_rule(
    state: &mut State,
    call: &Call<'_>,
    letters: &str,
    known: bool,
) -> Result<Reply, ApiError> {
    let asked = condition(call, call.body)?;
    let tab = own(state, call, Level::Edit)?;
    let view = view_mut(call, tab)?;
    let column = column(call, &view.area, letters)?;
    if view.rules.iter().any(|rule| rule.column == column) != known {
        return Err(fault(call, WRONG_BODY));
    }
    replace(&mut view.rules, column.clone(), asked.clone());
    changed(state, call);
    Ok(Reply::Data(json!({ "condition": rule(&column, &asked) })))
}

/// `POST …/conditions`.
fn create_rule(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let letters = text(call.body, "condition_id").to_owned();
    put_rule(state, call, &letters, false)
}

/// `PUT …/conditions/:condition_id`.
fn update_rule(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let letters = path(call, "condition_id").to_owned();
    put_rule(state, call, &letters, true)
}

/// `DELETE …/conditions/:condition_id`.
fn delete_rule(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let letters = path(call, "condition_id").to_owned();
    let tab = own(state, call, Level::Edit)?;
    let view = view_mut(call, tab)?;
    let before = view.rules.len();
    view.rules.retain(|rule| rule.column != letters);
    if view.rules.len() == before {
        return Err(fault(call, WRONG_BODY));
    }
    changed(state, call);
    Ok(Reply::Data(json!({})))
}

macro_rules! under {
    ($tail:literal) => {
        concat!(
            "/open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/:sheet_id/filter_views",
            $tail
        )
    };
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    ("POST", under!(""), create),
    ("GET", under!("/query"), query),
    ("GET", under!("/:filter_view_id"), get),
    ("PATCH", under!("/:filter_view_id"), patch),
    ("DELETE", under!("/:filter_view_id"), delete),
    ("POST", under!("/:filter_view_id/conditions"), create_rule),
    (
        "GET",
        under!("/:filter_view_id/conditions/query"),
        conditions,
    ),
    (
        "PUT",
        under!("/:filter_view_id/conditions/:condition_id"),
        update_rule,
    ),
    (
        "DELETE",
        under!("/:filter_view_id/conditions/:condition_id"),
        delete_rule,
    ),
];

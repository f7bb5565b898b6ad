//! Views of a table.

use serde_json::{Value, json};

use super::checks::form_of;
use super::filter::Reading;
use super::lists::totalled;
use super::{Table, View, enter, table_in, table_of, touched};
use crate::State;
use crate::families::Route;
use crate::families::access::Level;
use crate::families::common::{fault, path};
use crate::gateway::{ApiError, Call, Reply};

/// Most views of a table.
const VIEWS_MAX: usize = 200;

fn show(view: &View, table: &Table, whole: bool) -> Value {
    let mut shown = json!({
        "view_id": view.id,
        "view_name": view.name,
        "view_type": view.kind,
    });
    let mut property = view.property.clone();
    let conditions = property
        .get_mut("filter_info")
        .and_then(|info| info.get_mut("conditions"))
        .and_then(Value::as_array_mut);
    for (index, condition) in conditions.into_iter().flatten().enumerate() {
        let id = condition["field_id"].as_str().unwrap_or_default();
        let kind = table.field(id).map_or(0, |field| field.kind);
        condition["condition_id"] = format!("con{index:07}").into();
        condition["field_type"] = kind.into();
    }
    if !property.is_empty() {
        shown["property"] = property.into();
    }
    if whole {
        shown["view_public_level"] = "Public".into();
    }
    shown
}

/// `GET …/views`.
fn list(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::View)?;
    let base = state
        .bases
        .apps
        .get(&token)
        .ok_or_else(|| fault(1_254_040))?;
    let table = table_of(base, call)?;
    let views = table.views.iter().map(|view| show(view, table, true));
    let items: Vec<Value> = views.collect();
    let scope = format!("views/{token}/{}", table.id);
    totalled(&items, call, ("items", &scope), 100)
}

/// `GET …/views/:view_id`.
fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::View)?;
    let base = state
        .bases
        .apps
        .get(&token)
        .ok_or_else(|| fault(1_254_040))?;
    let table = table_of(base, call)?;
    let id = path(call, "view_id");
    let view = table.views.iter().find(|view| view.id == id);
    let view = view.ok_or_else(|| fault(1_254_042))?;
    Ok(Reply::Data(json!({ "view": show(view, table, false) })))
}

fn named(table: &Table, name: &str, but: Option<&str>) -> Result<(), ApiError> {
    if name.trim().is_empty() {
        return Err(fault(1_254_021));
    }
    if name.chars().count() > 100 || name.contains(['[', ']']) {
        return Err(fault(1_254_022));
    }
    let mut others = table
        .views
        .iter()
        .filter(|view| Some(view.id.as_str()) != but);
    if others.any(|view| view.name == name) {
        return Err(fault(1_254_020));
    }
    Ok(())
}

/// `POST …/views`.
fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::Edit)?;
    let base = state.bases.apps.entry(token.clone()).or_default();
    let name = call.text("view_name").unwrap_or_default().to_owned();
    let kind = call.text("view_type").unwrap_or("grid").to_owned();
    let id = format!("vew{}", call.ids.hex(7));
    let table = table_in(base, call)?;
    named(table, &name, None)?;
    if table.views.len() >= VIEWS_MAX {
        return Err(fault(1_254_101));
    }
    let view = View {
        id,
        name,
        form: (kind == "form").then(|| form_of(&table.fields)),
        kind,
        ..View::default()
    };
    let reply = json!({ "view": show(&view, table, false) });
    table.views.push(view);
    touched(state, call, &token);
    Ok(Reply::Data(reply))
}

/// `PATCH …/views/:view_id`: name, filter, hidden fields, hierarchy.
fn patch(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::Edit)?;
    let base = state
        .bases
        .apps
        .get(&token)
        .ok_or_else(|| fault(1_254_040))?;
    let table = table_of(base, call)?;
    let id = path(call, "view_id").to_owned();
    let at = table.views.iter().position(|view| view.id == id);
    let at = at.ok_or_else(|| fault(1_254_042))?;
    let mut view = table.views[at].clone();
    if let Some(name) = call.text("view_name") {
        named(table, name, Some(&id))?;
        name.clone_into(&mut view.name);
    }
    match call.body.get("property") {
        Some(Value::Null) => view.property.clear(),
        Some(Value::Object(changes)) => {
            for (name, value) in changes {
                if value.is_null() {
                    view.property.remove(name);
                } else {
                    view.property.insert(name.clone(), value.clone());
                }
            }
        }
        _ => {}
    }
    let reading = Reading {
        base,
        table,
        identity: &state.identity,
        caller: call.caller,
        kind: call.user_id_kind(),
        now_ms: call.now_ms,
    };
    reading.of_view(&view.property)?;
    let hidden = view.property.get("hidden_fields").and_then(Value::as_array);
    for field in hidden.into_iter().flatten() {
        let known = table.field(field.as_str().unwrap_or_default());
        let known = known.ok_or_else(|| fault(1_254_044))?;
        // The primary field is always shown.
        if table
            .fields
            .first()
            .is_some_and(|first| first.id == known.id)
        {
            return Err(fault(1_254_012));
        }
    }
    let reply = json!({ "view": show(&view, table, false) });
    let base = state.bases.apps.entry(token.clone()).or_default();
    table_in(base, call)?.views[at] = view;
    touched(state, call, &token);
    Ok(Reply::Data(reply))
}

/// `DELETE …/views/:view_id`.
fn delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::Edit)?;
    let base = state.bases.apps.entry(token.clone()).or_default();
    let table = table_in(base, call)?;
    let id = path(call, "view_id");
    let at = table.views.iter().position(|view| view.id == id);
    let at = at.ok_or_else(|| fault(1_254_042))?;
    if table.views.len() == 1 {
        return Err(fault(1_254_023));
    }
    table.views.remove(at);
    touched(state, call, &token);
    Ok(Reply::Data(json!({})))
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    (
        "GET",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/views",
        list,
    ),
    (
        "GET",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/views/:view_id",
        get,
    ),
    (
        "POST",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/views",
        create,
    ),
    (
        "PATCH",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/views/:view_id",
        patch,
    ),
    (
        "DELETE",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/views/:view_id",
        delete,
    ),
];

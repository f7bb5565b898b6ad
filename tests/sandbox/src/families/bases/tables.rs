//! Tables of a base.

use serde_json::{Value, json};

use super::checks::{blank, field_of, may_lead};
use super::lists::totalled;
use super::{Base, Table, enter, touched};
use crate::State;
use crate::families::Route;
use crate::families::access::Level;
use crate::families::common::{body_list, fault, path};
use crate::gateway::{ApiError, Call, Reply};

/// Most tables and dashboards of a base.
const TABLES_MAX: usize = 100;

/// `GET bitable/v1/apps/:app_token/tables`.
fn list(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::View)?;
    let base = state.bases.apps.get(&token);
    let tables = base.into_iter().flat_map(|base| &base.tables);
    let items: Vec<Value> = tables
        .map(
            |table| json!({ "table_id": table.id, "revision": table.revision, "name": table.name }),
        )
        .collect();
    totalled(&items, call, ("items", &format!("tables/{token}")), 100)
}

fn named(base: &Base, name: &str, but: Option<&str>) -> Result<(), ApiError> {
    let mut others = base
        .tables
        .iter()
        .filter(|one| Some(one.id.as_str()) != but);
    if others.any(|one| one.name == name) {
        return Err(fault(1_254_013));
    }
    if name.trim().is_empty() || name.contains(['[', ']', '/', '\\', '?', '*', ':']) {
        return Err(fault(1_254_038));
    }
    Ok(())
}

/// Makes a table as a request describes it.
fn make(base: &Base, asked: &Value, call: &mut Call<'_>) -> Result<Table, ApiError> {
    if base.tables.len() + base.dashboards.len() >= TABLES_MAX {
        return Err(fault(1_254_100));
    }
    let name = asked["name"].as_str().unwrap_or("数据表");
    named(base, name, None)?;
    let mut table = blank(name, call.ids);
    if let Some(view) = asked["default_view_name"].as_str() {
        view.clone_into(&mut table.views[0].name);
    }
    if let Some(fields) = asked["fields"].as_array() {
        table.fields.clear();
        for field in fields {
            let made = field_of(base, &table, field, None, call.ids)?;
            if table.fields.is_empty() && !may_lead(made.kind) {
                return Err(fault(1_254_012));
            }
            table.fields.push(made);
        }
        if table.fields.is_empty() {
            return Err(fault(1_254_001));
        }
    }
    Ok(table)
}

/// `POST bitable/v1/apps/:app_token/tables`.
fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::Edit)?;
    let base = state.bases.apps.entry(token.clone()).or_default();
    let asked = call.body.get("table").unwrap_or(&Value::Null);
    let table = make(base, asked, call)?;
    let fields: Vec<&str> = table.fields.iter().map(|field| field.id.as_str()).collect();
    let reply = json!({
        "table_id": table.id,
        "default_view_id": table.views[0].id,
        "field_id_list": fields,
    });
    base.tables.push(table);
    touched(state, call, &token);
    Ok(Reply::Data(reply))
}

/// `POST bitable/v1/apps/:app_token/tables/batch_create`.
fn batch_create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::Edit)?;
    let base = state.bases.apps.entry(token.clone()).or_default();
    let mut draft = base.clone();
    let mut made = Vec::new();
    for asked in body_list(call, "tables") {
        let table = make(&draft, asked, call)?;
        made.push(table.id.clone());
        draft.tables.push(table);
    }
    *base = draft;
    touched(state, call, &token);
    Ok(Reply::Data(json!({ "table_ids": made })))
}

/// `PATCH bitable/v1/apps/:app_token/tables/:table_id`: the name.
fn patch(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::Edit)?;
    let id = path(call, "table_id").to_owned();
    let base = state.bases.apps.entry(token.clone()).or_default();
    let name = call.text("name").unwrap_or_default().to_owned();
    named(base, &name, Some(&id))?;
    let table = base.table_mut(&id).ok_or_else(|| fault(1_254_041))?;
    table.name.clone_from(&name);
    touched(state, call, &token);
    Ok(Reply::Data(json!({ "name": name })))
}

fn drop_tables(state: &mut State, call: &Call<'_>, ids: &[String]) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::Edit)?;
    let base = state.bases.apps.entry(token.clone()).or_default();
    if ids.iter().any(|id| base.table(id).is_none()) {
        return Err(fault(1_254_041));
    }
    if base.tables.len() <= ids.len() {
        return Err(fault(1_254_034));
    }
    base.tables.retain(|table| !ids.contains(&table.id));
    touched(state, call, &token);
    Ok(Reply::Data(json!({})))
}

/// `DELETE bitable/v1/apps/:app_token/tables/:table_id`.
fn delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let id = path(call, "table_id").to_owned();
    drop_tables(state, call, &[id])
}

/// `POST bitable/v1/apps/:app_token/tables/batch_delete`.
fn batch_delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let ids = body_list(call, "table_ids").iter();
    let ids: Vec<String> = ids.filter_map(|id| Some(id.as_str()?.to_owned())).collect();
    drop_tables(state, call, &ids)
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    ("GET", "/open-apis/bitable/v1/apps/:app_token/tables", list),
    (
        "POST",
        "/open-apis/bitable/v1/apps/:app_token/tables",
        create,
    ),
    (
        "POST",
        "/open-apis/bitable/v1/apps/:app_token/tables/batch_create",
        batch_create,
    ),
    (
        "POST",
        "/open-apis/bitable/v1/apps/:app_token/tables/batch_delete",
        batch_delete,
    ),
    (
        "PATCH",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id",
        patch,
    ),
    (
        "DELETE",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id",
        delete,
    ),
];

//! Bases: as much as it takes to look at one.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::access::{Level, Viewer};
use super::common::{body_or_empty, fault, optional, page_size, path};
use super::drive::{Entry, folders::destination};
use crate::State;
use crate::events::ChangeKind;
use crate::families::Route;
use crate::gateway::{ApiError, Call, Page, Reply};

/// One field of a table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Field {
    /// `fld…`.
    pub(crate) id: String,
    /// Shown name.
    pub(crate) name: String,
    /// Field type number.
    pub(crate) kind: i64,
    /// Type name as newer clients use it.
    pub(crate) ui: String,
    /// Options of a select field.
    pub(crate) options: Vec<String>,
}

/// One table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Table {
    /// `tbl…`.
    pub(crate) id: String,
    /// Shown name.
    pub(crate) name: String,
    /// The first one is the primary field.
    pub(crate) fields: Vec<Field>,
}

/// One base.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Base {
    /// Grows with each change.
    pub(crate) revision: i64,
    /// Its tables in order.
    pub(crate) tables: Vec<Table>,
}

/// All bases.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Bases {
    /// By app token.
    pub(crate) apps: HashMap<String, Base>,
}

fn base(state: &State, call: &Call<'_>) -> Result<(Entry, Base), ApiError> {
    let token = path(call, "app_token");
    let entry = state
        .drive
        .entries
        .get(token)
        .filter(|entry| !entry.deleted && entry.kind == "bitable");
    let entry = entry.ok_or_else(|| fault(1_254_040))?;
    if state.level(token, &Viewer::of(state, call)) < Level::View {
        return Err(ApiError::new(403, 91_403, "Forbidden"));
    }
    Ok((
        entry.clone(),
        state.bases.apps.get(token).cloned().unwrap_or_default(),
    ))
}

/// `GET bitable/v1/apps/:app_token`.
pub(crate) fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (entry, base) = base(state, call)?;
    Ok(Reply::Data(json!({ "app": {
        "app_token": entry.token,
        "name": entry.title,
        "revision": base.revision,
        "is_advanced": false,
        "time_zone": "Asia/Shanghai",
    }})))
}

/// `POST bitable/v1/apps`.
pub(crate) fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let name = body_or_empty(call, "name").to_owned();
    let folder = body_or_empty(call, "folder_token").to_owned();
    let folder = destination(state, call, &viewer, &folder).map_err(|error| match error.code {
        1_061_004 => ApiError::new(403, 91_403, "Forbidden"),
        _ => fault(1_254_040),
    })?;
    let token = call.ids.token27();
    let table = Table {
        id: format!("tbl{}", call.ids.hex(13)),
        name: "数据表".to_owned(),
        fields: vec![Field {
            id: format!("fld{}", call.ids.hex(7)),
            name: "文本".to_owned(),
            kind: 1,
            ui: "Text".to_owned(),
            options: Vec::new(),
        }],
    };
    let first = table.id.clone();
    let base = Base {
        revision: 1,
        tables: vec![table],
    };
    state.bases.apps.insert(token.clone(), base);
    state.drive.add(Entry::new(
        &token,
        "bitable",
        &name,
        &viewer,
        Some(folder.clone()),
        call.now_ms,
    ));
    Ok(Reply::Data(json!({ "app": {
        "name": name,
        "folder_token": folder,
        "url": state.web_url(&viewer.tenant, "bitable", &token),
        "app_token": token,
        "default_table_id": first,
        "time_zone": "Asia/Shanghai",
    }})))
}

/// `PUT bitable/v1/apps/:app_token`: the name.
pub(crate) fn update(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = base(state, call)?.0.token;
    if state.level(&token, &viewer) < Level::Edit {
        return Err(ApiError::new(403, 91_403, "Forbidden"));
    }
    let name = body_or_empty(call, "name").to_owned();
    if let (false, Some(entry)) = (name.is_empty(), state.drive.entries.get_mut(&token)) {
        entry.title.clone_from(&name);
        state.changed(&token, &viewer.actor, ChangeKind::Renamed, call.now_ms);
    }
    let title = state
        .drive
        .entries
        .get(&token)
        .map(|entry| entry.title.clone());
    Ok(Reply::Data(json!({ "app": {
        "app_token": token,
        "name": title,
        "is_advanced": false,
    }})))
}

fn totalled(items: &[Value], call: &Call<'_>, scope: &str) -> Result<Reply, ApiError> {
    let size = page_size(call, 20, 100, 1_254_000)?;
    let page = Page::of(
        items.len(),
        size,
        optional(call, "page_token"),
        scope,
        1_254_030,
    )?;
    Ok(Reply::Data(json!({
        "items": items.get(page.start..page.end).unwrap_or_default(),
        "page_token": page.page_token,
        "has_more": page.has_more,
        "total": items.len(),
    })))
}

/// `GET bitable/v1/apps/:app_token/tables`.
pub(crate) fn tables(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (entry, base) = base(state, call)?;
    let items: Vec<Value> = base
        .tables
        .iter()
        .map(|table| json!({ "table_id": table.id, "revision": base.revision, "name": table.name }))
        .collect();
    totalled(&items, call, &format!("tables/{}", entry.token))
}

/// `GET bitable/v1/apps/:app_token/tables/:table_id/fields`.
pub(crate) fn fields(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (entry, base) = base(state, call)?;
    let table = base
        .tables
        .iter()
        .find(|table| table.id == path(call, "table_id"));
    let table = table.ok_or_else(|| fault(1_254_041))?;
    let items: Vec<Value> = table
        .fields
        .iter()
        .enumerate()
        .map(|(index, field)| {
            let options: Vec<Value> = field
                .options
                .iter()
                .enumerate()
                .map(|(color, name)| json!({ "id": format!("opt{}{color}", field.id), "name": name, "color": color }))
                .collect();
            json!({
                "field_id": field.id,
                "field_name": field.name,
                "type": field.kind,
                "ui_type": field.ui,
                "is_primary": index == 0,
                "property": if options.is_empty() { Value::Null } else { json!({ "options": options }) },
            })
        })
        .collect();
    totalled(
        &items,
        call,
        &format!("fields/{}/{}", entry.token, table.id),
    )
}

/// Method, path and handler of each endpoint.
pub(crate) const ROUTES: &[Route] = &[
    ("POST", "/open-apis/bitable/v1/apps", create),
    ("GET", "/open-apis/bitable/v1/apps/:app_token", get),
    ("PUT", "/open-apis/bitable/v1/apps/:app_token", update),
    (
        "GET",
        "/open-apis/bitable/v1/apps/:app_token/tables",
        tables,
    ),
    (
        "GET",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/fields",
        fields,
    ),
];

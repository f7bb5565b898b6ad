//! Bases themselves.

use serde_json::{Value, json};

use super::checks::blank;
use super::{Base, Table, ZONE, enter, touched};
use crate::State;
use crate::events::ChangeKind;
use crate::families::Route;
use crate::families::access::{Level, Viewer};
use crate::families::common::{body_or_empty, fault};
use crate::families::drive::Entry;
use crate::families::drive::files::duplicate;
use crate::families::drive::folders::destination;
use crate::gateway::{ApiError, Call, Reply};

fn forbidden() -> ApiError {
    ApiError::new(403, 91_403, "Forbidden")
}

/// `GET bitable/v1/apps/:app_token`.
fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::View)?;
    let name = state.drive.entries.get(&token).map(|entry| &entry.title);
    let base = state.bases.apps.get(&token);
    Ok(Reply::Data(json!({ "app": {
        "app_token": token,
        "name": name,
        "revision": base.map_or(0, |base| base.revision),
        "is_advanced": base.is_some_and(|base| base.advanced),
        "time_zone": base.map_or(ZONE, Base::zone),
    }})))
}

fn into_folder(
    state: &mut State,
    call: &mut Call<'_>,
    viewer: &Viewer,
    folder: &str,
) -> Result<String, ApiError> {
    destination(state, call, viewer, folder).map_err(|error| match error.code {
        1_061_004 => forbidden(),
        _ => fault(1_254_040),
    })
}

/// `POST bitable/v1/apps`.
fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let name = body_or_empty(call, "name").to_owned();
    let folder = body_or_empty(call, "folder_token").to_owned();
    let zone = body_or_empty(call, "time_zone").to_owned();
    let folder = into_folder(state, call, &viewer, &folder)?;
    let token = call.ids.token27();
    let table: Table = blank("数据表", call.ids);
    let first = table.id.clone();
    let base = Base {
        revision: 1,
        tables: vec![table],
        zone,
        ..Base::default()
    };
    let zone = base.zone().to_owned();
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
        "time_zone": zone,
    }})))
}

/// `PUT bitable/v1/apps/:app_token`: the name, and advanced permissions.
fn update(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = enter(state, call, Level::View)?;
    if state.level(&token, &viewer) < Level::Edit {
        return Err(forbidden());
    }
    let name = body_or_empty(call, "name").to_owned();
    let advanced = call.body.get("is_advanced").and_then(Value::as_bool);
    if advanced.is_some() && state.level(&token, &viewer) < Level::Full {
        return Err(fault(1_254_302));
    }
    if let (false, Some(entry)) = (name.is_empty(), state.drive.entries.get_mut(&token)) {
        entry.title.clone_from(&name);
        state.changed(&token, &viewer.actor, ChangeKind::Renamed, call.now_ms);
    }
    let base = state.bases.apps.entry(token.clone()).or_default();
    base.advanced = advanced.unwrap_or(base.advanced);
    let advanced = base.advanced;
    touched(state, call, &token);
    let title = state.drive.entries.get(&token).map(|entry| &entry.title);
    Ok(Reply::Data(json!({ "app": {
        "app_token": token,
        "name": title,
        "is_advanced": advanced,
    }})))
}

/// `POST bitable/v1/apps/:app_token/copy`.
fn copy(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = enter(state, call, Level::View)?;
    let folder = body_or_empty(call, "folder_token").to_owned();
    let folder = into_folder(state, call, &viewer, &folder)?;
    let title = state.drive.entries.get(&token).map(|entry| &entry.title);
    let name = match body_or_empty(call, "name") {
        "" => format!("{} 副本", title.cloned().unwrap_or_default()),
        name => name.to_owned(),
    };
    let made = duplicate(state, call, &viewer, &token, &name, Some(folder.clone()))?;
    let empty = call.body.get("without_content") == Some(&Value::Bool(true));
    let base = state.bases.apps.entry(made.clone()).or_default();
    base.answers.clear();
    if empty {
        for table in &mut base.tables {
            table.records.clear();
        }
    }
    let zone = base.zone().to_owned();
    Ok(Reply::Data(json!({ "app": {
        "app_token": made,
        "name": name,
        "folder_token": folder,
        "url": state.web_url(&viewer.tenant, "bitable", &made),
        "time_zone": zone,
    }})))
}

/// Method, path and handler of each endpoint.
pub(crate) const ROUTES: &[Route] = &[
    ("POST", "/open-apis/bitable/v1/apps", create),
    ("GET", "/open-apis/bitable/v1/apps/:app_token", get),
    ("PUT", "/open-apis/bitable/v1/apps/:app_token", update),
    ("POST", "/open-apis/bitable/v1/apps/:app_token/copy", copy),
];

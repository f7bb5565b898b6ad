//! Spreadsheets: as much as it takes to look at one.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::access::{Level, Viewer};
use super::common::{body_or_empty, fault, path};
use super::drive::{Entry, folders::destination};
use super::people::People;
use crate::State;
use crate::events::ChangeKind;
use crate::families::Route;
use crate::gateway::{ApiError, Call, Reply};

/// One sheet of a spreadsheet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Tab {
    /// Six characters.
    pub(crate) id: String,
    /// Shown name.
    pub(crate) title: String,
    /// Rows of the grid.
    pub(crate) rows: u32,
    /// Columns of the grid.
    pub(crate) columns: u32,
    /// Rows that stay in view.
    pub(crate) frozen_rows: u32,
}

impl Tab {
    /// The sheet of a new spreadsheet.
    pub(crate) fn empty(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            title: "Sheet1".to_owned(),
            rows: 200,
            columns: 20,
            frozen_rows: 0,
        }
    }
}

/// All spreadsheets.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Sheets {
    /// By spreadsheet token.
    pub(crate) spreadsheets: HashMap<String, Vec<Tab>>,
}

fn spreadsheet<'s>(state: &'s State, call: &Call<'_>) -> Result<(&'s Entry, &'s [Tab]), ApiError> {
    let token = path(call, "spreadsheet_token");
    let entry = state
        .drive
        .entries
        .get(token)
        .filter(|entry| entry.kind == "sheet");
    let entry = entry.ok_or_else(|| fault(1_310_214))?;
    if entry.deleted {
        return Err(fault(1_310_249));
    }
    if state.level(token, &Viewer::of(state, call)) < Level::View {
        return Err(fault(1_310_213));
    }
    Ok((
        entry,
        state
            .sheets
            .spreadsheets
            .get(token)
            .map(Vec::as_slice)
            .unwrap_or_default(),
    ))
}

/// `GET sheets/v3/spreadsheets/:spreadsheet_token`.
pub(crate) fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (entry, _) = spreadsheet(state, call)?;
    Ok(Reply::Data(json!({ "spreadsheet": {
        "title": entry.title,
        "owner_id": People::of(state, call).id(&entry.owner),
        "token": entry.token,
        "url": state.web_url(&entry.tenant, "sheet", &entry.token),
    }})))
}

/// `POST sheets/v3/spreadsheets`.
pub(crate) fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let title = body_or_empty(call, "title").to_owned();
    let folder = body_or_empty(call, "folder_token").to_owned();
    let folder = destination(state, call, &viewer, &folder).map_err(|error| match error.code {
        1_061_004 => fault(1_310_213),
        _ => fault(1_310_214),
    })?;
    let token = call.ids.token27();
    let tab = Tab::empty(&call.ids.hex(6));
    state.sheets.spreadsheets.insert(token.clone(), vec![tab]);
    state.drive.add(Entry::new(
        &token,
        "sheet",
        &title,
        &viewer,
        Some(folder.clone()),
        call.now_ms,
    ));
    Ok(Reply::Data(json!({ "spreadsheet": {
        "title": title,
        "folder_token": folder,
        "url": state.web_url(&viewer.tenant, "sheet", &token),
        "spreadsheet_token": token,
    }})))
}

/// `PATCH sheets/v3/spreadsheets/:spreadsheet_token`: the title.
pub(crate) fn patch(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = spreadsheet(state, call)?.0.token.clone();
    if state.level(&token, &viewer) < Level::Edit {
        return Err(fault(1_310_213));
    }
    let title = body_or_empty(call, "title").to_owned();
    if let Some(entry) = state.drive.entries.get_mut(&token) {
        entry.title = title;
        state.changed(&token, &viewer.actor, ChangeKind::Renamed, call.now_ms);
    }
    Ok(Reply::Data(json!({})))
}

/// `GET sheets/v3/spreadsheets/:spreadsheet_token/sheets/query`.
pub(crate) fn query(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (_, tabs) = spreadsheet(state, call)?;
    let sheets: Vec<Value> = tabs
        .iter()
        .enumerate()
        .map(|(index, tab)| {
            json!({
                "sheet_id": tab.id,
                "title": tab.title,
                "index": index,
                "hidden": false,
                "grid_properties": {
                    "frozen_row_count": tab.frozen_rows,
                    "frozen_column_count": 0,
                    "row_count": tab.rows,
                    "column_count": tab.columns,
                },
                "resource_type": "sheet",
            })
        })
        .collect();
    Ok(Reply::Data(json!({ "sheets": sheets })))
}

/// Method, path and handler of each endpoint.
pub(crate) const ROUTES: &[Route] = &[
    ("POST", "/open-apis/sheets/v3/spreadsheets", create),
    (
        "PATCH",
        "/open-apis/sheets/v3/spreadsheets/:spreadsheet_token",
        patch,
    ),
    (
        "GET",
        "/open-apis/sheets/v3/spreadsheets/:spreadsheet_token",
        get,
    ),
    (
        "GET",
        "/open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/query",
        query,
    ),
];

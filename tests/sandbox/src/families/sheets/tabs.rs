//! The sheets of a spreadsheet: looking at them, adding, copying, changing, deleting.

use serde_json::{Value, json};

use super::area::Area;
use super::book::{CELLS_MAX, Guard, TABS_MAX, Tab};
use super::{
    FAILED, TOO_MANY_CELLS, TOO_MUCH, WRONG_BODY, WRONG_PLACE, all, changed, fault, guards, member,
    number, open, tab, tab_mut, text, token, unlocked,
};
use crate::State;
use crate::families::Route;
use crate::families::access::{Level, Viewer};
use crate::families::common::{optional, path};
use crate::families::drive::Entry;
use crate::families::people::People;
use crate::gateway::{ApiError, Call, Reply};

const NO_TITLE: i64 = 207;
const SAME_TITLE: i64 = 208;
/// Longest title, in characters.
const TITLE_MAX: usize = 100;

fn merge(area: &Area) -> Value {
    json!({
        "start_row_index": area.top,
        "end_row_index": area.bottom - 1,
        "start_column_index": area.left,
        "end_column_index": area.right - 1,
    })
}

fn shown(tab: &Tab, index: usize) -> Value {
    let mut told = json!({
        "sheet_id": tab.id,
        "title": tab.title,
        "index": index,
        "hidden": tab.hidden,
        "grid_properties": {
            "frozen_row_count": tab.frozen_rows,
            "frozen_column_count": tab.frozen_columns,
            "row_count": tab.rows,
            "column_count": tab.columns,
        },
        "resource_type": "sheet",
    });
    if !tab.merges.is_empty() {
        told["merges"] = tab.merges.iter().map(merge).collect();
    }
    told
}

/// `GET sheets/v3/spreadsheets/:spreadsheet_token/sheets/query`.
fn query(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::View)?;
    let tabs = all(state, call).iter().enumerate();
    let sheets: Vec<Value> = tabs.map(|(index, tab)| shown(tab, index)).collect();
    Ok(Reply::Data(json!({ "sheets": sheets })))
}

/// `GET sheets/v3/spreadsheets/:spreadsheet_token/sheets/:sheet_id`.
fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::View)?;
    let id = path(call, "sheet_id");
    let index = all(state, call).iter().position(|tab| tab.id == id);
    Ok(Reply::Data(json!({
        "sheet": shown(tab(state, call, id)?, index.unwrap_or(0)),
    })))
}

/// `GET sheets/v2/spreadsheets/:spreadsheetToken/metainfo`.
fn metainfo(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let entry = open(state, call, Level::View)?;
    let guarded = optional(call, "extFields").is_some_and(|fields| {
        fields
            .split(',')
            .any(|field| field.trim() == "protectedRange")
    });
    let tabs = all(state, call);
    let sheets: Vec<Value> = tabs
        .iter()
        .enumerate()
        .map(|(index, tab)| {
            let merges = tab.merges.iter().map(|area| {
                json!({
                    "startRowIndex": area.top,
                    "startColumnIndex": area.left,
                    "rowCount": area.rows(),
                    "columnCount": area.columns(),
                })
            });
            let mut told = json!({
                "sheetId": tab.id,
                "title": tab.title,
                "index": index,
                "rowCount": tab.rows,
                "columnCount": tab.columns,
                "frozenRowCount": tab.frozen_rows,
                "frozenColCount": tab.frozen_columns,
                "merges": merges.collect::<Vec<_>>(),
            });
            if guarded {
                told["protectedRange"] = tab
                    .guards
                    .iter()
                    .map(|guard| guards::brief(tab, guard))
                    .collect();
            }
            told
        })
        .collect();
    Ok(Reply::Data(json!({
        "spreadsheetToken": token(call),
        "properties": {
            "title": entry.title,
            "ownerUserID": People::of(state, call).id(&entry.owner),
            "sheetCount": tabs.len(),
            "revision": state.sheets.revision(token(call)),
        },
        "sheets": sheets,
    })))
}

/// A title that is free and fit.
fn title(
    state: &State,
    call: &Call<'_>,
    wanted: &str,
    own: Option<&str>,
) -> Result<String, ApiError> {
    let wanted = wanted.trim();
    if wanted.is_empty() {
        return Err(fault(call, NO_TITLE));
    }
    let unfit = wanted.contains(['/', '\\', '?', '*', ':', '[', ']']);
    if unfit || wanted.chars().count() > TITLE_MAX {
        return Err(fault(call, FAILED));
    }
    let taken = all(state, call)
        .iter()
        .any(|tab| tab.title == wanted && Some(tab.id.as_str()) != own);
    if taken {
        return Err(fault(call, SAME_TITLE));
    }
    Ok(wanted.to_owned())
}

/// `POST sheets/v2/spreadsheets/:spreadsheet_token/sheets_batch_update`. The requests run one by
/// one on a copy: the first that fails takes all of them back.
fn batch_update(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let entry = open(state, call, Level::Edit)?;
    let requests = member(call, "requests").as_array();
    let requests = requests.ok_or_else(|| fault(call, WRONG_BODY))?;
    let before = all(state, call).to_vec();
    let mut replies = Vec::new();
    for request in requests {
        match one(state, call, &entry, request) {
            Ok(reply) => replies.push(reply),
            Err(error) => {
                state
                    .sheets
                    .spreadsheets
                    .insert(token(call).to_owned(), before);
                return Err(error);
            }
        }
    }
    changed(state, call);
    Ok(Reply::Data(json!({ "replies": replies })))
}

fn one(
    state: &mut State,
    call: &mut Call<'_>,
    entry: &Entry,
    request: &Value,
) -> Result<Value, ApiError> {
    let kinds = ["addSheet", "copySheet", "deleteSheet", "updateSheet"];
    let mut asked = kinds
        .into_iter()
        .filter_map(|kind| Some((kind, request.get(kind)?)));
    match (asked.next(), asked.next()) {
        (Some(("addSheet", what)), None) => add(state, call, what),
        (Some(("copySheet", what)), None) => copy(state, call, what),
        (Some(("deleteSheet", what)), None) => delete(state, call, entry, what),
        (Some((_, what)), None) => update(state, call, entry, what),
        _ => Err(fault(call, WRONG_BODY)),
    }
}

fn put(
    state: &mut State,
    call: &Call<'_>,
    tab: Tab,
    index: Option<u32>,
) -> Result<Value, ApiError> {
    let token = token(call).to_owned();
    let tabs = state.sheets.spreadsheets.entry(token).or_default();
    if tabs.len() >= TABS_MAX {
        return Err(fault(call, TOO_MUCH));
    }
    if tabs.iter().map(Tab::size).sum::<u64>() + tab.size() > CELLS_MAX {
        return Err(fault(call, TOO_MANY_CELLS));
    }
    let index = index.map_or(tabs.len(), |index| {
        usize::try_from(index).unwrap_or(usize::MAX)
    });
    let index = index.min(tabs.len());
    let told = json!({ "sheetId": tab.id, "title": tab.title, "index": index });
    tabs.insert(index, tab);
    Ok(told)
}

fn add(state: &mut State, call: &mut Call<'_>, what: &Value) -> Result<Value, ApiError> {
    let wanted = what.get("properties").unwrap_or(&Value::Null);
    let title = title(state, call, text(wanted, "title"), None)?;
    let tab = Tab {
        title,
        ..Tab::empty(&call.ids.hex(6))
    };
    let properties = put(state, call, tab, Some(number(wanted, "index").unwrap_or(0)))?;
    Ok(json!({ "addSheet": { "properties": properties } }))
}

fn copy(state: &mut State, call: &mut Call<'_>, what: &Value) -> Result<Value, ApiError> {
    let from = what.get("source").map(|source| text(source, "sheetId"));
    let from = tab(state, call, from.unwrap_or_default())?.clone();
    let wanted = what
        .get("destination")
        .map(|to| text(to, "title"))
        .unwrap_or_default();
    let mut name = wanted.to_owned();
    if name.is_empty() {
        let taken = |name: &str| all(state, call).iter().any(|tab| tab.title == name);
        name = format!("{}(副本)", from.title);
        let mut count = 2;
        while taken(&name) {
            name = format!("{}(副本{count})", from.title);
            count += 1;
        }
    }
    let tab = Tab {
        id: call.ids.hex(6),
        title: title(state, call, &name, None)?,
        ..from
    };
    let properties = put(state, call, tab, None)?;
    Ok(json!({ "copySheet": { "properties": properties } }))
}

fn delete(
    state: &mut State,
    call: &Call<'_>,
    entry: &Entry,
    what: &Value,
) -> Result<Value, ApiError> {
    let id = text(what, "sheetId");
    let found = tab(state, call, id)?;
    unlocked(state, call, entry, found, &found.grid())?;
    let seen = all(state, call)
        .iter()
        .filter(|tab| !tab.hidden && tab.id != id)
        .count();
    if seen == 0 {
        return Err(fault(call, FAILED));
    }
    let tabs = state.sheets.spreadsheets.get_mut(token(call));
    if let Some(tabs) = tabs {
        tabs.retain(|tab| tab.id != id);
    }
    Ok(json!({ "deleteSheet": { "result": true, "sheetId": id } }))
}

fn update(
    state: &mut State,
    call: &mut Call<'_>,
    entry: &Entry,
    what: &Value,
) -> Result<Value, ApiError> {
    let wanted = what.get("properties").cloned().unwrap_or_default();
    let id = text(&wanted, "sheetId").to_owned();
    let found = tab(state, call, &id)?;
    if found.lock.is_some() {
        unlocked(state, call, entry, found, &found.grid())?;
    }
    let frozen = (
        number(&wanted, "frozenRowCount"),
        number(&wanted, "frozenColCount"),
    );
    if frozen.0.unwrap_or(0) > found.rows || frozen.1.unwrap_or(0) > found.columns {
        return Err(fault(call, WRONG_PLACE));
    }
    let seen = all(state, call)
        .iter()
        .filter(|tab| !tab.hidden && tab.id != id)
        .count();
    let hidden = wanted.get("hidden").and_then(Value::as_bool);
    if hidden == Some(true) && seen == 0 {
        return Err(fault(call, FAILED));
    }
    let name = match wanted.get("title") {
        Some(_) => Some(title(state, call, text(&wanted, "title"), Some(&id))?),
        None => None,
    };
    let lock = match wanted.get("protect") {
        Some(protect) => Some(lock(state, call, protect)?),
        None => None,
    };
    let tab = tab_mut(state, call, &id)?;
    if let Some(name) = name {
        tab.title = name;
    }
    tab.hidden = hidden.unwrap_or(tab.hidden);
    tab.frozen_rows = frozen.0.unwrap_or(tab.frozen_rows);
    tab.frozen_columns = frozen.1.unwrap_or(tab.frozen_columns);
    if let Some(lock) = lock {
        tab.lock = lock;
    }
    if let Some(index) = number(&wanted, "index") {
        let tabs = state.sheets.spreadsheets.get_mut(token(call));
        let tabs = tabs.ok_or_else(|| fault(call, FAILED))?;
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        let at = tabs.iter().position(|tab| tab.id == id).unwrap_or(0);
        let tab = tabs.remove(at);
        tabs.insert(index.min(tabs.len()), tab);
    }
    // The printed key has a blank, as in the documentation's answer.
    let mut properties = wanted;
    if let Some(count) = properties
        .as_object_mut()
        .and_then(|p| p.remove("frozenColCount"))
    {
        properties["frozen ColCount"] = count;
    }
    Ok(json!({ "updateSheet": { "properties": properties } }))
}

/// The lock that `protect` asks for; `None` takes it away.
fn lock(state: &State, call: &mut Call<'_>, protect: &Value) -> Result<Option<Guard>, ApiError> {
    let viewer = Viewer::of(state, call);
    match text(protect, "lock") {
        "UNLOCK" => Ok(None),
        "LOCK" => {
            let listed = protect.get("userIDs").and_then(Value::as_array);
            let editors = guards::people(state, call, listed.map_or(&[], Vec::as_slice))?;
            Ok(Some(Guard {
                id: call.ids.number19(),
                rows: true,
                start: 0,
                end: u32::MAX,
                owner: viewer.actor,
                editors,
                info: text(protect, "lockInfo").to_owned(),
            }))
        }
        _ => Err(fault(call, WRONG_BODY)),
    }
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    (
        "GET",
        "/open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/query",
        query,
    ),
    (
        "GET",
        "/open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/:sheet_id",
        get,
    ),
    (
        "GET",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/metainfo",
        metainfo,
    ),
    (
        "POST",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheet_token/sheets_batch_update",
        batch_update,
    ),
];

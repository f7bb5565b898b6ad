//! Spreadsheets: cells with values, formulas and styles, and everything around them.

pub(crate) mod area;
pub(crate) mod book;
mod calc;
mod conditions;
mod dimension;
mod dropdown;
mod filter;
mod find;
mod guards;
mod images;
mod render;
mod style;
mod tabs;
mod values;
mod views;
mod write;

use serde_json::{Value, json};

use self::area::Area;
pub(crate) use self::book::{Sheets, Tab};
pub(crate) use self::render::text_of;
use super::access::{Level, Viewer};
use super::common::{body_or_empty, path};
use super::drive::{Entry, folders::destination};
use super::people::People;
use crate::State;
use crate::events::ChangeKind;
use crate::families::Route;
use crate::gateway::{ApiError, Call, Reply};

/// An error of both versions: the same last digits, with the version's prefix.
fn fault(call: &Call<'_>, digits: i64) -> ApiError {
    if call.endpoint.path.contains("/sheets/v3/") {
        ApiError::of(1_310_000 + digits)
    } else {
        ApiError::of(90_000 + digits)
    }
}

const WRONG_RANGE: i64 = 202;
const FAILED: i64 = 203;
const WRONG_BODY: i64 = 204;
const WRONG_PLACE: i64 = 212;
const FORBIDDEN: i64 = 213;
const NO_SPREADSHEET: i64 = 214;
const NO_SHEET: i64 = 215;
const NO_VALUE: i64 = 216;
const LOCKED: i64 = 218;
const TOO_MANY_CELLS: i64 = 219;
const TOO_LARGE_ANSWER: i64 = 221;
const TOO_LARGE_CELL: i64 = 222;
const TOO_MUCH: i64 = 226;

/// The token in the path; the two versions name it differently.
fn token<'c>(call: &'c Call<'_>) -> &'c str {
    match path(call, "spreadsheet_token") {
        "" => path(call, "spreadsheetToken"),
        token => token,
    }
}

/// The spreadsheet, if the caller has this right to it.
fn open(state: &State, call: &Call<'_>, level: Level) -> Result<Entry, ApiError> {
    let token = token(call);
    let entry = state
        .drive
        .entries
        .get(token)
        .filter(|entry| entry.kind == "sheet");
    let entry = entry.ok_or_else(|| fault(call, NO_SPREADSHEET))?;
    if entry.deleted {
        return Err(match fault(call, 0).code {
            90_000 => ApiError::of(90_304),
            _ => ApiError::of(1_310_249),
        });
    }
    if state.level(token, &Viewer::of(state, call)) < level {
        return Err(fault(call, FORBIDDEN));
    }
    Ok(entry.clone())
}

fn all<'s>(state: &'s State, call: &Call<'_>) -> &'s [Tab] {
    let tabs = state.sheets.spreadsheets.get(token(call));
    tabs.map(Vec::as_slice).unwrap_or_default()
}

/// One sheet of it.
fn tab<'s>(state: &'s State, call: &Call<'_>, id: &str) -> Result<&'s Tab, ApiError> {
    let found = all(state, call).iter().find(|tab| tab.id == id);
    found.ok_or_else(|| fault(call, NO_SHEET))
}

/// One sheet of it, to be changed.
fn tab_mut<'s>(state: &'s mut State, call: &Call<'_>, id: &str) -> Result<&'s mut Tab, ApiError> {
    let tabs = state.sheets.spreadsheets.get_mut(token(call));
    let found = tabs.and_then(|tabs| tabs.iter_mut().find(|tab| tab.id == id));
    found.ok_or_else(|| fault(call, NO_SHEET))
}

/// Sheet and rectangle of a range.
fn range<'s>(state: &'s State, call: &Call<'_>, text: &str) -> Result<(&'s Tab, Area), ApiError> {
    let (id, cells) = text.split_once('!').unwrap_or((text, ""));
    if id.is_empty() {
        return Err(fault(call, WRONG_RANGE));
    }
    let tab = tab(state, call, id)?;
    let area = Area::read(cells, tab.rows, tab.columns);
    Ok((tab, area.ok_or_else(|| fault(call, WRONG_RANGE))?))
}

/// As [`range`], for a change: the caller may edit, and the cells are not locked.
fn changeable(state: &State, call: &Call<'_>, text: &str) -> Result<(String, Area), ApiError> {
    let entry = open(state, call, Level::Edit)?;
    let (tab, area) = range(state, call, text)?;
    unlocked(state, call, &entry, tab, &area)?;
    Ok((tab.id.clone(), area))
}

/// Whether the cells may be changed by the caller.
fn unlocked(
    state: &State,
    call: &Call<'_>,
    entry: &Entry,
    tab: &Tab,
    area: &Area,
) -> Result<(), ApiError> {
    let viewer = Viewer::of(state, call);
    if viewer.actor != entry.owner && tab.locked(&viewer.actor, area) {
        return Err(fault(call, LOCKED));
    }
    Ok(())
}

/// Notes that the spreadsheet was changed; gives the new revision.
fn changed(state: &mut State, call: &Call<'_>) -> i64 {
    noted(state, call, ChangeKind::Edited)
}

/// As [`changed`], for a change of another kind.
fn noted(state: &mut State, call: &Call<'_>, change: ChangeKind) -> i64 {
    let viewer = Viewer::of(state, call);
    let token = token(call).to_owned();
    state.changed(&token, &viewer.actor, change, call.now_ms);
    state.sheets.touch(&token)
}

/// `GET sheets/v3/spreadsheets/:spreadsheet_token`.
fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let entry = open(state, call, Level::View)?;
    Ok(Reply::Data(json!({ "spreadsheet": {
        "title": entry.title,
        "owner_id": People::of(state, call).id(&entry.owner),
        "token": entry.token,
        "url": state.web_url(&entry.tenant, "sheet", &entry.token),
    }})))
}

/// `POST sheets/v3/spreadsheets`.
fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let title = body_or_empty(call, "title").to_owned();
    let folder = body_or_empty(call, "folder_token").to_owned();
    let folder = destination(state, call, &viewer, &folder).map_err(|error| match error.code {
        1_061_004 => fault(call, FORBIDDEN),
        _ => fault(call, NO_SPREADSHEET),
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
fn patch(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let entry = open(state, call, Level::Edit)?;
    let title = body_or_empty(call, "title").to_owned();
    if let Some(entry) = state.drive.entries.get_mut(&entry.token) {
        entry.title = title;
    }
    noted(state, call, ChangeKind::Renamed);
    Ok(Reply::Data(json!({})))
}

/// A member of the body's object.
fn member<'c>(call: &Call<'c>, name: &str) -> &'c Value {
    call.body.get(name).unwrap_or(&Value::Null)
}

/// A text member of an object.
fn text<'v>(object: &'v Value, name: &str) -> &'v str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A number member of an object that is no less than 0.
fn number(object: &Value, name: &str) -> Option<u32> {
    object
        .get(name)
        .and_then(Value::as_u64)
        .and_then(|number| u32::try_from(number).ok())
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
];

/// The other endpoints, by file.
pub(crate) const PARTS: &[&[Route]] = &[
    tabs::ROUTES,
    values::ROUTES,
    write::ROUTES,
    dimension::ROUTES,
    style::ROUTES,
    find::ROUTES,
    guards::ROUTES,
    dropdown::ROUTES,
    filter::ROUTES,
    views::ROUTES,
    images::ROUTES,
    conditions::ROUTES,
];

#[cfg(test)]
mod tests;

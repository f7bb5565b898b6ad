//! Writing ranges (`sheets/v2` values): put, append, prepend, pictures in cells.

use serde_json::{Map, Value, json};

use super::area::Area;
use super::book::{CELLS_MAX, COLUMNS_MAX, Tab, is_blank};
use super::dimension::{Line, insert};
use super::{
    NO_VALUE, TOO_LARGE_CELL, TOO_MANY_CELLS, TOO_MUCH, WRONG_BODY, WRONG_RANGE, changeable,
    changed, fault, member, open, range, tab_mut, text, token, unlocked,
};
use crate::State;
use crate::families::Route;
use crate::families::access::Level;
use crate::families::common::optional;
use crate::gateway::{ApiError, Call, Reply};

/// Most rows and columns of one written range.
const ROWS_MAX: usize = 5_000;
const WIDTH_MAX: usize = 100;
/// Most characters of a cell.
const CELL_MAX: usize = 50_000;
/// Most mentions of people that one write sends.
const MENTIONS_MAX: usize = 50;

type Rows = Vec<Vec<Value>>;

/// The values of a `valueRange`, checked.
fn rows(call: &Call<'_>, range: &Value) -> Result<Rows, ApiError> {
    let rows = range.get("values").and_then(Value::as_array);
    let rows = rows.ok_or_else(|| fault(call, WRONG_BODY))?;
    let rows: Option<Rows> = rows.iter().map(|row| row.as_array().cloned()).collect();
    let rows = rows.ok_or_else(|| fault(call, WRONG_BODY))?;
    if rows.is_empty() || rows.iter().all(Vec::is_empty) {
        return Err(fault(call, NO_VALUE));
    }
    if rows.len() > ROWS_MAX || rows.iter().any(|row| row.len() > WIDTH_MAX) {
        return Err(fault(call, TOO_MUCH));
    }
    let mut mentions = 0;
    for value in rows.iter().flatten() {
        check(call, value)?;
        let people = value.get("type") == Some(&json!("mention"));
        mentions += usize::from(people && value.get("textType") != Some(&json!("fileToken")));
    }
    if mentions > MENTIONS_MAX {
        return Err(fault(call, TOO_MUCH));
    }
    Ok(rows)
}

/// Whether this can be in a cell.
fn check(call: &Call<'_>, value: &Value) -> Result<(), ApiError> {
    match value {
        Value::String(text) if text.chars().count() > CELL_MAX => Err(fault(call, TOO_LARGE_CELL)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
        Value::Array(segments) => segments.iter().try_for_each(|segment| match segment {
            Value::Object(_) => check(call, segment),
            _ => Err(fault(call, WRONG_BODY)),
        }),
        Value::Object(segment) => {
            let has = |name: &str| segment.get(name).is_some_and(Value::is_string);
            let fits = match segment.get("type").and_then(Value::as_str) {
                Some("formula") => text(value, "text").starts_with('='),
                Some("url") => has("text") && has("link"),
                Some("text") => has("text"),
                Some("mention") => has("text") && has("textType"),
                Some("multipleValue") => segment.get("values").is_some_and(Value::is_array),
                Some("embed-image") => has("fileToken"),
                _ => false,
            };
            if fits {
                Ok(())
            } else {
                Err(fault(call, WRONG_BODY))
            }
        }
    }
}

/// As it is kept: a bare link or address becomes one that can be clicked.
fn kept(value: Value) -> Value {
    match &value {
        Value::String(text)
            if (text.starts_with("http://") || text.starts_with("https://"))
                && !text.contains(char::is_whitespace) =>
        {
            json!({ "type": "url", "text": text, "link": text })
        }
        Value::Object(segment) if segment.get("type") == Some(&json!("mention")) => {
            let mut segment: Map<String, Value> = segment.clone();
            segment.remove("notify");
            segment.remove("grantReadPermission");
            Value::Object(segment)
        }
        _ => value,
    }
}

fn u(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Puts rows into a sheet from a place on; gives what was updated.
fn fill(tab: &mut Tab, (top, left): (u32, u32), rows: Rows) -> (Area, u32) {
    let width = u(rows.iter().map(Vec::len).max().unwrap_or(0));
    let (mut cells, height) = (0, u(rows.len()));
    for (row, values) in (top..).zip(rows) {
        for (column, value) in (left..).zip(values) {
            tab.put(row, column, kept(value));
            cells += 1;
        }
    }
    let area = Area {
        top,
        bottom: top + height,
        left,
        right: left + width,
    };
    (area, cells)
}

fn updated(token: &str, tab: &str, area: &Area, cells: u32) -> Value {
    json!({
        "spreadsheetToken": token,
        "updatedRange": area.print(tab),
        "updatedRows": area.rows(),
        "updatedColumns": area.columns(),
        "updatedCells": cells,
    })
}

/// One range of a put: a rectangle that the values fit into.
fn place(state: &State, call: &Call<'_>, one: &Value) -> Result<(String, Area, Rows), ApiError> {
    let rows = rows(call, one)?;
    let (tab, area) = changeable(state, call, text(one, "range"))?;
    let wide = rows.iter().map(Vec::len).max().unwrap_or(0);
    if u(rows.len()) > area.rows() || u(wide) > area.columns() {
        return Err(fault(call, WRONG_RANGE));
    }
    Ok((tab, area, rows))
}

/// `PUT sheets/v2/spreadsheets/:spreadsheetToken/values`.
fn put(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (tab, area, rows) = place(state, call, member(call, "valueRange"))?;
    let (area, cells) = fill(tab_mut(state, call, &tab)?, (area.top, area.left), rows);
    let mut told = updated(token(call), &tab, &area, cells);
    told["revision"] = Value::from(changed(state, call));
    Ok(Reply::Data(told))
}

/// `POST sheets/v2/spreadsheets/:spreadsheetToken/values_batch_update`.
fn batch_update(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let ranges = member(call, "valueRanges").as_array();
    let ranges = ranges.ok_or_else(|| fault(call, WRONG_BODY))?;
    // All or nothing: the ranges are checked before the first is written.
    let placed: Result<Vec<_>, ApiError> =
        ranges.iter().map(|one| place(state, call, one)).collect();
    let mut responses = Vec::new();
    for (tab, area, rows) in placed? {
        let (area, cells) = fill(tab_mut(state, call, &tab)?, (area.top, area.left), rows);
        responses.push(updated(token(call), &tab, &area, cells));
    }
    let revision = changed(state, call);
    Ok(Reply::Data(json!({
        "responses": responses,
        "revision": revision,
        "spreadsheetToken": token(call),
    })))
}

/// Makes the grid large enough.
fn grow(call: &Call<'_>, tab: &mut Tab, area: &Area) -> Result<(), ApiError> {
    let (rows, columns) = (tab.rows.max(area.bottom), tab.columns.max(area.right));
    if u64::from(rows) * u64::from(columns) > CELLS_MAX || columns > COLUMNS_MAX {
        return Err(fault(call, TOO_MANY_CELLS));
    }
    (tab.rows, tab.columns) = (rows, columns);
    Ok(())
}

/// Whether the sheet can take so many rows more.
fn room(call: &Call<'_>, tab: &Tab, rows: u32) -> Result<(), ApiError> {
    if u64::from(tab.rows + rows) * u64::from(tab.columns) > CELLS_MAX {
        return Err(fault(call, TOO_MANY_CELLS));
    }
    Ok(())
}

fn added(
    state: &mut State,
    call: &Call<'_>,
    tab: &str,
    table: &Area,
    at: &Area,
    cells: u32,
) -> Reply {
    let revision = changed(state, call);
    let mut updates = updated(token(call), tab, at, cells);
    updates["revision"] = Value::from(revision);
    Reply::Data(json!({
        "spreadsheetToken": token(call),
        "tableRange": table.print(tab),
        "revision": revision,
        "updates": updates,
    }))
}

/// `POST sheets/v2/spreadsheets/:spreadsheetToken/values_append`: below the table in the range.
fn append(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let entry = open(state, call, Level::Edit)?;
    let one = member(call, "valueRange");
    let rows = rows(call, one)?;
    let inserting = match optional(call, "insertDataOption").unwrap_or_default() {
        "" | "OVERWRITE" => false,
        "INSERT_ROWS" => true,
        _ => return Err(fault(call, 229)),
    };
    let (tab, area) = range(state, call, text(one, "range"))?;
    let end = table_end(tab, &area);
    let at = Area {
        top: end,
        bottom: end + u(rows.len()),
        left: area.left,
        right: area.left + u(rows.iter().map(Vec::len).max().unwrap_or(0)),
    };
    unlocked(state, call, &entry, tab, &at)?;
    let id = tab.id.clone();
    let tab = tab_mut(state, call, &id)?;
    if inserting && end < tab.rows {
        room(call, tab, u(rows.len()))?;
        insert(tab, Line::Rows, end, u(rows.len()));
    }
    grow(call, tab, &at)?;
    let (at, cells) = fill(tab, (at.top, at.left), rows);
    let table = Area {
        bottom: at.bottom,
        right: at.right,
        ..area
    };
    Ok(added(state, call, &id, &table, &at, cells))
}

/// The row after the table that begins in the range: the first empty one below what is there.
fn table_end(tab: &Tab, area: &Area) -> u32 {
    let empty = |row: u32| {
        (area.left..area.right).all(|column| {
            tab.cell(row, column)
                .is_none_or(|cell| is_blank(&cell.value))
        })
    };
    let used = tab.used_rows(area.left, area.right);
    let Some(first) = (area.top..used).find(|row| !empty(*row)) else {
        return area.top;
    };
    (first..used).find(|row| empty(*row)).unwrap_or(used)
}

/// `POST sheets/v2/spreadsheets/:spreadsheetToken/values_prepend`: rows above the range.
fn prepend(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let one = member(call, "valueRange");
    let rows = rows(call, one)?;
    let (id, area) = changeable(state, call, text(one, "range"))?;
    let tab = tab_mut(state, call, &id)?;
    let (height, width) = (
        u(rows.len()),
        u(rows.iter().map(Vec::len).max().unwrap_or(0)),
    );
    room(call, tab, height)?;
    if area.left + width > tab.columns {
        return Err(fault(call, WRONG_RANGE));
    }
    insert(tab, Line::Rows, area.top, height);
    let (at, cells) = fill(tab, (area.top, area.left), rows);
    Ok(added(state, call, &id, &at, &at, cells))
}

/// `POST sheets/v2/spreadsheets/:spreadsheetToken/values_image`: a picture inside of a cell.
fn image(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (id, area) = changeable(state, call, text(call.body, "range"))?;
    let bytes = member(call, "image").as_array().map_or(0, Vec::len);
    if area.cells() != 1 {
        return Err(fault(call, WRONG_RANGE));
    }
    if bytes == 0 || text(call.body, "name").is_empty() {
        return Err(fault(call, NO_VALUE));
    }
    let picture = json!({
        "type": "embed-image", "fileToken": call.ids.token27(), "text": text(call.body, "name"),
    });
    tab_mut(state, call, &id)?.put(area.top, area.left, picture);
    let revision = changed(state, call);
    Ok(Reply::Data(json!({
        "spreadsheetToken": token(call),
        "updatedRange": area.print(&id),
        "revision": revision,
    })))
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    (
        "PUT",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/values",
        put,
    ),
    (
        "POST",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/values_batch_update",
        batch_update,
    ),
    (
        "POST",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/values_append",
        append,
    ),
    (
        "POST",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/values_prepend",
        prepend,
    ),
    (
        "POST",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/values_image",
        image,
    ),
];

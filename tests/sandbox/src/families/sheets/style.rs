//! Looks of cells: styles, number formats, merged cells.

use serde_json::{Map, Value, json};

use super::area::Area;
use super::book::Tab;
use super::{
    TOO_MUCH, WRONG_BODY, WRONG_RANGE, changeable, changed, fault, member, tab_mut, text, token,
};
use crate::State;
use crate::families::Route;
use crate::gateway::{ApiError, Call, Reply};

const WRONG_STYLE: i64 = 232;
/// Most rows and columns of one styled range.
const ROWS_MAX: u32 = 5_000;
const COLUMNS_MAX: u32 = 100;
const BORDERS: [&str; 8] = [
    "FULL_BORDER",
    "OUTER_BORDER",
    "INNER_BORDER",
    "NO_BORDER",
    "LEFT_BORDER",
    "RIGHT_BORDER",
    "TOP_BORDER",
    "BOTTOM_BORDER",
];

fn colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The code for a style that is none. Only version 3 has one of its own.
fn wrong(call: &Call<'_>) -> ApiError {
    let own = fault(call, WRONG_STYLE);
    if own.code >= 1_000_000 {
        own
    } else {
        fault(call, WRONG_BODY)
    }
}

fn check(call: &Call<'_>, style: &Value) -> Result<Map<String, Value>, ApiError> {
    let style = style.as_object().ok_or_else(|| wrong(call))?;
    for (name, value) in style {
        let within = |most: i64| value.as_i64().is_some_and(|n| (0..=most).contains(&n));
        let fits = match name.as_str() {
            "foreColor" | "backColor" | "borderColor" => value.as_str().is_some_and(colour),
            "borderType" => value.as_str().is_some_and(|word| BORDERS.contains(&word)),
            "textDecoration" => within(3),
            "hAlign" | "vAlign" => within(2),
            "font" => value
                .get("fontSize")
                .and_then(Value::as_str)
                .is_none_or(|size| {
                    let points = size
                        .split_once("pt/")
                        .and_then(|(points, _)| points.parse().ok());
                    points.is_some_and(|points: u32| (9..=36).contains(&points))
                }),
            _ => true,
        };
        if !fits {
            return Err(wrong(call));
        }
    }
    Ok(style.clone())
}

fn paint(tab: &mut Tab, area: &Area, style: &Map<String, Value>) {
    let clean = style.get("clean") == Some(&Value::Bool(true));
    for (row, column) in area.places() {
        let cell = tab.cell_mut(row, column);
        if clean {
            cell.style.clear();
        }
        for (name, value) in style.iter().filter(|(name, _)| *name != "clean") {
            match (cell.style.get_mut(name), value) {
                (Some(Value::Object(old)), Value::Object(new)) => {
                    if new.get("clean") == Some(&Value::Bool(true)) {
                        old.clear();
                    }
                    old.extend(new.clone().into_iter().filter(|(name, _)| name != "clean"));
                }
                _ => _ = cell.style.insert(name.clone(), value.clone()),
            }
        }
    }
}

fn styled(
    state: &mut State,
    call: &Call<'_>,
    range: &str,
    style: &Map<String, Value>,
) -> Result<Value, ApiError> {
    let (id, area) = changeable(state, call, range)?;
    if area.rows() > ROWS_MAX || area.columns() > COLUMNS_MAX {
        return Err(fault(call, TOO_MUCH));
    }
    paint(tab_mut(state, call, &id)?, &area, style);
    Ok(json!({
        "spreadsheetToken": token(call),
        "updatedRange": area.print(&id),
        "updatedRows": area.rows(),
        "updatedColumns": area.columns(),
        "updatedCells": area.cells(),
    }))
}

/// `PUT …/style`.
fn put(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let asked = member(call, "appendStyle");
    let style = check(call, asked.get("style").unwrap_or(&Value::Null))?;
    let mut told = styled(state, call, text(asked, "range"), &style)?;
    told["revision"] = Value::from(changed(state, call));
    Ok(Reply::Data(json!({ "updates": told })))
}

/// `PUT …/styles_batch_update`.
fn batch(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let asked = member(call, "data").as_array();
    let asked = asked.ok_or_else(|| fault(call, WRONG_BODY))?;
    let mut plan = Vec::new();
    for one in asked {
        let style = check(call, one.get("style").unwrap_or(&Value::Null))?;
        let ranges = one.get("ranges").and_then(Value::as_array);
        for range in ranges.into_iter().flatten() {
            let range = range.as_str().ok_or_else(|| fault(call, WRONG_RANGE))?;
            changeable(state, call, range)?;
            plan.push((range, style.clone()));
        }
    }
    let mut responses = Vec::new();
    for (range, style) in plan {
        responses.push(styled(state, call, range, &style)?);
    }
    let total = |name: &str| -> u64 {
        responses
            .iter()
            .filter_map(|one| one.get(name)?.as_u64())
            .sum()
    };
    let (rows, columns, cells) = (
        total("updatedRows"),
        total("updatedColumns"),
        total("updatedCells"),
    );
    let revision = changed(state, call);
    Ok(Reply::Data(json!({
        "spreadsheetToken": token(call),
        "totalUpdatedRows": rows,
        "totalUpdatedColumns": columns,
        "totalUpdatedCells": cells,
        "revision": revision,
        "responses": responses,
    })))
}

/// `POST …/merge_cells`.
fn merge(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (id, area) = changeable(state, call, text(call.body, "range"))?;
    let parts: Vec<Area> = match text(call.body, "mergeType") {
        "MERGE_ALL" => vec![area],
        "MERGE_ROWS" => (area.top..area.bottom)
            .map(|row| Area {
                top: row,
                bottom: row + 1,
                ..area
            })
            .collect(),
        "MERGE_COLUMNS" => (area.left..area.right)
            .map(|column| Area {
                left: column,
                right: column + 1,
                ..area
            })
            .collect(),
        _ => return Err(fault(call, WRONG_BODY)),
    };
    if parts.iter().all(|part| part.cells() < 2) || area.cells() > 100_000 {
        return Err(fault(call, WRONG_RANGE));
    }
    let tab = tab_mut(state, call, &id)?;
    tab.merges.retain(|known| !known.meets(&area));
    for part in parts {
        // What lies under the merge is gone.
        for (row, column) in part.places().skip(1) {
            tab.put(row, column, Value::Null);
        }
        tab.merges.push(part);
    }
    changed(state, call);
    Ok(Reply::Data(json!({ "spreadsheetToken": token(call) })))
}

/// `POST …/unmerge_cells`.
fn unmerge(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (id, area) = changeable(state, call, text(call.body, "range"))?;
    tab_mut(state, call, &id)?
        .merges
        .retain(|known| !known.meets(&area));
    changed(state, call);
    Ok(Reply::Data(json!({ "spreadsheetToken": token(call) })))
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    (
        "PUT",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/style",
        put,
    ),
    (
        "PUT",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/styles_batch_update",
        batch,
    ),
    (
        "POST",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/merge_cells",
        merge,
    ),
    (
        "POST",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/unmerge_cells",
        unmerge,
    ),
];

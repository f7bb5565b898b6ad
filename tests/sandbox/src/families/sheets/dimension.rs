//! Rows and columns: added, inserted, sized, hidden, moved, deleted.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::area::Area;
use super::book::{CELLS_MAX, COLUMNS_MAX, Tab};
use super::{
    TOO_MANY_CELLS, TOO_MUCH, WRONG_BODY, WRONG_PLACE, WRONG_RANGE, changed, fault, member, number,
    open, tab, tab_mut, text, unlocked,
};
use crate::State;
use crate::families::Route;
use crate::families::access::Level;
use crate::families::common::path;
use crate::gateway::{ApiError, Call, Reply};

/// Most rows or columns of one call.
const LINES_MAX: u32 = 5_000;

/// Rows or columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Rows,
    Columns,
}

impl Line {
    pub(super) fn parse(word: &str) -> Option<Self> {
        match word {
            "ROWS" => Some(Self::Rows),
            "COLUMNS" => Some(Self::Columns),
            _ => None,
        }
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Rows => "ROWS",
            Self::Columns => "COLUMNS",
        }
    }

    const fn count(self, tab: &Tab) -> u32 {
        match self {
            Self::Rows => tab.rows,
            Self::Columns => tab.columns,
        }
    }
}

/// Where an index goes; `None` when it is deleted.
type Map<'m> = &'m dyn Fn(u32) -> Option<u32>;

fn moved_keys<T>(map: BTreeMap<u32, T>, to: Map<'_>) -> BTreeMap<u32, T> {
    map.into_iter()
        .filter_map(|(at, value)| Some((to(at)?, value)))
        .collect()
}

/// Start and end of what is left of a stretch.
fn stretch(start: u32, end: u32, to: Map<'_>) -> Option<(u32, u32)> {
    let first = (start..end).find_map(to)?;
    let last = (start..end).rev().find_map(to)?;
    (first <= last).then_some((first, last + 1))
}

fn moved_area(area: &Area, line: Line, to: Map<'_>) -> Option<Area> {
    Some(match line {
        Line::Rows => {
            let (top, bottom) = stretch(area.top, area.bottom, to)?;
            Area {
                top,
                bottom,
                ..*area
            }
        }
        Line::Columns => {
            let (left, right) = stretch(area.left, area.right, to)?;
            Area {
                left,
                right,
                ..*area
            }
        }
    })
}

/// Puts everything that a sheet holds where `to` says.
fn rearrange(tab: &mut Tab, line: Line, to: Map<'_>) {
    let cells = std::mem::take(&mut tab.cells);
    let (lengths, hidden) = match line {
        Line::Rows => {
            tab.cells = moved_keys(cells, to);
            (&mut tab.heights, &mut tab.hidden_rows)
        }
        Line::Columns => {
            tab.cells = cells
                .into_iter()
                .map(|(row, cells)| (row, moved_keys(cells, to)))
                .collect();
            (&mut tab.widths, &mut tab.hidden_columns)
        }
    };
    *lengths = moved_keys(std::mem::take(lengths), to);
    *hidden = std::mem::take(hidden)
        .into_iter()
        .filter_map(to)
        .collect::<BTreeSet<u32>>();
    let areas = |areas: &mut Vec<Area>| {
        *areas = areas
            .iter()
            .filter_map(|area| moved_area(area, line, to))
            .collect();
    };
    areas(&mut tab.merges);
    for dropdown in &mut tab.dropdowns {
        areas(&mut dropdown.areas);
    }
    tab.dropdowns.retain(|dropdown| !dropdown.areas.is_empty());
    tab.guards.retain_mut(|guard| {
        if guard.rows != (line == Line::Rows) {
            return true;
        }
        let left = stretch(guard.start, guard.end, to);
        (guard.start, guard.end) = left.unwrap_or_default();
        left.is_some()
    });
    tab.filter = tab.filter.take().and_then(|mut filter| {
        filter.area = moved_area(&filter.area, line, to)?;
        Some(filter)
    });
    tab.views
        .retain_mut(|view| match moved_area(&view.area, line, to) {
            Some(area) => {
                view.area = area;
                true
            }
            None => false,
        });
}

/// Makes room for empty rows or columns before `at`.
pub(super) fn insert(tab: &mut Tab, line: Line, at: u32, count: u32) {
    match line {
        Line::Rows => tab.rows += count,
        Line::Columns => tab.columns += count,
    }
    rearrange(tab, line, &|index| {
        Some(if index >= at { index + count } else { index })
    });
}

fn remove(tab: &mut Tab, line: Line, start: u32, end: u32) {
    match line {
        Line::Rows => tab.rows -= end - start,
        Line::Columns => tab.columns -= end - start,
    }
    rearrange(tab, line, &|index| {
        if index < start {
            Some(index)
        } else {
            (index >= end).then(|| index - (end - start))
        }
    });
}

/// Moves `start..end` to before `to`.
fn shift(tab: &mut Tab, line: Line, (start, end): (u32, u32), to: u32) {
    let count = end - start;
    rearrange(tab, line, &|index| {
        Some(if (start..end).contains(&index) {
            if to > start {
                index - start + to - count
            } else {
                index - start + to
            }
        } else if index >= end && index < to {
            index - count
        } else if index < start && index >= to {
            index + count
        } else {
            index
        })
    });
}

/// The dimension of a body: sheet, direction, and what it says of indexes.
fn dimension<'c>(call: &Call<'c>) -> Result<(String, Line, &'c Value), ApiError> {
    let dimension = member(call, "dimension");
    let id = text(dimension, "sheetId").to_owned();
    let line = Line::parse(text(dimension, "majorDimension"));
    Ok((id, line.ok_or_else(|| fault(call, WRONG_PLACE))?, dimension))
}

/// Checks that the caller may change these lines of the sheet.
fn allowed(
    state: &State,
    call: &Call<'_>,
    id: &str,
    line: Line,
    (start, end): (u32, u32),
) -> Result<(), ApiError> {
    let entry = open(state, call, Level::Edit)?;
    let tab = tab(state, call, id)?;
    if start >= end || end > line.count(tab) {
        return Err(fault(call, WRONG_PLACE));
    }
    if end - start > LINES_MAX {
        return Err(fault(call, TOO_MUCH));
    }
    let area = match line {
        Line::Rows => Area {
            top: start,
            bottom: end,
            ..tab.grid()
        },
        Line::Columns => Area {
            left: start,
            right: end,
            ..tab.grid()
        },
    };
    unlocked(state, call, &entry, tab, &area)
}

fn fits(call: &Call<'_>, tab: &Tab, line: Line, count: u32) -> Result<(), ApiError> {
    if count == 0 || count > LINES_MAX {
        return Err(fault(call, TOO_MUCH));
    }
    let (rows, columns) = match line {
        Line::Rows => (tab.rows + count, tab.columns),
        Line::Columns => (tab.rows, tab.columns + count),
    };
    if u64::from(rows) * u64::from(columns) > CELLS_MAX || columns > COLUMNS_MAX {
        return Err(fault(call, TOO_MANY_CELLS));
    }
    Ok(())
}

/// `POST …/dimension_range`: more at the end.
fn add(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::Edit)?;
    let (id, line, dimension) = dimension(call)?;
    let count = number(dimension, "length").unwrap_or(0);
    fits(call, tab(state, call, &id)?, line, count)?;
    let tab = tab_mut(state, call, &id)?;
    match line {
        Line::Rows => tab.rows += count,
        Line::Columns => tab.columns += count,
    }
    changed(state, call);
    Ok(Reply::Data(
        json!({ "addCount": count, "majorDimension": line.word() }),
    ))
}

/// `POST …/insert_dimension_range`: from 0, end excluded.
fn insert_range(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let entry = open(state, call, Level::Edit)?;
    let (id, line, dimension) = dimension(call)?;
    if !matches!(text(call.body, "inheritStyle"), "" | "BEFORE" | "AFTER") {
        return Err(fault(call, WRONG_BODY));
    }
    let ends = number(dimension, "startIndex").zip(number(dimension, "endIndex"));
    let (start, end) = ends.ok_or_else(|| fault(call, WRONG_PLACE))?;
    let found = tab(state, call, &id)?;
    if start >= end || start > line.count(found) {
        return Err(fault(call, WRONG_PLACE));
    }
    fits(call, found, line, end - start)?;
    if found.lock.is_some() {
        unlocked(state, call, &entry, found, &found.grid())?;
    }
    insert(tab_mut(state, call, &id)?, line, start, end - start);
    changed(state, call);
    Ok(Reply::Data(json!({})))
}

/// Indexes of the endpoints that count from 1 and include the end.
fn from_one(call: &Call<'_>, dimension: &Value) -> Result<(u32, u32), ApiError> {
    let start = number(dimension, "startIndex").and_then(|start| start.checked_sub(1));
    let ends = start.zip(number(dimension, "endIndex"));
    ends.ok_or_else(|| fault(call, WRONG_PLACE))
}

/// `PUT …/dimension_range`: size and visibility.
fn update(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (id, line, dimension) = dimension(call)?;
    let (start, end) = from_one(call, dimension)?;
    allowed(state, call, &id, line, (start, end))?;
    let wanted = member(call, "dimensionProperties");
    let (visible, size) = (
        wanted.get("visible").and_then(Value::as_bool),
        number(wanted, "fixedSize"),
    );
    if visible.is_none() && size.is_none() {
        return Err(fault(call, WRONG_BODY));
    }
    let tab = tab_mut(state, call, &id)?;
    let (lengths, hidden) = match line {
        Line::Rows => (&mut tab.heights, &mut tab.hidden_rows),
        Line::Columns => (&mut tab.widths, &mut tab.hidden_columns),
    };
    for index in start..end {
        if let Some(size) = size {
            lengths.insert(index, size);
        }
        match visible {
            Some(true) => _ = hidden.remove(&index),
            Some(false) => _ = hidden.insert(index),
            None => {}
        }
    }
    changed(state, call);
    Ok(Reply::Data(json!({})))
}

/// `DELETE …/dimension_range`.
fn delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (id, line, dimension) = dimension(call)?;
    let (start, end) = from_one(call, dimension)?;
    allowed(state, call, &id, line, (start, end))?;
    // A sheet keeps one row and one column.
    if start == 0 && end == line.count(tab(state, call, &id)?) {
        return Err(fault(call, WRONG_PLACE));
    }
    remove(tab_mut(state, call, &id)?, line, start, end);
    changed(state, call);
    Ok(Reply::Data(
        json!({ "delCount": end - start, "majorDimension": line.word() }),
    ))
}

/// `POST sheets/v3/…/move_dimension`: from 0, end included.
fn move_range(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let source = member(call, "source");
    let line = Line::parse(text(source, "major_dimension"));
    let line = line.ok_or_else(|| fault(call, WRONG_BODY))?;
    let ends = number(source, "start_index").zip(number(source, "end_index"));
    let (start, last) = ends.ok_or_else(|| fault(call, WRONG_RANGE))?;
    let to = number(call.body, "destination_index").ok_or_else(|| fault(call, WRONG_RANGE))?;
    let id = path(call, "sheet_id").to_owned();
    allowed(state, call, &id, line, (start, last + 1)).map_err(|error| match error.code {
        1_310_212 => fault(call, WRONG_RANGE),
        _ => error,
    })?;
    if to > line.count(tab(state, call, &id)?) || (start + 1..=last).contains(&to) {
        return Err(fault(call, WRONG_RANGE));
    }
    shift(tab_mut(state, call, &id)?, line, (start, last + 1), to);
    changed(state, call);
    Ok(Reply::Data(json!({})))
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    (
        "POST",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheet_token/dimension_range",
        add,
    ),
    (
        "POST",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/insert_dimension_range",
        insert_range,
    ),
    (
        "PUT",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/dimension_range",
        update,
    ),
    (
        "DELETE",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/dimension_range",
        delete,
    ),
    (
        "POST",
        "/open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/:sheet_id/move_dimension",
        move_range,
    ),
];

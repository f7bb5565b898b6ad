//! The areas that formulas need.

use formulas::{Area, Cell, Fault, Plan, Tab, Value};

use super::refused;
use crate::{
    ToolCx, ToolError,
    sheets::{
        a1,
        book::{self, Book},
        cell,
        grid::{self, View},
        plain::words,
    },
};

/// The tabs as formulas name them.
pub(super) fn tabs(book: &Book) -> Vec<Tab> {
    let tab = |tab: &book::Tab| Tab {
        name: tab.title.clone(),
        // What is no grid has no cells.
        rows: if tab.is_grid { tab.rows } else { 0 },
        columns: if tab.is_grid { tab.columns } else { 0 },
    };
    book.tabs.iter().map(tab).collect()
}

/// The tab that places without one are in.
pub(super) fn home(cx: &ToolCx, book: &Book, named: Option<&str>) -> Result<usize, ToolError> {
    let place = match named.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => book.find(name).ok_or_else(|| book.unknown(cx, name))?,
        None => book.place(cx, None)?.tab,
    };
    Ok(number(book, place))
}

/// The number of a tab in [`tabs`].
pub(super) fn number(book: &Book, tab: &book::Tab) -> usize {
    let at = book.tabs.iter().position(|one| one.id == tab.id);
    at.unwrap_or_default()
}

/// Fetches until nothing is missing; gives the revision that was read.
pub(super) async fn fill(cx: &ToolCx, book: &Book, plan: &mut Plan) -> Result<i64, ToolError> {
    let mut revision = 0;
    loop {
        let areas = plan.missing().map_err(|refusal| refused(cx, &refusal))?;
        if areas.is_empty() {
            return Ok(revision);
        }
        for area in areas {
            let (read, rows) = look(cx, book, &area, plan.follows_formulas()).await?;
            revision = read;
            plan.add(area, rows)
                .map_err(|refusal| refused(cx, &refusal))?;
        }
    }
}

/// An area with its values, and with its formulas where they matter.
async fn look(
    cx: &ToolCx,
    book: &Book,
    area: &Area,
    formulas: bool,
) -> Result<(i64, Vec<Vec<Cell>>), ToolError> {
    let sheet = &book.tabs[area.tab].id;
    let part = a1::Area {
        top: area.from.row - 1,
        bottom: area.to.row,
        left: area.from.column - 1,
        right: area.to.column,
    };
    let token = &book.target.token;
    let values = grid::fetch(cx, token, sheet, part, View::Values).await?;
    let written = if formulas {
        Some(grid::fetch(cx, token, sheet, part, View::Formulas).await?)
    } else {
        None
    };
    let rows = values.rows.iter().enumerate().map(|(row, cells)| {
        let cells = cells.iter().enumerate().map(|(column, value)| {
            let written = written.as_ref().and_then(|written| written.rows.get(row));
            Cell {
                value: plain(value),
                formula: match written.and_then(|row| row.get(column)) {
                    Some(cell::Value::Formula(text)) => Some(text.clone()),
                    _ => None,
                },
            }
        });
        cells.collect()
    });
    Ok((values.revision, rows.collect()))
}

/// A value as formulas see it.
fn plain(value: &cell::Value) -> Value {
    match value {
        cell::Value::Empty => Value::Blank,
        cell::Value::Number(number) | cell::Value::Date(number) => Value::Number(*number),
        cell::Value::Bool(truth) => Value::Bool(*truth),
        cell::Value::Text(text) | cell::Value::Formula(text) => {
            Fault::named(text).map_or_else(|| Value::Text(text.clone()), Value::Error)
        }
        // The words of links and mentions, as the sheet's own formulas see them.
        rich @ cell::Value::Rich(_) => Value::Text(words(rich, "UTC")),
    }
}

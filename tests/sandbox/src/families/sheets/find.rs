//! Finding and replacing text in a range.

use serde_json::{Value, json};

use super::area::{Area, cell_name};
use super::render::{Look, Show, print, text_of};
use super::{
    NO_VALUE, TOO_MUCH, WRONG_RANGE, all, changed, fault, member, open, range, tab, tab_mut, text,
    unlocked,
};
use crate::State;
use crate::families::Route;
use crate::families::access::Level;
use crate::families::common::path;
use crate::gateway::{ApiError, Call, Reply};

const WRONG_EXPRESSION: i64 = 248;
/// Most cells that one call replaces in.
const REPLACED_MAX: usize = 5_000;

/// What is looked for.
struct Wanted {
    text: String,
    /// `match_case: true` ignores case, as documented.
    any_case: bool,
    entire: bool,
    formulas: bool,
}

impl Wanted {
    fn read(call: &Call<'_>) -> Result<Self, ApiError> {
        let condition = member(call, "find_condition");
        let flag = |name: &str| {
            condition
                .get(name)
                .and_then(Value::as_bool)
                .unwrap_or(false)
        };
        let wanted = text(call.body, "find").to_owned();
        if wanted.is_empty() {
            return Err(fault(call, NO_VALUE));
        }
        // Expressions are not simulated; one without signs is a plain text.
        if flag("search_by_regex") && wanted.contains(|c: char| "\\^$.|?*+()[]{}".contains(c)) {
            return Err(fault(call, WRONG_EXPRESSION));
        }
        Ok(Self {
            text: wanted,
            any_case: flag("match_case"),
            entire: flag("match_entire_cell"),
            formulas: flag("include_formulas"),
        })
    }

    fn folded(&self, text: &str) -> String {
        if self.any_case {
            text.to_lowercase()
        } else {
            text.to_owned()
        }
    }

    fn fits(&self, shown: &str) -> bool {
        let (shown, wanted) = (self.folded(shown), self.folded(&self.text));
        if self.entire {
            shown == wanted
        } else {
            shown.contains(&wanted)
        }
    }

    fn replaced(&self, shown: &str, by: &str) -> String {
        if self.entire {
            return by.to_owned();
        }
        if !self.any_case {
            return shown.replace(&self.text, by);
        }
        let (mut out, mut rest) = (String::new(), shown);
        let wanted = self.folded(&self.text);
        while let Some(c) = rest.chars().next() {
            let head: String = rest.chars().take(self.text.chars().count()).collect();
            if self.folded(&head) == wanted {
                out.push_str(by);
                rest = &rest[head.len()..];
            } else {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        out
    }
}

/// The cells that fit: those with text or numbers, or those with formulas.
fn matched(state: &State, call: &Call<'_>, wanted: &Wanted) -> Result<Vec<(u32, u32)>, ApiError> {
    let (found, area) = range(state, call, text(member(call, "find_condition"), "range"))?;
    if found.id != path(call, "sheet_id") {
        return Err(fault(call, WRONG_RANGE));
    }
    let tabs = all(state, call);
    let look = Look {
        show: Show::Formatted,
        dates: true,
    };
    let area = Area {
        bottom: area
            .bottom
            .min(found.used_rows(area.left, area.right).max(area.top)),
        ..area
    };
    Ok(area
        .places()
        .filter(|place| {
            let Some(cell) = found.cell(place.0, place.1).filter(|cell| !cell.is_empty()) else {
                return false;
            };
            match (cell.formula(), wanted.formulas) {
                (Some(formula), true) => wanted.fits(formula),
                (None, true) => false,
                (_, false) => wanted.fits(&text_of(&print(tabs, found, *place, look))),
            }
        })
        .collect())
}

fn told(cells: &[(u32, u32)], wanted: &Wanted) -> Value {
    let names: Vec<String> = cells
        .iter()
        .map(|(row, column)| cell_name(*row, *column))
        .collect();
    let mut rows: Vec<u32> = cells.iter().map(|(row, _)| *row).collect();
    rows.dedup();
    let (values, formulas) = if wanted.formulas {
        (Vec::new(), names)
    } else {
        (names, Vec::new())
    };
    json!({
        "matched_cells": values,
        "matched_formula_cells": formulas,
        "rows_count": rows.len(),
    })
}

/// `POST …/find`.
fn find(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::View)?;
    let wanted = Wanted::read(call)?;
    let cells = matched(state, call, &wanted)?;
    Ok(Reply::Data(json!({ "find_result": told(&cells, &wanted) })))
}

/// `POST …/replace`: in cells without a formula, or within formulas.
fn replace(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let entry = open(state, call, Level::Edit)?;
    let wanted = Wanted::read(call)?;
    let by = text(call.body, "replacement").to_owned();
    let id = path(call, "sheet_id").to_owned();
    let mut cells = matched(state, call, &wanted)?;
    let found = tab(state, call, &id)?;
    if !wanted.formulas {
        let plain = |place: &(u32, u32)| {
            found
                .cell(place.0, place.1)
                .is_some_and(|cell| cell.formula().is_none())
        };
        cells.retain(plain);
    }
    if cells.len() > REPLACED_MAX {
        return Err(fault(call, TOO_MUCH));
    }
    for (row, column) in &cells {
        unlocked(state, call, &entry, found, &Area::cell(*row, *column))?;
    }
    let tab = tab_mut(state, call, &id)?;
    for (row, column) in &cells {
        let cell = tab.cell_mut(*row, *column);
        let new = wanted.replaced(&text_of(&cell.value), &by);
        cell.value = if cell.formula().is_some() {
            json!({ "type": "formula", "text": new })
        } else {
            match new.parse::<f64>() {
                Ok(number) if cell.value.is_number() => json!(number),
                _ => Value::from(new),
            }
        };
    }
    changed(state, call);
    Ok(Reply::Data(
        json!({ "replace_result": told(&cells, &wanted) }),
    ))
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    (
        "POST",
        "/open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/:sheet_id/find",
        find,
    ),
    (
        "POST",
        "/open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/:sheet_id/replace",
        replace,
    ),
];

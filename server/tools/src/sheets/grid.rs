//! Cells of a rectangle, in as few calls as Feishu's limits allow.

use feishu::{
    FeishuError,
    api::sheets::{self as api, Dates, Look, Render},
};
use serde_json::Value as Json;

use super::{a1::Area, cell::Value};
use crate::{ToolCx, ToolError};

/// Cells of one call; Feishu's answer may have 10 MB.
const CELLS: u64 = 60_000;
/// Feishu's answer would be larger than it sends.
const TOO_LARGE: i64 = 90_221;

/// How the cells are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// Results, typed.
    Values,
    /// Results as people see them.
    Formatted,
    /// Formulas as they were written; other cells typed.
    Formulas,
}

impl View {
    /// One cell of this view, as one column of a line.
    pub(crate) fn show(self, value: &Value, zone: &str) -> String {
        match self {
            Self::Formatted => value.seen(zone),
            Self::Values | Self::Formulas => value.show(zone),
        }
    }
}

/// A rectangle with what is in it; every row has all columns.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    pub(crate) area: Area,
    pub(crate) rows: Vec<Vec<Value>>,
    /// The revision of the spreadsheet that was read.
    pub(crate) revision: i64,
}

impl Grid {
    /// The cell of a row and column of the tab.
    pub(crate) fn at(&self, row: u32, column: u32) -> Option<&Value> {
        let row = usize::try_from(row.checked_sub(self.area.top)?).ok()?;
        let column = usize::try_from(column.checked_sub(self.area.left)?).ok()?;
        self.rows.get(row)?.get(column)
    }

    /// Cells that hold something.
    pub(crate) fn filled(&self) -> usize {
        self.rows
            .iter()
            .flatten()
            .filter(|value| !value.is_empty())
            .count()
    }
}

/// Reads a rectangle of a tab.
///
/// # Errors
/// Feishu's refusals; a rectangle outside of the tab is one.
pub(crate) async fn fetch(
    cx: &ToolCx,
    spreadsheet: &str,
    sheet: &str,
    area: Area,
    view: View,
) -> Result<Grid, ToolError> {
    let mut rows = Vec::new();
    let (mut top, mut revision) = (area.top, 0);
    let most = CELLS / u64::from(area.columns());
    let mut step = u32::try_from(most).unwrap_or(u32::MAX).max(1);
    while top < area.bottom {
        cx.check()?;
        let part = Area {
            top,
            bottom: area.bottom.min(top.saturating_add(step)),
            ..area
        };
        match look(cx, spreadsheet, &part.range(sheet), view).await {
            Ok((now, values)) => {
                revision = now;
                rows.extend(whole(values, &part));
                top = part.bottom;
            }
            // A few rows with long texts: ask for fewer.
            Err(fault) if is_too_large(&fault) && part.rows() > 1 => step = part.rows() / 2,
            Err(fault) => return Err(cx.fault(fault)),
        }
    }
    Ok(Grid {
        area,
        rows,
        revision,
    })
}

/// The revision that the spreadsheet has now.
///
/// # Errors
/// Feishu's refusals.
pub(crate) async fn revision(
    cx: &ToolCx,
    spreadsheet: &str,
    sheet: &str,
) -> Result<i64, ToolError> {
    let first = Area {
        top: 0,
        bottom: 1,
        left: 0,
        right: 1,
    };
    Ok(fetch(cx, spreadsheet, sheet, first, View::Formatted)
        .await?
        .revision)
}

const fn is_too_large(fault: &FeishuError) -> bool {
    matches!(
        fault,
        FeishuError::TooLarge { .. }
            | FeishuError::Api {
                code: TOO_LARGE,
                ..
            }
    )
}

/// Feishu may leave out what is empty at the end of rows and below.
fn whole(mut rows: Vec<Vec<Value>>, area: &Area) -> Vec<Vec<Value>> {
    let size = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    rows.resize_with(size(area.rows()), Vec::new);
    for row in &mut rows {
        row.resize(size(area.columns()), Value::Empty);
    }
    rows
}

async fn look(
    cx: &ToolCx,
    spreadsheet: &str,
    range: &str,
    view: View,
) -> Result<(i64, Vec<Vec<Value>>), FeishuError> {
    let ranges = [range.to_owned()];
    let call = async |render, dates| {
        let look = Look { render, dates };
        let (revision, found) = api::read(&cx.feishu, spreadsheet, &ranges, look).await?;
        let first = found.into_iter().next().unwrap_or_default();
        Ok::<_, FeishuError>((revision, first.values))
    };
    // Dates are numbers; only next to their text are they known to be dates.
    match view {
        View::Formatted => {
            let (revision, rows) = call(Render::Formatted, Dates::Text).await?;
            Ok((
                revision,
                rows.iter()
                    .map(|row| row.iter().map(Value::of).collect())
                    .collect(),
            ))
        }
        View::Values => {
            let (raw, shown) = futures::try_join!(
                call(Render::Unformatted, Dates::Serial),
                call(Render::Unformatted, Dates::Text),
            )?;
            Ok((raw.0, paired(&raw.1, &shown.1, Value::dated)))
        }
        View::Formulas => {
            let (raw, formulas) = futures::try_join!(
                call(Render::Unformatted, Dates::Serial),
                call(Render::Formula, Dates::Text),
            )?;
            let by = |raw: &Json, formula: &Json| Value::with_formula(formula, raw);
            Ok((raw.0, paired(&raw.1, &formulas.1, by)))
        }
    }
}

fn paired(
    first: &[Vec<Json>],
    second: &[Vec<Json>],
    both: impl Fn(&Json, &Json) -> Value,
) -> Vec<Vec<Value>> {
    let other = |row: usize, column: usize| second.get(row).and_then(|row| row.get(column));
    first
        .iter()
        .enumerate()
        .map(|(row, values)| {
            let cells = values.iter().enumerate();
            cells
                .map(|(column, value)| both(value, other(row, column).unwrap_or(&Json::Null)))
                .collect()
        })
        .collect()
}

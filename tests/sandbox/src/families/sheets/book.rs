//! What a spreadsheet holds.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::area::Area;

/// Most cells of a spreadsheet.
pub(crate) const CELLS_MAX: u64 = 5_000_000;
/// Most columns of a sheet.
pub(crate) const COLUMNS_MAX: u32 = 13_000;
/// Most sheets.
pub(crate) const TABS_MAX: usize = 300;

/// One cell that holds something.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Cell {
    /// A text, number or boolean, one segment (`{"type":"formula",…}`) or a list of segments.
    pub(crate) value: Value,
    /// What was set with the style endpoints.
    pub(crate) style: Map<String, Value>,
}

impl Cell {
    pub(crate) fn is_empty(&self) -> bool {
        is_blank(&self.value)
    }

    /// The number format.
    pub(crate) fn formatter(&self) -> &str {
        let known = self.style.get("formatter").and_then(Value::as_str);
        known.unwrap_or_default()
    }

    /// The text of a formula.
    pub(crate) fn formula(&self) -> Option<&str> {
        let object = self.value.as_object()?;
        (object.get("type")? == "formula").then(|| object.get("text")?.as_str())?
    }
}

/// Whether a value is nothing.
pub(crate) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// A protected stretch of rows or columns, or the lock of a whole sheet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Guard {
    /// Digits.
    pub(crate) id: String,
    /// Rows, not columns.
    pub(crate) rows: bool,
    /// First one, from 0.
    pub(crate) start: u32,
    /// After the last.
    pub(crate) end: u32,
    /// Who protected it.
    pub(crate) owner: String,
    /// Keys of the people who may change it.
    pub(crate) editors: Vec<String>,
    /// Told to everybody else.
    pub(crate) info: String,
}

/// A rule of a filter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Rule {
    /// Letter of the column.
    pub(crate) column: String,
    /// `filter_type`, `compare_type`, `expected`.
    pub(crate) condition: Value,
}

/// The filter of a sheet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Filter {
    /// Row 1 of it is the header.
    pub(crate) area: Area,
    /// By column.
    pub(crate) rules: Vec<Rule>,
}

/// A filter view.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FilterView {
    /// Ten characters.
    pub(crate) id: String,
    /// Shown name.
    pub(crate) name: String,
    /// What it filters.
    pub(crate) area: Area,
    /// By column.
    pub(crate) rules: Vec<Rule>,
}

/// A dropdown of some cells.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Dropdown {
    /// Where it holds.
    pub(crate) areas: Vec<Area>,
    /// What may be chosen.
    pub(crate) values: Vec<String>,
    /// `multipleValues`, `highlightValidData`, `colors`.
    pub(crate) options: Map<String, Value>,
}

/// One sheet of a spreadsheet.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
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
    /// Columns that stay in view.
    pub(crate) frozen_columns: u32,
    /// Not shown.
    pub(crate) hidden: bool,
    /// By row and column, from 0.
    pub(crate) cells: BTreeMap<u32, BTreeMap<u32, Cell>>,
    /// Merged cells.
    pub(crate) merges: Vec<Area>,
    /// Protected rows and columns.
    pub(crate) guards: Vec<Guard>,
    /// The lock of the whole sheet.
    pub(crate) lock: Option<Guard>,
    /// The filter that all see.
    pub(crate) filter: Option<Filter>,
    /// Named filters.
    pub(crate) views: Vec<FilterView>,
    /// Dropdowns.
    pub(crate) dropdowns: Vec<Dropdown>,
    /// Pictures over the cells, as the API prints them.
    pub(crate) images: Vec<Value>,
    /// Conditional formats, as the API prints them.
    pub(crate) conditions: Vec<Value>,
    /// Pixels of rows and columns that were sized.
    pub(crate) heights: BTreeMap<u32, u32>,
    /// As `heights`.
    pub(crate) widths: BTreeMap<u32, u32>,
    /// Rows out of view.
    pub(crate) hidden_rows: BTreeSet<u32>,
    /// Columns out of view.
    pub(crate) hidden_columns: BTreeSet<u32>,
}

impl Tab {
    /// The sheet of a new spreadsheet.
    pub(crate) fn empty(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            title: "Sheet1".to_owned(),
            rows: 200,
            columns: 20,
            ..Self::default()
        }
    }

    /// The cell at a place; `None` where nothing was ever put.
    pub(crate) fn cell(&self, row: u32, column: u32) -> Option<&Cell> {
        self.cells.get(&row)?.get(&column)
    }

    /// The cell at a place, to be changed.
    pub(crate) fn cell_mut(&mut self, row: u32, column: u32) -> &mut Cell {
        self.cells
            .entry(row)
            .or_default()
            .entry(column)
            .or_default()
    }

    /// Puts a value; nothing takes the value out and leaves the style.
    pub(crate) fn put(&mut self, row: u32, column: u32, value: Value) {
        if is_blank(&value) {
            if let Some(cell) = self
                .cells
                .get_mut(&row)
                .and_then(|row| row.get_mut(&column))
            {
                cell.value = Value::Null;
            }
        } else {
            self.cell_mut(row, column).value = value;
        }
    }

    /// The row after the last that holds something, within some columns.
    pub(crate) fn used_rows(&self, left: u32, right: u32) -> u32 {
        let last = self
            .cells
            .iter()
            .rev()
            .find(|(_, row)| row.range(left..right).any(|(_, cell)| !cell.is_empty()));
        last.map_or(0, |(row, _)| row + 1)
    }

    /// The column after the last that holds something.
    pub(crate) fn used_columns(&self) -> u32 {
        let filled = self.cells.values().flat_map(|row| {
            row.iter()
                .filter(|(_, cell)| !cell.is_empty())
                .map(|(column, _)| column + 1)
        });
        filled.max().unwrap_or(0)
    }

    /// Cells of the grid.
    pub(crate) fn size(&self) -> u64 {
        u64::from(self.rows) * u64::from(self.columns)
    }

    /// The whole grid.
    pub(crate) const fn grid(&self) -> Area {
        Area {
            top: 0,
            bottom: self.rows,
            left: 0,
            right: self.columns,
        }
    }

    /// Whether a change of these cells is kept from this person.
    pub(crate) fn locked(&self, actor: &str, area: &Area) -> bool {
        let guards = self.guards.iter().chain(&self.lock);
        let mut against = guards.filter(|guard| {
            guard.owner != actor && !guard.editors.iter().any(|editor| editor == actor)
        });
        against.any(|guard| {
            let (start, end) = if guard.rows {
                (area.top, area.bottom)
            } else {
                (area.left, area.right)
            };
            guard.start < end && start < guard.end
        })
    }
}

/// All spreadsheets.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Sheets {
    /// By spreadsheet token.
    pub(crate) spreadsheets: HashMap<String, Vec<Tab>>,
    /// How often each was changed.
    pub(crate) revisions: HashMap<String, i64>,
}

impl Sheets {
    /// The revision of a spreadsheet.
    pub(crate) fn revision(&self, token: &str) -> i64 {
        1 + self.revisions.get(token).copied().unwrap_or(0)
    }

    /// Notes a change; gives the new revision.
    pub(crate) fn touch(&mut self, token: &str) -> i64 {
        *self.revisions.entry(token.to_owned()).or_default() += 1;
        self.revision(token)
    }
}

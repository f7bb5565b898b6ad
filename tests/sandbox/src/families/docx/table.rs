//! Rows, columns and merges of a table block.

use serde_json::{Map, Value, json};

use super::super::common::fault;
use super::assemble::{TABLE_CELLS_MAX, TABLE_COLUMNS_MAX, empty_slot, table_size};
use super::kinds;
use super::tree::{Block, Document};
use crate::gateway::ApiError;
use crate::ids::IdSource;

/// Rows or columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Axis {
    /// Rows.
    Row,
    /// Columns.
    Column,
}

impl Axis {
    /// The code for an index outside the table.
    const fn over_range(self) -> i64 {
        match self {
            Self::Row => 1_770_026,
            Self::Column => 1_770_027,
        }
    }
}

/// A merged rectangle: its first cell and how far it spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Area {
    row: usize,
    column: usize,
    rows: usize,
    columns: usize,
}

impl Area {
    const fn overlaps(self, other: Self) -> bool {
        self.row < other.row + other.rows
            && other.row < self.row + self.rows
            && self.column < other.column + other.columns
            && other.column < self.column + self.columns
    }

    const fn contains(self, other: Self) -> bool {
        self.row <= other.row
            && self.column <= other.column
            && self.row + self.rows >= other.row + other.rows
            && self.column + self.columns >= other.column + other.columns
    }
}

impl Document {
    /// Inserts an empty row or column before `index`; -1 appends.
    pub(crate) fn insert_line(
        &mut self,
        id: &str,
        axis: Axis,
        index: i64,
        mint: &mut IdSource,
    ) -> Result<(), ApiError> {
        let table = self.of_kind(id, kinds::TABLE)?;
        let (rows, columns) = table_size(&table.payload);
        let len = if axis == Axis::Row { rows } else { columns };
        let at = match index {
            -1 => len,
            _ => usize::try_from(index)
                .ok()
                .filter(|at| *at <= len)
                .ok_or_else(|| fault(axis.over_range()))?,
        };
        if axis == Axis::Column && columns + 1 > TABLE_COLUMNS_MAX {
            return Err(fault(1_770_010));
        }
        let (rows_then, columns_then) = if axis == Axis::Row {
            (rows + 1, columns)
        } else {
            (rows, columns + 1)
        };
        if rows_then * columns_then > TABLE_CELLS_MAX {
            return Err(fault(1_770_011));
        }
        let mut areas = read_areas(table, columns);
        let old = table.children.clone();
        let mut blocks = Vec::new();
        let mut cells = Vec::with_capacity(rows_then * columns_then);
        for row in 0..rows_then {
            for column in 0..columns_then {
                let place = if axis == Axis::Row { row } else { column };
                if place == at {
                    cells.push(empty_slot(
                        kinds::TABLE_CELL,
                        Map::new(),
                        id,
                        mint,
                        &mut blocks,
                    ));
                } else {
                    let row = if axis == Axis::Row && row > at {
                        row - 1
                    } else {
                        row
                    };
                    let column = if axis == Axis::Column && column > at {
                        column - 1
                    } else {
                        column
                    };
                    cells.extend(old.get(row * columns + column).cloned());
                }
            }
        }
        for area in &mut areas {
            let (start, span) = line(area, axis);
            if at <= *start {
                *start += 1;
            } else if at < *start + *span {
                *span += 1;
            }
        }
        for block in blocks {
            self.blocks.insert(block.id.clone(), block);
        }
        let table = self.block_mut(id)?;
        table.children = cells;
        if axis == Axis::Column {
            edit_widths(table, |widths| {
                widths.insert(at.min(widths.len()), Value::from(100));
            });
        }
        write_size(table, rows_then, columns_then, &areas);
        Ok(())
    }

    /// Deletes rows or columns `start..end`.
    pub(crate) fn delete_lines(
        &mut self,
        id: &str,
        axis: Axis,
        start: usize,
        end: usize,
    ) -> Result<(), ApiError> {
        let table = self.of_kind(id, kinds::TABLE)?;
        let (rows, columns) = table_size(&table.payload);
        let len = if axis == Axis::Row { rows } else { columns };
        if start >= end || end > len {
            return Err(fault(axis.over_range()));
        }
        let gone = end - start;
        if gone == len {
            return Err(fault(1_770_024));
        }
        let mut areas = read_areas(table, columns);
        let (mut kept, mut dropped) = (Vec::new(), Vec::new());
        for (number, cell) in table.children.iter().enumerate() {
            let place = if axis == Axis::Row {
                number / columns
            } else {
                number % columns
            };
            if (start..end).contains(&place) {
                dropped.push(cell.clone());
            } else {
                kept.push(cell.clone());
            }
        }
        areas.retain_mut(|area| {
            let (first, span) = line(area, axis);
            let (from, to) = (*first, *first + *span);
            let lost = to.min(end).saturating_sub(from.max(start));
            *span -= lost;
            *first = if from >= end {
                from - gone
            } else {
                from.min(start)
            };
            *span > 0
        });
        for cell in dropped {
            self.forget(&cell);
        }
        let (rows, columns) = if axis == Axis::Row {
            (rows - gone, columns)
        } else {
            (rows, columns - gone)
        };
        let table = self.block_mut(id)?;
        table.children = kept;
        if axis == Axis::Column {
            edit_widths(table, |widths| {
                drop(widths.drain(start.min(widths.len())..end.min(widths.len())));
            });
        }
        write_size(table, rows, columns, &areas);
        Ok(())
    }

    /// Merges a rectangle, ends exclusive. Areas inside it melt into it; areas it would cut are refused.
    pub(crate) fn merge_cells(
        &mut self,
        id: &str,
        (row, row_end): (usize, usize),
        (column, column_end): (usize, usize),
    ) -> Result<(), ApiError> {
        let table = self.of_kind(id, kinds::TABLE)?;
        let (rows, columns) = table_size(&table.payload);
        if row >= row_end || row_end > rows {
            return Err(fault(1_770_026));
        }
        if column >= column_end || column_end > columns {
            return Err(fault(1_770_027));
        }
        let area = Area {
            row,
            column,
            rows: row_end - row,
            columns: column_end - column,
        };
        let mut areas = read_areas(table, columns);
        if areas
            .iter()
            .any(|other| other.overlaps(area) && !area.contains(*other))
        {
            return Err(fault(1_770_024));
        }
        areas.retain(|other| !area.contains(*other));
        areas.push(area);
        write_size(self.block_mut(id)?, rows, columns, &areas);
        Ok(())
    }

    /// Splits the merged area that a cell belongs to.
    pub(crate) fn unmerge_cells(
        &mut self,
        id: &str,
        row: usize,
        column: usize,
    ) -> Result<(), ApiError> {
        let table = self.of_kind(id, kinds::TABLE)?;
        let (rows, columns) = table_size(&table.payload);
        if row >= rows {
            return Err(fault(1_770_026));
        }
        if column >= columns {
            return Err(fault(1_770_027));
        }
        let cell = Area {
            row,
            column,
            rows: 1,
            columns: 1,
        };
        let mut areas = read_areas(table, columns);
        let before = areas.len();
        areas.retain(|area| !area.contains(cell));
        if areas.len() == before {
            return Err(fault(1_770_024));
        }
        write_size(self.block_mut(id)?, rows, columns, &areas);
        Ok(())
    }

    /// `update_table_property`.
    pub(crate) fn set_table_property(
        &mut self,
        id: &str,
        change: &Map<String, Value>,
    ) -> Result<(), ApiError> {
        let (_, columns) = table_size(&self.of_kind(id, kinds::TABLE)?.payload);
        let table = self.block_mut(id)?;
        if let Some(width) = change.get("column_width") {
            let index = change
                .get("column_index")
                .and_then(Value::as_u64)
                .ok_or_else(|| fault(1_770_001))?;
            let index = usize::try_from(index).ok().filter(|index| *index < columns);
            let index = index.ok_or_else(|| fault(1_770_027))?;
            edit_widths(table, |widths| {
                if let Some(old) = widths.get_mut(index) {
                    old.clone_from(width);
                }
            });
        }
        if let Some(Value::Object(property)) = table.payload.get_mut("property") {
            for key in ["header_row", "header_column"] {
                if let Some(flag) = change.get(key) {
                    property.insert(key.to_owned(), flag.clone());
                }
            }
        }
        Ok(())
    }

    /// The block, when it is of the kind that an operation is for.
    pub(crate) fn of_kind(&self, id: &str, kind: u16) -> Result<&Block, ApiError> {
        let block = self.block(id)?;
        if block.kind == kind {
            Ok(block)
        } else {
            Err(fault(1_770_025))
        }
    }
}

fn line(area: &mut Area, axis: Axis) -> (&mut usize, &mut usize) {
    match axis {
        Axis::Row => (&mut area.row, &mut area.rows),
        Axis::Column => (&mut area.column, &mut area.columns),
    }
}

fn read_areas(table: &Block, columns: usize) -> Vec<Area> {
    let infos = table
        .payload
        .get("property")
        .and_then(|property| property.get("merge_info"));
    let span = |info: &Value, key: &str| {
        info.get(key)
            .and_then(Value::as_u64)
            .and_then(|span| usize::try_from(span).ok())
            .unwrap_or(1)
    };
    let mut areas = Vec::new();
    for (number, info) in infos
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
    {
        let (rows, spans) = (span(info, "row_span"), span(info, "col_span"));
        if rows > 1 || spans > 1 {
            areas.push(Area {
                row: number / columns,
                column: number % columns,
                rows,
                columns: spans,
            });
        }
    }
    areas
}

fn write_size(table: &mut Block, rows: usize, columns: usize, areas: &[Area]) {
    let mut infos = vec![json!({"row_span": 1, "col_span": 1}); rows * columns];
    for area in areas {
        if let Some(info) = infos.get_mut(area.row * columns + area.column) {
            *info = json!({"row_span": area.rows, "col_span": area.columns});
        }
    }
    if let Some(Value::Object(property)) = table.payload.get_mut("property") {
        property.insert("row_size".to_owned(), Value::from(rows));
        property.insert("column_size".to_owned(), Value::from(columns));
        property.insert("merge_info".to_owned(), Value::Array(infos));
    }
}

fn edit_widths(table: &mut Block, edit: impl FnOnce(&mut Vec<Value>)) {
    let widths = table
        .payload
        .get_mut("property")
        .and_then(|property| property.get_mut("column_width"));
    if let Some(Value::Array(widths)) = widths {
        edit(widths);
    }
}

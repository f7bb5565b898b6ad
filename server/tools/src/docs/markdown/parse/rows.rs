//! Rows of tags → a table.

use super::{frame::field, media::empty_cell};
use crate::docs::markdown::{
    attrs,
    fields::Fields,
    tree::{Kind, Merge, Node, Table},
};

/// Cells of one table. A larger one is a mistake or an attack, and becomes a list of its content.
const MAX_CELLS: usize = 300_000;
/// Columns of one table; Feishu's limit is lower, and is kept later.
const MAX_COLUMNS: usize = 2000;

/// A cell, and over how much it stretches.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) cell: Node,
    pub(super) columns: usize,
    pub(super) rows: usize,
}

impl Slot {
    pub(super) fn of(children: Vec<Node>) -> Self {
        Self {
            cell: Node::new(Kind::Cell, children),
            columns: 1,
            rows: 1,
        }
    }
}

/// Places the cells as browsers do: each takes the next free place of its row. Gives the content
/// of the cells when that is no table.
pub(super) fn assemble(rows: Vec<Vec<Slot>>, fields: &Fields) -> Result<Node, Vec<Node>> {
    let height = rows.len();
    let mut placed: Vec<Vec<Option<Node>>> = Vec::with_capacity(height);
    placed.resize_with(height, Vec::new);
    // How many rows more each column is taken.
    let mut taken: Vec<usize> = Vec::new();
    let mut merges = Vec::new();
    let mut total = 0;
    let mut slots = rows.into_iter();
    for (row, line) in placed.iter_mut().enumerate() {
        let mut column = 0;
        for slot in slots.next().into_iter().flatten() {
            while taken.get(column).is_some_and(|rows| *rows > 0) {
                column += 1;
            }
            let free = (column..column + slot.columns.min(MAX_COLUMNS))
                .take_while(|at| taken.get(*at).is_none_or(|rows| *rows == 0))
                .count()
                .max(1);
            let tall = slot.rows.min(height - row);
            if taken.len() < column + free {
                taken.resize(column + free, 0);
            }
            taken[column..column + free].fill(tall);
            line.resize_with(column, || None);
            line.push(Some(slot.cell));
            if free * tall > 1 {
                merges.push(Merge {
                    row,
                    column,
                    rows: tall,
                    columns: free,
                });
            }
            column += free;
        }
        for rows in &mut taken {
            *rows = rows.saturating_sub(1);
        }
        total = total.max(taken.len());
    }
    let columns = total;
    if columns == 0 || columns > MAX_COLUMNS || columns * height > MAX_CELLS {
        let cells = placed.into_iter().flatten().flatten();
        return Err(cells.flat_map(|cell| cell.children).collect());
    }
    let cells = placed.into_iter().flat_map(|mut line| {
        line.resize_with(columns, || None);
        line.into_iter().map(|cell| cell.unwrap_or_else(empty_cell))
    });
    let (header_row, header_column) = field(fields, "header")
        .and_then(attrs::header)
        .unwrap_or((true, false));
    let widths: Option<Vec<u32>> = field(fields, "widths")
        .map(|widths| widths.split(',').map(|width| width.trim().parse().ok()))
        .and_then(Iterator::collect);
    let table = Table {
        rows: height,
        columns,
        widths: widths
            .filter(|widths| widths.len() == columns)
            .unwrap_or_default(),
        header_row,
        header_column,
        merges,
    };
    Ok(Node::new(Kind::Table(table), cells.collect()))
}

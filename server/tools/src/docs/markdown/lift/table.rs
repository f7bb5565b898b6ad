//! Tables: their frame, and their cells with whatever is in them.

use feishu::api::docx::Block;
use serde_json::{Map, Value};

use super::Lift;
use crate::docs::markdown::tree::{Kind, Merge, Node, Table};

/// Pixels of a column when nobody has changed it.
const WIDTH: u32 = 100;

impl Lift<'_> {
    /// `None` when it has no cells.
    pub(super) fn table(&self, block: &Block, depth: usize) -> Option<Node> {
        let body = block.body()?;
        let property = body.get("property").and_then(Value::as_object);
        let listed = cells(body, block);
        let columns = count(property, "column_size").min(1000);
        if columns == 0 || listed.is_empty() {
            return None;
        }
        let rows = listed.len().div_ceil(columns);
        let mut nodes: Vec<Node> = listed
            .iter()
            .map(|id| match self.get(id) {
                Some(cell) => {
                    let mut node = Node::new(Kind::Cell, self.filled(cell, depth + 1));
                    node.id = Some(cell.block_id.clone());
                    node
                }
                None => empty_cell(),
            })
            .collect();
        nodes.resize_with(rows * columns, empty_cell);
        let flag = |name: &str| {
            property
                .and_then(|property| property.get(name)?.as_bool())
                .unwrap_or(false)
        };
        let table = Table {
            rows,
            columns,
            widths: widths(property, columns),
            header_row: flag("header_row"),
            header_column: flag("header_column"),
            merges: merges(property, rows, columns),
        };
        Some(Node::new(Kind::Table(table), nodes))
    }
}

/// A cell without anything in it.
pub(crate) fn empty_cell() -> Node {
    Node::new(Kind::Cell, vec![Node::leaf(Kind::Text(Vec::new()))])
}

fn cells(body: &Map<String, Value>, block: &Block) -> Vec<String> {
    let listed: Vec<String> = body
        .get("cells")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    if listed.is_empty() {
        block.children.clone()
    } else {
        listed
    }
}

fn count(of: Option<&Map<String, Value>>, name: &str) -> usize {
    of.and_then(|of| of.get(name)?.as_u64())
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or(0)
}

fn widths(property: Option<&Map<String, Value>>, columns: usize) -> Vec<u32> {
    let widths: Vec<u32> = property
        .and_then(|property| property.get("column_width")?.as_array())
        .into_iter()
        .flatten()
        .filter_map(|width| u32::try_from(width.as_u64()?).ok())
        .collect();
    if widths.len() != columns || widths.iter().all(|width| *width == WIDTH) {
        return Vec::new();
    }
    widths
}

/// Spans are told for every cell; those that lie under another cell do not count.
fn merges(property: Option<&Map<String, Value>>, rows: usize, columns: usize) -> Vec<Merge> {
    let spans = property
        .and_then(|property| property.get("merge_info")?.as_array())
        .into_iter()
        .flatten();
    let mut merges: Vec<Merge> = Vec::new();
    for (at, span) in spans.enumerate().take(rows * columns) {
        let (row, column) = (at / columns, at % columns);
        let span = |name: &str| count(span.as_object(), name).max(1);
        let merge = Merge {
            row,
            column,
            rows: span("row_span").min(rows - row),
            columns: span("col_span").min(columns - column),
        };
        let hidden = merges.iter().any(|other| other.overlaps(&merge));
        if merge.rows * merge.columns > 1 && !hidden {
            merges.push(merge);
        }
    }
    merges
}

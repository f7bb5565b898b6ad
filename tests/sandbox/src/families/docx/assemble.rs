//! From a checked request to blocks of the tree: tokens, cells, columns, wrappers.

use serde_json::{Map, Value, json};

use super::super::common::fault;
use super::kinds;
use super::request::Draft;
use super::tree::{Block, plain_style};
use crate::gateway::ApiError;
use crate::ids::IdSource;

/// Most columns of a table.
pub(crate) const TABLE_COLUMNS_MAX: usize = 100;
/// Most cells of a table.
pub(crate) const TABLE_CELLS_MAX: usize = 2_000;
/// Rows and columns of a table made by the children call.
const SMALL_TABLE_MAX: usize = 9;
/// Most columns of a grid.
pub(crate) const GRID_COLUMNS_MAX: usize = 5;

/// `row_size` and `column_size` of a table payload.
pub(crate) fn table_size(payload: &Map<String, Value>) -> (usize, usize) {
    let size = |key: &str| {
        payload
            .get("property")
            .and_then(|property| property.get(key))
            .and_then(Value::as_u64)
            .and_then(|size| usize::try_from(size).ok())
            .unwrap_or(0)
    };
    (size("row_size"), size("column_size"))
}

/// An empty paragraph.
pub(crate) fn empty_text(id: String, parent: &str) -> Block {
    let mut payload = Map::new();
    payload.insert("style".to_owned(), json!({"align": 1, "folded": false}));
    payload.insert(
        "elements".to_owned(),
        json!([{"text_run": {"content": "", "text_element_style": plain_style()}}]),
    );
    Block {
        id,
        parent: parent.to_owned(),
        children: Vec::new(),
        kind: kinds::TEXT_BLOCK,
        payload,
        comment_ids: Vec::new(),
    }
}

/// A table cell or grid column with one empty paragraph; pushes both and gives the container's id.
pub(crate) fn empty_slot(
    kind: u16,
    payload: Map<String, Value>,
    parent: &str,
    mint: &mut IdSource,
    blocks: &mut Vec<Block>,
) -> String {
    let (slot, text) = (mint.token27(), mint.token27());
    blocks.push(Block {
        id: slot.clone(),
        parent: parent.to_owned(),
        children: vec![text.clone()],
        kind,
        payload,
        comment_ids: Vec::new(),
    });
    blocks.push(empty_text(text, &slot));
    slot
}

/// Turns a draft into blocks. `fill` makes the cells and columns that a flat request cannot carry.
/// Gives the id that the parent has to hold (the view's, for a file).
pub(crate) fn assemble(
    id: String,
    parent: &str,
    draft: Draft<'_>,
    ids: &mut IdSource,
    blocks: &mut Vec<Block>,
    fill: bool,
) -> Result<String, ApiError> {
    let kind = draft.kind.number;
    let mut payload = draft.payload;
    let mut children = Vec::new();
    let (mut parent, mut outer) = (parent.to_owned(), id.clone());
    match kind {
        kinds::TABLE => {
            let (rows, columns) = measure_table(&payload, fill)?;
            settle_table(&mut payload, rows, columns)?;
            for _ in 0..if fill { rows * columns } else { 0 } {
                children.push(empty_slot(kinds::TABLE_CELL, Map::new(), &id, ids, blocks));
            }
        }
        kinds::GRID => {
            let columns = measure_grid(&payload)?;
            let mut column = Map::new();
            column.insert("width_ratio".to_owned(), Value::from(100 / columns));
            for _ in 0..if fill { columns } else { 0 } {
                children.push(empty_slot(
                    kinds::GRID_COLUMN,
                    column.clone(),
                    &id,
                    ids,
                    blocks,
                ));
            }
        }
        kinds::CALLOUT if fill => {
            let text = ids.token27();
            children.push(text.clone());
            blocks.push(empty_text(text, &id));
        }
        kinds::FILE => {
            settle_token(&mut payload)?;
            outer = ids.token27();
            let mut view = Map::new();
            let view_type = payload
                .remove("view_type")
                .unwrap_or_else(|| Value::from(1));
            view.insert("view_type".to_owned(), view_type);
            blocks.push(Block {
                id: outer.clone(),
                parent: std::mem::replace(&mut parent, outer.clone()),
                children: vec![id.clone()],
                kind: kinds::VIEW,
                payload: view,
                comment_ids: Vec::new(),
            });
        }
        _ => embed(kind, &mut payload, ids)?,
    }
    blocks.push(Block {
        id,
        parent,
        children,
        kind,
        payload,
        comment_ids: Vec::new(),
    });
    Ok(outer)
}

/// Rows and columns of a table, within the limits of the call.
fn measure_table(payload: &Map<String, Value>, flat: bool) -> Result<(usize, usize), ApiError> {
    let (rows, columns) = table_size(payload);
    if flat && (rows > SMALL_TABLE_MAX || columns > SMALL_TABLE_MAX) {
        return Err(fault(1_770_001));
    }
    if columns > TABLE_COLUMNS_MAX {
        return Err(fault(1_770_010));
    }
    if rows.saturating_mul(columns) > TABLE_CELLS_MAX {
        return Err(fault(1_770_011));
    }
    Ok((rows, columns))
}

/// Columns of a grid, within the limits.
fn measure_grid(payload: &Map<String, Value>) -> Result<usize, ApiError> {
    let columns = payload
        .get("column_size")
        .and_then(Value::as_i64)
        .unwrap_or(0);
    match usize::try_from(columns) {
        Ok(columns @ 2..=GRID_COLUMNS_MAX) => Ok(columns),
        Ok(columns) if columns > GRID_COLUMNS_MAX => Err(fault(1_770_012)),
        _ => Err(fault(1_770_001)),
    }
}

/// Gives embedded things the tokens that Feishu would give them.
fn embed(kind: u16, payload: &mut Map<String, Value>, ids: &mut IdSource) -> Result<(), ApiError> {
    if !matches!(
        kind,
        kinds::IMAGE | kinds::SHEET | kinds::BITABLE | kinds::BOARD
    ) {
        return Ok(());
    }
    settle_token(payload)?;
    let token = match kind {
        kinds::SHEET => {
            payload.remove("row_size");
            payload.remove("column_size");
            format!("{}_{}", ids.token27(), ids.hex(6))
        }
        kinds::BITABLE => {
            payload.entry("view_type").or_insert_with(|| Value::from(1));
            format!("{}_tbl{}", ids.token27(), ids.hex(13))
        }
        kinds::BOARD => ids.token27(),
        _ => {
            for (key, default) in [("width", 100), ("height", 100), ("align", 2)] {
                payload.entry(key).or_insert_with(|| Value::from(default));
            }
            return Ok(());
        }
    };
    payload.insert("token".to_owned(), Value::from(token));
    Ok(())
}

/// Tokens of embedded things are given by Feishu; a request may only leave them empty.
fn settle_token(payload: &mut Map<String, Value>) -> Result<(), ApiError> {
    match payload.get("token").and_then(Value::as_str) {
        Some(token) if !token.is_empty() => Err(fault(1_770_013)),
        _ => {
            payload.insert("token".to_owned(), Value::from(""));
            Ok(())
        }
    }
}

fn settle_table(
    payload: &mut Map<String, Value>,
    rows: usize,
    columns: usize,
) -> Result<(), ApiError> {
    payload.remove("cells");
    let Some(Value::Object(property)) = payload.get_mut("property") else {
        return Ok(());
    };
    match property.get("column_width").and_then(Value::as_array) {
        Some(widths) if !widths.is_empty() && widths.len() != columns => {
            return Err(fault(1_770_001));
        }
        Some(widths) if !widths.is_empty() => {}
        _ => {
            property.insert("column_width".to_owned(), Value::from(vec![100; columns]));
        }
    }
    property.entry("header_row").or_insert(Value::Bool(false));
    property
        .entry("header_column")
        .or_insert(Value::Bool(false));
    property.insert(
        "merge_info".to_owned(),
        Value::from(vec![json!({"row_span": 1, "col_span": 1}); rows * columns]),
    );
    Ok(())
}

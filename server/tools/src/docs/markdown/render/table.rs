//! Tables → pipe tables.

use feishu::api::docx::Block;
use serde_json::Value;

use super::{Walker, block::Line};

/// Rows and columns of a table block, never more than its cells.
fn size(block: &Block) -> (usize, usize) {
    let property = block.body().and_then(|body| body.get("property"));
    let read = |name: &str| {
        property
            .and_then(|property| property.get(name))
            .and_then(Value::as_u64)
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(0)
    };
    let columns = read("column_size").min(1000);
    let cells = cells(block).len();
    let rows = if columns == 0 {
        0
    } else {
        read("row_size").max(1).min(cells.div_ceil(columns))
    };
    (rows, columns)
}

fn cells(block: &Block) -> Vec<String> {
    let listed: Vec<String> = block
        .body()
        .and_then(|body| body.get("cells"))
        .and_then(Value::as_array)
        .map(|cells| {
            cells
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        })
        .unwrap_or_default();
    if listed.is_empty() {
        block.children.clone()
    } else {
        listed
    }
}

fn merges(block: &Block) -> bool {
    let spans = |cell: &Value| {
        ["row_span", "col_span"].iter().any(|name| {
            cell.get(name)
                .and_then(Value::as_u64)
                .is_some_and(|n| n > 1)
        })
    };
    block
        .body()
        .and_then(|body| body.get("property"))
        .and_then(|property| property.get("merge_info"))
        .and_then(Value::as_array)
        .is_some_and(|infos| infos.iter().any(spans))
}

impl Walker<'_> {
    /// The pipe table. Blocks inside a cell are joined with `<br>`.
    pub(super) fn table(&self, block: &Block) -> String {
        let (rows, columns) = size(block);
        if rows == 0 || columns == 0 {
            return "[[table empty]]".to_owned();
        }
        let cells = cells(block);
        let mut text = String::new();
        if merges(block) {
            text.push_str("[[table merged-cells]]\n\n");
        }
        for row in 0..rows {
            text.push('|');
            for column in 0..columns {
                let cell = cells.get(row * columns + column);
                text.push(' ');
                if let Some(id) = cell {
                    text.push_str(&self.cell(id));
                }
                text.push_str(" |");
            }
            text.push('\n');
            if row == 0 {
                text.push('|');
                text.push_str(&" --- |".repeat(columns));
                text.push('\n');
            }
        }
        text.pop();
        text
    }

    fn cell(&self, id: &str) -> String {
        let Some(cell) = self.blocks.get(id) else {
            return String::new();
        };
        let mut inner = Walker {
            blocks: self.blocks,
            names: self.names,
            style: super::Style::default(),
            pieces: Vec::new(),
        };
        // Half of the depth is left: a cell cannot hold a table, but answers may be nonsense.
        inner.children(cell, &Line::default(), super::MAX_DEPTH / 2);
        let lines: Vec<String> = inner
            .pieces
            .iter()
            .flat_map(|piece| piece.text.split('\n'))
            .map(|line| line.strip_suffix('\\').unwrap_or(line))
            .filter(|line| !line.trim().is_empty())
            .map(|line| line.replace('|', "\\|"))
            .collect();
        lines.join("<br>")
    }
}

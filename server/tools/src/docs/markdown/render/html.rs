//! Tables whose cells are merged, or hold more than one text.

use super::{
    block::{Line, Walker},
    frame::open_tag,
    inline,
    table::only_text,
};
use crate::docs::markdown::{
    attrs::{print_header, print_widths},
    tree::{Merge, Node, Table},
};

impl Walker<'_> {
    pub(super) fn rows(&self, node: &Node, table: &Table) -> String {
        let header = (table.header_row, table.header_column);
        let fields = [
            (
                "header",
                if header == (true, false) {
                    String::new()
                } else {
                    print_header(header).to_owned()
                },
            ),
            ("widths", print_widths(&table.widths)),
        ];
        let mut text = open_tag("table", &fields, self.id(node).as_deref());
        let covered = hidden(table);
        for (row, cells) in node.children.chunks(table.columns.max(1)).enumerate() {
            let cells: Vec<String> = cells
                .iter()
                .enumerate()
                .filter(|(column, _)| !covered.contains(&(row, *column)))
                .map(|(column, cell)| {
                    let merge = table
                        .merges
                        .iter()
                        .find(|merge| (merge.row, merge.column) == (row, column));
                    self.cell(cell, merge)
                })
                .collect();
            if cells.iter().any(|cell| cell.contains('\n')) {
                text.push_str(&format!("\n<tr>\n{}\n</tr>", cells.join("\n")));
            } else {
                text.push_str(&format!("\n<tr>{}</tr>", cells.concat()));
            }
        }
        text.push_str("\n</table>");
        text
    }

    fn cell(&self, cell: &Node, merge: Option<&Merge>) -> String {
        let span = |count: Option<usize>| {
            count
                .filter(|count| *count > 1)
                .map(|count| count.to_string())
                .unwrap_or_default()
        };
        let fields = [
            ("colspan", span(merge.map(|merge| merge.columns))),
            ("rowspan", span(merge.map(|merge| merge.rows))),
        ];
        let open = open_tag("td", &fields, self.id(cell).as_deref());
        if let Some(rich) = only_text(cell) {
            let text = inline::print(rich, self.names, inline::Place::Block);
            let id = cell.children.first().and_then(|child| self.id(child));
            if !text.contains('\n') && id.is_none() {
                return format!("{open}{text}</td>");
            }
        }
        let mut inner = Walker::new(self.names, self.style);
        inner.children(&cell.children, &Line::default());
        let body = super::join(&inner.pieces);
        if body.is_empty() {
            format!("{open}</td>")
        } else {
            format!("{open}\n{body}\n</td>")
        }
    }
}

/// The cells that lie under others.
fn hidden(table: &Table) -> std::collections::HashSet<(usize, usize)> {
    let mut hidden = std::collections::HashSet::new();
    for merge in &table.merges {
        for row in merge.row..merge.row + merge.rows {
            for column in merge.column..merge.column + merge.columns {
                if (row, column) != (merge.row, merge.column) {
                    hidden.insert((row, column));
                }
            }
        }
    }
    hidden
}

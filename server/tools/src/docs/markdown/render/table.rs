//! Tables → pipe tables when every cell is one text, else tables of tags.

use super::{
    block::{Line, Walker},
    inline,
};
use crate::docs::markdown::{
    attrs::Attrs,
    tree::{BlockStyle, Kind, Node, Rich, Table},
};

impl Walker<'_> {
    pub(super) fn table(&mut self, node: &Node, table: &Table, line: &Line) {
        let texts: Option<Vec<&Rich>> = node.children.iter().map(only_text).collect();
        let text = match texts {
            Some(texts) if table.merges.is_empty() => self.pipes(node, table, &texts),
            _ => self.rows(node, table),
        };
        self.push(node, line, &text, None);
    }

    fn pipes(&self, node: &Node, table: &Table, texts: &[&Rich]) -> String {
        let header = (table.header_row, table.header_column);
        let attrs = Attrs {
            widths: table.widths.clone(),
            header: (header != (true, false)).then_some(header),
            ..self.attrs(node)
        };
        let mut text = attrs.print();
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        for (index, row) in texts.chunks(table.columns.max(1)).enumerate() {
            text.push('|');
            for rich in row {
                text.push(' ');
                text.push_str(&inline::print(rich, self.names, inline::Place::Cell));
                text.push_str(" |");
            }
            text.push('\n');
            if index == 0 {
                text.push('|');
                text.push_str(&" --- |".repeat(table.columns));
                text.push('\n');
            }
        }
        text.pop();
        text
    }
}

/// The text of a cell that holds nothing else.
pub(super) fn only_text(cell: &Node) -> Option<&Rich> {
    match cell.children.as_slice() {
        [] => Some(const { &Rich::new() }),
        [
            Node {
                kind: Kind::Text(rich),
                style,
                children,
                ..
            },
        ] if children.is_empty() && *style == BlockStyle::default() => Some(rich),
        _ => None,
    }
}

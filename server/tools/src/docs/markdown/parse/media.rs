//! Pictures and files, and the cells of pipe tables, which may hold them.

use feishu::api::docx::ElementStyle;

use super::builder::Builder;
use crate::docs::markdown::{
    attrs,
    inline::{Capture, What, finish},
    tree::{File, Image, Inline, Kind, Node, Rich, Source, Table},
};

impl Builder {
    /// `![…](…){800x600}`.
    pub(super) fn braces_behind_media(&mut self, rich: &mut Rich) {
        let Some(Inline::Text { content, style }) = rich.first_mut() else {
            return;
        };
        let Some((end, attrs)) =
            attrs::at_start(content).filter(|_| *style == ElementStyle::default())
        else {
            return;
        };
        content.drain(..end);
        let rest = content.trim_start().to_owned();
        *content = rest;
        if content.is_empty() {
            rich.remove(0);
        }
        let list = match (&mut self.cell, self.heading.is_some()) {
            (Some(cell), _) => Some(cell),
            (None, true) => Some(&mut self.behind),
            (None, false) => self.frames.last_mut().map(|frame| &mut frame.children),
        };
        if let Some(mut node) = list.and_then(Vec::pop) {
            self.apply(&mut node, attrs);
            self.push(node);
            self.after_media = false;
        }
    }

    /// A picture or file: the text before it ends here.
    pub(super) fn media(&mut self, capture: Capture) {
        let kind = match capture.what {
            What::Image(Some(source), _, title) => Kind::Image(Image {
                source,
                caption: one_line(if title.is_empty() {
                    &capture.text
                } else {
                    &title
                }),
                size: None,
                align: None,
                scale: None,
            }),
            What::File(source) => Kind::File(File {
                source,
                name: one_line(&capture.text),
                preview: false,
            }),
            _ => return,
        };
        if self.heading.is_none() {
            let mut rich = self.runs.take_part();
            self.put_back(&mut rich);
            self.text_block(rich, false);
        }
        if self.cell.is_none()
            && let Some(own) = self
                .frames
                .last_mut()
                .and_then(super::frame::Frame::wants_text)
        {
            *own = Some(Rich::new());
        }
        self.push(Node::leaf(kind));
    }

    pub(super) fn end_cell(&mut self) {
        let mut rich = self.take_runs();
        if std::mem::take(&mut self.after_media) {
            self.braces_behind_media(&mut rich);
        }
        let Some(mut inside) = self.cell.take() else {
            return;
        };
        let rich = finish(rich);
        if !rich.is_empty() || inside.is_empty() {
            inside.push(Node::leaf(Kind::Text(rich)));
        }
        if let Some(row) = self.table.as_mut().and_then(|rows| rows.last_mut()) {
            row.push(Node::new(Kind::Cell, inside));
        }
    }

    pub(super) fn end_table(&mut self) {
        let Some(rows) = self.table.take() else {
            return;
        };
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let table = Table {
            rows: rows.len(),
            columns,
            header_row: true,
            ..Table::default()
        };
        let cells = rows.into_iter().flat_map(|mut row| {
            row.resize_with(columns, empty_cell);
            row
        });
        let node = Node::new(Kind::Table(table), cells.collect());
        if columns > 0 {
            self.push(node);
        }
    }
}

/// A cell without anything in it.
pub(super) fn empty_cell() -> Node {
    Node::new(Kind::Cell, vec![Node::leaf(Kind::Text(Rich::new()))])
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where the bytes of a file are: a token needs no word before it.
pub(super) fn file_source(target: &str) -> Option<Source> {
    let rest = target.strip_prefix("file:")?;
    Source::read(rest).or_else(|| Source::read(&format!("media:{rest}")))
}

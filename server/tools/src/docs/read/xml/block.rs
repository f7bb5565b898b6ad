//! Blocks and their attributes.

use std::collections::HashMap;

use feishu::api::docx::{Block, BlockKind};
use serde_json::{Map, Value};

use super::{
    super::super::markdown::{
        code,
        render::{Names, Piece},
    },
    escape, inline,
};
use crate::render::clean_line;

/// Deepest nesting that is followed.
const MAX_DEPTH: usize = 40;
/// Characters of an attribute.
const MAX_VALUE: usize = 2000;

pub(super) struct Writer<'a> {
    pub(super) blocks: &'a HashMap<&'a str, &'a Block>,
    pub(super) names: &'a Names,
    pub(super) pieces: Vec<Piece>,
}

impl Writer<'_> {
    pub(super) fn children(&mut self, parent: &Block, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let mut number = 0_u64;
        for id in &parent.children {
            let Some(block) = self.blocks.get(id.as_str()).copied() else {
                continue;
            };
            number = if block.kind() == Some(BlockKind::Ordered) {
                ordinal(block, number)
            } else {
                0
            };
            self.block(block, number, depth + 1);
        }
    }

    fn block(&mut self, block: &Block, number: u64, depth: usize) {
        let Some(kind) = block.kind() else {
            let attributes = format!(" type=\"{}\"", block.block_type);
            return self.container(block, "block", &attributes, "", depth);
        };
        let empty = Map::new();
        let body = block.body().unwrap_or(&empty);
        if let Some(level) = kind.heading_level() {
            let inner = inline::runs(body, self.names);
            let plain = clean_line(&super::bare(&inner.replace("<br/>", " ")), 200);
            let attributes = text_style(body, &[]);
            let line = format!("<h{level}{}{attributes}>{inner}</h{level}>", id_of(block));
            self.push(block, line, (!plain.is_empty()).then_some((level, plain)));
            // What is folded below a heading belongs to its section.
            return self.children(block, depth);
        }
        match kind {
            BlockKind::Text => self.text(block, body, "p", "", depth),
            BlockKind::Bullet => self.text(block, body, "li", "", depth),
            BlockKind::Ordered => {
                self.text(block, body, "li", &format!(" n=\"{number}\""), depth);
            }
            BlockKind::Todo => {
                let style = body.get("style").and_then(|style| style.get("done"));
                let done = style.and_then(Value::as_bool).unwrap_or(false);
                self.text(block, body, "todo", &format!(" done=\"{done}\""), depth);
            }
            BlockKind::Quote => self.text(block, body, "quote", "", depth),
            BlockKind::Code => self.code(block, body),
            BlockKind::Divider => self.push(block, format!("<hr{}/>", id_of(block)), None),
            BlockKind::Table => self.table(block, body, depth),
            BlockKind::QuoteContainer => self.container(block, "quote", "", "", depth),
            BlockKind::Image => {
                let mut attributes = String::new();
                scalars(body, "", &[], &mut attributes);
                self.container(block, "img", &attributes, "", depth);
            }
            BlockKind::Page => self.children(block, depth),
            _ => {
                let mut attributes = String::new();
                scalars(body, "", &["elements", "style"], &mut attributes);
                attributes.push_str(&text_style(body, &[]));
                let inner = inline::runs(body, self.names);
                self.container(block, kind.key(), &attributes, &inner, depth);
            }
        }
    }

    fn text(
        &mut self,
        block: &Block,
        body: &Map<String, Value>,
        tag: &str,
        more: &str,
        depth: usize,
    ) {
        let inner = inline::runs(body, self.names);
        let attributes = format!("{more}{}", text_style(body, &["done", "sequence"]));
        self.container(block, tag, &attributes, &inner, depth);
    }

    /// A block on one line; one that holds others has a line for its end, too.
    fn container(&mut self, block: &Block, tag: &str, attributes: &str, inner: &str, depth: usize) {
        let open = format!("<{tag}{}{attributes}", id_of(block));
        if block.children.is_empty() {
            let line = if inner.is_empty() {
                format!("{open}/>")
            } else {
                format!("{open}>{inner}</{tag}>")
            };
            return self.push(block, line, None);
        }
        self.push(block, format!("{open}>{inner}"), None);
        self.children(block, depth);
        self.push(block, format!("</{tag}>"), None);
    }

    fn code(&mut self, block: &Block, body: &Map<String, Value>) {
        let style = body.get("style").and_then(Value::as_object);
        let language = style
            .and_then(|style| style.get("language")?.as_u64())
            .and_then(|number| u16::try_from(number).ok())
            .map(code::word)
            .filter(|word| !word.is_empty());
        let language = language.map_or_else(String::new, |word| format!(" lang=\"{word}\""));
        let attributes = text_style(body, &["language"]);
        // A line break is a line break here.
        let inner = inline::runs(body, self.names).replace("<br/>", "\n");
        let line = format!("<code{}{language}{attributes}>{inner}</code>", id_of(block));
        self.push(block, line, None);
    }

    /// Rows of cells, those that a merged one covers among them.
    fn table(&mut self, block: &Block, body: &Map<String, Value>, depth: usize) {
        let empty = Map::new();
        let property = body.get("property").and_then(Value::as_object);
        let property = property.unwrap_or(&empty);
        let number = |name: &str| property.get(name).and_then(Value::as_u64).unwrap_or(0);
        let columns = usize::try_from(number("column_size"))
            .unwrap_or(0)
            .min(1000);
        let listed = body.get("cells").and_then(Value::as_array);
        let cells: Vec<&str> = match listed.filter(|cells| !cells.is_empty()) {
            Some(cells) => cells.iter().filter_map(Value::as_str).collect(),
            None => block.children.iter().map(String::as_str).collect(),
        };
        let mut attributes = String::new();
        scalars(property, "", &[], &mut attributes);
        if let Some(widths) = property.get("column_width").and_then(Value::as_array) {
            let widths: Vec<String> = widths.iter().map(Value::to_string).collect();
            attributes.push_str(&format!(" column_width=\"{}\"", widths.join(",")));
        }
        let mut text = format!("<table{}{attributes}>", id_of(block));
        let merges = property.get("merge_info").and_then(Value::as_array);
        for (row, ids) in cells.chunks(columns.max(1)).enumerate() {
            text.push_str("\n<tr>");
            for (column, id) in ids.iter().enumerate() {
                let merge = merges.and_then(|merges| merges.get(row * columns.max(1) + column));
                self.cell(id, merge, depth, &mut text);
            }
            text.push_str("</tr>");
        }
        text.push_str("\n</table>");
        self.push(block, text, None);
    }

    fn cell(&self, id: &str, merge: Option<&Value>, depth: usize, out: &mut String) {
        let Some(cell) = self.blocks.get(id).copied() else {
            return out.push_str("<td/>");
        };
        let mut inner = Writer {
            blocks: self.blocks,
            names: self.names,
            pieces: Vec::new(),
        };
        // A cell cannot hold a table, but answers may be nonsense.
        inner.children(cell, depth + MAX_DEPTH / 2);
        let mut spans = String::new();
        for (name, word) in [("row_span", "rows"), ("col_span", "cols")] {
            let span = merge.and_then(|merge| merge.get(name)?.as_u64());
            if let Some(span) = span.filter(|span| *span > 1) {
                spans.push_str(&format!(" {word}=\"{span}\""));
            }
        }
        out.push_str(&format!("<td{}{spans}>", id_of(cell)));
        for piece in &inner.pieces {
            out.push_str(&piece.text);
        }
        out.push_str("</td>");
    }

    fn push(&mut self, block: &Block, text: String, heading: Option<(u8, String)>) {
        self.pieces.push(Piece {
            id: block.block_id.clone(),
            text,
            heading,
            gap: "\n".to_owned(),
            comments: block.comment_ids.clone(),
        });
    }
}

fn id_of(block: &Block) -> String {
    format!(" id=\"{}\"", escape(&block.block_id))
}

/// The style of a block's text as attributes, without what has its default.
fn text_style(body: &Map<String, Value>, skip: &[&str]) -> String {
    let mut attributes = String::new();
    let Some(style) = body.get("style").and_then(Value::as_object) else {
        return attributes;
    };
    let mut unusual = style.clone();
    unusual.retain(|name, value| {
        let usual = match name.as_str() {
            "align" => value.as_i64() == Some(1),
            "indentation_level" => value.as_str() == Some("NoIndent"),
            _ => *value == Value::Bool(false),
        };
        !usual
    });
    scalars(&unusual, "", skip, &mut attributes);
    attributes
}

/// The simple fields of an object as attributes, by name; fields of objects in it with a prefix.
pub(super) fn scalars(object: &Map<String, Value>, prefix: &str, skip: &[&str], out: &mut String) {
    let mut fields: Vec<(&String, &Value)> = object.iter().collect();
    fields.sort_by_key(|(name, _)| *name);
    for (name, value) in fields {
        if skip.contains(&name.as_str()) {
            continue;
        }
        let key = format!("{prefix}{}", inline::tag(name));
        match value {
            Value::String(text) if !text.is_empty() => {
                let text = if name == "url" {
                    inline::decoded(text)
                } else {
                    text.clone()
                };
                let text = clean_line(&text, MAX_VALUE);
                out.push_str(&format!(" {key}=\"{}\"", escape(&text)));
            }
            Value::Number(number) => out.push_str(&format!(" {key}=\"{number}\"")),
            Value::Bool(flag) => out.push_str(&format!(" {key}=\"{flag}\"")),
            Value::Object(inner) if prefix.len() < 60 => {
                scalars(inner, &format!("{key}."), &[], out);
            }
            _ => {}
        }
    }
}

/// The number of an ordered item: its own when Feishu says it, else one more than the last.
fn ordinal(block: &Block, last: u64) -> u64 {
    block
        .text()
        .and_then(|text| text.style.as_ref()?.sequence.as_ref()?.parse::<u64>().ok())
        .filter(|number| *number < 1_000_000)
        .unwrap_or(last + 1)
}

//! One block → one piece.

use feishu::api::docx::{Block, BlockKind};
use serde_json::Value;

use super::{MAX_DEPTH, Piece, Walker, escape, inline};
use crate::{
    docs::markdown::{code, tree::Callout},
    render::{clean_line, clean_text},
};

/// What stands before each line of a block, from the blocks around it.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    prefix: String,
    /// A list item or the first line of a callout has just been printed.
    snug: bool,
}

impl Line {
    fn inside(&self, more: &str, snug: bool) -> Self {
        Self {
            prefix: format!("{}{more}", self.prefix),
            snug,
        }
    }
}

impl Walker<'_> {
    pub(super) fn children(&mut self, parent: &Block, line: &Line, depth: usize) {
        let mut number = 0_u64;
        let mut snug = line.snug;
        let mut last_item = None;
        for id in &parent.children {
            let Some(block) = self.blocks.get(id.as_str()).copied() else {
                continue;
            };
            let kind = block.kind();
            number = match kind {
                Some(BlockKind::Ordered) => ordinal(block, number),
                _ => 0,
            };
            let item = is_item(kind);
            let before = self.pieces.len();
            let here = Line {
                prefix: line.prefix.clone(),
                snug: item && (last_item == kind || snug),
            };
            self.block(block, &here, number, depth + 1);
            if self.pieces.len() > before {
                last_item = kind.filter(|_| item);
                snug = false;
            }
        }
    }

    fn block(&mut self, block: &Block, line: &Line, number: u64, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let Some(kind) = block.kind() else {
            self.placeholder(
                block,
                line,
                "unknown",
                &[("type", block.block_type.to_string())],
            );
            return self.children(block, line, depth);
        };
        if let Some(level) = kind.heading_level() {
            return self.heading(block, line, level, depth);
        }
        match kind {
            BlockKind::Text => {
                self.text_line(block, line, "");
                self.children(block, &line.inside("", false), depth);
            }
            BlockKind::Bullet => self.item(block, line, "- ", depth),
            BlockKind::Ordered => self.item(block, line, &format!("{number}. "), depth),
            BlockKind::Todo => {
                let done = block
                    .text()
                    .and_then(|text| text.style.as_ref()?.done)
                    .unwrap_or(false);
                self.item(block, line, if done { "- [x] " } else { "- [ ] " }, depth);
            }
            BlockKind::Quote | BlockKind::QuoteContainer => self.quote(block, line, depth),
            BlockKind::Callout => self.callout(block, line, depth),
            BlockKind::Code => self.code(block, line),
            BlockKind::Divider => self.push(block, line, "---", None),
            BlockKind::Table => {
                let table = self.table(block);
                let anchored = self.anchored(block, table);
                self.push(block, line, &anchored, None);
            }
            BlockKind::Grid => self.grid(block, line, depth),
            BlockKind::Page
            | BlockKind::View
            | BlockKind::GridColumn
            | BlockKind::TableCell
            | BlockKind::SourceSynced
            | BlockKind::Agenda
            | BlockKind::AgendaItem
            | BlockKind::AgendaItemContent => self.children(block, line, depth),
            BlockKind::AgendaItemTitle => self.text_line(block, line, ""),
            BlockKind::AddOns => self.add_on(block, line),
            _ => self.other(block, kind, line, depth),
        }
    }

    fn heading(&mut self, block: &Block, line: &Line, level: u8, depth: usize) {
        let Some(text) = block.text() else { return };
        let plain = clean_line(&inline::plain_text(text, self.names), 200);
        let body = inline::markdown(text, self.names).replace("\\\n", " ");
        if !plain.is_empty() {
            let marks = "#".repeat(usize::from(level.min(6)));
            let mut body = format!("{marks} {body}");
            self.tag(block, &mut body);
            self.push(block, line, &body, Some((level, plain)));
        }
        self.children(block, line, depth);
    }

    fn text_line(&mut self, block: &Block, line: &Line, mark: &str) {
        let Some(text) = block.text() else { return };
        let mut body = inline::markdown(text, self.names);
        if body.is_empty() && mark.is_empty() {
            return;
        }
        self.tag(block, &mut body);
        let pad = " ".repeat(
            mark.chars()
                .count()
                .min(if mark.starts_with("- ") { 2 } else { 9 }),
        );
        let body = body.replace('\n', &format!("\n{pad}"));
        self.push(block, line, format!("{mark}{body}").trim_end(), None);
    }

    fn item(&mut self, block: &Block, line: &Line, mark: &str, depth: usize) {
        self.text_line(block, line, mark);
        let indent = if mark.starts_with("- ") {
            2
        } else {
            mark.len()
        };
        self.children(block, &line.inside(&" ".repeat(indent), true), depth);
    }

    fn quote(&mut self, block: &Block, line: &Line, depth: usize) {
        let from = self.pieces.len();
        let inside = line.inside("> ", false);
        self.text_line(block, &inside, "");
        self.children(block, &inside, depth);
        // The gap before the quote does not belong to it.
        if let Some(first) = self.pieces.get_mut(from) {
            first.gap = format!("\n{}\n", line.prefix.trim_end());
        }
    }

    fn callout(&mut self, block: &Block, line: &Line, depth: usize) {
        let emoji = block.field("emoji_id").unwrap_or_default();
        let word = ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"]
            .into_iter()
            .find(|word| Callout::of_word(word).is_some_and(|callout| callout.emoji == emoji))
            .unwrap_or("NOTE");
        let mut head = format!("> [!{word}]");
        if self.style.ids {
            head = format!("{{#{}}}\n\n{head}", block.block_id);
        }
        self.push(block, line, &head, None);
        let from = self.pieces.len();
        self.children(block, &line.inside("> ", false), depth);
        // The first line inside must follow at once, or the callout would be empty.
        if let Some(first) = self.pieces.get_mut(from) {
            "\n".clone_into(&mut first.gap);
        }
    }

    fn code(&mut self, block: &Block, line: &Line) {
        let Some(text) = block.text() else { return };
        let language = text
            .style
            .as_ref()
            .and_then(|style| style.language)
            .unwrap_or(code::PLAIN);
        let body = clean_text(&inline::plain_text(text, self.names));
        let fence = escape::fence(&body, 3);
        let text = format!("{fence}{}\n{body}\n{fence}", code::word(language));
        let anchored = self.anchored(block, text);
        self.push(block, line, &anchored, None);
    }

    fn grid(&mut self, block: &Block, line: &Line, depth: usize) {
        let columns = block.children.len();
        self.placeholder(block, line, "grid", &[("columns", columns.to_string())]);
        for (index, id) in block.children.iter().enumerate() {
            if let Some(column) = self.blocks.get(id.as_str()).copied() {
                let mark = format!("[[column {}/{columns}]]", index + 1);
                self.push(column, line, &mark, None);
                self.children(column, line, depth + 1);
            }
        }
        self.push(block, line, "[[/grid]]", None);
    }

    /// The widget that draws Mermaid keeps its source in a JSON string.
    fn add_on(&mut self, block: &Block, line: &Line) {
        let record = block
            .field("record")
            .and_then(|record| serde_json::from_str::<Value>(record).ok());
        let source = record
            .as_ref()
            .and_then(|record| record.get("data")?.as_str())
            .filter(|_| block.field("component_type_id") == Some(MERMAID));
        match source {
            Some(source) => {
                let body = clean_text(source);
                let fence = escape::fence(&body, 3);
                let text = format!("{fence}mermaid\n{}\n{fence}", body.trim_end());
                let anchored = self.anchored(block, text);
                self.push(block, line, &anchored, None);
            }
            None => self.fields(block, line, "add_ons", &["component_type_id"]),
        }
    }

    fn other(&mut self, block: &Block, kind: BlockKind, line: &Line, depth: usize) {
        match kind {
            BlockKind::Iframe => {
                let url = block
                    .body()
                    .and_then(|body| body.get("component")?.get("url")?.as_str())
                    .map(inline::decoded)
                    .unwrap_or_default();
                self.placeholder(block, line, "embed", &[("url", url)]);
            }
            BlockKind::Image => {
                let caption = block
                    .body()
                    .and_then(|body| body.get("caption")?.get("content")?.as_str())
                    .unwrap_or_default();
                let mut fields =
                    vec![("token", block.field("token").unwrap_or_default().to_owned())];
                if let (Some(width), Some(height)) = (block.number("width"), block.number("height"))
                {
                    fields.push(("size", format!("{width}x{height}")));
                }
                fields.push(("caption", caption.to_owned()));
                self.placeholder(block, line, "image", &fields);
            }
            BlockKind::LinkPreview => self.fields(block, line, "link", &["title", "url"]),
            _ => {
                let names = [
                    "name",
                    "token",
                    "title",
                    "url",
                    "chat_id",
                    "task_id",
                    "okr_id",
                    "objective_id",
                    "kr_id",
                    "key",
                    "wiki_token",
                    "source_document_id",
                    "source_block_id",
                    "component_type_id",
                    "minutes_id",
                ];
                self.fields(block, line, kind.key(), &names);
                self.children(block, line, depth);
            }
        }
    }

    fn fields(&mut self, block: &Block, line: &Line, kind: &str, names: &[&'static str]) {
        let fields: Vec<(&str, String)> = names
            .iter()
            .filter_map(|name| Some((*name, block.field(name)?.to_owned())))
            .collect();
        self.placeholder(block, line, kind, &fields);
    }

    fn placeholder(&mut self, block: &Block, line: &Line, kind: &str, fields: &[(&str, String)]) {
        let mut text = format!("[[{kind}");
        for (name, value) in fields {
            let value = clean_line(value, 300).replace("]]", "] ]");
            if value.contains(' ') {
                text.push_str(&format!(" {name}=\"{}\"", value.replace('"', "'")));
            } else if !value.is_empty() {
                text.push_str(&format!(" {name}={value}"));
            }
        }
        text.push_str(&format!(" id={}]]", block.block_id));
        self.push(block, line, &text, None);
    }

    fn tag(&self, block: &Block, body: &mut String) {
        if self.style.ids && !body.ends_with("$$") {
            body.push_str(&format!(" {{#{}}}", block.block_id));
        }
    }

    fn anchored(&self, block: &Block, text: String) -> String {
        if self.style.ids {
            format!("{{#{}}}\n\n{text}", block.block_id)
        } else {
            text
        }
    }

    fn push(&mut self, block: &Block, line: &Line, body: &str, heading: Option<(u8, String)>) {
        let prefix = &line.prefix;
        let text = body
            .split('\n')
            .map(|row| {
                if row.is_empty() {
                    prefix.trim_end().to_owned()
                } else {
                    format!("{prefix}{row}")
                }
            })
            .collect::<Vec<_>>()
            .join("\n");
        let gap = if line.snug {
            "\n".to_owned()
        } else {
            format!("\n{}\n", prefix.trim_end())
        };
        self.pieces.push(Piece {
            id: block.block_id.clone(),
            text,
            heading,
            gap,
            comments: block.comment_ids.clone(),
        });
    }
}

/// The widget that draws Mermaid.
const MERMAID: &str = "blk_631fefbbae02400430b8f9f4";

const fn is_item(kind: Option<BlockKind>) -> bool {
    matches!(
        kind,
        Some(BlockKind::Bullet | BlockKind::Ordered | BlockKind::Todo)
    )
}

/// The number of an ordered item: its own when Feishu says it, else one more than the last.
fn ordinal(block: &Block, last: u64) -> u64 {
    block
        .text()
        .and_then(|text| text.style.as_ref()?.sequence.as_ref()?.parse::<u64>().ok())
        .filter(|number| *number < 1_000_000)
        .unwrap_or(last + 1)
}

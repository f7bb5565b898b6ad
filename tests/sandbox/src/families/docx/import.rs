//! Markdown to blocks: the convert call, and the source of the seed documents.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde_json::{Map, Value, json};

use super::kinds;
use super::language::language;
use super::tree::{Block, plain_style};
use crate::ids::IdSource;

/// What `encodeURIComponent` leaves alone.
const URL_SAFE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Percent-encodes a URL as the API carries it.
pub(crate) fn encode_url(url: &str) -> String {
    utf8_percent_encode(url, URL_SAFE).to_string()
}

/// Blocks under construction.
pub(crate) struct Builder<'m> {
    mint: &'m mut IdSource,
    nodes: Vec<Node>,
    open: Vec<usize>,
    pending: Vec<Value>,
    first: Vec<String>,
    images: Vec<(String, String)>,
    pub(super) bold: u32,
    pub(super) italic: u32,
    pub(super) strike: u32,
    pub(super) underline: u32,
    pub(super) code: u32,
    pub(super) links: Vec<String>,
    muted: u32,
}

struct Node {
    block: Block,
    filled: bool,
}

/// What a conversion made.
pub(crate) struct Converted {
    /// In pre-order.
    pub(crate) blocks: Vec<Block>,
    /// Those without a parent.
    pub(crate) first: Vec<String>,
    /// Image block → where its picture is.
    pub(crate) images: Vec<(String, String)>,
}

impl<'m> Builder<'m> {
    /// Nothing yet.
    pub(crate) fn new(mint: &'m mut IdSource) -> Self {
        Self {
            mint,
            nodes: Vec::new(),
            open: Vec::new(),
            pending: Vec::new(),
            first: Vec::new(),
            images: Vec::new(),
            bold: 0,
            italic: 0,
            strike: 0,
            underline: 0,
            code: 0,
            links: Vec::new(),
            muted: 0,
        }
    }

    /// Starts a block that text or other blocks go into.
    pub(crate) fn open(&mut self, kind: u16, payload: Value) {
        self.flush();
        let at = self.push(kind, payload);
        self.open.push(at);
    }

    /// Ends the innermost open block.
    pub(crate) fn close(&mut self) {
        self.flush();
        let Some(at) = self.open.pop() else { return };
        let (kind, empty, filled) = self.nodes.get(at).map_or((0, false, true), |n| {
            (n.block.kind, n.block.children.is_empty(), n.filled)
        });
        if kinds::is_text(kind) && !filled {
            self.fill(at, vec![run("", &plain_style())]);
        } else if kinds::needs_child(kind) && empty {
            self.open.push(at);
            let text = self.push(kinds::TEXT_BLOCK, json!({}));
            self.fill(text, vec![run("", &plain_style())]);
            self.open.pop();
        }
    }

    /// A block that nothing goes into.
    pub(crate) fn leaf(&mut self, kind: u16, payload: Value) -> String {
        self.flush();
        let at = self.push(kind, payload);
        self.nodes
            .get(at)
            .map(|node| node.block.id.clone())
            .unwrap_or_default()
    }

    /// An inline element other than text.
    pub(crate) fn element(&mut self, key: &str, mut body: Map<String, Value>) {
        body.insert("text_element_style".to_owned(), self.style());
        let mut element = Map::new();
        element.insert(key.to_owned(), Value::Object(body));
        self.pending.push(Value::Object(element));
    }

    /// Inline text in the current style.
    pub(crate) fn text(&mut self, text: &str) {
        if self.muted > 0 || text.is_empty() {
            return;
        }
        let style = self.style();
        if let Some(body) = self
            .pending
            .last_mut()
            .and_then(|element| element.get_mut("text_run"))
            && body.get("text_element_style") == Some(&style)
        {
            let joined = format!(
                "{}{text}",
                body.get("content")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
            );
            if let Some(object) = body.as_object_mut() {
                object.insert("content".to_owned(), Value::from(joined));
            }
            return;
        }
        self.pending.push(run(text, &style));
    }

    /// Gives collected inline text to the open block, or to a new paragraph when that has its own already.
    pub(crate) fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let elements = std::mem::take(&mut self.pending);
        let target = self.open.last().copied().filter(|at| {
            self.nodes.get(*at).is_some_and(|node| {
                kinds::is_text(node.block.kind) && !node.filled && node.block.children.is_empty()
            })
        });
        let blank = elements.iter().all(|element| {
            element
                .get("text_run")
                .and_then(|body| body.get("content"))
                .and_then(Value::as_str)
                .is_some_and(|text| text.trim().is_empty())
        });
        match target {
            Some(at) => self.fill(at, elements),
            None if blank => {}
            None => {
                let at = self.push(kinds::TEXT_BLOCK, json!({}));
                self.fill(at, elements);
            }
        }
    }

    /// The finished blocks.
    pub(crate) fn finish(mut self) -> Converted {
        self.flush();
        while !self.open.is_empty() {
            self.close();
        }
        let blocks = self.nodes.into_iter().map(|node| node.block).collect();
        Converted {
            blocks,
            first: self.first,
            images: self.images,
        }
    }

    fn push(&mut self, kind: u16, payload: Value) -> usize {
        let id = self.mint.token27();
        let mut payload = match payload {
            Value::Object(payload) => payload,
            _ => Map::new(),
        };
        if kinds::is_text(kind) {
            let mut style = json!({"align": 1});
            if let (Value::Object(style), Some(Value::Object(given))) =
                (&mut style, payload.remove("style"))
            {
                style.extend(given);
            }
            if kind != kinds::CODE
                && let Value::Object(style) = &mut style
            {
                style.insert("folded".to_owned(), Value::Bool(false));
            }
            payload.insert("style".to_owned(), style);
            payload.insert("elements".to_owned(), json!([]));
        }
        let parent = self.open.last().copied();
        let at = self.nodes.len();
        let parent_id = if let Some(node) = parent.and_then(|at| self.nodes.get_mut(at)) {
            node.block.children.push(id.clone());
            node.block.id.clone()
        } else {
            self.first.push(id.clone());
            String::new()
        };
        let block = Block {
            id,
            parent: parent_id,
            children: Vec::new(),
            kind,
            payload,
            comment_ids: Vec::new(),
        };
        self.nodes.push(Node {
            block,
            filled: false,
        });
        at
    }

    fn fill(&mut self, at: usize, elements: Vec<Value>) {
        if let Some(node) = self.nodes.get_mut(at) {
            node.block
                .payload
                .insert("elements".to_owned(), Value::Array(elements));
            node.filled = true;
        }
    }

    fn style(&self) -> Value {
        let mut style = json!({
            "bold": self.bold > 0,
            "inline_code": self.code > 0,
            "italic": self.italic > 0,
            "strikethrough": self.strike > 0,
            "underline": self.underline > 0,
        });
        if let (Some(url), Value::Object(style)) = (self.links.last(), &mut style) {
            style.insert("link".to_owned(), json!({"url": encode_url(url)}));
        }
        style
    }

    pub(super) fn image(&mut self, url: &str) {
        let id = self.leaf(
            kinds::IMAGE,
            json!({"token": "", "width": 100, "height": 100, "align": 2}),
        );
        self.images.push((id, url.to_owned()));
    }

    fn become_todo(&mut self, done: bool) {
        if let Some(node) = self.open.last().and_then(|at| self.nodes.get_mut(*at)) {
            node.block.kind = kinds::TODO;
            if let Some(Value::Object(style)) = node.block.payload.get_mut("style") {
                style.insert("done".to_owned(), Value::Bool(done));
            }
        }
    }

    /// Sets a table's size once its cells are known.
    pub(super) fn close_table(&mut self, columns: usize) {
        self.flush();
        if let Some(node) = self.open.last().and_then(|at| self.nodes.get_mut(*at)) {
            let cells = node.block.children.len();
            let columns = columns.max(1);
            let property = json!({
                "row_size": cells / columns,
                "column_size": columns,
                "column_width": vec![100; columns],
                "header_row": true,
                "header_column": false,
                "merge_info": vec![json!({"row_span": 1, "col_span": 1}); cells],
            });
            node.block.payload.insert("property".to_owned(), property);
        }
        self.close();
    }

    /// Adds what a piece of Markdown says. `inline` gets each run of plain text first and may add its own elements.
    pub(crate) fn markdown(&mut self, source: &str, inline: fn(&mut Self, &str)) {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_MATH;
        let mut lists: Vec<u16> = Vec::new();
        let mut columns = 0;
        for event in Parser::new_ext(source, options) {
            match event {
                Event::Start(tag) => self.start_tag(tag, &mut lists, &mut columns),
                Event::End(tag) => match tag {
                    TagEnd::Paragraph | TagEnd::HtmlBlock => self.flush(),
                    TagEnd::Heading(_)
                    | TagEnd::BlockQuote(_)
                    | TagEnd::Item
                    | TagEnd::TableCell => self.close(),
                    TagEnd::CodeBlock => {
                        self.trim_end();
                        self.close();
                    }
                    TagEnd::List(_) => {
                        lists.pop();
                    }
                    TagEnd::Table => self.close_table(columns),
                    TagEnd::Emphasis => self.italic -= 1,
                    TagEnd::Strong => self.bold -= 1,
                    TagEnd::Strikethrough => self.strike -= 1,
                    TagEnd::Link => {
                        self.links.pop();
                    }
                    TagEnd::Image => self.muted -= 1,
                    _ => {}
                },
                Event::Text(text) => {
                    let in_code = self
                        .open
                        .last()
                        .and_then(|at| self.nodes.get(*at))
                        .is_some_and(|n| n.block.kind == kinds::CODE);
                    if in_code || self.muted > 0 {
                        self.text(&text);
                    } else {
                        inline(self, &text);
                    }
                }
                Event::Code(text) => {
                    self.code += 1;
                    self.text(&text);
                    self.code -= 1;
                }
                Event::InlineMath(text) | Event::DisplayMath(text) => {
                    let mut body = Map::new();
                    body.insert("content".to_owned(), Value::from(text.as_ref()));
                    self.element("equation", body);
                }
                Event::InlineHtml(tag) => match tag.as_ref() {
                    "<u>" => self.underline += 1,
                    "</u>" => self.underline = self.underline.saturating_sub(1),
                    "<br>" | "<br/>" | "<br />" => self.text("\n"),
                    other => self.text(other),
                },
                Event::Html(text) => self.text(&text),
                Event::SoftBreak | Event::HardBreak => self.text("\n"),
                Event::Rule => {
                    self.leaf(kinds::DIVIDER, json!({}));
                }
                Event::TaskListMarker(done) => self.become_todo(done),
                Event::FootnoteReference(_) => {}
            }
        }
        self.flush();
    }

    fn start_tag(&mut self, tag: Tag<'_>, lists: &mut Vec<u16>, columns: &mut usize) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.flush(),
            Tag::Heading { level, .. } => {
                self.open(kinds::HEADING1 + heading_depth(level), json!({}));
            }
            Tag::BlockQuote(_) => self.open(kinds::QUOTE_CONTAINER, json!({})),
            Tag::CodeBlock(kind) => {
                let number = match &kind {
                    CodeBlockKind::Fenced(info) => language(info),
                    CodeBlockKind::Indented => 1,
                };
                self.open(
                    kinds::CODE,
                    json!({"style": {"language": number, "wrap": false}}),
                );
            }
            Tag::List(start) => {
                self.flush();
                lists.push(if start.is_some() {
                    kinds::ORDERED
                } else {
                    kinds::BULLET
                });
            }
            Tag::Item => self.open(lists.last().copied().unwrap_or(kinds::BULLET), json!({})),
            Tag::Table(alignments) => {
                *columns = alignments.len();
                self.open(kinds::TABLE, json!({}));
            }
            Tag::TableCell => self.open(kinds::TABLE_CELL, json!({})),
            Tag::Emphasis => self.italic += 1,
            Tag::Strong => self.bold += 1,
            Tag::Strikethrough => self.strike += 1,
            Tag::Link { dest_url, .. } => self.links.push(dest_url.to_string()),
            Tag::Image { dest_url, .. } => {
                self.image(&dest_url);
                self.muted += 1;
            }
            _ => {}
        }
    }

    fn trim_end(&mut self) {
        let last = self
            .pending
            .last_mut()
            .and_then(|element| element.get_mut("text_run"))
            .and_then(Value::as_object_mut);
        if let Some(body) = last {
            let text = body
                .get("content")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let text = text.strip_suffix('\n').unwrap_or(text).to_owned();
            body.insert("content".to_owned(), Value::from(text));
        }
    }
}

fn heading_depth(level: HeadingLevel) -> u16 {
    match level {
        HeadingLevel::H1 => 0,
        HeadingLevel::H2 => 1,
        HeadingLevel::H3 => 2,
        HeadingLevel::H4 => 3,
        HeadingLevel::H5 => 4,
        HeadingLevel::H6 => 5,
    }
}

fn run(text: &str, style: &Value) -> Value {
    json!({"text_run": {"content": text, "text_element_style": style}})
}

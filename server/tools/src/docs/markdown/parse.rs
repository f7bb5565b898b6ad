//! Markdown → tree.
//!
//! CommonMark with tables, task lists, strikethrough, formulas, `> [!NOTE]` callouts and
//! `@[name](user:ou_…)` mentions. The stack is explicit and bounded, so no input can exhaust it.

use pulldown_cmark::{
    BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd,
};

use super::{
    code,
    inline::{ESCAPED_STAR, Mark, Runs},
    shape,
    tree::{Callout, Kind, Node, Rich, Table, Warning, Warnings},
};
use crate::render::clean_text;

/// Deepest nesting that is kept.
const MAX_DEPTH: usize = 10;

/// A parsed document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parsed {
    pub(crate) nodes: Vec<Node>,
    pub(crate) warnings: Warnings,
}

/// Parses. Every text is a document; what has no counterpart is kept as text with a warning.
pub(crate) fn parse(markdown: &str) -> Parsed {
    let cleaned = clean_text(markdown).replace(ESCAPED_STAR, "");
    let mut builder = Builder::default();
    let body = builder.take_frontmatter(&cleaned);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM;
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        let escaped = range.start > 0 && body.as_bytes().get(range.start - 1) == Some(&b'\\');
        builder.event(event, escaped);
    }
    builder.finish()
}

#[derive(Debug)]
enum FrameKind {
    Root,
    Quote(Option<Callout>),
    Item {
        ordered: bool,
        todo: Option<bool>,
        rich: Option<Rich>,
    },
}

#[derive(Debug)]
struct Frame {
    kind: FrameKind,
    children: Vec<Node>,
}

#[derive(Debug)]
struct Builder {
    frames: Vec<Frame>,
    lists: Vec<bool>,
    runs: Runs,
    heading: Option<u8>,
    code: Option<(u16, String)>,
    html: Option<String>,
    table: Option<Vec<Vec<Rich>>>,
    images: Vec<bool>,
    warnings: Warnings,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            frames: vec![Frame {
                kind: FrameKind::Root,
                children: Vec::new(),
            }],
            lists: Vec::new(),
            runs: Runs::default(),
            heading: None,
            code: None,
            html: None,
            table: None,
            images: Vec::new(),
            warnings: Warnings::default(),
        }
    }
}

impl Builder {
    /// A block of `key: value` lines between two `---` at the top would read as a heading.
    fn take_frontmatter<'a>(&mut self, text: &'a str) -> &'a str {
        let Some(inner) = text.strip_prefix("---\n") else {
            return text;
        };
        let Some(end) = inner.find("\n---\n") else {
            return text;
        };
        let yaml = &inner[..end];
        let looks_so = yaml.lines().count() <= 60
            && yaml.lines().next().is_some_and(|line| {
                line.split_once(':').is_some_and(|(key, _)| {
                    !key.is_empty()
                        && key
                            .bytes()
                            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
                })
            });
        if !looks_so {
            return text;
        }
        self.warnings.add(Warning::Frontmatter);
        self.push(Node::leaf(Kind::Code {
            language: code::number("yaml").unwrap_or(code::PLAIN),
            text: yaml.to_owned(),
        }));
        &inner[end + 5..]
    }

    fn event(&mut self, event: Event<'_>, escaped: bool) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text, escaped),
            Event::Code(text) => self.runs.code(&text),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.runs.equation(&text),
            Event::SoftBreak => self.runs.soft_break(),
            Event::HardBreak => self.runs.hard_break(),
            Event::Rule => {
                self.flush();
                self.push(Node::leaf(Kind::Divider));
            }
            Event::Html(text) => match &mut self.html {
                Some(html) => html.push_str(&text),
                None => self.inline_html(&text),
            },
            Event::InlineHtml(text) => self.inline_html(&text),
            Event::TaskListMarker(done) => {
                if let Some(Frame {
                    kind: FrameKind::Item { todo, .. },
                    ..
                }) = self.frames.last_mut()
                {
                    *todo = Some(done);
                }
            }
            Event::FootnoteReference(name) => self.runs.text(&format!("[^{name}]")),
        }
    }

    fn text(&mut self, text: &str, escaped: bool) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(text);
        } else if let Some(html) = &mut self.html {
            html.push_str(text);
        } else if escaped && text.starts_with('*') {
            self.runs.text(&format!("{ESCAPED_STAR}{}", &text[1..]));
        } else {
            self.runs.text(text);
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => self.flush(),
            Tag::Heading { level, .. } => {
                self.flush();
                self.heading = Some(number_of(level));
            }
            Tag::BlockQuote(kind) => {
                self.flush();
                self.open(FrameKind::Quote(kind.and_then(callout_of)));
            }
            Tag::CodeBlock(kind) => {
                self.flush();
                self.code = Some((self.language(&kind), String::new()));
            }
            Tag::HtmlBlock => {
                self.flush();
                self.html = Some(String::new());
            }
            Tag::List(start) => {
                self.flush();
                self.lists.push(start.is_some());
            }
            Tag::Item => {
                self.flush();
                let ordered = self.lists.last().copied().unwrap_or(false);
                self.open(FrameKind::Item {
                    ordered,
                    todo: None,
                    rich: None,
                });
            }
            Tag::Table(_) => {
                self.flush();
                self.table = Some(Vec::new());
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(rows) = &mut self.table {
                    rows.push(Vec::new());
                }
            }
            Tag::Emphasis => self.runs.emphasis(Mark::Italic, true),
            Tag::Strong => self.runs.emphasis(Mark::Bold, true),
            Tag::Strikethrough => self.runs.emphasis(Mark::Strike, true),
            Tag::Link { dest_url, .. } => self.runs.open_link(&dest_url, &mut self.warnings),
            Tag::Image { dest_url, .. } => self.open_image(&dest_url),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.flush(),
            TagEnd::Heading(_) => {
                let rich = self.runs.take();
                if let Some(level) = self.heading.take() {
                    self.push(Node::leaf(Kind::Heading(level, rich)));
                }
            }
            TagEnd::BlockQuote(_) | TagEnd::Item => {
                self.flush();
                self.close();
            }
            TagEnd::CodeBlock => {
                if let Some((language, mut text)) = self.code.take() {
                    if text.ends_with('\n') {
                        text.pop();
                    }
                    self.push(Node::leaf(Kind::Code { language, text }));
                }
            }
            TagEnd::HtmlBlock => self.end_html(),
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::TableCell => {
                let rich = self.runs.take();
                if let Some(row) = self.table.as_mut().and_then(|rows| rows.last_mut()) {
                    row.push(rich);
                }
            }
            TagEnd::Table => {
                if let Some(rows) = self.table.take() {
                    self.push(table(rows));
                }
            }
            TagEnd::Emphasis => self.runs.emphasis(Mark::Italic, false),
            TagEnd::Strong => self.runs.emphasis(Mark::Bold, false),
            TagEnd::Strikethrough => self.runs.emphasis(Mark::Strike, false),
            TagEnd::Link => self.runs.close_link(),
            TagEnd::Image => self.close_image(),
            _ => {}
        }
    }

    fn open_image(&mut self, target: &str) {
        self.warnings.add(Warning::ImageAsLink);
        // Inside a link the link wins: nesting is not possible.
        let linked = self.runs.in_link();
        if !linked {
            self.runs.open_link(target, &mut self.warnings);
        }
        self.images.push(linked);
        self.runs.mark();
    }

    fn close_image(&mut self) {
        let Some(linked) = self.images.pop() else {
            return;
        };
        if !self.runs.grown() {
            self.runs.text("image");
        }
        if !linked {
            self.runs.close_link();
        }
    }

    fn language(&mut self, kind: &CodeBlockKind<'_>) -> u16 {
        let CodeBlockKind::Fenced(info) = kind else {
            return code::PLAIN;
        };
        code::number(info).unwrap_or_else(|| {
            self.warnings.add(Warning::UnknownLanguage);
            code::PLAIN
        })
    }

    fn inline_html(&mut self, html: &str) {
        let tag: String = html
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '/')
            .collect::<String>()
            .to_ascii_lowercase();
        match tag.as_str() {
            "<br>" => self.runs.hard_break(),
            "<u>" => self.runs.emphasis(Mark::Underline, !html.contains('/')),
            _ if tag.starts_with("<!--") => {}
            _ => {
                self.warnings.add(Warning::Html);
                self.runs.text(html);
            }
        }
    }

    fn end_html(&mut self) {
        let html = self.html.take().unwrap_or_default();
        let text = html.trim();
        if text.is_empty() || (text.starts_with("<!--") && text.ends_with("-->")) {
            return;
        }
        if text.eq_ignore_ascii_case("<br>") || text.eq_ignore_ascii_case("<br/>") {
            return;
        }
        self.warnings.add(Warning::Html);
        self.runs.text(text);
        self.flush();
    }

    fn open(&mut self, kind: FrameKind) {
        self.frames.push(Frame {
            kind,
            children: Vec::new(),
        });
    }

    fn close(&mut self) {
        let too_deep = self.frames.len() > MAX_DEPTH + 1;
        let Some(frame) = self.frames.pop_if_nested() else {
            return;
        };
        let kind = match frame.kind {
            FrameKind::Root => return,
            FrameKind::Quote(None) => Kind::Quote,
            FrameKind::Quote(Some(callout)) => Kind::Callout(callout),
            FrameKind::Item {
                ordered,
                todo,
                rich,
            } => {
                let rich = rich.unwrap_or_default();
                match (todo, ordered) {
                    (Some(done), _) => Kind::Todo(done, rich),
                    (None, true) => Kind::Ordered(rich),
                    (None, false) => Kind::Bullet(rich),
                }
            }
        };
        if too_deep {
            self.warnings.add(Warning::TooDeep);
            if !matches!(kind, Kind::Quote | Kind::Callout(_)) {
                self.push(Node::leaf(kind));
            }
            for child in frame.children {
                self.push(child);
            }
        } else {
            self.push(Node::new(kind, frame.children));
        }
    }

    fn push(&mut self, node: Node) {
        if let Some(frame) = self.frames.last_mut() {
            frame.children.push(node);
        }
    }

    /// Ends the text that stands open: the first of an item is the item's own.
    fn flush(&mut self) {
        if self.runs.is_empty() || self.table.is_some() || self.heading.is_some() {
            return;
        }
        let text = self.runs.take();
        if text.is_empty() {
            return;
        }
        if shape::is_placeholder(&text) {
            self.warnings.add(Warning::Placeholder);
        }
        if let Some(Frame {
            kind: FrameKind::Item {
                rich: rich @ None, ..
            },
            children,
        }) = self.frames.last_mut()
            && children.is_empty()
        {
            *rich = Some(text);
        } else {
            self.push(Node::leaf(Kind::Text(text)));
        }
    }

    fn finish(mut self) -> Parsed {
        self.flush();
        while self.frames.len() > 1 {
            self.close();
        }
        let nodes = self
            .frames
            .pop()
            .map(|root| root.children)
            .unwrap_or_default();
        let nodes = shape::fit(nodes, &mut self.warnings);
        Parsed {
            nodes,
            warnings: self.warnings,
        }
    }
}

trait PopNested {
    fn pop_if_nested(&mut self) -> Option<Frame>;
}

impl PopNested for Vec<Frame> {
    /// The root stays.
    fn pop_if_nested(&mut self) -> Option<Frame> {
        if self.len() > 1 { self.pop() } else { None }
    }
}

const fn number_of(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn callout_of(kind: BlockQuoteKind) -> Option<Callout> {
    Callout::of_word(match kind {
        BlockQuoteKind::Note => "NOTE",
        BlockQuoteKind::Tip => "TIP",
        BlockQuoteKind::Important => "IMPORTANT",
        BlockQuoteKind::Warning => "WARNING",
        BlockQuoteKind::Caution => "CAUTION",
    })
}

/// Rows of cells as a table; all rows get the width of the widest.
fn table(rows: Vec<Vec<Rich>>) -> Node {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let table = Table {
        rows: rows.len(),
        columns,
        header_row: true,
        ..Table::default()
    };
    let cells = rows.into_iter().flat_map(|mut row| {
        row.resize(columns, Rich::new());
        row.into_iter()
            .map(|rich| Node::new(Kind::Cell, vec![Node::leaf(Kind::Text(rich))]))
    });
    Node::new(Kind::Table(table), cells.collect())
}

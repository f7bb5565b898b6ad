//! Builds the tree from the parser's events.

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};

use super::{
    Parsed,
    frame::{Frame, FrameKind},
    lines::Taken,
};
use crate::docs::markdown::{
    attrs::Attrs,
    code,
    inline::{Mark, Runs, escaped as sign},
    tree::{Callout, Kind, Node, Warning, Warnings},
};

/// The tree so far.
#[derive(Debug)]
pub(super) struct Builder {
    pub(super) frames: Vec<Frame>,
    /// The next number of each list that is open; bullets have none.
    lists: Vec<Option<u64>>,
    pub(super) runs: Runs,
    pub(super) heading: Option<u8>,
    /// Blocks out of a heading, which cannot hold any.
    pub(super) behind: Vec<Node>,
    code: Option<(String, String)>,
    pub(super) html: Option<String>,
    /// The rows of a pipe table.
    pub(super) table: Option<Vec<Vec<Node>>>,
    /// What is in the cell that is open.
    pub(super) cell: Option<Vec<Node>>,
    /// Braces for the next block.
    pub(super) pending: Option<Attrs>,
    /// The last block is a picture or file that braces may follow.
    pub(super) after_media: bool,
    /// What each link that is open is; see [`super::spans`].
    pub(super) links: Vec<super::spans::Link>,
    pub(super) taken: Vec<Taken>,
    /// Inside of text that was parsed again.
    pub(super) again: bool,
    pub(super) warnings: Warnings,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            frames: vec![Frame::new(FrameKind::Root, Attrs::default())],
            lists: Vec::new(),
            runs: Runs::default(),
            heading: None,
            behind: Vec::new(),
            code: None,
            html: None,
            table: None,
            cell: None,
            pending: None,
            after_media: false,
            links: Vec::new(),
            taken: Vec::new(),
            again: false,
            warnings: Warnings::default(),
        }
    }
}

impl Builder {
    /// A block of `key: value` lines between two `---` at the top would read as a heading.
    pub(super) fn take_frontmatter<'a>(&mut self, text: &'a str) -> &'a str {
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

    pub(super) fn event(&mut self, event: Event<'_>, escaped: bool) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text, escaped),
            Event::Code(text) => self.runs.code(&text),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.runs.equation(&text),
            Event::SoftBreak => {
                // A deep heading is one line.
                if self.runs.is_deep_heading() && !self.runs.capturing() {
                    self.flush();
                } else {
                    self.runs.soft_break();
                }
            }
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
            return code.push_str(text);
        }
        if let Some(html) = &mut self.html {
            return html.push_str(text);
        }
        let mut chars = text.chars();
        match chars.next() {
            Some(first) if escaped => {
                let mut signed = String::with_capacity(text.len() + 2);
                signed.push(sign(first));
                signed.push_str(chars.as_str());
                self.runs.text(&signed);
            }
            _ => self.runs.text(text),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => {
                self.flush();
                self.after_media = false;
            }
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
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((info, String::new()));
            }
            Tag::HtmlBlock => {
                self.flush();
                self.html = Some(String::new());
            }
            Tag::List(start) => {
                self.flush();
                self.lists.push(start);
            }
            Tag::Item => self.start_item(),
            Tag::Table(_) => {
                self.flush();
                self.table = Some(Vec::new());
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(rows) = &mut self.table {
                    rows.push(Vec::new());
                }
            }
            Tag::TableCell => self.cell = Some(Vec::new()),
            Tag::Emphasis => self.runs.open(Mark::Italic),
            Tag::Strong => self.runs.open(Mark::Bold),
            Tag::Strikethrough => self.runs.open(Mark::Strike),
            Tag::Link { dest_url, .. } => self.open_link(&dest_url),
            Tag::Image {
                dest_url, title, ..
            } => self.open_image(&dest_url, &title),
            _ => {}
        }
    }

    /// The first item of a list tells its number, unless it is the one that would come anyway.
    fn start_item(&mut self) {
        self.flush();
        let mut number = None;
        let list = self.lists.last_mut();
        let ordered = matches!(list, Some(Some(_)));
        if let Some(Some(next)) = list {
            if *next != u64::MAX {
                number = Some(*next);
            }
            // The items after it follow.
            *next = u64::MAX;
        }
        let follows = self
            .frames
            .last()
            .and_then(|frame| frame.children.last())
            .is_some_and(|before| matches!(before.kind, Kind::Ordered(_)));
        self.open(FrameKind::Item {
            ordered,
            number: number.filter(|number| follows || *number != 1),
            todo: None,
            rich: None,
        });
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => {
                self.flush();
                self.after_media = false;
            }
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::BlockQuote(_) | TagEnd::Item => {
                self.flush();
                self.close_block();
            }
            TagEnd::CodeBlock => {
                if let Some((info, mut text)) = self.code.take() {
                    if text.ends_with('\n') {
                        text.pop();
                    }
                    self.code_block(&info, text);
                }
            }
            TagEnd::HtmlBlock => self.end_html(),
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Table => self.end_table(),
            TagEnd::Emphasis => drop(self.runs.close(&Mark::Italic)),
            TagEnd::Strong => drop(self.runs.close(&Mark::Bold)),
            TagEnd::Strikethrough => drop(self.runs.close(&Mark::Strike)),
            TagEnd::Link => self.close_link(),
            TagEnd::Image => self.close_image(),
            _ => {}
        }
    }

    pub(super) fn open(&mut self, kind: FrameKind) {
        self.after_media = false;
        let attrs = self.pending.take().unwrap_or_default();
        self.frames.push(Frame::new(kind, attrs));
    }

    pub(super) fn finish(mut self) -> Parsed {
        self.flush();
        while self.frames.len() > 1 {
            self.close();
        }
        if self.pending.is_some() {
            self.warnings.add(Warning::Attributes);
        }
        let nodes = self
            .frames
            .pop()
            .map(|root| root.children)
            .unwrap_or_default();
        Parsed {
            nodes,
            warnings: self.warnings,
        }
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

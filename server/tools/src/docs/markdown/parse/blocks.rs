//! Blocks as they end: texts, headings, code, pictures, cells.

use super::{builder::Builder, frame::FrameKind, lines::Said};
use crate::docs::markdown::{
    attrs::{self, Attrs},
    code,
    inline::{MARK, deep_heading, finish, take_attrs},
    tree::{BlockStyle, Diagram, Inline, Kind, Node, Opaque, Rich, Syntax, Warning},
};

impl Builder {
    /// Puts a block where blocks go now.
    pub(super) fn push(&mut self, mut node: Node) {
        self.after_media = matches!(node.kind, Kind::Image(_) | Kind::File(_));
        if let Some(attrs) = self.pending.take() {
            self.apply(&mut node, attrs);
        }
        if let Some(cell) = &mut self.cell {
            cell.push(node);
        } else if self.heading.is_some() {
            self.behind.push(node);
        } else if let Some(frame) = self.frames.last_mut() {
            frame.children.push(node);
        }
    }

    /// Gives a block what braces say about it, and warns of what it cannot have.
    pub(super) fn apply(&mut self, node: &mut Node, attrs: Attrs) {
        let mut rest = Attrs {
            plain: false,
            widget: false,
            code: false,
            ..attrs
        };
        if let Some(id) = rest.id.take() {
            node.id = Some(id);
        }
        match &mut node.kind {
            Kind::Image(image) => {
                let left = std::mem::take(&mut rest.left).then_some(1);
                let align = rest.style.align.take().or(left);
                image.align = align.or(image.align).filter(|align| *align != 2);
                image.size = rest.size.take().or(image.size);
                let scale = rest.scale.take().filter(|scale| *scale != 100);
                image.scale = scale.or(image.scale);
            }
            Kind::File(file) => file.preview |= std::mem::take(&mut rest.preview),
            Kind::Table(table) => {
                if rest.widths.len() == table.columns {
                    table.widths = std::mem::take(&mut rest.widths);
                }
                if let Some((row, column)) = rest.header.take() {
                    (table.header_row, table.header_column) = (row, column);
                }
            }
            kind if has_style(kind) => {
                let wrap = rest.style.wrap && matches!(kind, Kind::Code { .. });
                node.style = BlockStyle {
                    number: node.style.number,
                    wrap,
                    ..std::mem::take(&mut rest.style)
                };
                rest.left = false;
            }
            _ => {}
        }
        if rest != Attrs::default() {
            self.warnings.add(Warning::Attributes);
        }
    }

    /// The runs so far, with lines that were taken out and did not stay alone put back.
    pub(super) fn take_runs(&mut self) -> Rich {
        let mut rich = self.runs.take();
        self.put_back(&mut rich);
        rich
    }

    pub(super) fn put_back(&self, rich: &mut Rich) {
        for run in rich {
            let Inline::Text { content, .. } = run else {
                continue;
            };
            if !content.contains(MARK) {
                continue;
            }
            let mut whole = String::new();
            for (index, part) in content.split(MARK).enumerate() {
                let taken = (index % 2 == 1)
                    .then(|| self.taken.get(part.parse::<usize>().ok()?))
                    .flatten();
                whole.push_str(taken.map_or(part, |taken| taken.raw.as_str()));
            }
            *content = whole;
        }
    }

    /// The number of a line that was taken out, when the text is nothing else.
    fn taken_line(rich: &Rich) -> Option<usize> {
        let [Inline::Text { content, .. }] = rich.as_slice() else {
            return None;
        };
        let number = content.trim().strip_prefix(MARK)?.strip_suffix(MARK)?;
        number.parse().ok()
    }

    /// Ends the text that stands open: the first of an item is the item's own.
    pub(super) fn flush(&mut self) {
        if self.runs.is_empty() || self.table.is_some() || self.heading.is_some() {
            return;
        }
        let mut rich = self.runs.take();
        if let Some(taken) = Self::taken_line(&rich).and_then(|at| self.taken.get(at).cloned()) {
            self.after_media = false;
            return match taken.said {
                Said::Open { tag, fields } => self.open_tag(tag, fields),
                Said::Close { tag } => self.close_tag(&tag, &taken.raw),
                Said::Placeholder { kind, fields } => self.placeholder(kind, fields),
            };
        }
        self.put_back(&mut rich);
        self.text_block(rich, true);
    }

    /// A text, as far as it is one: braces behind a picture, braces for the next block, a heading
    /// that Markdown does not know.
    pub(super) fn text_block(&mut self, mut rich: Rich, ends: bool) {
        if std::mem::take(&mut self.after_media) {
            self.braces_behind_media(&mut rich);
        }
        if rich.is_empty() {
            return;
        }
        let attrs = if ends { take_attrs(&mut rich) } else { None };
        let level = match rich.first_mut() {
            Some(Inline::Text { content, .. }) => deep_heading(content).inspect(|(_, length)| {
                let rest = &content[*length..];
                let rest = rest.strip_prefix([' ', '\t']).unwrap_or(rest).len();
                content.drain(..content.len() - rest);
            }),
            _ => None,
        };
        let rich = finish(rich);
        let plain = attrs.as_ref().is_some_and(|attrs| attrs.plain);
        if rich.is_empty() && level.is_none() && !plain {
            if let Some(attrs) = attrs {
                self.braces_alone(attrs);
            }
            return;
        }
        let kind = match level {
            Some((level, _)) => Kind::Heading(level, rich),
            None => match self.item_text(rich, attrs.as_ref()) {
                Some(rich) => Kind::Text(rich),
                None => return,
            },
        };
        let mut node = Node::leaf(kind);
        if let Some(attrs) = attrs {
            self.apply(&mut node, attrs);
        }
        self.push(node);
        if let Some(frame) = self.frames.last_mut() {
            frame.plain |= plain && matches!(frame.kind, FrameKind::Quote(_));
        }
    }

    /// The first text of an item is the item's own; any other is given back.
    fn item_text(&mut self, rich: Rich, attrs: Option<&Attrs>) -> Option<Rich> {
        if self.cell.is_some() {
            return Some(rich);
        }
        let Some(frame) = self.frames.last_mut() else {
            return Some(rich);
        };
        let Some(own) = frame.wants_text() else {
            return Some(rich);
        };
        *own = Some(rich);
        if let Some(attrs) = attrs {
            frame.attrs = attrs.clone();
        }
        None
    }

    fn braces_alone(&mut self, attrs: Attrs) {
        let own = self
            .frames
            .last_mut()
            .filter(|_| self.cell.is_none())
            .and_then(|frame| {
                *frame.wants_text()? = Some(Rich::new());
                frame.attrs = attrs.clone();
                Some(())
            });
        if own.is_none() {
            self.pending = Some(attrs);
        }
    }

    pub(super) fn end_heading(&mut self) {
        let mut rich = self.take_runs();
        if std::mem::take(&mut self.after_media) {
            self.braces_behind_media(&mut rich);
        }
        let attrs = take_attrs(&mut rich);
        let Some(level) = self.heading.take() else {
            return;
        };
        let mut node = Node::leaf(Kind::Heading(level, finish(rich)));
        if let Some(attrs) = attrs {
            self.apply(&mut node, attrs);
        }
        self.push(node);
        for node in std::mem::take(&mut self.behind) {
            self.push(node);
        }
    }

    pub(super) fn code_block(&mut self, info: &str, text: String) {
        let (word, braces) = info.split_at(info.find('{').unwrap_or(info.len()));
        let (word, attrs) = (
            word.trim(),
            attrs::at_start(braces)
                .map(|(_, attrs)| attrs)
                .unwrap_or_default(),
        );
        let syntax = Syntax::of_word(word).filter(|_| !attrs.code);
        let kind = match syntax {
            Some(Syntax::Mermaid) if attrs.widget => Kind::Opaque(Opaque::drawn(text.trim_end())),
            Some(syntax) => Kind::Diagram(Diagram { syntax, code: text }),
            None => Kind::Code {
                language: self.language(word),
                text,
            },
        };
        let mut node = Node::leaf(kind);
        self.apply(&mut node, attrs);
        self.push(node);
    }

    fn language(&mut self, word: &str) -> u16 {
        code::number(word).unwrap_or_else(|| {
            self.warnings.add(Warning::UnknownLanguage);
            code::PLAIN
        })
    }

    fn placeholder(&mut self, kind: String, fields: crate::docs::markdown::fields::Fields) {
        let id = super::frame::id(&fields);
        let fields = fields
            .into_iter()
            .filter(|(name, value)| name != "id" && !value.is_empty())
            .collect();
        let mut node = Node::leaf(Kind::Opaque(Opaque { kind, fields }));
        node.id = id;
        if let Some(own) = self
            .frames
            .last_mut()
            .and_then(super::frame::Frame::wants_text)
        {
            *own = Some(Rich::new());
        }
        self.push(node);
    }
}

/// Whether Feishu keeps a style for blocks of a kind.
const fn has_style(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Text(_)
            | Kind::Heading(..)
            | Kind::Bullet(_)
            | Kind::Ordered(_)
            | Kind::Todo(..)
            | Kind::QuoteText(_)
            | Kind::Code { .. }
            | Kind::Diagram(_)
    )
}

//! One node → one piece, or one for its beginning and one for its end.

use super::{Names, Piece, Style, inline};
use crate::{
    docs::markdown::{
        attrs::Attrs,
        tree::{BlockStyle, Kind, Node, Rich},
    },
    render::clean_line,
};

/// Prints nodes in the order of reading.
pub(super) struct Walker<'a> {
    pub(super) names: &'a Names,
    pub(super) style: Style,
    pub(super) pieces: Vec<Piece>,
}

/// What stands before each line of a block, from the blocks around it.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) prefix: String,
    /// A list item or the first line of a callout has just been printed.
    pub(super) snug: bool,
}

impl Line {
    pub(super) fn inside(&self, more: &str, snug: bool) -> Self {
        Self {
            prefix: format!("{}{more}", self.prefix),
            snug,
        }
    }
}

/// The items that follow each other in one list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum List {
    #[default]
    None,
    Bullet,
    Todo,
    /// With the last number, and whether it was printed with `)`.
    Ordered(u64, bool),
}

impl<'a> Walker<'a> {
    pub(super) const fn new(names: &'a Names, style: Style) -> Self {
        Self {
            names,
            style,
            pieces: Vec::new(),
        }
    }

    pub(super) fn children(&mut self, nodes: &[Node], line: &Line) {
        let mut last = List::None;
        let mut snug = line.snug;
        for node in nodes.iter().filter(|node| !is_hidden(node)) {
            let mut gap = snug;
            let list = match &node.kind {
                Kind::Bullet(_) => List::Bullet,
                Kind::Todo(..) => List::Todo,
                Kind::Ordered(_) => next_number(node, last),
                _ => List::None,
            };
            if list == List::None {
                gap = false;
            } else if let (List::Ordered(number, round), true) = (list, snug) {
                // Within a paragraph only a one begins a list.
                gap = number == 1 && !round;
            } else if let List::Ordered(_, round) = list {
                gap = matches!(last, List::Ordered(_, before) if before == round);
            } else if !snug {
                gap = last == list;
            }
            // Nor does an empty item.
            gap &= node.rich().is_none_or(|rich| !rich.is_empty());
            let here = Line {
                prefix: line.prefix.clone(),
                snug: gap,
            };
            self.node(node, &here, list);
            last = list;
            snug = false;
        }
    }

    fn node(&mut self, node: &Node, line: &Line, list: List) {
        match &node.kind {
            Kind::Text(rich) => {
                if !rich.is_empty() {
                    self.text_line(node, rich, line, "", 0);
                }
                self.indented(node, line, rich.is_empty());
            }
            Kind::Heading(level, rich) => {
                self.heading(node, *level, rich, line);
                self.indented(node, line, false);
            }
            Kind::Bullet(rich) => self.item(node, rich, line, "- ", 2),
            Kind::Todo(done, rich) => {
                let mark = if *done { "- [x] " } else { "- [ ] " };
                self.item(node, rich, line, mark, 2);
            }
            Kind::Ordered(rich) => {
                let mark = match list {
                    List::Ordered(number, true) => format!("{number}) "),
                    List::Ordered(number, false) => format!("{number}. "),
                    _ => "1. ".to_owned(),
                };
                self.item(node, rich, line, &mark, mark.len());
            }
            Kind::Code { language, text } => self.code(node, *language, text, line),
            Kind::Divider => self.anchored(node, line, "---"),
            Kind::Quote => self.quote(node, line),
            Kind::QuoteText(rich) => {
                let from = self.pieces.len();
                self.text_line(node, rich, &line.inside("> ", false), "", 0);
                self.loosen(from, line);
            }
            Kind::Callout(callout) => self.callout(node, callout, line),
            Kind::Table(table) => self.table(node, table, line),
            Kind::Grid => self.framed(node, line, "grid", &[]),
            Kind::Column(ratio) => {
                let ratio = ratio.map(|ratio| ("ratio", ratio.to_string()));
                self.framed(node, line, "column", ratio.as_slice());
            }
            // A cell that has lost its table.
            Kind::Cell => self.children(&node.children, line),
            Kind::Image(image) => self.image(node, image, line),
            Kind::File(file) => self.file(node, file, line),
            Kind::Diagram(diagram) => self.diagram(node, diagram, line),
            Kind::Opaque(opaque) => self.opaque(node, opaque, line),
        }
    }

    fn heading(&mut self, node: &Node, level: u8, rich: &Rich, line: &Line) {
        let plain = clean_line(&inline::plain(rich, self.names), 200);
        let marks = "#".repeat(usize::from(level.clamp(1, 9)));
        let mut body = inline::print(rich, self.names, inline::Place::Heading);
        let attrs = self.attrs(node).print();
        if !attrs.is_empty() {
            body = format!("{body} {attrs}");
        }
        let heading = (!plain.is_empty()).then_some((level, plain));
        self.push(node, line, format!("{marks} {body}").trim_end(), heading);
    }

    /// A text behind a mark; `pad` indents its further lines.
    fn text_line(&mut self, node: &Node, rich: &Rich, line: &Line, mark: &str, pad: usize) {
        let mut body = inline::print(rich, self.names, inline::Place::Block);
        let attrs = Attrs {
            plain: matches!(node.kind, Kind::QuoteText(_)),
            ..self.attrs(node)
        }
        .print();
        if !attrs.is_empty() {
            let gap = if body.is_empty() { "" } else { " " };
            body = format!("{body}{gap}{attrs}");
        } else if body.is_empty() && needs_words(node) {
            // An item must have something that its first block can be told apart from.
            "<!-- -->".clone_into(&mut body);
        }
        let body = body.replace('\n', &format!("\n{}", " ".repeat(pad)));
        self.push(node, line, format!("{mark}{body}").trim_end(), None);
    }

    fn item(&mut self, node: &Node, rich: &Rich, line: &Line, mark: &str, indent: usize) {
        self.text_line(node, rich, line, mark, indent);
        let inside = line.inside(&" ".repeat(indent), !rich.is_empty());
        self.children(&node.children, &inside);
    }

    /// What `{…}` says about a node.
    pub(super) fn attrs(&self, node: &Node) -> Attrs {
        Attrs {
            id: self.id(node),
            style: BlockStyle {
                number: None,
                ..node.style.clone()
            },
            ..Attrs::default()
        }
    }

    /// The id, if it is to be printed and can be read back.
    pub(super) fn id(&self, node: &Node) -> Option<String> {
        node.id.clone().filter(|_| self.style.ids)
    }

    /// A block that has no place for its attributes: they stand before it.
    pub(super) fn anchored(&mut self, node: &Node, line: &Line, text: &str) {
        let attrs = self.attrs(node).print();
        if attrs.is_empty() {
            self.push(node, line, text, None);
        } else {
            self.push(node, line, &format!("{attrs}\n\n{text}"), None);
        }
    }

    pub(super) fn push(
        &mut self,
        node: &Node,
        line: &Line,
        body: &str,
        heading: Option<(u8, String)>,
    ) {
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
            id: node.id.clone().unwrap_or_default(),
            text,
            heading,
            gap,
            comments: Vec::new(),
        });
    }

    /// The gap before the first piece of a quote does not belong to the quote.
    pub(super) fn loosen(&mut self, from: usize, line: &Line) {
        if let Some(first) = self.pieces.get_mut(from) {
            first.gap = format!("\n{}\n", line.prefix.trim_end());
        }
    }
}

/// An empty paragraph is not worth a line.
pub(super) fn is_hidden(node: &Node) -> bool {
    matches!(&node.kind, Kind::Text(rich) if rich.is_empty()) && node.children.is_empty()
}

/// The number of an ordered item. One that does not follow begins a list of its own, which
/// Markdown tells by the other mark.
fn next_number(node: &Node, last: List) -> List {
    match last {
        List::Ordered(number, round) => {
            let next = node.style.number.unwrap_or(number + 1);
            List::Ordered(next, round ^ (next != number + 1))
        }
        _ => List::Ordered(node.style.number.unwrap_or(1), false),
    }
}

/// Whether an item without text would lose what is in it, or its box.
fn needs_words(node: &Node) -> bool {
    match node.kind {
        Kind::Todo(..) => true,
        Kind::Bullet(_) | Kind::Ordered(_) => !node.children.iter().all(is_hidden),
        _ => false,
    }
}

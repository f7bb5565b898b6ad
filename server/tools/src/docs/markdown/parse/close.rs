//! Frames → nodes.

use super::{
    builder::Builder,
    frame::{Frame, FrameKind, field, id},
    rows::{Slot, assemble},
};
use crate::docs::markdown::{
    attrs::Attrs,
    emoji,
    fields::Fields,
    names,
    tree::{Callout, Kind, Node, Opaque, Rich, Warning},
};

/// Deepest nesting that is kept.
const MAX_DEPTH: usize = 60;

impl Builder {
    /// Ends a quote or item, and every tag that was left open in it.
    pub(super) fn close_block(&mut self) {
        while self
            .frames
            .last()
            .is_some_and(|frame| frame.tag().is_some())
        {
            self.close();
        }
        self.close();
    }

    /// A tag that holds blocks begins.
    pub(super) fn open_tag(&mut self, tag: String, fields: Fields) {
        if matches!(tag.as_str(), "thead" | "tbody" | "tfoot" | "colgroup") {
            return;
        }
        let tag = match tag.as_str() {
            "th" => "td".to_owned(),
            "quote" => "blockquote".to_owned(),
            _ => tag,
        };
        if let Some(own) = self.frames.last_mut().and_then(Frame::wants_text) {
            *own = Some(Rich::new());
        }
        self.open(FrameKind::Tag(tag, fields));
    }

    /// A tag that holds blocks ends, with all that were opened inside it.
    pub(super) fn close_tag(&mut self, tag: &str, raw: &str) {
        let tag = match tag {
            "thead" | "tbody" | "tfoot" | "colgroup" => return,
            "th" => "td",
            "quote" => "blockquote",
            _ => tag,
        };
        let open = self
            .frames
            .iter()
            .rev()
            .take_while(|frame| frame.tag().is_some())
            .position(|frame| frame.tag() == Some(tag));
        match open {
            Some(above) => {
                for _ in 0..=above {
                    self.close();
                }
            }
            None if raw.is_empty() => {}
            None => {
                self.warnings.add(Warning::Html);
                self.runs.text(raw);
                let rich = self.runs.take();
                self.push(Node::leaf(Kind::Text(rich)));
            }
        }
    }

    /// Ends the innermost frame. The root stays.
    pub(super) fn close(&mut self) {
        if self.frames.len() < 2 {
            return;
        }
        let too_deep = self.frames.len() > MAX_DEPTH + 1;
        if self.pending.take().is_some() {
            self.warnings.add(Warning::Attributes);
        }
        let Some(mut frame) = self.frames.pop() else {
            return;
        };
        let attrs = std::mem::take(&mut frame.attrs);
        let mut nodes = match frame.kind {
            FrameKind::Root => Vec::new(),
            FrameKind::Tag(ref tag, ref fields) => {
                let (tag, fields) = (tag.clone(), fields.clone());
                self.tagged(&tag, &fields, frame)
            }
            _ => vec![blocks(frame)],
        };
        if let [node] = nodes.as_mut_slice()
            && attrs != Attrs::default()
        {
            self.apply(node, attrs);
        }
        for mut node in nodes {
            let below = if too_deep {
                self.warnings.add(Warning::TooDeep);
                std::mem::take(&mut node.children)
            } else {
                Vec::new()
            };
            if !too_deep || node.rich().is_some() {
                self.push(node);
            }
            for node in below {
                self.push(node);
            }
        }
    }

    fn tagged(&mut self, tag: &str, fields: &Fields, frame: Frame) -> Vec<Node> {
        let mut node = match tag {
            "td" => return self.end_td(fields, frame.children),
            "tr" => return self.end_tr(frame),
            "table" => match self.end_tag_table(fields, frame) {
                Ok(table) => table,
                Err(nodes) => return nodes,
            },
            "indent" => return self.end_indent(fields, frame.children),
            "grid" => match columns(frame.children) {
                Some(columns) => Node::new(Kind::Grid, columns),
                None => return Vec::new(),
            },
            "column" => {
                let ratio = field(fields, "ratio")
                    .and_then(|ratio| ratio.trim_end_matches('%').parse().ok())
                    .filter(|ratio| (1..=99).contains(ratio));
                Node::new(Kind::Column(ratio), filled(frame.children))
            }
            "callout" => {
                let callout = callout(fields);
                let asked = field(fields, "emoji").is_some_and(|emoji| !emoji.is_empty());
                if asked && callout.emoji.is_empty() {
                    self.warnings.add(Warning::Emoji);
                }
                Node::new(Kind::Callout(callout), filled(frame.children))
            }
            "blockquote" => Node::new(Kind::Quote, filled(frame.children)),
            _ => Node::new(Kind::Opaque(block(fields)), frame.children),
        };
        node.id = id(fields);
        vec![node]
    }

    fn end_td(&mut self, fields: &Fields, children: Vec<Node>) -> Vec<Node> {
        let mut cell = Node::new(Kind::Cell, filled(children));
        cell.id = id(fields);
        let span = |name: &str| {
            field(fields, name)
                .and_then(|span| span.parse().ok())
                .filter(|span| *span > 0)
                .unwrap_or(1)
        };
        let slot = Slot {
            cell,
            columns: span("colspan"),
            rows: span("rowspan"),
        };
        match self.frames.last_mut() {
            Some(parent) if parent.tag() == Some("tr") => parent.cells.push(slot),
            Some(parent) if parent.tag() == Some("table") => parent.rows.push(vec![slot]),
            _ => return slot.cell.children,
        }
        Vec::new()
    }

    fn end_tr(&mut self, frame: Frame) -> Vec<Node> {
        let mut cells = frame.cells;
        if !frame.children.is_empty() {
            cells.push(Slot::of(frame.children));
        }
        match self.frames.last_mut() {
            Some(parent) if parent.tag() == Some("table") => {
                parent.rows.push(cells);
                Vec::new()
            }
            _ => cells
                .into_iter()
                .flat_map(|slot| slot.cell.children)
                .collect(),
        }
    }

    /// Blocks that stand in a table but in no cell come after it.
    fn end_tag_table(&mut self, fields: &Fields, frame: Frame) -> Result<Node, Vec<Node>> {
        let (rows, stray) = (frame.rows, frame.children);
        let table = assemble(rows, fields);
        match table {
            Ok(table) if stray.is_empty() => Ok(table),
            Ok(mut table) => {
                table.id = id(fields);
                self.warnings.add(Warning::BlockLifted);
                Err(std::iter::once(table).chain(stray).collect())
            }
            Err(nodes) => {
                if !nodes.is_empty() {
                    self.warnings.add(Warning::TableSplit);
                }
                Err(nodes.into_iter().chain(stray).collect())
            }
        }
    }

    /// What is indented belongs to the text before it.
    fn end_indent(&mut self, fields: &Fields, children: Vec<Node>) -> Vec<Node> {
        let before = self
            .frames
            .last_mut()
            .and_then(|frame| frame.children.last_mut())
            .filter(|_| field(fields, "alone").is_none())
            .filter(|before| before.rich().is_some() && !matches!(before.kind, Kind::QuoteText(_)));
        if let Some(before) = before {
            before.children.extend(children);
            return Vec::new();
        }
        let mut node = Node::new(Kind::Text(Rich::new()), children);
        node.id = id(fields);
        vec![node]
    }
}

/// Quotes and items.
fn blocks(frame: Frame) -> Node {
    match frame.kind {
        FrameKind::Quote(Some(callout)) => {
            Node::new(Kind::Callout(callout), filled(frame.children))
        }
        FrameKind::Item {
            ordered,
            number,
            todo,
            rich,
        } => {
            let rich = rich.unwrap_or_default();
            let kind = match (todo, ordered) {
                (Some(done), _) => Kind::Todo(done, rich),
                (None, true) => Kind::Ordered(rich),
                (None, false) => Kind::Bullet(rich),
            };
            let mut node = Node::new(kind, frame.children);
            node.style.number = number.filter(|_| ordered && todo.is_none());
            node
        }
        _ => {
            let mut children = frame.children;
            match children.pop() {
                Some(Node {
                    kind: Kind::Text(rich),
                    style,
                    id,
                    children: below,
                }) if frame.plain && children.is_empty() && below.is_empty() => {
                    let mut node = Node::leaf(Kind::QuoteText(rich));
                    (node.style, node.id) = (style, id);
                    node
                }
                last => {
                    children.extend(last);
                    Node::new(Kind::Quote, filled(children))
                }
            }
        }
    }
}

/// A container is never empty.
fn filled(mut children: Vec<Node>) -> Vec<Node> {
    if children.is_empty() {
        children.push(Node::leaf(Kind::Text(Rich::new())));
    }
    children
}

/// The columns of a grid; what stands in none gets one.
fn columns(children: Vec<Node>) -> Option<Vec<Node>> {
    let mut columns: Vec<Node> = Vec::new();
    let mut stray = false;
    for child in children {
        if matches!(child.kind, Kind::Column(_)) {
            stray = false;
            columns.push(child);
            continue;
        }
        match columns.last_mut().filter(|_| stray) {
            Some(column) => column.children.push(child),
            None => columns.push(Node::new(Kind::Column(None), vec![child])),
        }
        stray = true;
    }
    (!columns.is_empty()).then_some(columns)
}

fn callout(fields: &Fields) -> Callout {
    Callout {
        emoji: emoji::name(field(fields, "emoji").unwrap_or_default()),
        background: field(fields, "bg").and_then(names::callout),
        border: field(fields, "border").and_then(names::colour),
        text: field(fields, "color").and_then(names::colour),
    }
}

fn block(fields: &Fields) -> Opaque {
    Opaque {
        kind: field(fields, "kind").unwrap_or("unknown").to_owned(),
        fields: fields
            .iter()
            .filter(|(name, value)| name != "kind" && name != "id" && !value.is_empty())
            .cloned()
            .collect(),
    }
}

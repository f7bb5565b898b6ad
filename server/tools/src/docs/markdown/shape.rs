//! Feishu's rules of nesting, applied to the tree before it is compiled.
//!
//! A callout holds text, headings, lists and quotes only; a cell no table, a column no grid. What
//! may not stay is moved behind the block that it was in, or becomes text.

mod degrade;

use feishu::api::docx::{ElementStyle, LinkUrl};

pub(crate) use self::degrade::without_fills;
use super::{
    compile::opaque_payload,
    fields,
    tree::{Inline, Kind, Node, Opaque, Rich, Warning, Warnings},
};

/// Deepest nesting of blocks that Feishu is asked for.
const MAX_DEPTH: usize = 10;
/// Columns of a grid.
const GRID: usize = 5;

/// Where a block stands.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    callout: bool,
    cell: bool,
    column: bool,
    depth: usize,
}

impl Place {
    const fn deeper(self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self
        }
    }

    fn allows(self, kind: &Kind) -> bool {
        let embedded = |kinds: &[&str]| matches!(kind, Kind::Opaque(opaque) if kinds.contains(&opaque.kind.as_str()));
        if self.callout {
            return matches!(
                kind,
                Kind::Text(_)
                    | Kind::Heading(..)
                    | Kind::Bullet(_)
                    | Kind::Ordered(_)
                    | Kind::Todo(..)
                    | Kind::Quote
                    | Kind::QuoteText(_)
            );
        }
        if self.cell && (matches!(kind, Kind::Table(_)) || embedded(&["sheet", "bitable", "okr"])) {
            return false;
        }
        !(self.column && (matches!(kind, Kind::Grid) || embedded(&["bitable", "okr"])))
    }
}

/// Makes every node fit the place that it stands in.
pub(super) fn fit(nodes: Vec<Node>, warnings: &mut Warnings) -> Vec<Node> {
    let mut shaper = Shaper { warnings };
    let (mut fitted, lifted) = shaper.all(nodes, Place::default());
    fitted.extend(lifted);
    fitted
}

struct Shaper<'a> {
    warnings: &'a mut Warnings,
}

impl Shaper<'_> {
    /// What may stay, and what has to be put behind the block around it.
    fn all(&mut self, nodes: Vec<Node>, place: Place) -> (Vec<Node>, Vec<Node>) {
        let mut stay = Vec::with_capacity(nodes.len());
        let mut lifted = Vec::new();
        for node in nodes {
            self.one(node, place, &mut stay, &mut lifted);
        }
        (stay, lifted)
    }

    fn one(&mut self, mut node: Node, place: Place, stay: &mut Vec<Node>, lifted: &mut Vec<Node>) {
        self.runs(&mut node);
        if let Kind::Opaque(opaque) = &node.kind {
            let safe = node.id.is_none() || opaque.is_portable();
            if !safe || opaque_payload(opaque).is_none() {
                self.warnings.add(Warning::Placeholder);
                let text = line(opaque, node.id.as_deref());
                stay.push(Node::leaf(Kind::Text(vec![Inline::plain(text)])));
                for child in node.children {
                    self.one(child, place, stay, lifted);
                }
                return;
            }
        }
        if let (Kind::Code { text, .. }, true) = (&mut node.kind, place.callout) {
            self.warnings.add(Warning::CodeInCallout);
            node.kind = Kind::Text(inline_code(std::mem::take(text)));
        }
        if !place.allows(&node.kind) {
            self.warnings.add(Warning::BlockLifted);
            return lifted.push(node);
        }
        let inner = match node.kind {
            Kind::Callout(_) => Place {
                callout: true,
                ..place.deeper()
            },
            Kind::Table(_) => return self.frame(node, place, stay, lifted),
            Kind::Grid => return self.grid(node, place, stay, lifted),
            // Without a table or grid around it.
            Kind::Cell | Kind::Column(_) => {
                for child in node.children {
                    self.one(child, place, stay, lifted);
                }
                return;
            }
            _ => place.deeper(),
        };
        let restricts = matches!(node.kind, Kind::Callout(_));
        let container = restricts || matches!(node.kind, Kind::Quote);
        let (mut children, up) = self.all(std::mem::take(&mut node.children), inner);
        if inner.depth >= MAX_DEPTH && !children.is_empty() {
            self.warnings.add(Warning::TooDeep);
            if !container {
                stay.push(node);
            }
            stay.extend(children);
            return self.behind(up, restricts, place, stay, lifted);
        }
        if container && children.is_empty() {
            children.push(Node::leaf(Kind::Text(Rich::new())));
        }
        node.children = children;
        stay.push(node);
        self.behind(up, restricts, place, stay, lifted);
    }

    /// Puts what was lifted out of a block behind it, if the block was the reason.
    fn behind(
        &mut self,
        up: Vec<Node>,
        restricts: bool,
        place: Place,
        stay: &mut Vec<Node>,
        lifted: &mut Vec<Node>,
    ) {
        if !restricts {
            return lifted.extend(up);
        }
        for node in up {
            self.one(node, place, stay, lifted);
        }
    }

    /// A table: its cells stay, whatever has to leave them.
    fn frame(
        &mut self,
        mut node: Node,
        place: Place,
        stay: &mut Vec<Node>,
        lifted: &mut Vec<Node>,
    ) {
        let inner = Place {
            cell: true,
            ..place
        };
        let mut up = Vec::new();
        for cell in &mut node.children {
            let (mut children, more) = self.all(std::mem::take(&mut cell.children), inner);
            if children.is_empty() {
                children.push(Node::leaf(Kind::Text(Rich::new())));
            }
            cell.children = children;
            up.extend(more);
        }
        stay.push(node);
        self.behind(up, true, place, stay, lifted);
    }

    /// A grid has two to five columns.
    fn grid(&mut self, node: Node, place: Place, stay: &mut Vec<Node>, lifted: &mut Vec<Node>) {
        let inner = Place {
            column: true,
            ..place
        };
        let mut up = Vec::new();
        let mut columns = Vec::new();
        for mut column in node.children {
            let (mut children, more) = self.all(std::mem::take(&mut column.children), inner);
            if children.is_empty() {
                children.push(Node::leaf(Kind::Text(Rich::new())));
            }
            column.children = children;
            columns.push(column);
            up.extend(more);
        }
        if !(2..=GRID).contains(&columns.len()) {
            self.warnings.add(Warning::GridSplit);
        }
        let mut columns = columns.into_iter();
        loop {
            let part: Vec<Node> = columns.by_ref().take(GRID).collect();
            match part.len() {
                0 => break,
                1 => stay.extend(part.into_iter().flat_map(|column| column.children)),
                _ => {
                    let mut grid = Node::new(Kind::Grid, part);
                    grid.id.clone_from(&node.id);
                    stay.push(grid);
                }
            }
        }
        self.behind(up, true, place, stay, lifted);
    }

    /// Warns of what a text has and Feishu does not take.
    fn runs(&mut self, node: &mut Node) {
        if node.style.number.is_some() {
            self.warnings.add(Warning::Numbering);
        }
        let opaque = node
            .rich()
            .is_some_and(|rich| rich.iter().any(|run| matches!(run, Inline::Opaque(_))));
        if opaque {
            self.warnings.add(Warning::Placeholder);
        }
    }
}

/// The line that is printed for a block without Markdown.
fn line(opaque: &Opaque, id: Option<&str>) -> String {
    let mut all = opaque.fields.clone();
    all.extend(id.map(|id| ("id".to_owned(), id.to_owned())));
    format!("[[{}{}]]", opaque.kind, fields::print(&all))
}

/// What is left of an element that cannot be made: a link if it was one, else its line.
pub(super) fn as_text(opaque: &Opaque) -> Inline {
    let url = opaque
        .get("url")
        .filter(|url| super::inline::is_web_link(url));
    match (opaque.kind.as_str(), url) {
        ("link_preview", Some(url)) => Inline::Text {
            content: opaque.get("title").unwrap_or(url).to_owned(),
            style: ElementStyle {
                link: Some(LinkUrl {
                    url: url.to_owned(),
                }),
                ..ElementStyle::default()
            },
        },
        _ => Inline::plain(line(opaque, None)),
    }
}

fn inline_code(text: String) -> Rich {
    vec![Inline::Text {
        content: text,
        style: ElementStyle {
            inline_code: true,
            ..ElementStyle::default()
        },
    }]
}

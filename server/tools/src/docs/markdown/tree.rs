//! The tree between Markdown and Feishu's blocks.

mod callout;
mod inline;
mod media;
mod normal;
mod warning;

pub(crate) use callout::Callout;
pub(crate) use inline::{Inline, Opaque, Rich};
pub(crate) use media::{Diagram, File, Image, Source, Syntax};
pub(crate) use normal::{clean, normal, push_text};
pub(crate) use warning::{Warning, Warnings};

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Text(Rich),
    Heading(u8, Rich),
    Bullet(Rich),
    Ordered(Rich),
    Todo(bool, Rich),
    Code {
        language: u16,
        text: String,
    },
    Divider,
    /// A quote that holds blocks.
    Quote,
    /// The older quote, which is one text.
    QuoteText(Rich),
    Callout(Callout),
    /// Its children are the cells, row by row; each is a [`Kind::Cell`].
    Table(Table),
    Cell,
    /// Its children are the columns; each is a [`Kind::Column`].
    Grid,
    /// With its share of the width in percent.
    Column(Option<u8>),
    Image(Image),
    File(File),
    /// A board that is to be drawn from code.
    Diagram(Diagram),
    /// A block without Markdown. With [`Node::id`] it stands for that block of an existing
    /// document; without, for a new one if Feishu lets one be made.
    Opaque(Opaque),
}

/// The frame of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// Pixels of each column; empty for Feishu's own.
    pub(crate) widths: Vec<u32>,
    pub(crate) header_row: bool,
    pub(crate) header_column: bool,
    /// Merged cells, by their first cell, in the order of reading.
    pub(crate) merges: Vec<Merge>,
}

/// Cells that are one; all counts are of cells, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Merge {
    pub(crate) row: usize,
    pub(crate) column: usize,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

impl Merge {
    /// Whether they share a cell.
    pub(crate) const fn overlaps(&self, other: &Self) -> bool {
        self.row < other.row + other.rows
            && other.row < self.row + self.rows
            && self.column < other.column + other.columns
            && other.column < self.column + self.columns
    }
}

/// What Feishu keeps about a block besides its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct BlockStyle {
    /// 2 centre, 3 right; left when not said.
    pub(crate) align: Option<u8>,
    /// Feishu's name of the background, as `LightRedBackground`.
    pub(crate) background: Option<String>,
    /// Indented by one level.
    pub(crate) indented: bool,
    /// What is below is folded away.
    pub(crate) folded: bool,
    /// Lines of code wrap.
    pub(crate) wrap: bool,
    /// The number of an ordered item that does not follow from the item before. Feishu tells it
    /// but does not let it be set.
    pub(crate) number: Option<u64>,
}

/// A block and the blocks inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) style: BlockStyle,
    /// The block of an existing document that it was read from, or that `{#id}` names.
    pub(crate) id: Option<String>,
    pub(crate) children: Vec<Node>,
}

impl Node {
    pub(crate) fn leaf(kind: Kind) -> Self {
        Self::new(kind, Vec::new())
    }

    pub(crate) fn new(kind: Kind, children: Vec<Self>) -> Self {
        Self {
            kind,
            style: BlockStyle::default(),
            id: None,
            children,
        }
    }

    /// The runs of a block that has text.
    pub(crate) const fn rich(&self) -> Option<&Rich> {
        match &self.kind {
            Kind::Text(rich)
            | Kind::Heading(_, rich)
            | Kind::Bullet(rich)
            | Kind::Ordered(rich)
            | Kind::Todo(_, rich)
            | Kind::QuoteText(rich) => Some(rich),
            _ => None,
        }
    }
}

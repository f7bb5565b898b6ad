//! What is open while blocks are read.

use super::rows::Slot;
use crate::docs::markdown::{
    attrs::Attrs,
    fields::Fields,
    tree::{Callout, Node, Rich},
};

/// What a frame becomes.
#[derive(Debug)]
pub(super) enum FrameKind {
    Root,
    Quote(Option<Callout>),
    Item {
        ordered: bool,
        number: Option<u64>,
        todo: Option<bool>,
        rich: Option<Rich>,
    },
    /// A tag, by its name.
    Tag(String, Fields),
}

/// A block that is open, with what it holds so far.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: FrameKind,
    pub(super) children: Vec<Node>,
    pub(super) attrs: Attrs,
    /// The text of a quote is the older kind.
    pub(super) plain: bool,
    /// Cells of a row.
    pub(super) cells: Vec<Slot>,
    /// Rows of a table.
    pub(super) rows: Vec<Vec<Slot>>,
}

impl Frame {
    pub(super) fn new(kind: FrameKind, attrs: Attrs) -> Self {
        Self {
            kind,
            children: Vec::new(),
            attrs,
            plain: false,
            cells: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// The name of a tag.
    pub(super) fn tag(&self) -> Option<&str> {
        match &self.kind {
            FrameKind::Tag(tag, _) => Some(tag),
            _ => None,
        }
    }

    /// An item that has no text yet, and nothing else either.
    pub(super) fn wants_text(&mut self) -> Option<&mut Option<Rich>> {
        match &mut self.kind {
            FrameKind::Item { rich, .. } if rich.is_none() && self.children.is_empty() => {
                Some(rich)
            }
            _ => None,
        }
    }
}

/// The value of a field.
pub(super) fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.as_str())
}

/// The id of a block among fields.
pub(super) fn id(fields: &Fields) -> Option<String> {
    let fits = |id: &&str| {
        (1..=64).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
    };
    field(fields, "id").filter(fits).map(str::to_owned)
}

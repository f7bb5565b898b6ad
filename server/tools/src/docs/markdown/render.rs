//! Blocks → Markdown, one piece per block that starts a line.
//!
//! The text is data of other people: control characters and direction overrides are removed,
//! Markdown's own marks are escaped, no picture is embedded. A block without Markdown becomes a
//! line `[[kind key=value]]`, so that nothing disappears silently.

mod block;
mod escape;
mod inline;
mod table;

use std::collections::HashMap;

use feishu::api::docx::{Block, BlockKind};

pub(crate) use inline::plain_text;

/// How pieces are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Style {
    /// With `{#id}` anchors.
    pub(crate) ids: bool,
}

/// A part of the document: the Markdown of one block, without the blocks inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The block.
    pub(crate) id: String,
    /// The Markdown; may have several lines, no trailing newline.
    pub(crate) text: String,
    /// The level and text, of a heading.
    pub(crate) heading: Option<(u8, String)>,
    /// What stands between this piece and the one before: a line end, and perhaps an empty line.
    pub(crate) gap: String,
    /// Threads anchored here.
    pub(crate) comments: Vec<String>,
}

/// Deepest nesting that is followed.
const MAX_DEPTH: usize = 40;

/// The document as a tree that can be walked.
pub(crate) struct Walker<'a> {
    blocks: &'a HashMap<&'a str, &'a Block>,
    names: &'a Names,
    style: Style,
    pieces: Vec<Piece>,
}

/// Names of people that mentions are printed with; open ids stand for unknown ones.
pub(crate) type Names = HashMap<String, String>;

/// Renders a whole document, in the order of reading.
pub(crate) fn render(blocks: &[Block], names: &Names, style: Style) -> Vec<Piece> {
    let map = blocks
        .iter()
        .map(|block| (block.block_id.as_str(), block))
        .collect();
    let Some(root) = blocks
        .iter()
        .find(|block| block.kind() == Some(BlockKind::Page))
        .or_else(|| blocks.first())
    else {
        return Vec::new();
    };
    let mut walker = Walker {
        blocks: &map,
        names,
        style,
        pieces: Vec::new(),
    };
    walker.children(root, &block::Line::default(), 0);
    walker.pieces
}

/// Joins pieces to one text.
pub(crate) fn join(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 {
            text.push_str(&piece.gap);
        }
        text.push_str(&piece.text);
    }
    text
}

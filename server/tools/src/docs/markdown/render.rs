//! Blocks → Markdown, one piece per block that starts a line.
//!
//! The text is data of other people: control characters and direction overrides are removed, and
//! Markdown's own marks are escaped. A block without Markdown becomes a line
//! `[[kind key=value id=…]]`, so that nothing disappears silently. What is printed is what
//! [`super::parse`] reads back as the same tree.

mod block;
mod escape;
mod frame;
mod html;
mod inline;
mod media;
mod table;
mod write;

use std::collections::HashMap;

use feishu::api::docx::Block;

pub(crate) use self::inline::{Place, plain_text};
use super::{lift::lift, tree::Node};

/// Blocks between one and the piece that it is printed in, at most.
const MAX_STEPS: usize = 250;

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

/// Names of people that mentions are printed with; open ids stand for unknown ones.
pub(crate) type Names = HashMap<String, String>;

/// Renders a whole document, in the order of reading.
pub(crate) fn render(blocks: &[Block], names: &Names, style: Style) -> Vec<Piece> {
    let mut pieces = print(&lift(blocks), names, style);
    if blocks.iter().any(|block| !block.comment_ids.is_empty()) {
        put_comments(blocks, &mut pieces);
    }
    pieces
}

/// Comments stand at the first piece of their block, or of the nearest block around it that has
/// one: a table is one piece.
fn put_comments(blocks: &[Block], pieces: &mut [Piece]) {
    let mut first: HashMap<String, usize> = HashMap::with_capacity(pieces.len());
    for (index, piece) in pieces.iter().enumerate() {
        first.entry(piece.id.clone()).or_insert(index);
    }
    let parents: HashMap<&str, &str> = blocks
        .iter()
        .flat_map(|block| block.children.iter().map(move |child| (child, block)))
        .map(|(child, block)| (child.as_str(), block.block_id.as_str()))
        .collect();
    for block in blocks.iter().filter(|block| !block.comment_ids.is_empty()) {
        let mut at = Some(block.block_id.as_str());
        for _ in 0..MAX_STEPS {
            let Some(id) = at else { break };
            if let Some(piece) = first.get(id).and_then(|index| pieces.get_mut(*index)) {
                piece.comments.extend(block.comment_ids.iter().cloned());
                break;
            }
            at = parents.get(id).copied();
        }
    }
}

/// Prints a tree, in the order of reading.
pub(crate) fn print(nodes: &[Node], names: &Names, style: Style) -> Vec<Piece> {
    let mut walker = block::Walker::new(names, style);
    walker.children(nodes, &block::Line::default());
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

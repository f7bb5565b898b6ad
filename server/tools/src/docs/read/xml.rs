//! Blocks → compact XML: every block with its id and its attributes, nothing left out. For those
//! who need more than Markdown can say.
//!
//! One piece per line: a block, or the beginning or the end of one that holds others. All pages
//! joined are one well-formed text.

mod block;
mod inline;

use std::collections::HashMap;

use feishu::api::docx::{Block, BlockKind};

use super::super::markdown::render::{Names, Piece};
use crate::render::clean_text;

/// Renders a whole document, in the order of reading.
pub(super) fn render(blocks: &[Block], names: &Names) -> Vec<Piece> {
    let map: HashMap<&str, &Block> = blocks
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
    let mut writer = block::Writer {
        blocks: &map,
        names,
        pieces: Vec::new(),
    };
    writer.children(root, 0);
    writer.pieces
}

/// Text for a place between tags or quotes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean_text(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// The text between the tags.
pub(super) fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests;

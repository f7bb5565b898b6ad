//! Headings of a document, with what a reader needs to choose one: its id and its size.

use feishu::api::docx::Block;

use super::markdown::render::{Names, Piece, Style, render};
use crate::render::clean_line;

/// Headings that an outline lists.
const MAX_LINES: usize = 120;

/// The pieces of a document whose mentions need no names.
pub(crate) fn pieces(blocks: &[Block]) -> Vec<Piece> {
    render(blocks, &Names::new(), Style::default())
}

/// Estimated tokens of pieces: a character of ASCII is a quarter, any other one.
pub(crate) fn tokens_of(pieces: &[Piece]) -> usize {
    pieces.iter().map(|piece| tokens(&piece.text)).sum()
}

fn tokens(text: &str) -> usize {
    let quarters: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 4 }).sum();
    quarters.div_ceil(4)
}

/// The range of the section that starts with the heading at `index`.
pub(crate) fn section(pieces: &[Piece], index: usize) -> std::ops::Range<usize> {
    let Some((level, _)) = pieces.get(index).and_then(|piece| piece.heading.as_ref()) else {
        return index..pieces.len().min(index + 1);
    };
    let end = pieces
        .iter()
        .enumerate()
        .skip(index + 1)
        .find(|(_, piece)| {
            piece
                .heading
                .as_ref()
                .is_some_and(|(other, _)| other <= level)
        })
        .map_or(pieces.len(), |(end, _)| end);
    index..end
}

/// One line per heading: level, text, anchor, size of the section, and its first words.
pub(crate) fn lines(pieces: &[Piece]) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let Some((level, title)) = &piece.heading else {
            continue;
        };
        if lines.len() == MAX_LINES {
            lines.push("…".to_owned());
            break;
        }
        let size = tokens_of(&pieces[section(pieces, index)]);
        let first = pieces
            .get(index + 1)
            .filter(|next| next.heading.is_none())
            .map(|next| clean_line(&next.text, 60))
            .unwrap_or_default();
        let digest = if first.is_empty() {
            String::new()
        } else {
            format!(" · {first}")
        };
        lines.push(format!(
            "{}- {} {{#{}}} ~{size}{digest}",
            "  ".repeat(usize::from(level.saturating_sub(1))),
            clean_line(title, 120),
            piece.id,
        ));
    }
    lines
}

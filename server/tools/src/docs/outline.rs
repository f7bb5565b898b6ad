//! Headings of a document, with what a reader needs to choose one: its id and its size.

use std::ops::Range;

use feishu::api::docx::Block;

use super::markdown::render::{Names, Piece, Style, render};
use crate::render::clean_line;

/// Headings that `inspect` lists.
const MAX_LINES: usize = 120;

/// The pieces of a document whose mentions need no names.
pub(crate) fn pieces(blocks: &[Block]) -> Vec<Piece> {
    render(blocks, &Names::new(), Style::default())
}

/// A block id as people and models write it: with or without `{#…}` or `#`.
pub(crate) fn bare_id(text: &str) -> &str {
    text.trim()
        .trim_start_matches("{#")
        .trim_start_matches('#')
        .trim_end_matches('}')
}

/// Estimated tokens of a text: a character of ASCII is a quarter, any other one.
pub(crate) fn tokens(text: &str) -> usize {
    let quarters: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 4 }).sum();
    quarters.div_ceil(4)
}

/// Estimated tokens of every run of pieces, summed once.
#[derive(Debug, Clone)]
pub(crate) struct Sizes(Vec<usize>);

impl Sizes {
    pub(crate) fn of(pieces: &[Piece]) -> Self {
        let mut sum = 0;
        let mut sums = Vec::with_capacity(pieces.len() + 1);
        sums.push(0);
        for piece in pieces {
            sum += tokens(&piece.text);
            sums.push(sum);
        }
        Self(sums)
    }

    pub(crate) fn of_range(&self, range: &Range<usize>) -> usize {
        let at = |index: usize| self.0.get(index).or(self.0.last()).copied().unwrap_or(0);
        at(range.end).saturating_sub(at(range.start))
    }

    pub(crate) fn all(&self) -> usize {
        self.0.last().copied().unwrap_or(0)
    }
}

/// The range of the section that starts with the heading at `index`.
pub(crate) fn section(pieces: &[Piece], index: usize) -> Range<usize> {
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

/// From a piece to the next heading of any level.
pub(crate) fn own_part(pieces: &[Piece], index: usize) -> Range<usize> {
    let end = pieces
        .iter()
        .enumerate()
        .skip(index + 1)
        .find(|(_, piece)| piece.heading.is_some())
        .map_or(pieces.len(), |(end, _)| end);
    index..end
}

/// The line of a heading: level, text, anchor, size of its section. `None` for other pieces.
pub(crate) fn line(pieces: &[Piece], sizes: &Sizes, index: usize) -> Option<String> {
    let piece = pieces.get(index)?;
    let (level, title) = piece.heading.as_ref()?;
    Some(format!(
        "{}- {} {{#{}}} ~{}",
        "  ".repeat(usize::from(level.saturating_sub(1))),
        clean_line(title, 120),
        piece.id,
        sizes.of_range(&section(pieces, index)),
    ))
}

/// As [`line`], with the first words of the section.
pub(crate) fn line_with_words(pieces: &[Piece], sizes: &Sizes, index: usize) -> Option<String> {
    let mut line = line(pieces, sizes, index)?;
    if let Some(next) = pieces.get(index + 1).filter(|next| next.heading.is_none()) {
        let words = clean_line(&next.text, 60);
        if !words.is_empty() {
            line.push_str(" · ");
            line.push_str(&words);
        }
    }
    Some(line)
}

/// One line per heading, the first ones.
pub(crate) fn lines(pieces: &[Piece], sizes: &Sizes) -> Vec<String> {
    let all = (0..pieces.len()).filter_map(|index| line_with_words(pieces, sizes, index));
    let mut lines: Vec<String> = all.take(MAX_LINES + 1).collect();
    if lines.len() > MAX_LINES {
        lines.truncate(MAX_LINES);
        lines.push("…".to_owned());
    }
    lines
}

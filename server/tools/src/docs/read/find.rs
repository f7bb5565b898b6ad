//! Where words stand, with what is around them.

use std::ops::Range;

use serde_json::json;

use super::{
    super::outline::{self, tokens},
    Format,
    cursor::Cursor,
    page::Page,
};
use crate::{
    ToolCx, ToolError, ToolOutput,
    render::{Listing, clean_line},
};

/// Hits of one page.
const MAX_HITS: usize = 20;
/// Most pieces around a hit.
const MAX_AROUND: usize = 20;

/// What is shown of a hit, and where hits are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Around {
    /// One line.
    Line,
    /// So many pieces before and after.
    Pieces(usize),
    /// The section that it stands in.
    Section,
}

impl Page {
    /// `at` says how much to show around a hit (`2` pieces, or `section`), or in which section to
    /// look.
    pub(super) fn find(
        &self,
        cx: &ToolCx,
        query: Option<&str>,
        at: Option<&str>,
        cursor: Option<&Cursor>,
        budget: usize,
    ) -> Result<ToolOutput, ToolError> {
        let query = query
            .map(str::trim)
            .filter(|query| !query.is_empty())
            .ok_or_else(|| {
                ToolError::invalid(cx.say("view=find needs `query`", "view=find 需要 `query`"))
            })?;
        let (around, within) = match at {
            None => (Around::Line, 0..self.pieces.len()),
            Some(at) if at.eq_ignore_ascii_case("section") => {
                (Around::Section, 0..self.pieces.len())
            }
            Some(at) => match at.parse::<usize>() {
                Ok(count) if count <= MAX_AROUND => (Around::Pieces(count), 0..self.pieces.len()),
                _ => (Around::Line, self.section(cx, Some(at))?),
            },
        };
        let from = match cursor {
            Some(cursor) => self.resume(cx, cursor)?.0,
            None => within.start,
        };
        let hits = self.hits(query, within);
        let mut list = Listing::new(format!(
            "{}\n{}: {}",
            self.head(cx),
            cx.say("blocks with these words", "包含该文字的块"),
            hits.len()
        ));
        let mut left = budget;
        // Pieces up to here have been shown.
        let mut shown = from;
        for (index, excerpt) in &hits {
            if *index < from {
                continue;
            }
            let part = self.part(&around, *index);
            let text = match &part {
                Some(part) if part.end > shown => self.join(part.start.max(shown)..part.end),
                _ => String::new(),
            };
            let cost = tokens(excerpt) + tokens(&text) + 20;
            if list.len() == MAX_HITS || (cost > left && list.len() > 0) {
                list.next(self.cursor(*index, 0).map(|cursor| cursor.print()));
                break;
            }
            left = left.saturating_sub(cost);
            shown = part.map_or(shown, |part| part.end.max(shown));
            self.push(&mut list, *index, excerpt, &text);
        }
        if hits.is_empty() {
            list.note(match cx.locale {
                model::Locale::En => format!("\"{}\" does not occur", clean_line(query, 60)),
                model::Locale::Zh => format!("未找到“{}”", clean_line(query, 60)),
            });
        }
        Ok(list.finish(cx.locale))
    }

    /// The pieces with the words, each with a line of it. Marks of Markdown inside the words do
    /// not hide them.
    fn hits(&self, query: &str, within: Range<usize>) -> Vec<(usize, String)> {
        let wanted = bare(query, Format::Markdown).to_lowercase();
        let wanted = if wanted.trim().is_empty() {
            query.to_lowercase()
        } else {
            wanted
        };
        let mut hits = Vec::new();
        for index in within {
            let Some(piece) = self.pieces.get(index) else {
                break;
            };
            let text = bare(&piece.text, self.format);
            if let Some(at) = text.to_lowercase().find(&wanted) {
                hits.push((index, excerpt(&text, at)));
            } else if let Some(at) = piece.text.to_lowercase().find(&query.to_lowercase()) {
                hits.push((index, excerpt(&piece.text, at)));
            }
        }
        hits
    }

    fn part(&self, around: &Around, index: usize) -> Option<Range<usize>> {
        match around {
            Around::Line => None,
            Around::Pieces(count) => {
                Some(index.saturating_sub(*count)..(index + count + 1).min(self.pieces.len()))
            }
            Around::Section => {
                let heading = self
                    .pieces
                    .get(..=index)?
                    .iter()
                    .rposition(|piece| piece.heading.is_some());
                Some(outline::own_part(&self.pieces, heading.unwrap_or(0)))
            }
        }
    }

    fn join(&self, range: Range<usize>) -> String {
        let mut text = String::new();
        for piece in self.pieces.get(range).unwrap_or_default() {
            if !text.is_empty() {
                text.push_str(&piece.gap);
            }
            text.push_str(&piece.text);
        }
        text
    }

    fn push(&self, list: &mut Listing, index: usize, excerpt: &str, text: &str) {
        let Some(piece) = self.pieces.get(index) else {
            return;
        };
        let section = self
            .pieces
            .get(..=index)
            .unwrap_or_default()
            .iter()
            .rev()
            .find_map(|piece| piece.heading.as_ref());
        let place = clean_line(section.map_or("-", |(_, title)| title.as_str()), 60);
        let mut line = format!("- {{#{}}} [{place}] {excerpt}", piece.id);
        if !text.is_empty() {
            line = format!("- {{#{}}} [{place}]\n{text}\n", piece.id);
        }
        list.push(
            line,
            json!({"block_id": piece.id, "section": place, "text": excerpt}),
        );
    }
}

/// The text of a piece without marks.
pub(super) fn bare(text: &str, format: Format) -> String {
    match format {
        Format::Markdown | Format::WithIds => text
            .chars()
            .filter(|c| !matches!(c, '*' | '~' | '`' | '\\'))
            .collect(),
        Format::Xml => super::xml::bare(text),
    }
}

/// About 240 characters around a place. The place may have moved by lower-casing: it is a guide.
fn excerpt(text: &str, at: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = text
        .char_indices()
        .take_while(|(byte, _)| *byte < at)
        .count();
    let from = at.saturating_sub(80);
    let part: String = chars.iter().skip(from).take(240).collect();
    let lead = if from > 0 { "…" } else { "" };
    format!("{lead}{}", clean_line(&part, 250))
}

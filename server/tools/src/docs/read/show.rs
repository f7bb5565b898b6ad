//! Text within a budget: whole, a section, a range; and the list of sections.

use std::ops::Range;

use super::{
    super::{
        digest,
        outline::{self, tokens},
    },
    Format,
    cursor::Cursor,
    page::Page,
    threads::Threads,
};
use crate::{ToolCx, ToolError, ToolOutput, render::budget_cut};

/// Pieces that a document without headings is outlined by.
const FIRST_LINES: usize = 30;

impl Page {
    /// The pieces that a page within the budget begins and surely ends with.
    pub(super) fn reach(
        &self,
        cx: &ToolCx,
        range: &Range<usize>,
        cursor: Option<&Cursor>,
        budget: usize,
    ) -> Result<Range<usize>, ToolError> {
        let first = match cursor {
            Some(cursor) => self.resume(cx, cursor)?.0,
            None => range.start,
        };
        let mut left = budget;
        let mut end = first;
        while end < range.end {
            let cost = self.sizes.of_range(&(end..end + 1)) + 1;
            end += 1;
            if cost > left {
                break;
            }
            left -= cost;
        }
        Ok(first..end)
    }

    /// A part of the text, as much as fits.
    pub(super) fn text(
        &self,
        cx: &ToolCx,
        range: Range<usize>,
        cursor: Option<&Cursor>,
        budget: usize,
        threads: &Threads,
    ) -> Result<ToolOutput, ToolError> {
        let (first, skip) = match cursor {
            Some(cursor) => {
                let (piece, byte) = self.resume(cx, cursor)?;
                if range.contains(&piece) {
                    (piece, byte)
                } else {
                    (range.end, 0)
                }
            }
            None => (range.start, 0),
        };
        let mut body = String::new();
        let mut left = budget;
        let mut next = None;
        for index in first..range.end {
            let Some(piece) = self.pieces.get(index) else {
                break;
            };
            let skip = if index == first { skip } else { 0 };
            let text = piece.text.get(skip..).unwrap_or_default();
            let gap = if body.is_empty() {
                ""
            } else {
                piece.gap.as_str()
            };
            let said = threads.at(index);
            let cost = tokens(text) + tokens(said) + 1;
            if cost <= left {
                left -= cost;
                body.push_str(gap);
                body.push_str(text);
                body.push_str(said);
                continue;
            }
            // A piece that is larger than a whole page is cut at a line; others wait.
            let mut byte = skip;
            if body.is_empty() {
                let (part, rest) = budget_cut(text, left.max(50));
                body.push_str(part.trim_end_matches('\n'));
                let Some(rest) = rest else {
                    // Only its threads were too much.
                    body.push_str(said);
                    next = self.cursor(index + 1, 0).filter(|_| index + 1 < range.end);
                    break;
                };
                byte += rest;
            }
            next = self.cursor(index, byte);
            break;
        }
        let mut out = self.head(cx);
        threads.intro(&mut out);
        if body.is_empty() {
            out.push_str(cx.say("\n\n(no content)", "\n\n（无内容）"));
        } else {
            out.push_str("\n\n");
            out.push_str(&body);
        }
        if let Some(next) = next {
            out.push_str(&format!(
                "\n\n[{} · next cursor={} · truncated]",
                cx.say(
                    "more follows: digest + section is cheaper for one topic",
                    "后面还有内容；只看某个主题时用 digest + section 更省"
                ),
                next.print(),
            ));
        }
        Ok(ToolOutput::text(out))
    }

    /// The headings, each with its first words or with its digest.
    pub(super) fn sections(
        &self,
        cx: &ToolCx,
        cursor: Option<&Cursor>,
        budget: usize,
        digests: bool,
        note: Option<&str>,
    ) -> Result<ToolOutput, ToolError> {
        let first = match cursor {
            Some(cursor) => self.resume(cx, cursor)?.0,
            None => 0,
        };
        let mut out = self.head(cx);
        if let Some(note) = note {
            out.push_str(&format!("\n({note})"));
        }
        out.push('\n');
        let headings = self.pieces.iter().filter(|one| one.heading.is_some());
        let headings = headings.count();
        let held = if digests {
            digest::held(&self.blocks, &self.pieces)
        } else {
            std::collections::HashMap::new()
        };
        let room = digest::room(headings, budget);
        if digests && first == 0 {
            self.before_headings(cx, &held, room, &mut out);
        }
        let mut left = budget;
        let mut next = None;
        for index in first..self.pieces.len() {
            let line = if digests {
                digest::line(&self.pieces, &self.sizes, index, (&held, room), cx.locale)
            } else {
                outline::line_with_words(&self.pieces, &self.sizes, index)
            };
            let Some(line) = line else { continue };
            let cost = tokens(&line) + 1;
            if cost > left && left < budget {
                next = self.cursor(index, 0);
                break;
            }
            left = left.saturating_sub(cost);
            out.push('\n');
            out.push_str(&line);
        }
        if headings == 0 {
            self.first_lines(cx, &mut out);
        }
        if let Some(next) = next {
            out.push_str(&format!(
                "\n\n[{} · next cursor={} · truncated]",
                cx.say("more headings follow", "后面还有标题"),
                next.print(),
            ));
        }
        Ok(ToolOutput::text(out))
    }

    /// What stands before the first heading has no line of its own.
    fn before_headings(
        &self,
        cx: &ToolCx,
        held: &std::collections::HashMap<&str, digest::Holds>,
        room: usize,
        out: &mut String,
    ) {
        let end = self.pieces.iter().position(|one| one.heading.is_some());
        let part = self.pieces.get(..end.unwrap_or(0)).unwrap_or_default();
        let words = digest::sentences(part, room);
        let holds = held.get("").map(|holds| holds.words(cx.locale));
        let parts: Vec<String> = [holds.unwrap_or_default(), words]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        if !parts.is_empty() {
            out.push_str(&format!(
                "\n- {} · {}",
                cx.say("(before the first heading)", "（首个标题之前）"),
                parts.join(" · ")
            ));
        }
    }

    fn first_lines(&self, cx: &ToolCx, out: &mut String) {
        out.push('\n');
        out.push_str(cx.say("(no headings; first lines:)", "（没有标题；各段开头：）"));
        for piece in self.pieces.iter().take(FIRST_LINES) {
            let text = if self.format == Format::Xml {
                super::find::bare(&piece.text, self.format)
            } else {
                piece.text.clone()
            };
            let words = crate::render::clean_line(&text, 80);
            out.push_str(&format!("\n- {words} {{#{}}}", piece.id));
        }
    }
}

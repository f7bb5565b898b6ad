//! Lines that are no Markdown are taken out before the parser sees them.
//!
//! A line that is a tag of a block (`<grid>`, `</td>`) or a placeholder (`[[sheet …]]`) is
//! replaced by a paragraph that holds nothing but its number. So it does not matter whether there
//! are empty lines around it, and nothing inside it is taken for a mark. What stands on a line
//! together with tags gets lines of its own; inside of tags, indentation means nothing.

mod lead;
mod scan;

use self::{
    lead::Lead,
    scan::{Part, divide},
};
use super::super::{fields::Fields, inline::MARK};

/// What a line said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    Open { tag: String, fields: Fields },
    Close { tag: String },
    Placeholder { kind: String, fields: Fields },
}

/// A line that was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) said: Said,
    /// As it was written.
    pub(super) raw: String,
}

/// The text that is left, and what was taken out, by number.
pub(super) struct Lines {
    pub(super) body: String,
    pub(super) taken: Vec<Taken>,
}

/// A fence that is open.
struct Fence {
    mark: char,
    length: usize,
    quotes: usize,
}

/// A tag that is open.
struct Open {
    /// Quotes around it.
    quotes: usize,
    /// Blanks before what is inside it, as it is handed on.
    origin: usize,
    /// Blanks before what is inside it, as it was written, once that is known.
    base: Option<usize>,
}

/// Takes the lines out.
pub(super) fn take_out(text: &str) -> Lines {
    let mut scanner = Scanner {
        out: String::with_capacity(text.len() + text.len() / 8),
        taken: Vec::new(),
        fence: None,
        open: Vec::new(),
        in_list: false,
        after_blank: true,
    };
    for line in text.split_inclusive('\n') {
        scanner.line(line.strip_suffix('\n').unwrap_or(line));
    }
    Lines {
        body: scanner.out,
        taken: scanner.taken,
    }
}

/// Whether a text could stand inside of tags and still be all text.
pub(super) fn is_text(text: &str) -> bool {
    text.split('\n').all(|line| divide(line, true).is_none())
}

struct Scanner {
    out: String,
    taken: Vec<Taken>,
    fence: Option<Fence>,
    open: Vec<Open>,
    in_list: bool,
    after_blank: bool,
}

impl Scanner {
    fn line(&mut self, line: &str) {
        if self.fence.is_some() {
            return self.fenced(line);
        }
        let lead = Lead::of(line, self.open.last().map_or(0, |open| open.quotes));
        let rest = &line[lead.length..];
        if rest.is_empty() && !lead.marked {
            self.after_blank = true;
            return self.push(line);
        }
        if lead.marked {
            self.in_list = true;
        } else if self.after_blank && lead.blanks == 0 {
            self.in_list = false;
        }
        self.after_blank = false;
        let is_code = lead.blanks >= 4 && !self.in_list && self.open.is_empty();
        if is_code {
            return self.push(line);
        }
        if let Some((mark, length)) = fence_of(rest) {
            self.fence = Some(Fence {
                mark,
                length,
                quotes: lead.quotes,
            });
            return self.shifted(&lead, rest);
        }
        match divide(rest, !self.open.is_empty()) {
            Some(parts) => self.parts(&lead, parts),
            None => self.shifted(&lead, rest),
        }
    }

    /// A line of code may begin with what would be a mark outside of it.
    fn fenced(&mut self, line: &str) {
        let Some(fence) = &self.fence else { return };
        let inside = Lead::quoted(line, fence.quotes);
        if inside.quotes < fence.quotes {
            self.fence = None;
            return self.line(line);
        }
        let rest = &line[inside.length..];
        let run = rest.chars().take_while(|c| *c == fence.mark).count();
        if run >= fence.length && rest[run..].trim().is_empty() {
            self.fence = None;
        }
        let lead = Lead::quoted(line, self.open.last().map_or(0, |open| open.quotes));
        self.shifted(&lead, &line[lead.length..]);
    }

    /// How many blanks a line is handed on with. The first line inside a tag says how far all of
    /// them are indented.
    fn blanks(&mut self, lead: &Lead<'_>) -> usize {
        match self.open.last_mut() {
            Some(open) => {
                let base = *open.base.get_or_insert(lead.blanks);
                open.origin + lead.blanks.saturating_sub(base)
            }
            None => lead.blanks,
        }
    }

    /// A line without the indentation that the tags around it have.
    fn shifted(&mut self, lead: &Lead<'_>, rest: &str) {
        let blanks = self.blanks(lead);
        let line = format!("{}{}{}{rest}", lead.before, " ".repeat(blanks), lead.after);
        self.push(&line);
    }

    fn parts(&mut self, lead: &Lead<'_>, parts: Vec<Part<'_>>) {
        for (index, part) in parts.into_iter().enumerate() {
            let closed = match &part {
                Part::Said(Said::Close { .. }, _) => self.open.pop(),
                _ => None,
            };
            let blanks = match (closed, self.open.last()) {
                (Some(closed), _) => closed.origin,
                (None, Some(open)) if index > 0 => open.origin,
                (None, None) if index > 0 => lead.blanks,
                _ => self.blanks(lead),
            };
            // Tags that opened on this line are behind its quotes and marks already.
            let inside = index > 0
                && self
                    .open
                    .last()
                    .is_some_and(|open| open.quotes == lead.quotes);
            let further = if inside || index > 0 && lead.tail().is_none() && !self.open.is_empty() {
                String::new()
            } else {
                lead.further()
            };
            let before = if inside {
                Self::quoted(lead)
            } else {
                lead.before.to_owned()
            };
            let indent = format!("{before}{}", " ".repeat(blanks));
            let (said, raw) = match part {
                Part::Text(text) => {
                    self.push(&format!("{indent}{further}{text}"));
                    continue;
                }
                Part::Said(said, raw) => (said, raw),
            };
            let blank = format!("{indent}{further}").trim_end().to_owned();
            if index > 0 || !lead.marked {
                self.push(&blank);
            }
            let mark = if index == 0 { lead.after } else { &further };
            let number = self.taken.len();
            self.push(&format!("{indent}{mark}{MARK}{number}{MARK}"));
            self.push(&blank);
            if matches!(said, Said::Open { .. }) {
                let origin = match lead.tail() {
                    Some(tail) if !inside => tail,
                    _ => blanks + further.len(),
                };
                self.open.push(Open {
                    quotes: lead.quotes,
                    origin,
                    base: None,
                });
            }
            self.taken.push(Taken {
                said,
                raw: raw.to_owned(),
            });
        }
        self.after_blank = true;
    }

    /// All quotes of a line, with what stands before them.
    fn quoted(lead: &Lead<'_>) -> String {
        match lead.after.rfind('>') {
            Some(last) => format!(
                "{}{}{}",
                lead.before,
                " ".repeat(lead.blanks),
                &lead.further()[..=last]
            ),
            None => lead.before.to_owned(),
        }
    }

    fn push(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }
}

/// The mark and length of a fence that opens.
fn fence_of(rest: &str) -> Option<(char, usize)> {
    let mark = rest.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = rest.chars().take_while(|c| *c == mark).count();
    let info = &rest[length..];
    (length >= 3 && !(mark == '`' && info.contains('`'))).then_some((mark, length))
}

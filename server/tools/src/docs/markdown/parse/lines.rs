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
    /// Blanks before the lines inside it, once one is known.
    base: Option<usize>,
}

/// Takes the lines out.
pub(super) fn take_out(text: &str) -> Lines {
    let mut scanner = Scanner {
        out: String::with_capacity(text.len() + text.len() / 8),
        taken: Vec::new(),
        fence: None,
        open: Vec::new(),
        origin: 0,
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

struct Scanner {
    out: String,
    taken: Vec<Taken>,
    fence: Option<Fence>,
    open: Vec<Open>,
    /// Blanks before the outermost tag.
    origin: usize,
    in_list: bool,
    after_blank: bool,
}

impl Scanner {
    fn line(&mut self, line: &str) {
        if self.fence.is_some() {
            return self.fenced(line);
        }
        let lead = Lead::of(line);
        let rest = &line[lead.length..];
        if rest.is_empty() && lead.mark.is_none() {
            self.after_blank = true;
            return self.push(line);
        }
        if lead.mark.is_some() {
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
            self.learn(&lead);
            return self.shifted(&lead, rest);
        }
        let parts = divide(rest, !self.open.is_empty());
        if let Some(parts) = parts {
            self.parts(&lead, parts);
        } else {
            self.learn(&lead);
            self.shifted(&lead, rest);
        }
    }

    /// A line of code may begin with what would be a mark outside of it.
    fn fenced(&mut self, line: &str) {
        let Some(fence) = &self.fence else { return };
        let lead = Lead::plain(line, fence.quotes);
        if lead.quotes < fence.quotes {
            self.fence = None;
            return self.line(line);
        }
        let rest = &line[lead.length..];
        let run = rest.chars().take_while(|c| *c == fence.mark).count();
        if run >= fence.length && rest[run..].trim().is_empty() {
            self.fence = None;
        }
        self.shifted(&lead, rest);
    }

    /// The first line inside a tag says how far all of them are indented.
    fn learn(&mut self, lead: &Lead<'_>) {
        if let Some(open) = self.open.last_mut() {
            open.base.get_or_insert(lead.blanks);
        }
    }

    /// A line without the indentation that the tags around it have.
    fn shifted(&mut self, lead: &Lead<'_>, rest: &str) {
        let Some(base) = self.open.last().map(|open| open.base.unwrap_or(0)) else {
            self.out.push_str(lead.text);
            return self.push(rest);
        };
        self.out.push_str(lead.before_blanks());
        let blanks = self.origin + lead.blanks.saturating_sub(base);
        self.out.extend(std::iter::repeat_n(' ', blanks));
        self.out.push_str(lead.after_blanks());
        self.push(rest);
    }

    fn parts(&mut self, lead: &Lead<'_>, parts: Vec<Part<'_>>) {
        if self.open.is_empty() {
            self.origin = lead.blanks;
        }
        let blank = lead.before_blanks().trim_end().to_owned();
        for (index, part) in parts.into_iter().enumerate() {
            let mut indent = String::from(lead.before_blanks());
            indent.extend(std::iter::repeat_n(' ', self.origin));
            if index == 0 {
                indent.push_str(lead.after_blanks());
            } else {
                indent.extend(std::iter::repeat_n(
                    ' ',
                    lead.after_blanks().chars().count(),
                ));
            }
            match part {
                Part::Text(text) => {
                    self.out.push_str(&indent);
                    self.push(text);
                }
                Part::Said(said, raw) => {
                    match &said {
                        Said::Open { .. } => self.open.push(Open { base: None }),
                        Said::Close { .. } => {
                            self.open.pop();
                        }
                        Said::Placeholder { .. } => {}
                    }
                    if index > 0 || lead.mark.is_none() {
                        self.push(&blank);
                    }
                    let number = self.taken.len();
                    self.out
                        .push_str(&format!("{indent}{MARK}{number}{MARK}\n"));
                    self.push(&blank);
                    self.taken.push(Taken {
                        said,
                        raw: raw.to_owned(),
                    });
                }
            }
        }
        self.after_blank = true;
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

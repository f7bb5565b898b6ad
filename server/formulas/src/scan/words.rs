//! A formula word by word.

use crate::{
    Area, COLUMNS, ROWS, Spot, Tab,
    area::{column_named, row_named},
    plan::Refusal,
};

use super::Scan;

/// Functions whose result is a place.
const WANDERING: [&str; 2] = ["INDIRECT", "OFFSET"];
/// Functions that make arrays of a size given by their arguments.
const MAKING: [&str; 5] = ["SEQUENCE", "RANDARRAY", "MAKEARRAY", "MUNIT", "EXPAND"];
/// Functions that exchange rows and columns.
const TURNING: [&str; 8] = [
    "TRANSPOSE",
    "MMULT",
    "TOROW",
    "TOCOL",
    "WRAPROWS",
    "WRAPCOLS",
    "HSTACK",
    "VSTACK",
];

/// Units of temperature, which the engine converts wrongly (version 0.9.1).
const WARMTH: [&str; 5] = ["\"F\"", "\"C\"", "\"K\"", "\"Rank\"", "\"Reau\""];

/// One side of a range, as it is written.
enum Side {
    Cell(Spot),
    Column(u32),
    Row(u32),
}

/// Reads a formula from left to right.
pub(super) struct Words<'a> {
    rest: &'a str,
    own: usize,
    tabs: &'a [Tab],
    pub(super) scan: Scan,
}

fn letter(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '\\')
}

impl<'a> Words<'a> {
    pub(super) fn new(body: &'a str, own: usize, tabs: &'a [Tab]) -> Self {
        let scan = Scan {
            text: "=".to_owned(),
            areas: Vec::new(),
            dynamic: false,
            tabs: vec![own],
            made: 1,
            turns: false,
        };
        Self {
            rest: body,
            own,
            tabs,
            scan,
        }
    }

    /// Reads to the end.
    pub(super) fn read(&mut self, deepest: usize) -> Result<(), Refusal> {
        let mut depth = 0_usize;
        while let Some(first) = self.rest.chars().next() {
            match first {
                '"' => self.text(),
                '\'' => self.quoted_tab(),
                '#' if !self.scan.text.ends_with(|c| letter(c) || c == ')') => self.error(),
                c if letter(c) => self.word()?,
                other => {
                    match other {
                        '(' | '{' => depth += 1,
                        ')' | '}' => depth = depth.saturating_sub(1),
                        // A range whose end is computed.
                        ':' => self.scan.dynamic = true,
                        _ => {}
                    }
                    if depth > deepest {
                        return Err(Refusal::TooDeep { most: deepest });
                    }
                    self.take(other.len_utf8());
                }
            }
        }
        if self.scan.dynamic {
            self.scan.tabs.sort_unstable();
            self.scan.tabs.dedup();
        }
        Ok(())
    }

    /// Copies so many bytes.
    fn take(&mut self, bytes: usize) {
        let (head, rest) = self.rest.split_at(bytes);
        self.scan.text.push_str(head);
        self.rest = rest;
    }

    /// How long a quotation is, its quotes included; a doubled quote stands for itself.
    fn quotation(&self, quote: char) -> usize {
        let mut inside = true;
        for (at, c) in self.rest.char_indices().skip(1) {
            if c == quote {
                inside = !inside;
            } else if !inside {
                return at;
            }
        }
        self.rest.len()
    }

    /// A text. It may name a tab for INDIRECT.
    fn text(&mut self) {
        let end = self.quotation('"');
        let named = &self.rest[..end];
        for (number, tab) in self.tabs.iter().enumerate() {
            if named.contains(&format!("{}!", tab.name)) || named.contains(&tab.quoted()) {
                self.scan.tabs.push(number);
            }
        }
        self.take(end);
    }

    fn error(&mut self) {
        let name = self.rest[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '/');
        let mut end = name.map_or(self.rest.len(), |at| at + 1);
        if self.rest[end..].starts_with(['!', '?']) {
            end += 1;
        }
        self.take(end);
    }

    /// `'a tab'!` and what follows.
    fn quoted_tab(&mut self) {
        let end = self.quotation('\'');
        let name = self.rest[1..end].strip_suffix('\'').unwrap_or("");
        let name = name.replace("''", "'");
        match self.rest[end..].strip_prefix('!') {
            Some(rest) => {
                self.rest = rest;
                self.in_tab(&name);
            }
            None => self.take(end),
        }
    }

    /// A place in a tab that was named.
    fn in_tab(&mut self, name: &str) {
        let name = name.to_lowercase();
        let found = self.tabs.iter();
        let found = found
            .enumerate()
            .find(|(_, tab)| tab.name.to_lowercase() == name);
        let Some((number, _)) = found else {
            // As spreadsheets show it once a tab was deleted.
            self.skip_place();
            self.scan.text.push_str("#REF!");
            return;
        };
        self.scan.tabs.push(number);
        if !self.place(number) {
            let quoted = self.tabs[number].quoted();
            self.scan.text.push_str(&quoted);
        }
    }

    fn skip_place(&mut self) {
        let end = self
            .rest
            .find(|c: char| !letter(c) && c != ':')
            .unwrap_or(self.rest.len());
        self.rest = &self.rest[end..];
    }

    /// A name, a number, a function or a place.
    fn word(&mut self) -> Result<(), Refusal> {
        let end = self.word_end();
        let word = &self.rest[..end];
        let after = &self.rest[end..];
        if let Some(rest) = after.strip_prefix('!') {
            self.rest = rest;
            self.in_tab(word);
            return Ok(());
        }
        if after.trim_start().starts_with('(') {
            let arguments = after.trim_start();
            let name = word.to_ascii_uppercase();
            if WANDERING.contains(&name.as_str()) {
                self.scan.dynamic = true;
            }
            if MAKING.contains(&name.as_str()) {
                self.scan.made = self.scan.made.max(size(arguments, &name)?);
            }
            if name == "CONVERT" && WARMTH.iter().any(|unit| arguments.contains(unit)) {
                return Err(Refusal::NotComputed {
                    what: "CONVERT of temperatures".to_owned(),
                });
            }
            self.scan.turns |= TURNING.contains(&name.as_str());
            self.take(end);
            return Ok(());
        }
        if !self.place(self.own) {
            self.take(end);
        }
        Ok(())
    }

    fn word_end(&self) -> usize {
        self.rest
            .find(|c: char| !letter(c))
            .unwrap_or(self.rest.len())
    }

    /// Reads a place of a tab, if one stands here.
    fn place(&mut self, tab: usize) -> bool {
        let end = self.word_end();
        let first = side(&self.rest[..end]);
        let after = self.rest[end..].strip_prefix(':');
        let second = after.map(|after| {
            let end = after.find(|c: char| !letter(c)).unwrap_or(after.len());
            (side(&after[..end]), &after[end..])
        });
        let (one, other, rest) = match (first, second) {
            (Some(Side::Cell(one)), Some((Some(Side::Cell(other)), rest)))
                if !rest.starts_with('(') =>
            {
                (one, other, rest)
            }
            (Some(Side::Column(one)), Some((Some(Side::Column(other)), rest))) => (
                Spot {
                    row: 1,
                    column: one,
                },
                Spot {
                    row: ROWS,
                    column: other,
                },
                rest,
            ),
            (Some(Side::Row(one)), Some((Some(Side::Row(other)), rest))) => (
                Spot {
                    row: one,
                    column: 1,
                },
                Spot {
                    row: other,
                    column: COLUMNS,
                },
                rest,
            ),
            (Some(Side::Cell(one)), _) => (one, one, &self.rest[end..]),
            _ => return false,
        };
        self.rest = rest;
        let area = Area::between(tab, one, other);
        let tab = &self.tabs[tab];
        let inside = area.clipped(tab.rows, tab.columns);
        self.scan.text.push_str(&tab.quoted());
        self.scan.text.push_str(&inside.unwrap_or(area).to_string());
        self.scan.areas.extend(inside);
        true
    }
}

fn side(word: &str) -> Option<Side> {
    let bare = word.replace('$', "");
    Spot::named(word)
        .map(Side::Cell)
        .or_else(|| column_named(&bare).map(Side::Column))
        .or_else(|| row_named(&bare).map(Side::Row))
}

/// The largest number among the arguments of a function that makes arrays. One that is computed
/// could be anything.
fn size(arguments: &str, name: &str) -> Result<u64, Refusal> {
    let inside = arguments.strip_prefix('(').unwrap_or(arguments);
    let inside = &inside[..inside.find(')').unwrap_or(inside.len())];
    let mut largest = 1;
    for part in inside.split(',').take(3) {
        let part = part.trim();
        match part.parse::<u64>() {
            Ok(number) => largest = largest.max(number),
            Err(_) if part.is_empty() => {}
            Err(_) => {
                return Err(Refusal::UnseenSize {
                    function: name.to_owned(),
                });
            }
        }
    }
    Ok(largest)
}

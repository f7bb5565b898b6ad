//! Names of cells and ranges: `B2`, `B2:C4`, `B:C`, `3:5`, `A2:C`.

use std::ops::Range;

/// A range as it was written; a side that is not named is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) top: Option<u32>,
    /// Excluded.
    pub(crate) bottom: Option<u32>,
    pub(crate) left: Option<u32>,
    /// Excluded.
    pub(crate) right: Option<u32>,
}

/// A rectangle of cells, counted from 0, ends excluded, never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) top: u32,
    pub(crate) bottom: u32,
    pub(crate) left: u32,
    pub(crate) right: u32,
}

impl Span {
    /// Reads a range; an empty text is everything. `None` for what is no range.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Some(Self::default());
        }
        let (first, last) = if let Some((first, last)) = text.split_once(':') {
            (corner(first)?, corner(last)?)
        } else {
            let only = corner(text)?;
            (only, only)
        };
        let span = Self {
            left: first.0,
            top: first.1,
            right: last.0.map(|column| column + 1),
            bottom: last.1.map(|row| row + 1),
        };
        // `A2:C` runs to the last row; `A:C4` and `3:B5` mean nothing.
        let half = span.left.is_none() != span.right.is_none()
            || (span.top.is_none() && span.bottom.is_some());
        let backwards = span.left.zip(span.right).is_some_and(|(a, b)| a >= b)
            || span.top.zip(span.bottom).is_some_and(|(a, b)| a >= b);
        (!half && !backwards).then_some(span)
    }

    /// The whole tab.
    pub(crate) fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// Whole rows.
    pub(crate) fn rows(&self) -> Option<Range<u32>> {
        match (self.left, self.top, self.bottom) {
            (None, Some(top), Some(bottom)) => Some(top..bottom),
            _ => None,
        }
    }

    /// Whole columns.
    pub(crate) fn columns(&self) -> Option<Range<u32>> {
        match (self.top, self.left, self.right) {
            (None, Some(left), Some(right)) => Some(left..right),
            _ => None,
        }
    }

    /// Its cells in a grid; `None` when a named side lies outside of it.
    pub(crate) fn within(&self, rows: u32, columns: u32) -> Option<Area> {
        let area = Area {
            top: self.top.unwrap_or(0),
            bottom: self.bottom.unwrap_or(rows),
            left: self.left.unwrap_or(0),
            right: self.right.unwrap_or(columns),
        };
        let fits = area.top < area.bottom
            && area.left < area.right
            && area.bottom <= rows
            && area.right <= columns;
        fits.then_some(area)
    }

    /// Cells that it certainly has at most; `None` when a side is open.
    pub(crate) fn cells(&self) -> Option<u64> {
        let rows = self.bottom? - self.top?;
        let columns = self.right? - self.left?;
        Some(u64::from(rows) * u64::from(columns))
    }
}

impl Area {
    pub(crate) const fn rows(&self) -> u32 {
        self.bottom - self.top
    }

    pub(crate) const fn columns(&self) -> u32 {
        self.right - self.left
    }

    pub(crate) fn cells(&self) -> u64 {
        u64::from(self.rows()) * u64::from(self.columns())
    }

    /// Whether two rectangles have a cell in common.
    pub(crate) const fn meets(&self, other: &Self) -> bool {
        self.top < other.bottom
            && other.top < self.bottom
            && self.left < other.right
            && other.left < self.right
    }

    /// `B2:C4`; a single cell is `B2`.
    pub(crate) fn name(&self) -> String {
        let first = cell_name(self.top, self.left);
        let last = cell_name(self.bottom - 1, self.right - 1);
        if first == last {
            first
        } else {
            format!("{first}:{last}")
        }
    }

    /// As Feishu wants it, behind the identity of the tab; always with both corners.
    pub(crate) fn range(&self, sheet: &str) -> String {
        let first = cell_name(self.top, self.left);
        format!(
            "{sheet}!{first}:{}",
            cell_name(self.bottom - 1, self.right - 1)
        )
    }
}

type Corner = (Option<u32>, Option<u32>);

/// Column and row of `B3`, `B` or `3`, each from 0.
fn corner(text: &str) -> Option<Corner> {
    let text = text.trim().replace('$', "");
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = text.split_at(letters);
    if letters.len() > 3 || digits.len() > 7 || text.is_empty() {
        return None;
    }
    let column = match letters {
        "" => None,
        letters => Some(column_index(letters)?),
    };
    let row = match digits {
        "" => None,
        digits if digits.bytes().all(|b| b.is_ascii_digit()) => {
            Some(digits.parse::<u32>().ok()?.checked_sub(1)?)
        }
        _ => return None,
    };
    Some((column, row))
}

/// `A` is 0. At most three letters.
pub(crate) fn column_index(letters: &str) -> Option<u32> {
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut index = 0;
    for letter in letters.bytes() {
        if !letter.is_ascii_alphabetic() {
            return None;
        }
        index = index * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    }
    Some(index - 1)
}

/// 0 is `A`.
pub(crate) fn column_name(index: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// Row 0 and column 0 are `A1`.
pub(crate) fn cell_name(row: u32, column: u32) -> String {
    format!("{}{}", column_name(column), row + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_people_write_them() {
        for (text, name) in [
            ("b2", "B2"),
            (" $B$2:C4 ", "B2:C4"),
            ("A:B", "A1:B50"),
            ("3:5", "A3:Z5"),
            ("4", "A4:Z4"),
            ("A2:C", "A2:C50"),
            ("", "A1:Z50"),
        ] {
            let area = Span::read(text).and_then(|span| span.within(50, 26));
            assert_eq!(
                area.map(|area| area.name()).as_deref(),
                Some(name),
                "{text}"
            );
        }
        for text in [
            "A1:", "B2:A1", "5:3", "A0", "ABCD1", "1A", "A:C4", "3:B5", "预算", "A1:B2:C3", "-1",
        ] {
            assert_eq!(Span::read(text), None, "{text}");
        }
        assert_eq!(Span::read("AA1").and_then(|span| span.within(50, 26)), None);
        assert_eq!(Span::read("A51").and_then(|span| span.within(50, 26)), None);
        assert_eq!(column_index(&column_name(701)), Some(701));
        assert_eq!(column_name(702), "AAA");
    }

    #[test]
    fn whole_rows_and_columns_are_told_from_cells() {
        let span = |text| Span::read(text).unwrap();
        assert_eq!(span("3:5").rows(), Some(2..5));
        assert_eq!(span("B").columns(), Some(1..2));
        assert_eq!((span("A2:C").columns(), span("A2:C").rows()), (None, None));
        assert_eq!(
            (span("A1:C5").cells(), span("A2:C").cells()),
            (Some(15), None)
        );
        assert!(span("").is_all() && span("").rows().is_none());
    }
}

//! Ranges as the API writes them: `SHEET!A1:B5`, `SHEET!A:B`, `SHEET!1:3`, `SHEET!A2:B`, `SHEET`.

use serde::{Deserialize, Serialize};

/// A rectangle of cells: rows and columns from 0, ends excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Area {
    /// First row.
    pub(crate) top: u32,
    /// Row after the last.
    pub(crate) bottom: u32,
    /// First column.
    pub(crate) left: u32,
    /// Column after the last.
    pub(crate) right: u32,
}

impl Area {
    /// One cell.
    pub(crate) const fn cell(row: u32, column: u32) -> Self {
        Self {
            top: row,
            bottom: row + 1,
            left: column,
            right: column + 1,
        }
    }

    /// Reads the part behind `!` in a grid of `rows` × `columns`; an empty text is the whole grid.
    /// `None` for what is no range, or lies outside of the grid.
    pub(crate) fn read(text: &str, rows: u32, columns: u32) -> Option<Self> {
        let whole = Self {
            top: 0,
            bottom: rows,
            left: 0,
            right: columns,
        };
        if text.is_empty() {
            return Some(whole);
        }
        let (first, last) = if let Some((first, last)) = text.split_once(':') {
            (corner(first)?, corner(last)?)
        } else {
            let only = corner(text)?;
            // A place alone is a cell; a column alone is `A:A`.
            only.0.zip(only.1)?;
            (only, only)
        };
        let area = Self {
            left: first.0.unwrap_or(0),
            top: first.1.unwrap_or(0),
            right: last.0.map_or(columns, |column| column + 1),
            bottom: last.1.map_or(rows, |row| row + 1),
        };
        let fits = area.left < area.right
            && area.top < area.bottom
            && area.right <= columns
            && area.bottom <= rows;
        fits.then_some(area)
    }

    /// As the API writes it, behind the id of the sheet.
    pub(crate) fn print(&self, sheet: &str) -> String {
        format!(
            "{sheet}!{}:{}",
            cell_name(self.top, self.left),
            cell_name(self.bottom.max(1) - 1, self.right.max(1) - 1)
        )
    }

    pub(crate) const fn rows(&self) -> u32 {
        self.bottom - self.top
    }

    pub(crate) const fn columns(&self) -> u32 {
        self.right - self.left
    }

    pub(crate) fn cells(&self) -> u64 {
        u64::from(self.rows()) * u64::from(self.columns())
    }

    pub(crate) const fn meets(&self, other: &Self) -> bool {
        self.top < other.bottom
            && other.top < self.bottom
            && self.left < other.right
            && other.left < self.right
    }

    /// All places in it, row by row.
    pub(crate) fn places(self) -> impl Iterator<Item = (u32, u32)> {
        (self.top..self.bottom)
            .flat_map(move |row| (self.left..self.right).map(move |column| (row, column)))
    }
}

type Corner = (Option<u32>, Option<u32>);

/// Column and row of `B3`, `B` or `3`, each from 0.
fn corner(text: &str) -> Option<Corner> {
    let text = text.trim().replace('$', "").to_ascii_uppercase();
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let (letters, digits) = text.split_at(letters);
    if letters.len() > 3 || (letters.is_empty() && digits.is_empty()) {
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

/// Column and row of a cell's name, from 0.
pub(crate) fn cell_of(text: &str) -> Option<(u32, u32)> {
    let (column, row) = corner(text)?;
    column.zip(row)
}

/// `A` is 0.
pub(crate) fn column_index(letters: &str) -> Option<u32> {
    let mut index: u32 = 0;
    for letter in letters.bytes() {
        if !letter.is_ascii_uppercase() {
            return None;
        }
        index = index
            .checked_mul(26)?
            .checked_add(u32::from(letter - b'A') + 1)?;
    }
    index.checked_sub(1)
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

/// `(0, 0)` is `A1`.
pub(crate) fn cell_name(row: u32, column: u32) -> String {
    format!("{}{}", column_name(column), row + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_every_form_are_read_and_what_lies_outside_is_not() {
        let read = |text| Area::read(text, 20, 30).map(|area| area.print("s"));
        for (text, printed) in [
            ("B2:C4", "s!B2:C4"),
            ("A:B", "s!A1:B20"),
            ("2:3", "s!A2:AD3"),
            ("A2:B", "s!A2:B20"),
            ("", "s!A1:AD20"),
            ("AD20", "s!AD20:AD20"),
        ] {
            assert_eq!(read(text).as_deref(), Some(printed), "{text}");
        }
        for text in [
            "AE1", "A21", "A0", "B2:A1", "A1:", "1A", "B", "Ä1", "A1:B2:C3",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(column_name(701), "ZZ");
        assert_eq!(column_index("AAA"), Some(702));
    }
}

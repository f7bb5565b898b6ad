//! Cells of a table as people name them: `B2`, `B2:C4`, row `3`, columns `B:C`.

use std::ops::Range;

/// Rows and columns, from 0; a side that is not named is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) rows: Option<Range<usize>>,
    pub(crate) columns: Option<Range<usize>>,
}

impl Area {
    /// Reads `B2`, `B2:C4`, `3`, `3:5`, `B`, `B:C`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_uppercase();
        let (from, to) = if let Some((from, to)) = text.split_once(':') {
            (corner(from.trim())?, corner(to.trim())?)
        } else {
            let one = corner(&text)?;
            (one, one)
        };
        let side = |from: Option<usize>, to: Option<usize>| match (from, to) {
            (Some(from), Some(to)) if from <= to => Some(Some(from..to + 1)),
            (None, None) => Some(None),
            _ => None,
        };
        Some(Self {
            columns: side(from.0, to.0)?,
            rows: side(from.1, to.1)?,
        })
    }
}

/// A column, a row, or both.
type Corner = (Option<usize>, Option<usize>);

fn corner(text: &str) -> Option<Corner> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = text.split_at(letters);
    let column = match letters {
        "" => None,
        letters if letters.len() <= 2 => {
            let number = letters.bytes().fold(0, |number, letter| {
                number * 26 + usize::from(letter - b'A') + 1
            });
            Some(number - 1)
        }
        _ => return None,
    };
    let row = match digits {
        "" => None,
        digits => Some(digits.parse::<usize>().ok()?.checked_sub(1)?),
    };
    (column.is_some() || row.is_some()).then_some((column, row))
}

/// The name of a cell.
pub(crate) fn name(row: usize, column: usize) -> String {
    let mut letters = String::new();
    let mut left = column + 1;
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or(0);
        letters.insert(0, char::from(b'A' + digit));
        left = (left - 1) / 26;
    }
    format!("{letters}{}", row + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_rows_and_columns_are_read() {
        let area = |rows, columns| Some(Area { rows, columns });
        assert_eq!(Area::read("B2"), area(Some(1..2), Some(1..2)));
        assert_eq!(Area::read("b2:C4"), area(Some(1..4), Some(1..3)));
        assert_eq!(Area::read("3:5"), area(Some(2..5), None));
        assert_eq!(Area::read("AA"), area(None, Some(26..27)));
        for bad in ["", "C4:B2", "B0", "2B", "B2:C", "ABC1", "1:B"] {
            assert_eq!(Area::read(bad), None, "{bad}");
        }
        assert_eq!(
            (name(0, 0), name(9, 27)),
            ("A1".to_owned(), "AB10".to_owned())
        );
    }
}

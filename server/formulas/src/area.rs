//! Places and rectangles.

use std::fmt;

/// The last row that spreadsheets have.
pub const ROWS: u32 = 1_048_576;
/// The last column.
pub const COLUMNS: u32 = 16_384;

/// A place in a tab; both count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Spot {
    /// Row.
    pub row: u32,
    /// Column.
    pub column: u32,
}

impl Spot {
    /// The place called `B7` (`$` and the case of letters do not matter).
    pub fn named(name: &str) -> Option<Self> {
        let name = name.replace('$', "");
        let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
        let column = column_named(&name[..letters])?;
        let row = row_named(&name[letters..])?;
        Some(Self { row, column })
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", column_name(self.column), self.row)
    }
}

/// The number of the column called `AB`.
pub fn column_named(name: &str) -> Option<u32> {
    if name.is_empty() || name.len() > 3 || !name.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let number = name.bytes().fold(0, |sum, letter| {
        sum * 26 + u32::from(letter.to_ascii_uppercase() - b'A' + 1)
    });
    (number <= COLUMNS).then_some(number)
}

/// The letters of a column.
pub fn column_name(mut number: u32) -> String {
    let mut letters = Vec::new();
    while number > 0 {
        number -= 1;
        letters.push(char::from(b'A' + u8::try_from(number % 26).unwrap_or(0)));
        number /= 26;
    }
    letters.iter().rev().collect()
}

/// The number of the row called `7`.
pub(crate) fn row_named(name: &str) -> Option<u32> {
    if name.is_empty() || name.len() > 7 || !name.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    name.parse().ok().filter(|row| (1..=ROWS).contains(row))
}

/// A rectangle in a tab, both corners included. The tab is a number in the plan's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Area {
    /// Which tab.
    pub tab: usize,
    /// The upper left corner.
    pub from: Spot,
    /// The lower right corner.
    pub to: Spot,
}

impl Area {
    /// One cell.
    pub const fn cell(tab: usize, spot: Spot) -> Self {
        Self {
            tab,
            from: spot,
            to: spot,
        }
    }

    /// Between two corners, given in any order.
    pub fn between(tab: usize, one: Spot, other: Spot) -> Self {
        Self {
            tab,
            from: Spot {
                row: one.row.min(other.row),
                column: one.column.min(other.column),
            },
            to: Spot {
                row: one.row.max(other.row),
                column: one.column.max(other.column),
            },
        }
    }

    /// How many rows.
    pub const fn height(&self) -> u64 {
        (self.to.row - self.from.row) as u64 + 1
    }

    /// How many columns.
    pub const fn width(&self) -> u64 {
        (self.to.column - self.from.column) as u64 + 1
    }

    /// How many cells.
    pub const fn cells(&self) -> u64 {
        self.height() * self.width()
    }

    /// Whether a place lies in it.
    pub const fn contains(&self, tab: usize, spot: Spot) -> bool {
        self.tab == tab
            && self.from.row <= spot.row
            && spot.row <= self.to.row
            && self.from.column <= spot.column
            && spot.column <= self.to.column
    }

    /// Whether all of another lies in it.
    pub(crate) const fn covers(&self, other: &Self) -> bool {
        self.contains(other.tab, other.from) && self.contains(other.tab, other.to)
    }

    /// The part inside a tab of this size; `None` when all of it lies outside.
    pub fn clipped(self, rows: u32, columns: u32) -> Option<Self> {
        if self.from.row > rows || self.from.column > columns {
            return None;
        }
        let to = Spot {
            row: self.to.row.min(rows),
            column: self.to.column.min(columns),
        };
        Some(Self { to, ..self })
    }

    /// The smallest rectangle around both, which lie in one tab.
    pub(crate) fn around(self, other: Self) -> Self {
        Self {
            tab: self.tab,
            from: Spot {
                row: self.from.row.min(other.from.row),
                column: self.from.column.min(other.from.column),
            },
            to: Spot {
                row: self.to.row.max(other.to.row),
                column: self.to.column.max(other.to.column),
            },
        }
    }

    /// What is left of it without `other`: at most four rectangles.
    pub(crate) fn without(self, other: &Self) -> Vec<Self> {
        let apart = self.tab != other.tab
            || other.to.row < self.from.row
            || self.to.row < other.from.row
            || other.to.column < self.from.column
            || self.to.column < other.from.column;
        if apart {
            return vec![self];
        }
        let mut left = Vec::new();
        let mut rest = self;
        if rest.from.row < other.from.row {
            let mut above = rest;
            above.to.row = other.from.row - 1;
            left.push(above);
            rest.from.row = other.from.row;
        }
        if rest.to.row > other.to.row {
            let mut below = rest;
            below.from.row = other.to.row + 1;
            left.push(below);
            rest.to.row = other.to.row;
        }
        if rest.from.column < other.from.column {
            let mut before = rest;
            before.to.column = other.from.column - 1;
            left.push(before);
        }
        if rest.to.column > other.to.column {
            let mut after = rest;
            after.from.column = other.to.column + 1;
            left.push(after);
        }
        left
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to {
            return write!(f, "{}", self.from);
        }
        write!(f, "{}:{}", self.from, self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(name: &str) -> Area {
        let (one, other) = name.split_once(':').unwrap();
        Area::between(0, Spot::named(one).unwrap(), Spot::named(other).unwrap())
    }

    #[test]
    fn places_have_the_names_that_spreadsheets_give_them() {
        for name in ["A1", "Z9", "AA10", "XFD1048576"] {
            assert_eq!(Spot::named(name).unwrap().to_string(), name);
        }
        assert_eq!(Spot::named("$b$7"), Some(Spot { row: 7, column: 2 }));
        for name in ["", "A", "7", "A0", "XFE1", "A1048577", "ABCD1", "1A", "é1"] {
            assert_eq!(Spot::named(name), None, "{name}");
        }
    }

    #[test]
    fn a_difference_covers_every_cell_once() {
        let whole = area("B2:F8");
        for hole in ["C3:D4", "A1:C9", "B2:F8", "H1:J9", "E1:Z3"] {
            let hole = area(hole);
            let left = whole.without(&hole);
            for row in 1..10 {
                for column in 1..10 {
                    let spot = Spot { row, column };
                    let wanted = whole.contains(0, spot) && !hole.contains(0, spot);
                    let times = left.iter().filter(|part| part.contains(0, spot)).count();
                    assert_eq!(times, usize::from(wanted), "{hole} {spot}");
                }
            }
        }
    }
}

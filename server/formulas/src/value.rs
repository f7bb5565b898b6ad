//! What stands in a cell.

use std::fmt;

use crate::Fault;

/// A value of a cell. Dates are serial numbers, as spreadsheets keep them: days since 1899-12-30.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Blank,
    /// A number, a date or a time.
    Number(f64),
    /// A text.
    Text(String),
    /// TRUE or FALSE.
    Bool(bool),
    /// An error.
    Error(Fault),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank => Ok(()),
            // A sum of tenths shows no digits that the float only made up.
            Self::Number(number) => write!(f, "{}", shown(*number)),
            Self::Text(text) => f.write_str(text),
            Self::Bool(true) => f.write_str("TRUE"),
            Self::Bool(false) => f.write_str("FALSE"),
            Self::Error(fault) => write!(f, "{fault}"),
        }
    }
}

/// A number in 15 significant digits, as spreadsheets show it, without an exponent where it is
/// short without one.
pub fn shown(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    if rounded.abs() >= 1e21 || rounded.abs() < 1e-9 {
        return format!("{rounded:E}");
    }
    rounded.to_string()
}

/// What a cell was given, or what it has to compute.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The value that the sheet shows for it.
    pub value: Value,
    /// The formula that stands in it, with the sign of equality.
    pub formula: Option<String>,
}

impl From<Value> for Cell {
    fn from(value: Value) -> Self {
        Self {
            value,
            formula: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_in_fifteen_digits() {
        assert_eq!(shown(0.1 + 0.2), "0.3");
        assert_eq!(shown(1234.5), "1234.5");
        assert_eq!(shown(-0.0), "0");
        assert_eq!(shown(1e15), "1000000000000000");
        assert_eq!(shown(1.0 / 3.0), "0.333333333333333");
        assert_eq!(shown(2e-12), "2E-12");
        assert_eq!(shown(1e300), "1E300");
    }
}

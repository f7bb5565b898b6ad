//! The errors that stand in cells.

use std::fmt;

/// An error value, named as spreadsheets show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `#REF!`: a place or a tab that does not exist.
    Reference,
    /// `#NAME?`: a function or name that nobody knows.
    Name,
    /// `#VALUE!`: a text where a number is needed, and the like.
    Value,
    /// `#DIV/0!`.
    Division,
    /// `#N/A`: not found.
    Missing,
    /// `#NUM!`: no such number.
    Number,
    /// `#ERROR!`: the formula cannot be read.
    Formula,
    /// `#N/IMPL!`: the engine does not compute this.
    Unsupported,
    /// `#SPILL!`: an array has no room.
    Spill,
    /// `#CALC!`: an array is empty.
    Calculation,
    /// `#CIRC!`: a cell needs itself.
    Circular,
    /// `#NULL!`: ranges that do not meet.
    Null,
}

const NAMES: [(Fault, &str); 12] = [
    (Fault::Reference, "#REF!"),
    (Fault::Name, "#NAME?"),
    (Fault::Value, "#VALUE!"),
    (Fault::Division, "#DIV/0!"),
    (Fault::Missing, "#N/A"),
    (Fault::Number, "#NUM!"),
    (Fault::Formula, "#ERROR!"),
    (Fault::Unsupported, "#N/IMPL!"),
    (Fault::Spill, "#SPILL!"),
    (Fault::Calculation, "#CALC!"),
    (Fault::Circular, "#CIRC!"),
    (Fault::Null, "#NULL!"),
];

impl Fault {
    /// The error that is shown like this.
    pub fn named(name: &str) -> Option<Self> {
        let found = NAMES.iter().find(|(_, known)| *known == name);
        found.map(|(fault, _)| *fault)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(fault, _)| fault == self);
        f.write_str(name.map_or("#ERROR!", |(_, name)| name))
    }
}

//! The words of the console, one catalogue per page.

pub(crate) mod connections;
pub(crate) mod frame;
pub(crate) mod members;
pub(crate) mod overview;
pub(crate) mod stops;

/// Every key of the console's catalogues with both texts.
#[cfg(test)]
pub(crate) const ALL: &[&[(&str, &str, &str)]] = &[
    connections::PAIRS,
    frame::PAIRS,
    members::PAIRS,
    overview::PAIRS,
    stops::PAIRS,
];

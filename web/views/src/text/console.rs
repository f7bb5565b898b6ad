//! The words of the console, one catalogue per page.

pub(crate) mod billing;
pub(crate) mod connections;
pub(crate) mod frame;
pub(crate) mod members;
pub(crate) mod overview;
pub(crate) mod stops;
pub(crate) mod usage;

/// Every key of the console's catalogues with both texts.
#[cfg(test)]
pub(crate) const ALL: &[&[(&str, &str, &str)]] = &[
    billing::PAIRS,
    connections::PAIRS,
    frame::PAIRS,
    members::PAIRS,
    overview::PAIRS,
    stops::PAIRS,
    usage::PAIRS,
];

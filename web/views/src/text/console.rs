//! The words of the console, one catalogue per page.

pub(crate) mod frame;
pub(crate) mod overview;

/// Every key of the console's catalogues with both texts.
#[cfg(test)]
pub(crate) const ALL: &[&[(&str, &str, &str)]] = &[frame::PAIRS, overview::PAIRS];

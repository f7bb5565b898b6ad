//! Numbers of a picture.

/// A count as a coordinate. Pictures have far fewer units than numbers have digits.
#[expect(
    clippy::cast_precision_loss,
    reason = "a picture shows a handful of digits"
)]
pub(super) fn coordinate(count: u64) -> f64 {
    count as f64
}

/// A coordinate of an axis as a count.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an axis shows counts; what is below zero counts as zero"
)]
pub(super) fn count(coordinate: f64) -> u64 {
    coordinate.round().max(0.0) as u64
}

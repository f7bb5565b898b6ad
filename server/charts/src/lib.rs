//! Charts as SVG and PNG.
//!
//! `plotters` maps values to places and draws the shapes of a chart on our own paper; the paper is
//! then printed as SVG or painted as PNG by `tiny-skia`, with the letters of a font that is found
//! on the machine ([`Fonts`]). Pictures have a white ground of their own, so that they are readable
//! on pages of any colour.

mod axis;
mod bars;
mod chart;
mod fonts;
mod frame;
mod lines;
mod numbers;
mod paper;
mod pie;
mod png;
mod svg;
mod text;

pub use chart::{Chart, Kind, Refusal, Series};
pub use fonts::{Fonts, NoFont};
pub use paper::Picture;

#[cfg(test)]
mod tests;

//! Bars: side by side, on top of each other, or with a line.

use plotters::{element::Rectangle, style::Color};

use crate::{
    Chart, Kind,
    frame::Frame,
    lines, numbers,
    paper::{Anchor, color},
};

/// The part of a label's room that its bars take.
const FULL: f64 = 0.72;
/// The widest bar.
const WIDEST: f64 = 64.0;
/// Values are written above bars up to so many of them.
const WRITTEN: usize = 16;

/// Draws the bars of a chart.
pub(crate) fn draw(chart: &Chart, frame: &Frame<'_>) {
    let line = (chart.kind == Kind::Combo).then(|| chart.series.len() - 1);
    let bars = line.unwrap_or(chart.series.len());
    let stacked = chart.kind == Kind::StackedBar;
    #[expect(clippy::cast_precision_loss, reason = "at most thousands of labels")]
    let slot = (frame.room.right - frame.room.left) / chart.labels.len() as f64;
    let lanes = if stacked { 1 } else { bars };
    #[expect(clippy::cast_precision_loss, reason = "at most a dozen series")]
    let lane = (FULL / lanes as f64).min(WIDEST / slot);
    for label in 0..chart.labels.len() {
        let (mut up, mut down) = (0.0, 0.0);
        for (number, series) in chart.series[..bars].iter().enumerate() {
            let Some(value) = series.at(label) else {
                continue;
            };
            let from = match (stacked, value < 0.0) {
                (false, _) => 0.0,
                (true, false) => up,
                (true, true) => down,
            };
            if value < 0.0 {
                down += value;
            } else {
                up += value;
            }
            #[expect(clippy::cast_precision_loss, reason = "at most thousands of labels")]
            let (label, lanes, number_of) = (label as f64, lanes as f64, number as f64);
            let first = label + 0.5 - lane * lanes / 2.0;
            let left = if stacked {
                first
            } else {
                first + lane * number_of
            };
            // A hair of ground between bars that touch.
            let hair = if slot * lane > 6.0 { 1.0 / slot } else { 0.0 };
            let corners = [
                (left + hair / 2.0, from),
                (left + lane - hair / 2.0, from + value),
            ];
            let bar = Rectangle::new(corners, color(number).filled());
            let drawn = frame.plot.draw(&bar);
            debug_assert!(drawn.is_ok(), "paper refuses nothing");
        }
    }
    if bars == 1 && line.is_none() && chart.labels.len() <= WRITTEN {
        written(chart, frame, slot);
    }
    frame.base();
    if let Some(line) = line {
        let plot = frame.second.as_ref().unwrap_or(&frame.plot);
        lines::line(chart, plot, line);
    }
}

/// The values of the only series, over its bars.
fn written(chart: &Chart, frame: &Frame<'_>, slot: f64) {
    let scale = frame.scale;
    let tall = frame.room.bottom - frame.room.top;
    for (label, _) in chart.labels.iter().enumerate() {
        let Some(value) = chart.series[0].at(label) else {
            continue;
        };
        #[expect(clippy::cast_precision_loss, reason = "at most thousands of labels")]
        let across = frame.room.left + (label as f64 + 0.5) * slot;
        let end = frame.room.bottom - (value - scale.low) / (scale.high - scale.low) * tall;
        let at = if value < 0.0 { end + 14.0 } else { end - 6.0 };
        let text = numbers::value(value, chart.chinese);
        frame.paper.words(&text, (across, at), Anchor::Middle);
    }
}

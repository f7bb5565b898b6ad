//! Lines, grounds and dots.

use plotters::{
    element::{Circle, PathElement, Polygon},
    style::{Color, WHITE},
};

use crate::{
    Chart, Kind, Refusal,
    frame::{Frame, Plot},
    paper::{FINE, Paper, color},
};

/// Dots are drawn on lines of up to so many labels.
const DOTTED: usize = 40;

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "widths of lines: small numbers"
)]
fn fine(width: f64) -> u32 {
    (width * FINE) as u32
}

/// Draws the lines of a chart, and the ground below them where it is an area chart.
pub(crate) fn draw(chart: &Chart, frame: &Frame<'_>) {
    if chart.kind == Kind::Area {
        for number in 0..chart.series.len() {
            for run in runs(chart, number) {
                ground(frame, &run, number);
            }
        }
    }
    frame.base();
    for number in 0..chart.series.len() {
        line(chart, &frame.plot, number);
    }
}

/// The values of a series as places, broken at gaps.
fn runs(chart: &Chart, number: usize) -> Vec<Vec<(f64, f64)>> {
    let mut runs = vec![Vec::new()];
    for label in 0..chart.labels.len() {
        match (chart.series[number].at(label), runs.last_mut()) {
            #[expect(clippy::cast_precision_loss, reason = "at most thousands of labels")]
            (Some(value), Some(run)) => run.push((label as f64 + 0.5, value)),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

fn ground(frame: &Frame<'_>, run: &[(f64, f64)], number: usize) {
    let (Some(first), Some(last)) = (run.first(), run.last()) else {
        return;
    };
    let mut points = run.to_vec();
    points.push((last.0, 0.0));
    points.push((first.0, 0.0));
    let drawn = frame
        .plot
        .draw(&Polygon::new(points, color(number).mix(0.22)));
    debug_assert!(drawn.is_ok(), "paper refuses nothing");
}

/// One line, with dots where there is room for them or nothing to join.
pub(crate) fn line(chart: &Chart, plot: &Plot, number: usize) {
    let color = color(number);
    let slots = chart.labels.len();
    for run in runs(chart, number) {
        let alone = run.len() == 1;
        if !alone {
            let style = color.stroke_width(fine(2.5));
            let drawn = plot.draw(&PathElement::new(run.clone(), style));
            debug_assert!(drawn.is_ok(), "paper refuses nothing");
        }
        if alone || slots <= DOTTED {
            for point in run {
                for (radius, style) in [(4.6, WHITE.filled()), (3.4, color.filled())] {
                    let drawn = plot.draw(&Circle::new(point, fine(radius), style));
                    debug_assert!(drawn.is_ok(), "paper refuses nothing");
                }
            }
        }
    }
}

/// A scatter chart.
pub(crate) fn dots(chart: &Chart, paper: &Paper) -> Result<(), Refusal> {
    let places: Vec<f64> = chart
        .labels
        .iter()
        .map(|label| label.trim().replace(',', "").parse().ok())
        .map(|place: Option<f64>| place.filter(|place| place.is_finite()))
        .collect::<Option<_>>()
        .ok_or(Refusal::NoPlaces)?;
    let frame = Frame::numeric(chart, paper, &places);
    for (number, series) in chart.series.iter().enumerate() {
        for (label, place) in places.iter().enumerate() {
            let Some(value) = series.at(label) else {
                continue;
            };
            let style = color(number).mix(0.7).filled();
            let drawn = frame
                .plot
                .draw(&Circle::new((*place, value), fine(5.0), style));
            debug_assert!(drawn.is_ok(), "paper refuses nothing");
        }
    }
    Ok(())
}

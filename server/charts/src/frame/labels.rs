//! The labels under a chart: level where there is room, slanted or thinned out where there is not.

use crate::{
    Chart,
    axis::Scale,
    paper::{Anchor, GRID, Paper, SOFT, Shape, Words},
    text,
};

use super::{Room, SMALL, x_title};

/// Slanted labels are turned by so many degrees.
const SLANT: f64 = 35.0;
/// The longest slanted label.
const LONG: f64 = 120.0;

/// Draws the labels; gives the bottom of the room that is left above them.
pub(crate) fn draw(chart: &Chart, paper: &Paper, room: Room) -> f64 {
    let bottom = x_title(chart, paper, room);
    #[expect(clippy::cast_precision_loss, reason = "at most thousands of labels")]
    let slot = (room.right - room.left) / chart.labels.len().max(1) as f64;
    let widths = chart.labels.iter().map(|label| text::width(label, SMALL));
    let widest = widths.fold(0.0, f64::max);
    if widest <= slot - 8.0 || slot >= 150.0 {
        level(chart, paper, room, (bottom, slot, 1));
        return bottom - 20.0;
    }
    if slot >= 20.0 {
        return slanted(chart, paper, room, (bottom, slot));
    }
    // Every so-manieth label.
    let needed = widest.min(90.0) + 14.0;
    let every = (1..=chart.labels.len())
        .find(|every| wide(*every, slot) >= needed)
        .unwrap_or(1);
    level(chart, paper, room, (bottom, slot, every));
    bottom - 20.0
}

#[expect(clippy::cast_precision_loss, reason = "at most thousands of labels")]
fn wide(labels: usize, slot: f64) -> f64 {
    labels as f64 * slot
}

fn level(chart: &Chart, paper: &Paper, room: Room, (bottom, slot, every): (f64, f64, usize)) {
    for (number, label) in chart.labels.iter().enumerate().step_by(every) {
        let at = room.left + wide(number, slot) + slot / 2.0;
        let label = text::fit(label, SMALL, wide(every, slot) - 4.0);
        // The first and the last stay on the paper.
        let half = text::width(&label, SMALL) / 2.0;
        let at = at.clamp(
            half + 4.0,
            (crate::paper::WIDTH - half - 4.0).max(half + 4.0),
        );
        paper.words(&label, (at, bottom - 4.0), Anchor::Middle);
    }
}

fn slanted(chart: &Chart, paper: &Paper, room: Room, (bottom, slot): (f64, f64)) -> f64 {
    let labels: Vec<String> = chart
        .labels
        .iter()
        .enumerate()
        .map(|(number, label)| {
            // It ends under its place and begins on the paper.
            let end = room.left + wide(number, slot) + slot / 2.0;
            let most = LONG.min((end - 6.0) / SLANT.to_radians().cos());
            text::fit(label, SMALL, most)
        })
        .collect();
    let widths = labels.iter().map(|label| text::width(label, SMALL));
    let rise = widths.fold(0.0, f64::max) * SLANT.to_radians().sin();
    let top = bottom - rise - 16.0;
    for (number, label) in labels.into_iter().enumerate() {
        let at = room.left + wide(number, slot) + slot / 2.0;
        paper.add(Shape::Text(Words {
            text: label,
            at: (at + 4.0, top + 14.0),
            size: SMALL,
            anchor: Anchor::End,
            color: SOFT,
            bold: false,
            turned: SLANT,
        }));
    }
    top
}

/// Draws numbers as labels, with lines upwards.
pub(crate) fn numbers(chart: &Chart, paper: &Paper, room: Room, scale: &Scale) -> f64 {
    let bottom = x_title(chart, paper, room);
    for tick in scale.ticks() {
        let share = (tick - scale.low) / (scale.high - scale.low);
        let at = room.left + share * (room.right - room.left);
        paper.line((at, room.top), (at, bottom - 20.0), GRID);
        let written = scale.written(tick, chart.chinese);
        paper.words(&written, (at, bottom - 4.0), Anchor::Middle);
    }
    bottom - 20.0
}

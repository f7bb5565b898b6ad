//! What stands around a chart: title, legend, axes, labels.

mod labels;
mod legend;

use plotters::{
    coord::{Shift, types::RangedCoordf64},
    prelude::{Cartesian2d, DrawingArea, IntoDrawingArea},
    style::RGBColor,
};

use crate::{
    Chart, Kind, Series,
    axis::Scale,
    paper::{Anchor, BASE, FINE, GRID, HEIGHT, INK, Paper, SOFT, Shape, WIDTH, Words},
    text,
};

/// Room at the edges of the paper.
pub(crate) const MARGIN: f64 = 28.0;
/// Size of words at axes.
pub(crate) const SMALL: f64 = 12.0;

/// The area that values are drawn in, in their own numbers.
pub(crate) type Plot = DrawingArea<Paper, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// A rectangle of the paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Room {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

/// A chart's frame, drawn; and where its values go.
pub(crate) struct Frame<'a> {
    pub paper: &'a Paper,
    pub plot: Plot,
    /// For the last series of a combo whose values are of another size.
    pub second: Option<Plot>,
    pub room: Room,
    pub scale: Scale,
}

/// Title and legend; gives the room below them.
pub(crate) fn head(chart: &Chart, paper: &Paper, names: &[String]) -> Room {
    let mut top = MARGIN;
    if !chart.title.trim().is_empty() {
        top += 18.0;
        paper.add(Shape::Text(Words {
            text: text::fit(&chart.title, 20.0, WIDTH - 2.0 * MARGIN),
            at: (MARGIN, top),
            size: 20.0,
            anchor: Anchor::Start,
            color: INK,
            bold: true,
            turned: 0.0,
        }));
        top += 14.0;
    }
    if chart.legend && names.len() > 1 {
        top = legend::draw(paper, names, top);
    }
    Room {
        left: MARGIN,
        top,
        right: WIDTH - MARGIN,
        bottom: HEIGHT - MARGIN + 6.0,
    }
}

impl<'a> Frame<'a> {
    /// Draws the frame of a chart whose labels are words.
    pub(crate) fn new(chart: &Chart, paper: &'a Paper) -> Self {
        let zero = chart.kind != Kind::Line;
        let second = second_scale(chart);
        let scale = match chart.kind {
            Kind::StackedBar => Scale::around(stacks(chart).into_iter(), true),
            _ if second.is_some() => {
                let bars = &chart.series[..chart.series.len() - 1];
                Scale::around(bars.iter().flat_map(Series::numbers), true)
            }
            _ => Scale::around(chart.numbers(), zero),
        };
        let mut room = values_axis(chart, paper, &scale, second.as_ref());
        room.bottom = labels::draw(chart, paper, room);
        grid(chart, paper, room, &scale);
        if let Some(second) = &second {
            right_axis(chart, paper, room, second);
        }
        #[expect(clippy::cast_precision_loss, reason = "at most thousands of labels")]
        let across = (0.0, chart.labels.len() as f64);
        Self {
            paper,
            plot: plot(paper, room, across, (scale.low, scale.high)),
            second: second.map(|second| plot(paper, room, across, (second.low, second.high))),
            room,
            scale,
        }
    }

    /// Draws the frame of a chart whose labels are numbers.
    pub(crate) fn numeric(chart: &Chart, paper: &'a Paper, places: &[f64]) -> Self {
        let scale = Scale::around(chart.numbers(), false);
        let across = Scale::around(places.iter().copied(), false);
        let mut room = values_axis(chart, paper, &scale, None);
        room.bottom = labels::numbers(chart, paper, room, &across);
        grid(chart, paper, room, &scale);
        Self {
            paper,
            plot: plot(
                paper,
                room,
                (across.low, across.high),
                (scale.low, scale.high),
            ),
            second: None,
            room,
            scale,
        }
    }

    /// The line at zero, over the bars.
    pub(crate) fn base(&self) {
        if self.scale.low <= 0.0 && self.scale.high >= 0.0 {
            let at = height(self.room, &self.scale, 0.0);
            self.paper
                .line((self.room.left, at), (self.room.right, at), BASE);
        }
    }
}

/// Sums of positive and of negative values, for each label.
fn stacks(chart: &Chart) -> Vec<f64> {
    let sums = (0..chart.labels.len()).flat_map(|label| {
        let values = || {
            chart
                .series
                .iter()
                .filter_map(move |series| series.at(label))
        };
        let up: f64 = values().filter(|value| *value > 0.0).sum();
        let down: f64 = values().filter(|value| *value < 0.0).sum();
        [up, down]
    });
    sums.collect()
}

/// The scale of a combo's line, where the bars' scale would make it flat or hide the bars.
fn second_scale(chart: &Chart) -> Option<Scale> {
    if chart.kind != Kind::Combo {
        return None;
    }
    let (line, bars) = chart.series.split_last()?;
    let largest = |values: &mut dyn Iterator<Item = f64>| {
        values.fold(0.0_f64, |largest, value| largest.max(value.abs()))
    };
    let own = largest(&mut line.numbers());
    let other = largest(&mut bars.iter().flat_map(Series::numbers));
    let apart = own > 0.0 && other > 0.0 && (own / other > 4.0 || other / own > 4.0);
    apart.then(|| Scale::around(line.numbers(), true))
}

/// Title, legend and the numbers at the left; gives the room for labels and values.
fn values_axis(chart: &Chart, paper: &Paper, scale: &Scale, second: Option<&Scale>) -> Room {
    let names: Vec<String> = chart
        .series
        .iter()
        .map(|series| series.name.clone())
        .collect();
    let mut room = head(chart, paper, &names);
    if !chart.y_title.trim().is_empty() {
        room.top += 18.0;
        let title = text::fit(&chart.y_title, SMALL, 300.0);
        paper.words(&title, (MARGIN, room.top), Anchor::Start);
        room.top += 6.0;
    }
    room.top += 10.0;
    room.left += widest(scale, chart) + 10.0;
    if let Some(second) = second {
        room.right -= widest(second, chart) + 10.0;
    }
    room
}

fn widest(scale: &Scale, chart: &Chart) -> f64 {
    let ticks = scale.ticks().into_iter();
    ticks
        .map(|tick| text::width(&scale.written(tick, chart.chinese), SMALL))
        .fold(0.0, f64::max)
}

/// Where a value lies on the paper.
fn height(room: Room, scale: &Scale, value: f64) -> f64 {
    room.bottom - (value - scale.low) / (scale.high - scale.low) * (room.bottom - room.top)
}

/// Lines across the room, and their numbers.
fn grid(chart: &Chart, paper: &Paper, room: Room, scale: &Scale) {
    for tick in scale.ticks() {
        let at = height(room, scale, tick);
        paper.line((room.left, at), (room.right, at), GRID);
        let written = scale.written(tick, chart.chinese);
        paper.words(&written, (room.left - 10.0, at + 4.2), Anchor::End);
    }
}

/// The numbers of the line of a combo, in its colour.
fn right_axis(chart: &Chart, paper: &Paper, room: Room, scale: &Scale) {
    let color = crate::paper::color(chart.series.len() - 1);
    for tick in scale.ticks() {
        paper.add(Shape::Text(Words {
            text: scale.written(tick, chart.chinese),
            at: (room.right + 10.0, height(room, scale, tick) + 4.2),
            size: SMALL,
            anchor: Anchor::Start,
            color: darker(color),
            bold: false,
            turned: 0.0,
        }));
    }
}

/// A colour that is readable as letters.
fn darker(color: RGBColor) -> RGBColor {
    let part = |part: u8| u8::try_from(u32::from(part) * 7 / 10).unwrap_or(part);
    RGBColor(part(color.0), part(color.1), part(color.2))
}

#[expect(clippy::cast_possible_truncation, reason = "places on the paper")]
fn fine(length: f64) -> i32 {
    (length * FINE).round() as i32
}

/// The room as `plotters` sees it: values in, places out.
fn plot(paper: &Paper, room: Room, across: (f64, f64), up: (f64, f64)) -> Plot {
    let area: DrawingArea<Paper, Shift> = paper.clone().into_drawing_area();
    let coordinates = Cartesian2d::new(
        across.0..across.1,
        up.0..up.1,
        (
            fine(room.left)..fine(room.right),
            fine(room.bottom)..fine(room.top),
        ),
    );
    area.apply_coord_spec(coordinates)
}

/// The title under the labels; gives the bottom that is left above it.
pub(crate) fn x_title(chart: &Chart, paper: &Paper, room: Room) -> f64 {
    if chart.x_title.trim().is_empty() {
        return room.bottom;
    }
    let title = text::fit(&chart.x_title, SMALL, room.right - room.left);
    paper.add(Shape::Text(Words {
        text: title,
        at: (f64::midpoint(room.left, room.right), room.bottom - 2.0),
        size: SMALL,
        anchor: Anchor::Middle,
        color: SOFT,
        bold: false,
        turned: 0.0,
    }));
    room.bottom - 18.0
}

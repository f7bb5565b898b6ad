//! Upright bars.

use plotters::prelude::*;

use super::{
    Bar, Picture, grouped,
    number::{coordinate, count},
    sheet::{GRID, INK, Refused, Sheet, part, picture},
};

/// Size of the letters.
const LETTERS: u32 = 12;
/// Height of the labels under the bars.
const UNDER: u32 = 22;

/// Draws bars side by side, and every `step`-th label.
pub(super) fn draw(width: u32, height: u32, bars: &[Bar], step: usize) -> Picture {
    picture((width, height), bars, |sheet| paint(sheet, bars, step))
}

fn paint(sheet: Sheet, bars: &[Bar], step: usize) -> Result<(), Refused> {
    let highest = bars.iter().map(total).max().unwrap_or_default().max(4);
    let top = coordinate(highest) * 1.06;
    let across = coordinate(bars.len().max(1) as u64);
    let root = sheet.into_drawing_area();
    let margin = u32::try_from(grouped(highest).len()).unwrap_or(8) * 7 + 10;
    let mut chart = ChartBuilder::on(&root)
        .margin_top(8)
        .margin_right(4)
        .x_label_area_size(UNDER)
        .y_label_area_size(margin)
        .build_cartesian_2d(0.0..across, 0.0..top)?;
    let letters = ("sans-serif", LETTERS).into_font().color(&INK);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(0)
        .y_labels(5)
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(TRANSPARENT)
        .label_style(letters.clone())
        .y_label_formatter(&|place| grouped(count(*place)))
        .draw()?;
    for (place, bar) in bars.iter().enumerate() {
        let left = coordinate(place as u64);
        let mut below = 0;
        for (number, size) in bar.parts.iter().enumerate().filter(|(_, size)| **size > 0) {
            let above = below + size.min(&(u64::MAX / 8));
            let corners = [
                (left + 0.15, coordinate(above)),
                (left + 0.85, coordinate(below)),
            ];
            chart.draw_series([Rectangle::new(corners, part(number).filled())])?;
            below = above;
        }
        if place % step == 0 {
            let (x, y) = chart.backend_coord(&(left + 0.5, 0.0));
            let middle = letters.pos(plotters_backend::text_anchor::Pos::new(
                plotters_backend::text_anchor::HPos::Center,
                plotters_backend::text_anchor::VPos::Top,
            ));
            root.draw_text(&bar.label, &middle, (x, y + 6))?;
        }
    }
    root.present()
}

/// The whole bar.
pub(super) fn total(bar: &Bar) -> u64 {
    let parts = bar.parts.iter().map(|part| (*part).min(u64::MAX / 8));
    parts.sum()
}

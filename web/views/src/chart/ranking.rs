//! Lying bars, each with its name and its number.

use plotters::prelude::*;
use plotters_backend::text_anchor::{HPos, Pos, VPos};

use super::{
    Bar, Picture,
    columns::total,
    grouped,
    number::coordinate,
    sheet::{INK, Refused, Sheet, part, picture, width as width_of},
};

/// Size of the letters.
const LETTERS: u32 = 13;
/// Height of a row.
const ROW: u32 = 28;

/// Draws bars under each other; names take up to `names` units of the width.
pub(super) fn draw(width: u32, names: u32, bars: &[Bar]) -> Picture {
    let height = ROW * u32::try_from(bars.len().max(1)).unwrap_or(1) + 8;
    picture((width, height), bars, |sheet| paint(sheet, names, bars))
}

fn paint(sheet: Sheet, names: u32, bars: &[Bar]) -> Result<(), Refused> {
    let longest = bars.iter().map(total).max().unwrap_or_default().max(1);
    let down = coordinate(bars.len().max(1) as u64);
    let root = sheet.into_drawing_area();
    // Room for the number after the longest bar.
    let number = u32::try_from(grouped(longest).len()).unwrap_or(8) * 8 + 12;
    let mut chart = ChartBuilder::on(&root)
        .margin_top(4)
        .margin_bottom(4)
        .margin_right(number)
        .y_label_area_size(names)
        .build_cartesian_2d(0.0..coordinate(longest), down..0.0)?;
    let letters = ("sans-serif", LETTERS).into_font().color(&INK);
    let ends = letters.pos(Pos::new(HPos::Right, VPos::Center));
    let begins = letters.pos(Pos::new(HPos::Left, VPos::Center));
    for (place, bar) in bars.iter().enumerate() {
        let upper = coordinate(place as u64);
        let mut left = 0;
        for (number, size) in bar.parts.iter().enumerate().filter(|(_, size)| **size > 0) {
            let right = left + size.min(&(u64::MAX / 8));
            let corners = [
                (coordinate(left), upper + 0.2),
                (coordinate(right), upper + 0.8),
            ];
            chart.draw_series([Rectangle::new(corners, part(number).filled())])?;
            left = right;
        }
        let (start, middle) = chart.backend_coord(&(0.0, upper + 0.5));
        let (end, _) = chart.backend_coord(&(coordinate(left), upper + 0.5));
        let room = i32::try_from(names).unwrap_or(100) - 10;
        root.draw_text(&shortened(&bar.label, room), &ends, (start - 8, middle))?;
        root.draw_text(&grouped(total(bar)), &begins, (end + 6, middle))?;
    }
    root.present()
}

/// As much of a name as fits.
fn shortened(name: &str, room: i32) -> String {
    let letters = i32::try_from(LETTERS).unwrap_or(13);
    if width_of(name, letters) <= room {
        return name.to_owned();
    }
    let mut kept = String::new();
    for c in name.chars() {
        kept.push(c);
        if width_of(&kept, letters) + letters > room {
            kept.pop();
            break;
        }
    }
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn a_long_name_is_cut_by_its_width() {
        assert_eq!(shortened("doc_read", 100), "doc_read");
        assert_eq!(shortened("艾克米机器人有限公司", 70), "艾克米机…");
    }
}

//! What the colours mean.

use crate::{
    paper::{Anchor, Paper, SOFT, Shape, WIDTH, Words, color},
    text,
};

use super::MARGIN;

/// Size of its words.
const SIZE: f64 = 13.0;
/// Most lines of it.
const LINES: usize = 3;

/// Draws it from left to right in as many lines as it takes; gives the place below it.
pub(crate) fn draw(paper: &Paper, names: &[String], top: f64) -> f64 {
    let (mut left, mut base, mut lines) = (MARGIN, top + 14.0, 1);
    for (number, name) in names.iter().enumerate() {
        let name = text::fit(name, SIZE, 220.0);
        let width = 16.0 + text::width(&name, SIZE) + 20.0;
        if left + width > WIDTH - MARGIN && left > MARGIN {
            if lines == LINES {
                paper.words("…", (left, base), Anchor::Start);
                break;
            }
            left = MARGIN;
            base += 20.0;
            lines += 1;
        }
        let (x, y) = (left, base - 10.0);
        paper.add(Shape::Fill {
            points: vec![(x, y), (x + 11.0, y), (x + 11.0, y + 11.0), (x, y + 11.0)],
            color: color(number),
            alpha: 1.0,
        });
        paper.add(Shape::Text(Words {
            text: name,
            at: (left + 16.0, base),
            size: SIZE,
            anchor: Anchor::Start,
            color: SOFT,
            bold: false,
            turned: 0.0,
        }));
        left += width;
    }
    base + 8.0
}

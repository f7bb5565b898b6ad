//! The sheet that the charting crate draws on: it keeps shapes instead of printing them.
//!
//! The crate thinks in colours; each of ours is the name of a class.

use std::{cell::RefCell, collections::VecDeque, convert::Infallible, rc::Rc};

use plotters::{drawing::DrawingAreaErrorKind, style::RGBColor};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    text_anchor::{HPos, VPos},
};

use super::{Bar, Picture, grouped};

/// Letters.
pub(super) const INK: RGBColor = RGBColor(0, 0, 0);
/// Lines of the grid.
pub(super) const GRID: RGBColor = RGBColor(0, 0, 1);
/// The first of the colours of parts; the others follow.
const PART: u8 = 10;

/// The colour of a part of a bar.
pub(super) fn part(number: usize) -> RGBColor {
    RGBColor(0, 0, PART + u8::try_from(number % 4).unwrap_or_default())
}

fn class(color: BackendColor) -> &'static str {
    match color.rgb.2 {
        0 => "ink",
        1 => "grid",
        10 => "p1",
        11 => "p2",
        12 => "p3",
        _ => "p4",
    }
}

/// One thing of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A filled rectangle.
    Rect {
        /// Left edge.
        x: i32,
        /// Upper edge.
        y: i32,
        /// Width.
        width: i32,
        /// Height.
        height: i32,
        /// Colour.
        class: &'static str,
        /// What it stands for; may be empty.
        title: String,
    },
    /// A line.
    Line {
        /// From here.
        from: (i32, i32),
        /// To here.
        to: (i32, i32),
        /// Colour.
        class: &'static str,
    },
    /// A text.
    Text {
        /// Its anchor.
        x: i32,
        /// Its base line.
        y: i32,
        /// `start`, `middle` or `end`.
        anchor: &'static str,
        /// The words.
        text: String,
    },
}

/// A sheet of a size.
pub(super) struct Sheet {
    size: (u32, u32),
    shapes: Rc<RefCell<Vec<Shape>>>,
    titles: VecDeque<String>,
}

/// What a sheet can refuse: nothing.
pub(super) type Refused = DrawingAreaErrorKind<Infallible>;

/// The picture that `paint` draws of the bars.
pub(super) fn picture(
    (width, height): (u32, u32),
    bars: &[Bar],
    paint: impl FnOnce(Sheet) -> Result<(), Refused>,
) -> Picture {
    let parts = bars
        .iter()
        .flat_map(|bar| bar.parts.iter().map(move |part| (bar, *part)));
    let titles = parts
        .filter(|(_, part)| *part > 0)
        .map(|(bar, part)| format!("{}: {}", bar.full, grouped(part)))
        .collect();
    let (sheet, shapes) = Sheet::new(width, height, titles);
    let drawn = paint(sheet);
    debug_assert!(drawn.is_ok(), "a sheet refuses nothing");
    let shapes = shapes.borrow().clone();
    Picture {
        width,
        height,
        shapes,
    }
}

impl Sheet {
    /// An empty sheet, and where its shapes will be. The parts of bars get the titles in the order
    /// in which they are drawn.
    fn new(width: u32, height: u32, titles: Vec<String>) -> (Self, Rc<RefCell<Vec<Shape>>>) {
        let shapes = Rc::new(RefCell::new(Vec::new()));
        let sheet = Self {
            size: (width, height),
            shapes: Rc::clone(&shapes),
            titles: titles.into(),
        };
        (sheet, shapes)
    }

    fn add(&self, shape: Shape) {
        self.shapes.borrow_mut().push(shape);
    }
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// How wide a text probably is: Chinese characters are as wide as they are high.
pub(super) fn width(text: &str, size: i32) -> i32 {
    let hundredths: i32 = text
        .chars()
        .map(|c| if c.is_ascii() { 56 } else { 100 })
        .sum();
    hundredths * size / 100
}

impl DrawingBackend for Sheet {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, _point: BackendCoord, _color: BackendColor) -> Drawn {
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        if style.color().alpha > 0.0 {
            self.add(Shape::Line {
                from,
                to,
                class: class(style.color()),
            });
        }
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        if fill && style.color().alpha > 0.0 {
            let class = class(style.color());
            let title = if class.starts_with('p') {
                self.titles.pop_front().unwrap_or_default()
            } else {
                String::new()
            };
            self.add(Shape::Rect {
                x: upper_left.0,
                y: upper_left.1,
                width: (bottom_right.0 - upper_left.0).max(1),
                height: (bottom_right.1 - upper_left.1).max(1),
                class,
                title,
            });
        }
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        position: BackendCoord,
    ) -> Drawn {
        let at = style.anchor();
        // Letters rise about three quarters of their size above the base line.
        let rise = (style.size() * 0.36).round();
        let down = match at.v_pos {
            VPos::Top => rise * 2.0,
            VPos::Center => rise,
            VPos::Bottom => 0.0,
        };
        self.add(Shape::Text {
            x: position.0,
            y: position.1 + whole(down),
            anchor: match at.h_pos {
                HPos::Left => "start",
                HPos::Center => "middle",
                HPos::Right => "end",
            },
            text: text.to_owned(),
        });
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let size = whole(style.size());
        let wide = u32::try_from(width(text, size)).unwrap_or_default();
        Ok((wide, u32::try_from(size).unwrap_or_default()))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "sizes of letters: small numbers"
)]
fn whole(size: f64) -> i32 {
    size.round() as i32
}

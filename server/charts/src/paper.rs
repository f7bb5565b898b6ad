//! The paper that `plotters` draws on: it keeps shapes instead of printing them.

use std::{cell::RefCell, convert::Infallible, rc::Rc};

use plotters::style::RGBColor;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

/// Width of pictures.
pub(crate) const WIDTH: f64 = 960.0;
/// Height of pictures.
pub(crate) const HEIGHT: f64 = 540.0;
/// `plotters` counts whole dots; ours are tenths of what is printed, so that nothing jumps.
pub(crate) const FINE: f64 = 10.0;

/// Words.
pub(crate) const INK: RGBColor = RGBColor(31, 35, 41);
/// Words at the axes.
pub(crate) const SOFT: RGBColor = RGBColor(100, 106, 115);
/// Lines of the grid.
pub(crate) const GRID: RGBColor = RGBColor(232, 234, 237);
/// The line at zero.
pub(crate) const BASE: RGBColor = RGBColor(143, 149, 158);

const PALETTE: [RGBColor; 12] = [
    RGBColor(51, 112, 255),
    RGBColor(255, 143, 31),
    RGBColor(20, 176, 160),
    RGBColor(240, 82, 116),
    RGBColor(135, 94, 240),
    RGBColor(240, 180, 0),
    RGBColor(56, 170, 232),
    RGBColor(122, 134, 153),
    RGBColor(95, 175, 85),
    RGBColor(176, 95, 55),
    RGBColor(196, 80, 165),
    RGBColor(61, 90, 152),
];

/// The colour of a series or of a part.
pub(crate) fn color(number: usize) -> RGBColor {
    PALETTE[number % PALETTE.len()]
}

/// Where a text begins, ends or has its middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Words {
    pub text: String,
    /// Its anchor, on the base line.
    pub at: (f64, f64),
    pub size: f64,
    pub anchor: Anchor,
    pub color: RGBColor,
    pub bold: bool,
    /// Turned to the left by so many degrees.
    pub turned: f64,
}

/// One thing of a picture.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    Fill {
        points: Vec<(f64, f64)>,
        color: RGBColor,
        alpha: f64,
    },
    Line {
        points: Vec<(f64, f64)>,
        color: RGBColor,
        alpha: f64,
        width: f64,
    },
    Dot {
        center: (f64, f64),
        radius: f64,
        color: RGBColor,
        alpha: f64,
    },
    Text(Words),
}

/// A finished picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    pub(crate) title: String,
    pub(crate) shapes: Vec<Shape>,
}

/// A sheet of paper; clones are the same sheet.
#[derive(Clone)]
pub(crate) struct Paper(Rc<RefCell<Vec<Shape>>>);

impl Paper {
    pub(crate) fn new() -> Self {
        Self(Rc::default())
    }

    pub(crate) fn add(&self, shape: Shape) {
        self.0.borrow_mut().push(shape);
    }

    /// Words in the ordinary size and colour of axes.
    pub(crate) fn words(&self, text: &str, at: (f64, f64), anchor: Anchor) {
        self.add(Shape::Text(Words {
            text: text.to_owned(),
            at,
            size: 12.0,
            anchor,
            color: SOFT,
            bold: false,
            turned: 0.0,
        }));
    }

    pub(crate) fn line(&self, from: (f64, f64), to: (f64, f64), color: RGBColor) {
        self.add(Shape::Line {
            points: vec![from, to],
            color,
            alpha: 1.0,
            width: 1.0,
        });
    }

    pub(crate) fn picture(&self, title: &str) -> Picture {
        Picture {
            title: title.to_owned(),
            shapes: self.0.borrow().clone(),
        }
    }
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

fn place(at: BackendCoord) -> (f64, f64) {
    (f64::from(at.0) / FINE, f64::from(at.1) / FINE)
}

fn rgb(color: BackendColor) -> RGBColor {
    RGBColor(color.rgb.0, color.rgb.1, color.rgb.2)
}

impl DrawingBackend for Paper {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the size of the paper: small whole numbers"
        )]
        let whole = |length: f64| (length * FINE) as u32;
        (whole(WIDTH), whole(HEIGHT))
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

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.add(Shape::Line {
            points: path.into_iter().map(place).collect(),
            color: rgb(style.color()),
            alpha: style.color().alpha,
            width: f64::from(style.stroke_width()) / FINE,
        });
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        self.add(Shape::Fill {
            points: corners.into_iter().map(place).collect(),
            color: rgb(style.color()),
            alpha: style.color().alpha,
        });
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        one: BackendCoord,
        other: BackendCoord,
        style: &S,
        _fill: bool,
    ) -> Drawn {
        self.fill_polygon([one, (other.0, one.1), other, (one.0, other.1)], style)
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        _fill: bool,
    ) -> Drawn {
        self.add(Shape::Dot {
            center: place(center),
            radius: f64::from(radius) / FINE,
            color: rgb(style.color()),
            alpha: style.color().alpha,
        });
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        _text: &str,
        _style: &S,
        _position: BackendCoord,
    ) -> Drawn {
        // Words are laid out by us: with turns and ends that `plotters` does not have.
        Ok(())
    }
}

//! A picture as PNG.

use skrifa::{
    FontRef, GlyphId, MetadataProvider,
    instance::{LocationRef, Size},
    outline::{DrawSettings, OutlinePen},
};
use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform,
};

use crate::{
    Fonts, Picture, Refusal,
    fonts::face,
    paper::{Anchor, HEIGHT, Shape, WIDTH, Words},
};
use plotters::style::RGBColor;

impl Picture {
    /// Paints it, `scale` dots for each unit: 2 is sharp on today's screens.
    ///
    /// # Errors
    /// [`Refusal::Paint`]: the font cannot be read.
    pub fn png(&self, fonts: &Fonts, scale: f32) -> Result<Vec<u8>, Refusal> {
        let bytes = fonts.read().map_err(|_| Refusal::Paint)?;
        let font = face(&bytes).ok_or(Refusal::Paint)?;
        let (width, height) = (dots(WIDTH, scale), dots(HEIGHT, scale));
        let mut canvas = Pixmap::new(width, height).ok_or(Refusal::Paint)?;
        canvas.fill(Color::WHITE);
        let mut brush = Brush {
            canvas,
            font,
            scale: Transform::from_scale(scale, scale),
        };
        for shape in &self.shapes {
            brush.shape(shape);
        }
        brush.canvas.encode_png().map_err(|_| Refusal::Paint)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the size of a picture"
)]
fn dots(length: f64, scale: f32) -> u32 {
    (length * f64::from(scale)).round() as u32
}

#[expect(clippy::cast_possible_truncation, reason = "places on the paper")]
const fn f(number: f64) -> f32 {
    number as f32
}

struct Brush<'a> {
    canvas: Pixmap,
    font: FontRef<'a>,
    scale: Transform,
}

fn paint(color: RGBColor, alpha: f64) -> Paint<'static> {
    let mut paint = Paint {
        anti_alias: true,
        ..Paint::default()
    };
    let opaque = Color::from_rgba8(color.0, color.1, color.2, 255);
    let mut shade = opaque;
    shade.set_alpha(f(alpha));
    paint.set_color(shade);
    paint
}

fn outline(points: &[(f64, f64)], close: bool) -> Option<Path> {
    let mut path = PathBuilder::new();
    let (first, rest) = points.split_first()?;
    path.move_to(f(first.0), f(first.1));
    for (x, y) in rest {
        path.line_to(f(*x), f(*y));
    }
    if close {
        path.close();
    }
    path.finish()
}

impl Brush<'_> {
    fn fill(&mut self, path: Option<Path>, paint: &Paint<'_>) {
        if let Some(path) = path {
            self.canvas
                .fill_path(&path, paint, FillRule::Winding, self.scale, None);
        }
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Fill {
                points,
                color,
                alpha,
            } => self.fill(outline(points, true), &paint(*color, *alpha)),
            Shape::Dot {
                center,
                radius,
                color,
                alpha,
            } => {
                let (x, y, r) = (f(center.0), f(center.1), f(*radius));
                let circle = Rect::from_ltrb(x - r, y - r, x + r, y + r).and_then(|around| {
                    let mut path = PathBuilder::new();
                    path.push_oval(around);
                    path.finish()
                });
                self.fill(circle, &paint(*color, *alpha));
            }
            Shape::Line {
                points,
                color,
                alpha,
                width,
            } => {
                let stroke = Stroke {
                    width: f(*width),
                    line_cap: LineCap::Round,
                    line_join: LineJoin::Round,
                    ..Stroke::default()
                };
                // A thin level line lies on whole dots, or it would be a grey blur.
                let sharp: Vec<(f64, f64)> = match points.as_slice() {
                    [one, other] if *width <= 1.0 && (one.1 - other.1).abs() < 0.01 => {
                        let level = one.1.floor() + 0.5;
                        vec![(one.0, level), (other.0, level)]
                    }
                    points => points.to_vec(),
                };
                if let Some(path) = outline(&sharp, false) {
                    self.canvas.stroke_path(
                        &path,
                        &paint(*color, *alpha),
                        &stroke,
                        self.scale,
                        None,
                    );
                }
            }
            Shape::Text(words) => self.text(words),
        }
    }

    /// Paints words letter by letter, from left to right.
    fn text(&mut self, words: &Words) {
        let size = f(words.size);
        let whole = Size::new(size);
        let letters = self.font.charmap();
        let metrics = self.font.glyph_metrics(whole, LocationRef::default());
        let glyphs: Vec<(GlyphId, f32)> = words
            .text
            .chars()
            .map(|c| {
                letters
                    .map(c)
                    .or_else(|| letters.map('□'))
                    .unwrap_or_default()
            })
            .map(|glyph| (glyph, metrics.advance_width(glyph).unwrap_or(size / 2.0)))
            .collect();
        let width: f32 = glyphs.iter().map(|(_, advance)| advance).sum();
        let mut pen = Pen {
            path: PathBuilder::new(),
            x: match words.anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => -width / 2.0,
                Anchor::End => -width,
            },
        };
        let outlines = self.font.outline_glyphs();
        for (glyph, advance) in glyphs {
            if let Some(outline) = outlines.get(glyph) {
                let settings = DrawSettings::unhinted(whole, LocationRef::default());
                // A letter that cannot be drawn leaves its room.
                let _ = outline.draw(settings, &mut pen);
            }
            pen.x += advance;
        }
        let Some(path) = pen.path.finish() else {
            return;
        };
        let place = Transform::from_rotate(-f(words.turned))
            .post_translate(f(words.at.0), f(words.at.1))
            .post_concat(self.scale);
        let paint = paint(words.color, 1.0);
        self.canvas
            .fill_path(&path, &paint, FillRule::Winding, place, None);
        if words.bold {
            let stroke = Stroke {
                width: size * 0.035,
                ..Stroke::default()
            };
            self.canvas.stroke_path(&path, &paint, &stroke, place, None);
        }
    }
}

/// Takes the outline of a letter: letters grow upwards, pictures downwards.
struct Pen {
    path: PathBuilder,
    x: f32,
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(self.x + x, -y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(self.x + x, -y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.path.quad_to(self.x + cx, -cy, self.x + x, -y);
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let (left, right, end) = (self.x + ax, self.x + bx, self.x + x);
        self.path.cubic_to(left, -ay, right, -by, end, -y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

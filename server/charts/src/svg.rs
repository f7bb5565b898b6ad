//! A picture as SVG.

use std::fmt::Write as _;

use plotters::style::RGBColor;

use crate::{
    Picture,
    paper::{Anchor, HEIGHT, Shape, WIDTH, Words},
};

/// Families of letters, the first that is there.
const FAMILIES: &str = "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','PingFang SC',\
'Microsoft YaHei','WenQuanYi Micro Hei','Helvetica Neue',Arial,sans-serif";

impl Picture {
    /// Prints it. Texts are escaped; there is no script, no style sheet and no address in it.
    pub fn svg(&self) -> String {
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             width=\"{WIDTH}\" height=\"{HEIGHT}\" role=\"img\" font-family=\"{FAMILIES}\">\
             <title>{}</title><rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>",
            escaped(&self.title)
        );
        for shape in &self.shapes {
            // Writing to a string does not fail.
            let _ = match shape {
                Shape::Fill {
                    points,
                    color,
                    alpha,
                } => write!(
                    out,
                    "<polygon points=\"{}\" fill=\"{}\"{}/>",
                    places(points),
                    hex(*color),
                    opacity("fill-opacity", *alpha)
                ),
                Shape::Line {
                    points,
                    color,
                    alpha,
                    width,
                } => write!(
                    out,
                    "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{width}\" \
                     stroke-linejoin=\"round\" stroke-linecap=\"round\"{}/>",
                    places(points),
                    hex(*color),
                    opacity("stroke-opacity", *alpha)
                ),
                Shape::Dot {
                    center,
                    radius,
                    color,
                    alpha,
                } => write!(
                    out,
                    "<circle cx=\"{}\" cy=\"{}\" r=\"{radius}\" fill=\"{}\"{}/>",
                    short(center.0),
                    short(center.1),
                    hex(*color),
                    opacity("fill-opacity", *alpha)
                ),
                Shape::Text(words) => write!(out, "{}", text(words)),
            };
        }
        out.push_str("</svg>");
        out
    }
}

fn text(words: &Words) -> String {
    let (x, y) = (short(words.at.0), short(words.at.1));
    let anchor = match words.anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    let weight = if words.bold {
        " font-weight=\"600\""
    } else {
        ""
    };
    let turn = if words.turned == 0.0 {
        String::new()
    } else {
        format!(" transform=\"rotate(-{} {x} {y})\"", words.turned)
    };
    format!(
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\" text-anchor=\"{anchor}\" \
         fill=\"{}\"{weight}{turn} xml:space=\"preserve\">{}</text>",
        words.size,
        hex(words.color),
        escaped(&words.text)
    )
}

fn hex(color: RGBColor) -> String {
    format!("#{:02x}{:02x}{:02x}", color.0, color.1, color.2)
}

fn opacity(name: &str, alpha: f64) -> String {
    if alpha >= 1.0 {
        return String::new();
    }
    format!(" {name}=\"{alpha}\"")
}

fn short(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

fn places(points: &[(f64, f64)]) -> String {
    let places = points
        .iter()
        .map(|(x, y)| format!("{},{}", short(*x), short(*y)));
    places.collect::<Vec<_>>().join(" ")
}

/// Text that is only text; letters that XML does not have are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

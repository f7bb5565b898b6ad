//! Charts, drawn on the server.
//!
//! A charting crate lays them out; our own sheet ([`sheet`]) takes what it draws as shapes with
//! class names, and a template prints these as SVG. So the strictest content security policy fits
//! (no style in the picture), one picture serves light and dark (the classes take the page's
//! colours), and every text is escaped by the template. Each chart comes in two widths, because
//! the letters of a picture that shrinks become too small to read, and with its numbers as a table.

mod columns;
mod number;
mod ranking;
mod sheet;

pub use sheet::Shape;

use crate::text::grouped;

/// What the colours of a chart mean: parts of a bar, the first one lowest or leftmost.
pub type Legend = Vec<String>;

/// A bar: what it stands for, and the parts it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Under the bar, or beside it.
    pub label: String,
    /// The same in full, for the table and for who points at the bar.
    pub full: String,
    /// A part for each entry of the legend.
    pub parts: Vec<u64>,
}

/// A picture of one width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Width in units of the picture.
    pub width: u32,
    /// Height.
    pub height: u32,
    /// What is drawn, in order.
    pub shapes: Vec<Shape>,
}

/// A chart in both widths, and its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// Identity on the page: letters and hyphens.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// The same for who cannot see it: the gist of the numbers.
    pub summary: String,
    /// Head of the first column of the table.
    pub subject: String,
    /// What the colours mean.
    pub legend: Legend,
    /// The numbers.
    pub bars: Vec<Bar>,
    wide: Picture,
    narrow: Picture,
}

/// The words of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Identity on the page.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// The gist of the numbers.
    pub summary: String,
    /// What a bar stands for (day, tool …).
    pub subject: String,
    /// What the colours mean.
    pub legend: Legend,
}

impl Chart {
    /// Upright bars in a row: days.
    pub fn columns(words: Words, bars: Vec<Bar>) -> Self {
        let wide = columns::draw(720, 240, &bars, 2);
        let narrow = columns::draw(340, 200, &bars, 5);
        Self::of(words, bars, wide, narrow)
    }

    /// Lying bars under each other, for names.
    pub fn ranking(words: Words, bars: Vec<Bar>) -> Self {
        let wide = ranking::draw(480, 130, &bars);
        let narrow = ranking::draw(340, 112, &bars);
        Self::of(words, bars, wide, narrow)
    }

    fn of(words: Words, bars: Vec<Bar>, wide: Picture, narrow: Picture) -> Self {
        Self {
            id: words.id,
            title: words.title,
            summary: words.summary,
            subject: words.subject,
            legend: words.legend,
            bars,
            wide,
            narrow,
        }
    }

    /// Both pictures with the class that shows one of them.
    pub(crate) fn pictures(&self) -> [(&'static str, &Picture); 2] {
        [("wide", &self.wide), ("tight", &self.narrow)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        Words {
            id: "days".to_owned(),
            title: "Calls".to_owned(),
            summary: "Few".to_owned(),
            subject: "Day".to_owned(),
            legend: vec!["delivered".to_owned(), "free".to_owned()],
        }
    }

    fn bar(number: u64, parts: &[u64]) -> Bar {
        Bar {
            label: number.to_string(),
            full: format!("day {number}"),
            parts: parts.to_vec(),
        }
    }

    fn parts(picture: &Picture) -> Vec<(i32, i32, i32, i32)> {
        picture
            .shapes
            .iter()
            .filter_map(|shape| match shape {
                Shape::Rect {
                    x,
                    y,
                    width,
                    height,
                    class,
                    ..
                } if class.starts_with('p') => Some((*x, *y, *width, *height)),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn columns_are_as_high_as_their_numbers() {
        let chart = Chart::columns(words(), vec![bar(1, &[100, 0]), bar(2, &[50, 50])]);
        let found = parts(&chart.wide);
        assert_eq!(found.len(), 3, "a part of nothing is not drawn: {found:?}");
        let [one, two, three] = found[..] else {
            unreachable!()
        };
        assert!((one.3 - 2 * two.3).abs() <= 2, "{one:?} is twice {two:?}");
        assert!((two.1 - (three.1 + three.3)).abs() <= 1, "free lies on top");
    }

    #[test]
    fn a_ranking_is_as_long_as_its_numbers() {
        let chart = Chart::ranking(words(), vec![bar(1, &[90, 0]), bar(2, &[30, 0])]);
        let found = parts(&chart.narrow);
        assert!((found[0].2 - 3 * found[1].2).abs() <= 3, "{found:?}");
    }

    #[test]
    fn nothing_to_show_is_drawn_without_harm() {
        for bars in [vec![], vec![bar(1, &[0, 0])], vec![bar(1, &[u64::MAX, 1])]] {
            let columns = Chart::columns(words(), bars.clone());
            let ranking = Chart::ranking(words(), bars);
            assert!(columns.wide.width > 0 && ranking.wide.width > 0);
        }
    }

    #[test]
    fn who_points_at_a_part_reads_what_it_is() {
        let chart = Chart::columns(words(), vec![bar(1, &[1_234, 0])]);
        let told = chart.wide.shapes.iter().find_map(|shape| match shape {
            Shape::Rect { title, .. } if !title.is_empty() => Some(title.as_str()),
            _ => None,
        });
        assert_eq!(told, Some("day 1: 1,234"));
    }
}

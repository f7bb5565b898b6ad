//! What a chart shows.

use thiserror::Error;

use crate::{Picture, bars, frame::Frame, lines, paper::Paper, pie};

/// Most series of a chart: more colours than that nobody tells apart.
pub(crate) const SERIES: usize = 12;
/// Most points of a series.
const POINTS: usize = 2_000;
/// Most parts of a pie; smaller ones are put together.
pub(crate) const PARTS: usize = 9;

/// The kind of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Upright bars, series side by side.
    Bar,
    /// Upright bars, series on top of each other.
    StackedBar,
    /// Lines.
    Line,
    /// Lines with the ground below them filled.
    Area,
    /// Parts of a whole: the first series.
    Pie,
    /// Dots; the labels are numbers.
    Scatter,
    /// Bars, and the last series as a line.
    Combo,
}

/// One row of values.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// Its name, for the legend.
    pub name: String,
    /// A value for each label; `None` is a gap.
    pub values: Vec<Option<f64>>,
}

/// A chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Its kind.
    pub kind: Kind,
    /// Above it; may be empty.
    pub title: String,
    /// What the labels are; may be empty.
    pub x_title: String,
    /// What the values are; may be empty.
    pub y_title: String,
    /// What the values belong to, in order.
    pub labels: Vec<String>,
    /// The values.
    pub series: Vec<Series>,
    /// Whether colours are explained, where there are several.
    pub legend: bool,
    /// Chinese words and units (万, 亿) instead of English ones.
    pub chinese: bool,
}

/// Why there is no picture.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not one number.
    #[error("there is no number to draw")]
    Empty,
    /// More series than colours.
    #[error("a chart has at most {most} series, not {found}")]
    TooManySeries {
        /// How many there are.
        found: usize,
        /// The most.
        most: usize,
    },
    /// More points than a picture has room for.
    #[error("a chart has at most {most} points a series, not {found}")]
    TooManyPoints {
        /// How many there are.
        found: usize,
        /// The most.
        most: usize,
    },
    /// A part of a whole is less than nothing.
    #[error("a pie has no negative parts")]
    Negative,
    /// The labels of a scatter chart.
    #[error("the first column of a scatter chart is numbers")]
    NoPlaces,
    /// A bar or line chart of one series only.
    #[error("a combo chart has two series or more")]
    OneSeries,
    /// The picture could not be painted.
    #[error("the picture could not be painted")]
    Paint,
}

impl Chart {
    /// Draws it.
    ///
    /// # Errors
    /// [`Refusal`]: what is wrong with the data.
    pub fn draw(&self) -> Result<Picture, Refusal> {
        self.check()?;
        let paper = Paper::new();
        match self.kind {
            Kind::Pie => pie::draw(self, &paper)?,
            Kind::Bar | Kind::StackedBar | Kind::Combo => {
                bars::draw(self, &Frame::new(self, &paper));
            }
            Kind::Line | Kind::Area => lines::draw(self, &Frame::new(self, &paper)),
            Kind::Scatter => lines::dots(self, &paper)?,
        }
        Ok(paper.picture(&self.title))
    }

    fn check(&self) -> Result<(), Refusal> {
        let found = self.series.len();
        if found > SERIES {
            return Err(Refusal::TooManySeries {
                found,
                most: SERIES,
            });
        }
        let found = self.labels.len();
        if found > POINTS {
            return Err(Refusal::TooManyPoints {
                found,
                most: POINTS,
            });
        }
        if !self.numbers().any(f64::is_finite) {
            return Err(Refusal::Empty);
        }
        if self.kind == Kind::Combo && self.series.len() < 2 {
            return Err(Refusal::OneSeries);
        }
        Ok(())
    }

    /// All values.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = f64> + '_ {
        self.series.iter().flat_map(Series::numbers)
    }
}

impl Series {
    /// Its values without the gaps.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = f64> + '_ {
        self.values
            .iter()
            .flatten()
            .copied()
            .filter(|number| number.is_finite())
    }

    /// The value for a label.
    pub(crate) fn at(&self, index: usize) -> Option<f64> {
        self.values
            .get(index)
            .copied()
            .flatten()
            .filter(|number| number.is_finite())
    }
}

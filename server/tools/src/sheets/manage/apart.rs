//! Whole rows or whole columns of a range.

use feishu::api::sheets::Axis;
use model::Locale;

use super::{super::book::Place, Job};
use crate::ToolError;

/// Rows or columns, counted from 0, the end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lines {
    pub(super) axis: Axis,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Lines {
    /// The rows or columns that a range names; `None` for cells or a whole tab.
    pub(super) fn of(place: &Place<'_>) -> Option<Self> {
        let (axis, lines) = match (place.span.rows(), place.span.columns()) {
            (Some(rows), _) => (Axis::Rows, rows),
            (None, Some(columns)) => (Axis::Columns, columns),
            (None, None) => return None,
        };
        Some(Self {
            axis,
            start: lines.start,
            end: lines.end,
        })
    }

    /// As [`Self::of`], for an operation that takes nothing else.
    pub(super) fn needed(job: &Job<'_>, place: &Place<'_>) -> Result<Self, ToolError> {
        Self::of(place).ok_or_else(|| {
            ToolError::invalid(job.cx.say(
                "rows or columns are needed here",
                "此操作需要指定整行或整列",
            ))
            .with_hint(match job.cx.locale {
                Locale::En => format!(
                    "Write {0}!3:5 for rows, {0}!B:C for columns.",
                    place.tab.quoted()
                ),
                Locale::Zh => format!("行写作 {0}!3:5，列写作 {0}!B:C。", place.tab.quoted()),
            })
        })
    }

    pub(super) const fn count(&self) -> u32 {
        self.end - self.start
    }

    pub(super) const fn pair(&self) -> (u32, u32) {
        (self.start, self.end)
    }

    /// `rows 3:5`, `columns B:C`.
    pub(super) fn name(&self, job: &Job<'_>) -> String {
        let letters = super::super::a1::column_name;
        match self.axis {
            Axis::Rows => format!(
                "{} {}:{}",
                job.cx.say("rows", "行"),
                self.start + 1,
                self.end
            ),
            Axis::Columns => format!(
                "{} {}:{}",
                job.cx.say("columns", "列"),
                letters(self.start),
                letters(self.end - 1)
            ),
        }
    }
}

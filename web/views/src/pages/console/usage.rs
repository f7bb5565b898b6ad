//! Usage: who called what, from which department; charts; what is left of the plan.

use std::borrow::Borrow;

use askama::Template;

use crate::{
    chart::Chart,
    console::ConsoleShell,
    pages::page,
    text::{self, console::usage::UsageText, fill, grouped},
};

/// One entry of a choice, with the value that stands in the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// In the address.
    pub value: String,
    /// For people.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A filter that is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveFilter {
    /// What it keeps: "Person: Lin Wei".
    pub label: String,
    /// Its name in the address.
    pub name: &'static str,
    /// Its value in the address.
    pub value: String,
    /// Path of the page without it.
    pub lift: String,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PivotRow {
    /// What it stands for.
    pub label: String,
    /// A second word, such as the person's department; may be empty.
    pub beside: String,
    /// Path of the page with only this row's calls.
    pub path: String,
    /// A number for each column.
    pub cells: Vec<u64>,
    /// All columns together.
    pub total: u64,
}

/// The table: rows, columns, a number for each pair.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pivot {
    /// What a row stands for.
    pub row_name: String,
    /// What stands beside it; empty for no such column.
    pub beside_name: String,
    /// Heads of the columns.
    pub columns: Vec<String>,
    /// The rows of this part of the table.
    pub rows: Vec<PivotRow>,
    /// Sums of the columns over all rows.
    pub sums: Vec<u64>,
    /// Everything.
    pub total: u64,
    /// Number of the first row shown; 1 is the first of all.
    pub first: u64,
    /// How many rows there are in all.
    pub all: u64,
    /// Path of the rows before.
    pub previous: Option<String>,
    /// Path of the rows after.
    pub next: Option<String>,
}

/// What is left of the plan, and how the month will probably end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// Delivered calls so far.
    pub used: u64,
    /// Calls that the plan includes.
    pub included: u64,
    /// Calls at the end of the month, as forecast; `None` for a month that is over.
    pub expected: Option<u64>,
    /// The day on which 100 % was or will be reached.
    pub full_on: Option<String>,
    /// The tenant's own cap.
    pub cap: Option<u64>,
    /// Price of each call beyond 100 %; `None` stops there.
    pub overage: Option<String>,
}

impl Quota {
    /// Part of the included calls that is used, in percent, rounded down.
    pub fn percent(&self) -> u64 {
        self.used.saturating_mul(100) / self.included.max(1)
    }

    /// Whether 100 % is reached.
    pub const fn is_full(&self) -> bool {
        self.used >= self.included
    }

    /// A count as a part of the bar, which is 1,000 wide and ends beyond what is shown in it.
    fn on_bar(&self, count: u64) -> u64 {
        let end = self
            .included
            .max(self.expected.unwrap_or_default())
            .max(self.used)
            .max(1);
        let part = u128::from(count.min(end)) * 1_000 / u128::from(end);
        u64::try_from(part).unwrap_or(1_000)
    }

    /// Where used, forecast and included calls end on the bar.
    pub(crate) fn bar(&self) -> (u64, u64, u64) {
        let expected = self.expected.unwrap_or(self.used).max(self.used);
        (
            self.on_bar(self.used),
            self.on_bar(expected),
            self.on_bar(self.included),
        )
    }

    /// How the used part is coloured.
    pub(crate) fn tone(&self) -> &'static str {
        match self.percent() {
            100.. => "bad",
            80.. => "warn",
            _ => "good",
        }
    }

    /// The sentences of the forecast.
    pub(crate) fn forecast(&self, t: &UsageText) -> Option<String> {
        let expected = self.expected?;
        let how = match &self.full_on {
            Some(day) if self.is_full() => fill(t.full_was, &[("day", day)]),
            Some(day) => fill(t.full_on, &[("day", day)]),
            None => t.not_full.to_owned(),
        };
        let about = fill(t.expected, &[("n", &grouped(expected))]);
        Some(format!("{about} · {how}"))
    }

    /// What happens at the end of the included calls.
    pub(crate) fn beyond(&self, t: &UsageText) -> String {
        match (&self.overage, self.cap) {
            (_, Some(cap)) => fill(t.capped, &[("n", &grouped(cap))]),
            (Some(price), None) => fill(t.goes_on, &[("price", price)]),
            (None, None) => t.stops.to_owned(),
        }
    }

    pub(crate) fn of(&self, t: &UsageText) -> String {
        let values = [
            ("used", grouped(self.used)),
            ("included", grouped(self.included)),
        ];
        let values: Vec<_> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        fill(t.used_of, &values)
    }

    pub(crate) fn percent_text(&self) -> String {
        format!("{}%", self.percent())
    }
}

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "console/usage.html")]
pub struct UsagePage {
    /// Frame.
    pub console: ConsoleShell,
    /// Path of this page without a query, for the form.
    pub action: String,
    /// Months that have calls.
    pub months: Vec<Choice>,
    /// What rows may stand for.
    pub rows: Vec<Choice>,
    /// What columns may stand for.
    pub columns: Vec<Choice>,
    /// What may be counted.
    pub measures: Vec<Choice>,
    /// Filters that are on.
    pub filters: Vec<ActiveFilter>,
    /// The month in words.
    pub month: String,
    /// What is left of the plan.
    pub quota: Quota,
    /// The table.
    pub pivot: Pivot,
    /// Path of the table as CSV.
    pub csv: String,
    /// Path of every combination as CSV.
    pub csv_flat: String,
    /// Path of the month's events.
    pub events: String,
    /// Path of the billing page.
    pub billing: String,
    /// Pictures of the month.
    pub charts: Vec<Chart>,
    /// Free calls of the month by reason, in the order of the words below.
    pub free: [u64; 7],
    /// Delivered calls of the month.
    pub delivered: u64,
}
page!(UsagePage);

impl UsagePage {
    fn t(&self) -> &'static UsageText {
        text::console::usage::of(self.console.lang())
    }

    /// Rows "1 to 50 of 214"; nothing when all are shown.
    fn part(&self) -> Option<String> {
        let pivot = &self.pivot;
        let shown = pivot.rows.len() as u64;
        if shown == pivot.all {
            return None;
        }
        let last = pivot.first + shown.saturating_sub(1);
        let numbers = [pivot.first, last, pivot.all].map(grouped);
        let values = [
            ("from", numbers[0].as_str()),
            ("to", numbers[1].as_str()),
            ("all", numbers[2].as_str()),
        ];
        Some(fill(self.t().page, &values))
    }

    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn zero<N: Borrow<u64>>(&self, count: N) -> &'static str {
        if *count.borrow() == 0 { " zero" } else { "" }
    }

    fn free_rows(&self) -> Vec<(&'static str, u64)> {
        let t = self.t();
        free_words(t).into_iter().zip(self.free).collect()
    }

    fn lift_label(&self, filter: &ActiveFilter) -> String {
        format!("{}: {}", self.t().lift, crate::clean(&filter.label))
    }
}

/// Why calls are free, in the order in which they are counted.
pub(crate) const fn free_words(t: &UsageText) -> [&'static str; 7] {
    [
        t.free_denied,
        t.free_limited,
        t.free_upstream,
        t.free_failed,
        t.free_reauthorize,
        t.free_invalid,
        t.free_cancelled,
    ]
}

/// Words of the page that its handler needs too: for labels and for files.
#[derive(Clone, Copy)]
pub struct Labels(&'static UsageText);

impl Labels {
    /// In one language.
    pub fn of(lang: crate::Lang) -> Self {
        Self(text::console::usage::of(lang))
    }

    /// Person, department, tool, client.
    pub const fn dimensions(self) -> [&'static str; 4] {
        let t = self.0;
        [t.person, t.department, t.tool, t.client]
    }

    /// No columns.
    pub const fn nothing(self) -> &'static str {
        self.0.nothing
    }

    /// Delivered, free, all, calls to Feishu.
    pub const fn measures(self) -> [&'static str; 4] {
        let t = self.0;
        [t.delivered, t.free, t.all, t.feishu]
    }

    /// Nobody, no department, no tool: for values that are not known.
    pub const fn unknown(self) -> [&'static str; 4] {
        let t = self.0;
        [t.nobody, t.no_department, t.no_tool, t.nobody]
    }

    /// A member whose row is gone.
    pub const fn former(self) -> &'static str {
        self.0.former
    }

    /// Total.
    pub const fn total(self) -> &'static str {
        self.0.total
    }

    /// Columns that are not shown one by one.
    pub const fn others(self) -> &'static str {
        self.0.others
    }

    /// Why calls are free, in order.
    pub const fn free(self) -> [&'static str; 7] {
        free_words(self.0)
    }

    /// A day.
    pub const fn day(self) -> &'static str {
        self.0.day
    }

    /// Titles of the charts: per day, tool, person, client, department.
    pub const fn charts(self) -> [&'static str; 5] {
        let t = self.0;
        [
            t.per_day,
            t.per_tool,
            t.per_person,
            t.per_client,
            t.per_department,
        ]
    }

    /// Title of the chart of days of one value.
    pub fn per_day_of(self, name: &str) -> String {
        fill(self.0.per_day_of, &[("name", &crate::clean(name))])
    }

    /// The gist of a chart.
    pub fn gist(self, delivered: u64, free: u64, busiest: Option<&str>) -> String {
        let Some(busiest) = busiest else {
            return self.0.no_bars.to_owned();
        };
        let (delivered, free) = (grouped(delivered), grouped(free));
        let values = [
            ("delivered", delivered.as_str()),
            ("free", free.as_str()),
            ("name", busiest),
        ];
        fill(self.0.busiest, &values)
    }

    /// The banner at a threshold, and the label of its link.
    pub fn warning(self, percent: u64, stopped: bool) -> (String, &'static str) {
        let t = self.0;
        let words = match percent {
            _ if stopped => t.warn_stopped.to_owned(),
            100.. => t.warn_100.to_owned(),
            percent => fill(t.warn_80, &[("percent", &percent.to_string())]),
        };
        (words, t.see_billing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Lang;

    fn quota(used: u64, expected: Option<u64>) -> Quota {
        Quota {
            used,
            included: 1_000,
            expected,
            full_on: None,
            cap: None,
            overage: None,
        }
    }

    #[test]
    fn the_bar_shows_used_forecast_and_included() {
        assert_eq!(quota(250, Some(500)).bar(), (250, 500, 1_000));
        assert_eq!(quota(500, Some(2_000)).bar(), (250, 1_000, 500));
        assert_eq!(quota(0, None).bar(), (0, 0, 1_000));
        assert_eq!(quota(u64::MAX, None).bar().0, 1_000);
        assert_eq!(quota(799, None).tone(), "good");
        assert_eq!(quota(800, None).tone(), "warn");
        assert_eq!(quota(1_000, None).tone(), "bad");
    }

    #[test]
    fn what_happens_at_the_end_is_said() {
        let t = text::console::usage::of(Lang::En);
        let mut quota = quota(1, Some(2));
        assert!(quota.beyond(t).contains("stop at 100 %"));
        quota.overage = Some("CNY 0.02".to_owned());
        assert!(quota.beyond(t).contains("CNY 0.02"));
        quota.cap = Some(5_000);
        assert!(quota.beyond(t).contains("5,000"));
    }
}

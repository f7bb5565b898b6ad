//! How a tenant stands.

use askama::Template;

use crate::{
    Moment,
    console::ConsoleShell,
    pages::page,
    text::{self, console::overview::OverviewText},
};

/// A call that did not go well.
#[derive(Debug, Clone)]
pub struct Setback {
    /// Path of its ledger entry.
    pub path: String,
    /// When.
    pub at: Moment,
    /// Who; empty when it is not known.
    pub who: String,
    /// Which tool.
    pub tool: String,
    /// How it ended.
    pub outcome: SetbackKind,
}

/// How a call did not go well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetbackKind {
    /// Policy.
    Denied,
    /// A limit or quota.
    Limited,
    /// Feishu.
    Upstream,
    /// The platform.
    Failed,
    /// A Feishu sign-in that ended.
    Reauthorize,
    /// The caller.
    Invalid,
}

/// How far a tenant is on its way to being used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// Its Feishu app is known.
    pub app: bool,
    /// Somebody signed in through Feishu.
    pub person: bool,
    /// An AI client is connected, or was.
    pub client: bool,
    /// A call was made.
    pub call: bool,
}

impl Start {
    const fn steps(self) -> [bool; 4] {
        [self.app, self.person, self.client, self.call]
    }
}

/// The overview.
#[derive(Debug, Clone, Template)]
#[template(path = "console/overview.html")]
pub struct OverviewPage {
    /// Frame.
    pub console: ConsoleShell,
    /// Calls since midnight (UTC).
    pub calls_today: u64,
    /// Billable calls of the calendar month (UTC).
    pub calls_month: u64,
    /// Calls that the plan includes; `None` without a ceiling.
    pub included: Option<u64>,
    /// Members that signed in at least once.
    pub people: u64,
    /// Grants and keys that hold.
    pub connections: u64,
    /// Calls of each day up to today, oldest first; empty shows no picture.
    pub days: Vec<u64>,
    /// What is done of the first steps; the list disappears when all are.
    pub start: Start,
    /// Whether the person may see the set-up and the ledger, for what the page links to.
    pub may: (bool, bool),
    /// Newest first.
    pub setbacks: Vec<Setback>,
    /// Address of the connect page.
    pub connect: String,
    /// Now, for ages.
    pub now: Moment,
}
page!(OverviewPage);

impl OverviewPage {
    fn t(&self) -> &'static OverviewText {
        text::console::overview::of(self.console.lang())
    }

    fn outcome(&self, kind: SetbackKind) -> &'static str {
        let t = self.t();
        match kind {
            SetbackKind::Denied => t.denied,
            SetbackKind::Limited => t.limited,
            SetbackKind::Upstream => t.upstream,
            SetbackKind::Failed => t.failed,
            SetbackKind::Reauthorize => t.reauthorize,
            SetbackKind::Invalid => t.invalid,
        }
    }

    /// How bad it is: what the platform or Feishu failed at stands out from what was refused.
    const fn tone(kind: SetbackKind) -> &'static str {
        match kind {
            SetbackKind::Denied | SetbackKind::Limited | SetbackKind::Reauthorize => "warn",
            SetbackKind::Upstream | SetbackKind::Failed => "bad",
            SetbackKind::Invalid => "",
        }
    }

    fn is_starting(&self) -> bool {
        self.start.steps().contains(&false)
    }

    fn progress(&self) -> String {
        let done = self.start.steps().iter().filter(|done| **done).count();
        text::fill(self.t().progress, &[("n", &done.to_string())])
    }

    fn peak(&self) -> String {
        let peak = self.days.iter().max().copied().unwrap_or(0);
        text::fill(
            self.t().peak,
            &[
                ("days", &self.days.len().to_string()),
                ("n", &text::grouped(peak)),
            ],
        )
    }

    /// One bar for each day: x and height, in a picture of 300 × 40.
    fn bars(&self) -> Vec<(usize, u64)> {
        let peak = self.days.iter().max().copied().unwrap_or(0).max(1);
        let step = 300 / self.days.len().max(1);
        let height = |calls: &u64| {
            if *calls == 0 {
                1
            } else {
                (calls.saturating_mul(38) / peak).max(2)
            }
        };
        self.days
            .iter()
            .enumerate()
            .map(|(index, calls)| (index * step, height(calls)))
            .collect()
    }

    /// Width of a bar.
    fn bar_width(&self) -> usize {
        (300 / self.days.len().max(1)).saturating_sub(3).max(1)
    }

    fn used_percent(&self) -> Option<u64> {
        let included = self.included.filter(|n| *n > 0)?;
        Some(self.calls_month.saturating_mul(100) / included)
    }

    fn included(&self) -> String {
        match self.included {
            Some(n) => text::fill(self.t().of_included, &[("n", &text::grouped(n))]),
            None => self.t().no_ceiling.to_owned(),
        }
    }
}

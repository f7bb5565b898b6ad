//! A draft against what is in force, and the versions that were.

use askama::Template;

use super::Change;
use crate::{
    Moment,
    console::ConsoleShell,
    pages::page,
    text::{self, console::policy::PolicyText, fill, grouped},
};

/// Past calls that a draft would answer in another way, by person, tool and reason.
#[derive(Debug, Clone)]
pub struct ReplayedRow {
    /// Who.
    pub person: String,
    /// Tool.
    pub tool: String,
    /// Stable name of the reason, in words of the page.
    pub reason: String,
    /// How many.
    pub calls: u64,
}

/// What a draft would have done.
#[derive(Debug, Clone, Default)]
pub struct Replayed {
    /// Calls looked at.
    pub looked: u64,
    /// Newly refused.
    pub refused: Vec<ReplayedRow>,
    /// Newly allowed.
    pub allowed: Vec<ReplayedRow>,
    /// Calls that depend on where the thing lies.
    pub by_place: u64,
    /// Whether there were more calls than were looked at.
    pub cut: bool,
}

/// The draft.
#[derive(Debug, Clone, Template)]
#[template(path = "console/policy_draft.html")]
pub struct DraftPage {
    /// Frame.
    pub console: ConsoleShell,
    /// What changes.
    pub changes: Vec<Change>,
    /// What it would have done.
    pub replayed: Replayed,
    /// Days that were looked at.
    pub days: u32,
    /// Version that somebody published since the draft was begun.
    pub overtaken: Option<u64>,
}
page!(DraftPage);

impl DraftPage {
    fn t(&self) -> &'static PolicyText {
        text::console::policy::of(self.console.lang())
    }

    fn lead(&self) -> String {
        fill(self.t().draft_lead, &[("days", &self.days.to_string())])
    }

    fn conflict(&self, version: u64) -> String {
        fill(self.t().conflict, &[("n", &version.to_string())])
    }

    fn take_over(&self, version: u64) -> String {
        fill(self.t().take_over, &[("n", &version.to_string())])
    }

    fn tried(&self) -> String {
        let sum = |rows: &[ReplayedRow]| grouped(rows.iter().map(|row| row.calls).sum());
        fill(
            self.t().tried_words,
            &[
                ("n", &grouped(self.replayed.looked)),
                ("refused", &sum(&self.replayed.refused)),
                ("allowed", &sum(&self.replayed.allowed)),
            ],
        )
    }

    fn by_place(&self) -> String {
        fill(
            self.t().tried_places,
            &[("n", &grouped(self.replayed.by_place))],
        )
    }

    fn tables(&self) -> [(&'static str, &'static str, &[ReplayedRow]); 2] {
        let t = self.t();
        [
            ("refused", t.newly_refused, &self.replayed.refused),
            ("allowed", t.newly_allowed, &self.replayed.allowed),
        ]
    }
}

/// A version.
#[derive(Debug, Clone)]
pub struct VersionRow {
    /// Number.
    pub version: u64,
    /// Since when.
    pub at: Option<Moment>,
    /// Who put it in force.
    pub by: String,
    /// Against the one before.
    pub changes: Vec<Change>,
    /// Whether it is in force.
    pub current: bool,
}

/// The versions.
#[derive(Debug, Clone, Template)]
#[template(path = "console/policy_history.html")]
pub struct HistoryPage {
    /// Frame.
    pub console: ConsoleShell,
    /// Newest first.
    pub versions: Vec<VersionRow>,
    /// Address of older ones.
    pub older: Option<String>,
    /// Words for [`HistoryPage::older`].
    pub older_words: &'static str,
    /// Now, for ages.
    pub now: Moment,
}
page!(HistoryPage);

impl HistoryPage {
    fn t(&self) -> &'static PolicyText {
        text::console::policy::of(self.console.lang())
    }

    fn title(&self, row: &VersionRow) -> String {
        fill(self.t().version, &[("n", &row.version.to_string())])
    }
}

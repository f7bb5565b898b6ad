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

    fn included(&self) -> String {
        match self.included {
            Some(n) => text::fill(self.t().of_included, &[("n", &text::grouped(n))]),
            None => self.t().no_ceiling.to_owned(),
        }
    }
}

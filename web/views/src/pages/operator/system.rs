//! The platform itself.

use askama::Template;

use super::OperatorShell;
use crate::{
    Moment,
    pages::page,
    text::{fill, grouped, operator::OperatorText},
};

/// How a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComponentState {
    /// It answers.
    Up,
    /// It is slow or late.
    Degraded,
    /// It does not answer.
    Down,
}

impl ComponentState {
    /// Style of its sign.
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Self::Up => "ok",
            Self::Degraded => "waiting",
            Self::Down => "broken",
        }
    }

    pub(crate) const fn words(self, t: &OperatorText) -> &'static str {
        match self {
            Self::Up => t.up,
            Self::Degraded => t.degraded,
            Self::Down => t.down,
        }
    }
}

/// A component.
#[derive(Debug, Clone)]
pub struct ComponentRow {
    /// Stable name: `database`, `bus`, `feishu`, `lark`, `jobs`, `web`.
    pub name: &'static str,
    /// How it is.
    pub state: ComponentState,
    /// More about it, for operators.
    pub detail: String,
}

/// A master key.
#[derive(Debug, Clone)]
pub struct KeyRow {
    /// Name.
    pub id: String,
    /// Whether new data keys are wrapped with it.
    pub primary: bool,
    /// Whether this process has it.
    pub at_hand: bool,
    /// Data keys under it.
    pub tenants: u64,
}

/// The latest round of a job on a replica.
#[derive(Debug, Clone)]
pub struct JobRow {
    /// Stable name.
    pub name: String,
    /// The end of the replica's id.
    pub node: String,
    /// When the latest round began.
    pub started: Moment,
    /// How long it took, in milliseconds; `None` while it runs.
    pub took: Option<u64>,
    /// When the next one is due.
    pub next: Option<Moment>,
    /// Whether that is over for long.
    pub late: bool,
    /// Rounds, and those in which something failed.
    pub rounds: (u64, u64),
    /// What failed last, and when.
    pub error: Option<(String, Moment)>,
}

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "operator/system.html")]
pub struct SystemPage {
    /// Frame.
    pub console: OperatorShell,
    /// Version of the program.
    pub version: String,
    /// This replica.
    pub node: String,
    /// The components.
    pub components: Vec<ComponentRow>,
    /// The key ring.
    pub keys: Vec<KeyRow>,
    /// The jobs.
    pub jobs: Vec<JobRow>,
    /// Now, for ages.
    pub now: Moment,
}
page!(SystemPage);

impl SystemPage {
    fn t(&self) -> &'static OperatorText {
        self.console.t()
    }

    fn component(&self, row: &ComponentRow) -> &'static str {
        component(self.t(), row.name)
    }

    fn job(&self, row: &JobRow) -> String {
        let t = self.t();
        let known = match row.name.as_str() {
            "refresh" => t.job_refresh,
            "app_check" => t.job_app_check,
            "checkpoint" => t.job_checkpoint,
            "retention" => t.job_retention,
            "stream" => t.job_stream,
            "billing" => t.job_billing,
            "expire" => t.job_expire,
            "erase" => t.job_erase,
            "directory" => t.job_directory,
            "events" => t.job_events,
            "looks" => t.job_looks,
            other => return other.to_owned(),
        };
        known.to_owned()
    }

    fn took(row: &JobRow) -> String {
        match row.took {
            Some(ms) if ms >= 10_000 => format!("{} s", ms / 1_000),
            Some(ms) => format!("{ms} ms"),
            None => "…".to_owned(),
        }
    }

    fn rounds(&self, row: &JobRow) -> String {
        if row.rounds.1 == 0 {
            return grouped(row.rounds.0);
        }
        let (all, failed) = (grouped(row.rounds.0), grouped(row.rounds.1));
        fill(self.t().rounds_of, &[("n", &all), ("failed", &failed)])
    }
}

/// Name of a component.
pub(crate) fn component(t: &OperatorText, name: &str) -> &'static str {
    match name {
        "database" => t.database,
        "bus" => t.bus,
        "feishu" => t.feishu,
        "lark" => t.lark,
        "jobs" => t.jobs,
        _ => t.web,
    }
}

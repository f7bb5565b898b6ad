//! One entry of the ledger, and what led to it.

use askama::Template;

use super::audit;
use crate::{
    Moment,
    console::ConsoleShell,
    pages::page,
    text::{self, console::audit_entry::AuditEntryText, fill},
};

/// A field that an act changed.
#[derive(Debug, Clone)]
pub struct Difference {
    /// Name of the field, with those around it.
    pub field: String,
    /// Before, as JSON.
    pub before: String,
    /// After.
    pub after: String,
}

/// One entry.
#[derive(Debug, Clone, Template)]
#[template(path = "console/audit_entry.html")]
pub struct AuditEntryPage {
    /// Frame.
    pub console: ConsoleShell,
    /// Place in the chain.
    pub seq: u64,
    /// Stable name of the kind.
    pub kind: &'static str,
    /// Stable name of the outcome.
    pub outcome: &'static str,
    /// Tool or act.
    pub action: String,
    /// When.
    pub at: Moment,
    /// Who; empty for the platform itself.
    pub who: String,
    /// Client.
    pub client: String,
    /// Door.
    pub channel: &'static str,
    /// On what.
    pub target: String,
    /// Effect of a call.
    pub effect: String,
    /// Stable code of a failure.
    pub fault: String,
    /// Feishu's log id.
    pub feishu_log_id: String,
    /// Calls to Feishu.
    pub upstream_calls: u32,
    /// Duration in milliseconds.
    pub millis: u64,
    /// Identity.
    pub id: String,
    /// Version of the rules, where they decided.
    pub policy_version: Option<u64>,
    /// What they said.
    pub decision: String,
    /// Path of the question why, for a refusal.
    pub why: Option<String>,
    /// Path and name of the act that made this version of the rules.
    pub change: Option<(String, String)>,
    /// Path of the entry that announced the call.
    pub begun: Option<String>,
    /// Path of the entry that tells how it ended.
    pub ended: Option<String>,
    /// What an act changed; `None` for what is no change.
    pub changes: Option<Vec<Difference>>,
    /// Arguments or details.
    pub detail: String,
    /// Hash before.
    pub prev: String,
    /// Hash of the entry.
    pub hash: String,
    /// Whether the entry fits its hash.
    pub holds: bool,
    /// Now, for ages.
    pub now: Moment,
}
page!(AuditEntryPage);

impl AuditEntryPage {
    fn t(&self) -> &'static AuditEntryText {
        text::console::audit_entry::of(self.console.lang())
    }

    fn title(&self) -> String {
        fill(self.t().title, &[("n", &text::grouped(self.seq))])
    }

    fn kind_words(&self) -> &'static str {
        audit::kind(audit::words(self.console.lang()), self.kind)
    }

    fn outcome_words(&self) -> (&'static str, &'static str) {
        audit::outcome(audit::words(self.console.lang()), self.outcome)
    }

    fn version(&self, version: u64) -> String {
        fill(self.t().version, &[("n", &version.to_string())])
    }

    fn decided(&self) -> String {
        if self.decision == "allowed" {
            return self.t().allowed.to_owned();
        }
        fill(self.t().refused, &[("why", &self.decision)])
    }

    fn full(&self) -> String {
        self.at.full(self.console.lang())
    }
}

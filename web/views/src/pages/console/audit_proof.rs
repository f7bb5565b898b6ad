//! What proves the log, and what was exported.

use askama::Template;

use crate::{
    Moment, clean,
    console::ConsoleShell,
    pages::page,
    text::{self, console::audit_proof::AuditProofText, fill, grouped},
};

/// What breaks a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// An entry is missing.
    Missing(u64),
    /// An entry was changed.
    Changed(u64),
    /// The end is not where the head says.
    Head(u64),
    /// A checkpoint is not passed.
    Rewritten(u64),
    /// A checkpoint was forged.
    Forged(u64),
    /// A seal was forged.
    ForgedSeal(u64),
}

/// How the latest check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckView {
    /// Under way.
    Running,
    /// Interrupted.
    Stopped,
    /// All is well; so many checkpoints were passed.
    Holds(u64),
    /// Not so.
    Broken(Break),
}

/// The latest check.
#[derive(Debug, Clone)]
pub struct Check {
    /// How it stands.
    pub state: CheckView,
    /// Entries checked.
    pub done: u64,
    /// Entries in all.
    pub all: u64,
    /// When it was last heard of.
    pub at: Moment,
    /// Who asked for it; empty for the platform itself.
    pub by: String,
}

/// A signed checkpoint.
#[derive(Debug, Clone)]
pub struct CheckpointView {
    /// Place.
    pub seq: u64,
    /// Hash.
    pub hash: String,
    /// When.
    pub at: Moment,
    /// Public key, hexadecimal.
    pub key: String,
}

/// An export.
#[derive(Debug, Clone)]
pub struct ExportRow {
    /// Name of the file.
    pub file: String,
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: String,
    /// Entries.
    pub rows: u64,
    /// Path of the manifest.
    pub manifest: String,
}

/// The proof.
#[derive(Debug, Clone, Template)]
#[template(path = "console/audit_proof.html")]
pub struct AuditProofPage {
    /// Frame.
    pub console: ConsoleShell,
    /// Place of the last entry.
    pub head: u64,
    /// Place of the last entry that was let go; 0 for none.
    pub sealed: u64,
    /// The latest check.
    pub check: Option<Check>,
    /// The latest checkpoint.
    pub checkpoint: Option<CheckpointView>,
    /// Newest first.
    pub exports: Vec<ExportRow>,
    /// Now, for ages.
    pub now: Moment,
}
page!(AuditProofPage);

impl AuditProofPage {
    fn t(&self) -> &'static AuditProofText {
        text::console::audit_proof::of(self.console.lang())
    }

    /// What the check says, and how.
    fn says(&self, check: &Check) -> (&'static str, String) {
        let t = self.t();
        let (done, all) = (grouped(check.done), grouped(check.all));
        let counts = [("done", done.as_str()), ("all", all.as_str())];
        match check.state {
            CheckView::Running => ("info", fill(t.running, &counts)),
            CheckView::Stopped => ("warn", fill(t.stopped, &counts)),
            CheckView::Holds(marks) => {
                let marks = grouped(marks);
                let values = [("done", done.as_str()), ("marks", marks.as_str())];
                ("good", fill(t.holds, &values))
            }
            CheckView::Broken(found) => {
                let (words, seq) = match found {
                    Break::Missing(seq) => (t.missing, seq),
                    Break::Changed(seq) => (t.changed, seq),
                    Break::Head(seq) => (t.head, seq),
                    Break::Rewritten(seq) => (t.rewritten, seq),
                    Break::Forged(seq) => (t.forged, seq),
                    Break::ForgedSeal(seq) => (t.forged_seal, seq),
                };
                ("bad", fill(words, &[("n", &grouped(seq))]))
            }
        }
    }

    fn is_running(&self) -> bool {
        self.check
            .as_ref()
            .is_some_and(|check| check.state == CheckView::Running)
    }

    fn asked_by(&self, check: &Check) -> String {
        fill(self.t().by, &[("who", &clean(&check.by))])
    }

    fn at_entry(&self, seq: u64) -> String {
        fill(self.t().at_entry, &[("n", &grouped(seq))])
    }

    fn let_go(&self) -> String {
        fill(self.t().sealed, &[("n", &grouped(self.sealed))])
    }
}

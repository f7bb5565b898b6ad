//! How long entries are kept, and where they are sent.

use askama::Template;

use crate::{
    Lang, Moment,
    console::ConsoleShell,
    pages::page,
    text::{self, console::audit_keeping::AuditKeepingText, fill, grouped},
};

/// A stream.
#[derive(Debug, Clone)]
pub struct StreamRow {
    /// Path of its form.
    pub path: String,
    /// Name.
    pub name: String,
    /// `webhook` or `otlp`.
    pub kind: &'static str,
    /// Where to.
    pub url: String,
    /// Whether it is on.
    pub active: bool,
    /// Entries that are not sent yet.
    pub behind: u64,
    /// Failed attempts at the next ones.
    pub attempts: u32,
    /// Why the last failed.
    pub error: String,
    /// Entries given up.
    pub dead: u64,
    /// When something was last taken.
    pub delivered: Option<Moment>,
}

/// What the form before did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Saved.
    Saved,
    /// Somebody was faster.
    Stale,
    /// Not a number of days.
    BadDays,
    /// A stream was added.
    Added,
    /// The stream lacks something.
    BadStream,
    /// Done.
    Done,
}

impl Kept {
    /// What is said about it.
    pub fn words(self, lang: Lang) -> &'static str {
        let t = text::console::audit_keeping::of(lang);
        match self {
            Self::Saved => t.saved,
            Self::Stale => t.stale,
            Self::BadDays => t.bad_days,
            Self::Added => t.added,
            Self::BadStream => t.bad_stream,
            Self::Done => t.done,
        }
    }
}

/// Retention and streams.
#[derive(Debug, Clone, Template)]
#[template(path = "console/audit_keeping.html")]
pub struct AuditKeepingPage {
    /// Frame.
    pub console: ConsoleShell,
    /// Days, as they were typed or are set.
    pub days: String,
    /// Legal hold.
    pub hold: bool,
    /// Version of the settings that the form was made from.
    pub version: u64,
    /// All streams.
    pub streams: Vec<StreamRow>,
    /// What was typed for a new stream: name and address.
    pub typed: (String, String),
    /// Now, for ages.
    pub now: Moment,
}
page!(AuditKeepingPage);

impl AuditKeepingPage {
    fn t(&self) -> &'static AuditKeepingText {
        text::console::audit_keeping::of(self.console.lang())
    }

    fn state(&self, row: &StreamRow) -> (&'static str, String) {
        let t = self.t();
        if !row.active {
            ("", t.off.to_owned())
        } else if row.attempts > 0 {
            let attempts = row.attempts.to_string();
            ("bad", fill(t.failing, &[("n", &attempts)]))
        } else if row.behind > 0 {
            ("warn", fill(t.behind, &[("n", &grouped(row.behind))]))
        } else {
            ("good", t.fine.to_owned())
        }
    }

    fn given_up(&self, row: &StreamRow) -> String {
        fill(self.t().given_up, &[("n", &grouped(row.dead))])
    }

    fn form(&self, row: &StreamRow) -> &'static str {
        if row.kind == "otlp" {
            self.t().otlp
        } else {
            self.t().webhook
        }
    }
}

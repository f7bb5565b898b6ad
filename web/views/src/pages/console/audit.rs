//! The list of the ledger.

use askama::Template;

use crate::{
    Lang, Moment,
    console::ConsoleShell,
    pages::page,
    text::{self, console::audit::AuditText, fill},
};

/// One entry.
#[derive(Debug, Clone)]
pub struct AuditRow {
    /// Place in the chain.
    pub seq: u64,
    /// Path of its page.
    pub path: String,
    /// When.
    pub at: Moment,
    /// Who; empty for the platform itself.
    pub who: String,
    /// Path that shows this person's entries.
    pub who_path: Option<String>,
    /// Stable name of the kind.
    pub kind: &'static str,
    /// Tool or act.
    pub action: String,
    /// On what.
    pub target: String,
    /// By which client.
    pub client: String,
    /// Stable name of the outcome.
    pub outcome: &'static str,
}

/// What the form shows; every field as it was asked.
#[derive(Debug, Clone, Default)]
pub struct AuditForm {
    /// Name or id of a person.
    pub who: String,
    /// Tool or act.
    pub action: String,
    /// Name of a client.
    pub client: String,
    /// Document.
    pub target: String,
    /// Group of kinds.
    pub kind: String,
    /// Outcome.
    pub outcome: String,
    /// Door.
    pub channel: String,
    /// Preset of the time.
    pub within: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
}

/// The list.
#[derive(Debug, Clone, Template)]
#[template(path = "console/audit.html")]
pub struct AuditPage {
    /// Frame.
    pub console: ConsoleShell,
    /// The form.
    pub form: AuditForm,
    /// Whether anything is filtered.
    pub filtered: bool,
    /// Newest first.
    pub rows: Vec<AuditRow>,
    /// Path of newer entries.
    pub newer: Option<String>,
    /// Path of older entries.
    pub older: Option<String>,
    /// How far was looked, when fewer entries than a page were found and there are more to look
    /// through.
    pub looked_to: Option<Moment>,
    /// Path of the export of the same filter as CSV.
    pub csv: String,
    /// The same as JSONL.
    pub jsonl: String,
    /// Whether retention and streams may be looked at.
    pub keeper: bool,
    /// Now, for ages.
    pub now: Moment,
}
page!(AuditPage);

/// An entry's kind in words.
pub(crate) fn kind(t: &'static AuditText, name: &str) -> &'static str {
    match name {
        "call" => t.call,
        "intent" => t.intent,
        "sign_in" => t.sign_in,
        "consent" => t.consent,
        "revocation" => t.revocation,
        "feishu_grant" => t.feishu_grant,
        "look" => t.look,
        _ => t.act,
    }
}

/// An outcome in words, and the style of its badge.
pub(crate) fn outcome(t: &'static AuditText, name: &str) -> (&'static str, &'static str) {
    match name {
        "ok" => (t.ok, "good"),
        "partial" => (t.partial, "warn"),
        "invalid" => (t.invalid, "warn"),
        "denied" => (t.denied, "bad"),
        "limited" => (t.limited, "warn"),
        "reauthorize" => (t.reauthorize, "warn"),
        "upstream" => (t.upstream, "bad"),
        "cancelled" => (t.cancelled, ""),
        "pending" => (t.pending, ""),
        _ => (t.failed, "bad"),
    }
}

/// The catalogue, for the other pages of the log.
pub(crate) fn words(lang: Lang) -> &'static AuditText {
    text::console::audit::of(lang)
}

impl AuditPage {
    fn t(&self) -> &'static AuditText {
        words(self.console.lang())
    }

    fn kind(&self, row: &AuditRow) -> &'static str {
        kind(self.t(), row.kind)
    }

    fn outcome(&self, row: &AuditRow) -> (&'static str, &'static str) {
        outcome(self.t(), row.outcome)
    }

    fn place(&self, row: &AuditRow) -> String {
        fill(self.t().place, &[("n", &row.seq.to_string())])
    }

    fn kinds(&self) -> [(&'static str, &'static str); 6] {
        let t = self.t();
        [
            ("", t.everything),
            ("calls", t.calls),
            ("sign_ins", t.sign_ins),
            ("admin", t.admin),
            ("looks", t.looks),
            ("every", t.with_looks),
        ]
    }

    fn outcomes(&self) -> [(&'static str, &'static str); 12] {
        let t = self.t();
        [
            ("", t.any),
            ("bad", t.bad),
            ("ok", t.ok),
            ("partial", t.partial),
            ("denied", t.denied),
            ("limited", t.limited),
            ("reauthorize", t.reauthorize),
            ("upstream", t.upstream),
            ("invalid", t.invalid),
            ("failed", t.failed),
            ("cancelled", t.cancelled),
            ("pending", t.pending),
        ]
    }

    fn times(&self) -> [(&'static str, &'static str); 5] {
        let t = self.t();
        [
            ("", t.any),
            ("1h", t.within_hour),
            ("24h", t.within_day),
            ("7d", t.within_week),
            ("30d", t.within_month),
        ]
    }

    fn doors(&self) -> [(&'static str, &'static str); 6] {
        [
            ("", self.t().any),
            ("mcp", "MCP"),
            ("sse", "SSE"),
            ("tools", "/tools"),
            ("console", "Console"),
            ("internal", "Internal"),
        ]
    }

    fn opened(&self) -> bool {
        let f = &self.form;
        [&f.client, &f.target, &f.channel, &f.from, &f.to]
            .iter()
            .any(|field| !field.is_empty())
    }
}

//! What roles may do: packs, roles, drafts, versions, and why something is refused.

mod draft;
mod role;
mod summary;
mod why;

use askama::Template;

pub use self::{
    draft::{DraftPage, HistoryPage, Replayed, ReplayedRow, VersionRow},
    role::{RoleFault, RolePage, Tick},
    summary::{Change, Chosen, RoleSummary, changes},
    why::{Question, RoleAnswer, WhyAnswer, WhyPage, clients_words, question, refusal},
};
use crate::{
    Lang,
    console::{ConsoleShell, Tone},
    pages::page,
    text::{self, console::policy::PolicyText, fill},
};

/// A pack of capabilities.
#[derive(Debug, Clone)]
pub struct PackRow {
    /// Stable name.
    pub id: &'static str,
    /// Whether it is on.
    pub on: bool,
    /// The Feishu permissions that it needs.
    pub scopes: Vec<&'static str>,
}

/// A role.
#[derive(Debug, Clone)]
pub struct RoleRow {
    /// Path of its page.
    pub path: String,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub summary: RoleSummary,
}

/// The overview.
#[derive(Debug, Clone, Template)]
#[template(path = "console/policy.html")]
pub struct PolicyPage {
    /// Frame.
    pub console: ConsoleShell,
    /// Changes in the reader's draft.
    pub draft: Option<usize>,
    /// The packs.
    pub packs: Vec<PackRow>,
    /// Whether things may be shared with people outside the organisation.
    pub external_sharing: bool,
    /// The roles.
    pub roles: Vec<RoleRow>,
    /// Names in the form of a new role: English, Chinese.
    pub fresh: (String, String),
    /// Why no role was added.
    pub fault: Option<RoleFault>,
}
page!(PolicyPage);

impl PolicyPage {
    fn t(&self) -> &'static PolicyText {
        text::console::policy::of(self.console.lang())
    }

    fn draft_words(&self, changes: usize) -> String {
        fill(self.t().draft_open, &[("n", &changes.to_string())])
    }

    fn scopes(&self, pack: &PackRow) -> String {
        fill(self.t().scopes, &[("n", &pack.scopes.len().to_string())])
    }

    fn pack(&self, pack: &PackRow) -> (&'static str, &'static str) {
        pack_words(self.console.lang(), pack.id)
    }

    fn fault_words(&self) -> Option<String> {
        self.fault
            .as_ref()
            .map(|fault| fault.words(self.console.lang()))
    }
}

/// Name of a pack and what it is for.
pub fn pack_words(lang: Lang, id: &str) -> (&'static str, &'static str) {
    let t = text::console::policy::of(lang);
    match id {
        "docs_read" => (t.docs_read, t.docs_read_lead),
        "docs_write" => (t.docs_write, t.docs_write_lead),
        "media" => (t.media, t.media_lead),
        "files" => (t.files, t.files_lead),
        "sharing" => (t.sharing, t.sharing_lead),
        "comments" => (t.comments, t.comments_lead),
        "search" => (t.search, t.search_lead),
        "sheets_read" => (t.sheets_read, t.sheets_read_lead),
        "sheets_write" => (t.sheets_write, t.sheets_write_lead),
        "bases_read" => (t.bases_read, t.bases_read_lead),
        "bases_write" => (t.bases_write, t.bases_write_lead),
        _ => (t.people, t.people_lead),
    }
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyDone {
    /// Kept in the draft.
    Saved,
    /// In force.
    Published,
    /// The draft is gone.
    Discarded,
    /// An earlier version is in the draft.
    Restored,
    /// A role that is in use stays.
    InUse,
}

impl PolicyDone {
    /// Reads the code of an address.
    pub fn of(code: &str) -> Option<Self> {
        Some(match code {
            "saved" => Self::Saved,
            "published" => Self::Published,
            "discarded" => Self::Discarded,
            "restored" => Self::Restored,
            "in_use" => Self::InUse,
            _ => return None,
        })
    }

    /// The notice about it.
    pub fn notice(self, lang: Lang) -> (Tone, &'static str) {
        let t = text::console::policy::of(lang);
        match self {
            Self::Saved => (Tone::Good, t.saved),
            Self::Published => (Tone::Good, t.published),
            Self::Discarded => (Tone::Info, t.discarded),
            Self::Restored => (Tone::Info, t.restored),
            Self::InUse => (Tone::Warn, t.in_use),
        }
    }
}

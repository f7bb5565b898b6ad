//! Which people get which roles: the rules, what a change of them would do, one person's reasons.

mod add;
mod people;

use std::borrow::Borrow;

use askama::Template;

use crate::{
    Lang, Moment,
    console::{ConsoleShell, Tone, members::role_name},
    pages::page,
    text::{
        console::roles::{self, RolesText},
        fill, grouped,
    },
};

pub use add::{AddPage, Hit};
pub use people::{PeopleLookPage, PersonLook, PersonRow, ReadRule};

/// Whom a rule fits, for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WhomView {
    /// Stable name of the kind.
    pub kind: &'static str,
    /// Name as Feishu gives it; the id where it gives none. Empty for everyone.
    pub name: String,
    /// Of a department: also those below.
    pub below: bool,
    /// Whether Feishu showed it.
    pub known: bool,
}

impl WhomView {
    /// The kind, in words.
    pub(crate) fn kind(&self, t: &'static RolesText) -> &'static str {
        match self.kind {
            "group" => t.group,
            "department" => t.department,
            "person" => t.person,
            _ => t.everyone_kind,
        }
    }

    /// The name, in words; cleaned of what could confuse a reader.
    pub(crate) fn name(&self, t: &'static RolesText) -> String {
        if self.kind == "everyone" {
            t.everyone.to_owned()
        } else {
            crate::clean(&self.name)
        }
    }

    pub(crate) fn scope(&self, t: &'static RolesText) -> &'static str {
        match (self.kind, self.below) {
            ("department", true) => t.below,
            ("department", false) => t.not_below,
            _ => "",
        }
    }
}

/// A role for people. `given` is the name that the tenant chose for a custom one.
pub fn role_words(lang: Lang, role: &str, given: &str) -> String {
    let t = roles::of(lang);
    if role == "no_access" {
        return t.no_access.to_owned();
    }
    match role.strip_prefix("custom_") {
        Some(_) if !given.is_empty() => crate::clean(given),
        Some(slot) => {
            let number = slot.parse::<u32>().map_or(0, |slot| slot + 1);
            fill(t.custom, &[("n", &number.to_string())])
        }
        None => role_name(lang, role).to_owned(),
    }
}

/// A rule in the list.
#[derive(Debug, Clone)]
pub struct RuleRow {
    /// Whom it fits.
    pub whom: WhomView,
    /// What it gives, in words.
    pub gives: String,
    /// It gives nothing and ends the reading.
    pub refuses: bool,
    /// People whom it fits.
    pub reach: u64,
    /// Not in force yet.
    pub fresh: bool,
}

/// What a change would do to one person.
#[derive(Debug, Clone)]
pub struct ChangeRow {
    /// Name.
    pub name: String,
    /// Path of the person's look-up.
    pub path: String,
    /// Roles now, in words; empty for none.
    pub before: String,
    /// Roles then.
    pub after: String,
    /// Why, in words.
    pub why: String,
}

/// What a change would do.
#[derive(Debug, Clone, Default)]
pub struct PreviewView {
    /// People whose roles change, those who lose first.
    pub rows: Vec<ChangeRow>,
    /// More than are shown.
    pub more: bool,
    /// How many get further roles.
    pub gain: u64,
    /// How many get fewer.
    pub lose: u64,
    /// How many get none.
    pub out: u64,
    /// People who have not signed in yet and would get other roles.
    pub later: u64,
    /// Rules that go: whom they fitted and what they gave.
    pub removed: Vec<(WhomView, String)>,
    /// New rules that open the console: role, whom, people.
    pub opens: Vec<(String, WhomView, u64)>,
    /// The reader loses this page.
    pub own: bool,
    /// Somebody else saved in between.
    pub stale: bool,
}

impl PreviewView {
    fn shown(&self) -> u64 {
        self.rows.len() as u64
    }
}

/// How the directory stands.
#[derive(Debug, Clone, Default)]
pub struct SyncView {
    /// Stable name of the trouble; empty without.
    pub trouble: &'static str,
    /// It is being read.
    pub running: bool,
    /// When it was last read as a whole.
    pub good_at: Option<Moment>,
    /// People, departments, groups.
    pub counts: [u64; 3],
    /// Scopes that the app lacks.
    pub missing: Vec<String>,
    /// Feishu's code.
    pub code: Option<i64>,
    /// Feishu does not say who left.
    pub blind: bool,
    /// There are more people than are read.
    pub more: bool,
}

impl SyncView {
    fn words(&self, t: &'static RolesText) -> &'static str {
        match self.trouble {
            "app" => t.t_app,
            "scopes" => t.t_scopes,
            "limited" => t.t_limited,
            "unreachable" => t.t_unreachable,
            "refused" => t.t_refused,
            _ => t.t_internal,
        }
    }
}

/// What an act did, for the notice.
pub fn told(lang: Lang, code: &str) -> Option<(Tone, &'static str)> {
    let t = roles::of(lang);
    Some(match code {
        "saved" => (Tone::Good, t.done_saved),
        "added" => (Tone::Info, t.done_added),
        "discarded" => (Tone::Info, t.done_discarded),
        "synced" => (Tone::Good, t.done_synced),
        "syncing" => (Tone::Info, t.done_syncing),
        "often" => (Tone::Warn, t.done_often),
        "failed" => (Tone::Warn, t.done_failed),
        "conflict" => (Tone::Bad, t.done_conflict),
        _ => return None,
    })
}

/// Why something is not done, in words.
pub fn fault_words(lang: Lang, code: &str) -> &'static str {
    let t = roles::of(lang);
    match code {
        "twice" => t.f_twice,
        "many" => t.f_many,
        "role" => t.f_role,
        "auditor" => t.f_auditor,
        "lock" => t.f_lock,
        _ => t.f_id,
    }
}

/// Why somebody has the roles that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// A rule gives one; its number, from 1.
    Rule(usize),
    /// A rule refuses.
    Refused(usize),
    /// A rule that refuses cannot be decided.
    Unclear(usize),
    /// The person left.
    Left,
    /// The account is frozen.
    Frozen,
    /// Not everything is known.
    Kept,
}

/// Reasons in words.
pub fn because(lang: Lang, reasons: &[Because]) -> String {
    let t = roles::of(lang);
    let number = |text: &str, n: usize| fill(text, &[("n", &n.to_string())]);
    let words: Vec<String> = reasons
        .iter()
        .map(|reason| match reason {
            Because::Rule(n) => number(t.r_rule, *n),
            Because::Refused(n) => number(t.r_refused, *n),
            Because::Unclear(n) => number(t.r_unclear, *n),
            Because::Left => t.r_left.to_owned(),
            Because::Frozen => t.r_frozen.to_owned(),
            Because::Kept => t.r_kept.to_owned(),
        })
        .collect();
    if words.is_empty() {
        t.r_none.to_owned()
    } else {
        words.join(lang.pick(", ", "、"))
    }
}

/// The rules.
#[derive(Debug, Clone, Template)]
#[template(path = "console/roles.html")]
pub struct RolesPage {
    /// Frame.
    pub console: ConsoleShell,
    /// The rules, or the reader's changed ones.
    pub rules: Vec<RuleRow>,
    /// Version that the reader's changes were made from.
    pub version: u64,
    /// Who changed the rules, and when; `None` while nobody did.
    pub changed: Option<(String, Moment)>,
    /// What the reader's changes would do; `None` without any.
    pub preview: Option<PreviewView>,
    /// Some rule fits everyone.
    pub open: bool,
    /// How the directory stands; `None` before the first look.
    pub sync: Option<SyncView>,
    /// Why the changes were not saved, in words; empty without a fault.
    pub fault: &'static str,
    /// Now, for ages.
    pub now: Moment,
}
page!(RolesPage);

impl RolesPage {
    fn t(&self) -> &'static RolesText {
        roles::of(self.console.lang())
    }

    fn people(&self, count: impl Borrow<u64>) -> String {
        match *count.borrow() {
            1 => self.t().person_count.to_owned(),
            count => fill(self.t().people_count, &[("n", &grouped(count))]),
        }
    }

    fn count(text: &str, count: impl Borrow<u64>) -> String {
        fill(text, &[("n", &grouped(*count.borrow()))])
    }

    fn counts(&self, counts: &[u64; 3]) -> String {
        let [people, departments, groups] = counts.map(grouped);
        fill(
            self.t().sync_good,
            &[
                ("people", &people),
                ("departments", &departments),
                ("groups", &groups),
            ],
        )
    }

    fn opens(&self, row: &(String, WhomView, u64)) -> String {
        let t = self.t();
        let values = [
            ("role", row.0.as_str()),
            ("who", &row.1.name(t)),
            ("n", &grouped(row.2)),
        ];
        fill(t.warn_console, &values)
    }

    fn removed(&self, row: &(WhomView, String)) -> String {
        let t = self.t();
        fill(t.removed, &[("who", &row.0.name(t)), ("role", &row.1)])
    }

    fn changed_by(&self, name: &str) -> String {
        fill(self.t().changed_by, &[("name", &crate::clean(name))])
    }
}

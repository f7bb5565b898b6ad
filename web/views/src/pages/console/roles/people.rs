//! Who gets what, and why.

use askama::Template;

use super::WhomView;
use crate::{
    console::ConsoleShell,
    pages::page,
    text::{self, console::roles::RolesText},
};

/// Somebody in the list.
#[derive(Debug, Clone)]
pub struct PersonRow {
    /// Name.
    pub name: String,
    /// Path of the look-up.
    pub path: String,
    /// Main department.
    pub department: String,
    /// Stable name of the standing.
    pub standing: &'static str,
    /// Roles, in words.
    pub roles: String,
    /// Has signed in.
    pub member: bool,
}

/// A rule as it was read for a person.
#[derive(Debug, Clone)]
pub struct ReadRule {
    /// Whom it fits.
    pub whom: WhomView,
    /// What it gives, in words.
    pub gives: String,
    /// It refuses.
    pub refuses: bool,
    /// `yes`, `no`, `unknown`, or `unread` below a refusal.
    pub result: &'static str,
}

/// One person.
#[derive(Debug, Clone)]
pub struct PersonLook {
    /// Name, standing, roles.
    pub row: PersonRow,
    /// Names of all departments.
    pub departments: Vec<String>,
    /// Names of all groups; `None` when they are not known.
    pub groups: Option<Vec<String>>,
    /// The rules, in order.
    pub rules: Vec<ReadRule>,
    /// Why, in one line.
    pub why: String,
    /// Blocked by an admin.
    pub blocked: bool,
}

/// Looking people up.
#[derive(Debug, Clone, Template)]
#[template(path = "console/roles_people.html")]
pub struct PeopleLookPage {
    /// Frame.
    pub console: ConsoleShell,
    /// What was searched for.
    pub query: String,
    /// Who was found.
    pub rows: Vec<PersonRow>,
    /// The one who was chosen.
    pub person: Option<PersonLook>,
}
page!(PeopleLookPage);

impl PeopleLookPage {
    fn t(&self) -> &'static RolesText {
        text::console::roles::of(self.console.lang())
    }

    fn standing(&self, standing: &str) -> (&'static str, &'static str) {
        let t = self.t();
        match standing {
            "works" => ("good", t.works),
            "frozen" => ("bad", t.frozen),
            "left" => ("bad", t.left),
            _ => ("warn", t.unsure),
        }
    }

    fn result(&self, result: &str) -> (&'static str, &'static str) {
        let t = self.t();
        match result {
            "yes" => ("good", t.fits),
            "no" => ("", t.fits_not),
            "unread" => ("", t.not_read),
            _ => ("warn", t.fits_unknown),
        }
    }
}

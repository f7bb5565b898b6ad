//! Choosing whom a new rule fits and what it gives.

use askama::Template;

use super::WhomView;
use crate::{
    console::ConsoleShell,
    pages::page,
    text::{self, console::roles::RolesText},
};

/// Something that a rule could be about.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Feishu's id.
    pub id: String,
    /// Name.
    pub name: String,
    /// What tells it from others of the name.
    pub hint: String,
}

/// The form of a new rule.
#[derive(Debug, Clone, Template)]
#[template(path = "console/roles_add.html")]
pub struct AddPage {
    /// Frame.
    pub console: ConsoleShell,
    /// Kind that is chosen.
    pub kind: &'static str,
    /// What was searched for.
    pub query: String,
    /// What was found.
    pub hits: Vec<Hit>,
    /// The searched text could be an id that is not known.
    pub pasted: bool,
    /// The id that was chosen.
    pub chosen: String,
    /// Also departments below.
    pub below: bool,
    /// Roles to choose from: stable name, words, chosen.
    pub roles: Vec<(String, String, bool)>,
    /// What is wrong, in words; empty without a fault.
    pub fault: &'static str,
}
page!(AddPage);

impl AddPage {
    fn t(&self) -> &'static RolesText {
        text::console::roles::of(self.console.lang())
    }

    fn kinds(&self) -> Vec<(&'static str, String, bool)> {
        ["group", "department", "person", "everyone"]
            .into_iter()
            .map(|kind| {
                let whom = WhomView {
                    kind,
                    ..WhomView::default()
                };
                let path = format!("{}/roles/add?kind={kind}", self.console.base);
                (whom.kind(self.t()), path, kind == self.kind)
            })
            .collect()
    }

    fn checked(&self, id: &str) -> bool {
        self.chosen == id || (self.chosen.is_empty() && self.hits.len() == 1)
    }
}

//! The tools with their arguments, generated from the catalogue.

use askama::Template;

use super::page;
use crate::{
    Shell,
    console::{ConsoleShell, developer::fault_words},
    text::{self, console::developer::DeveloperText},
};

/// An argument of a tool.
#[derive(Debug, Clone)]
pub struct Argument {
    /// Name.
    pub name: String,
    /// Type, as JSON Schema names it.
    pub kind: String,
    /// Whether it must be given.
    pub required: bool,
    /// Allowed values, if they are listed.
    pub values: Vec<String>,
    /// What it is.
    pub about: String,
}

/// A tool.
#[derive(Debug, Clone)]
pub struct ToolCard {
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// What it does.
    pub about: String,
    /// `read`, `write` or `destroy`: the strongest that a call can do.
    pub effect: &'static str,
    /// Operations that only read, of a tool that mixes.
    pub reading: Vec<String>,
    /// Feishu permissions that it needs.
    pub scopes: Vec<String>,
    /// Arguments.
    pub arguments: Vec<Argument>,
    /// A call as JSON.
    pub example: String,
    /// Path of the page that tries it.
    pub attempt: Option<String>,
}

/// The list of tools, for everybody.
#[derive(Debug, Clone, Template)]
#[template(path = "reference.html")]
pub struct ReferencePage {
    /// Frame.
    pub shell: Shell,
    /// The tools.
    pub tools: Vec<ToolCard>,
    /// Stable names of the errors.
    pub errors: Vec<&'static str>,
}
page!(ReferencePage);

/// The same in the console.
#[derive(Debug, Clone, Template)]
#[template(path = "console/developer_tools.html")]
pub struct DeveloperToolsPage {
    /// Frame.
    pub console: ConsoleShell,
    /// The tools.
    pub tools: Vec<ToolCard>,
    /// Stable names of the errors.
    pub errors: Vec<&'static str>,
}
page!(DeveloperToolsPage);

impl ReferencePage {
    fn t(&self) -> &'static DeveloperText {
        text::console::developer::of(self.shell.lang)
    }
}

impl DeveloperToolsPage {
    fn t(&self) -> &'static DeveloperText {
        text::console::developer::of(self.console.lang())
    }
}

/// The effect in words, and the style of its badge.
pub(crate) fn effect(t: &DeveloperText, name: &str) -> (&'static str, &'static str) {
    match name {
        "read" => ("", t.reads),
        "write" => ("warn", t.writes),
        _ => ("bad", t.destroys),
    }
}

/// What a stable code of a failure means, and what to do.
pub(crate) fn error(t: &DeveloperText, name: &str) -> (&'static str, &'static str) {
    fault_words(t, name)
}

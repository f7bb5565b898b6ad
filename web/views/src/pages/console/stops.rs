//! The switches that stop things.

use askama::Template;

use crate::{
    Lang,
    console::{ConsoleShell, Tone},
    pages::page,
    text::{self, console::stops::StopsText},
};

/// One switch.
#[derive(Debug, Clone)]
pub struct Switch {
    /// Value of its field.
    pub id: String,
    /// What it switches.
    pub name: String,
    /// More about it.
    pub hint: String,
    /// Whether it is on.
    pub on: bool,
}

/// The switches.
#[derive(Debug, Clone, Template)]
#[template(path = "console/stops.html")]
pub struct StopsPage {
    /// Frame.
    pub console: ConsoleShell,
    /// Version of the rules that the page shows.
    pub version: u64,
    /// Whether writing is on.
    pub writing: bool,
    /// Whether agreement to a call counts only from the member's own page.
    pub confirm_on_page: bool,
    /// The tools.
    pub tools: Vec<Switch>,
    /// The clients that are connected or were stopped.
    pub clients: Vec<Switch>,
}
page!(StopsPage);

impl StopsPage {
    fn t(&self) -> &'static StopsText {
        text::console::stops::of(self.console.lang())
    }
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It holds.
    Saved,
    /// There was nothing to change.
    Same,
    /// Somebody else was faster.
    Conflict,
}

impl Applied {
    /// The notice about it.
    pub fn notice(self, lang: Lang) -> (Tone, &'static str) {
        let t = text::console::stops::of(lang);
        match self {
            Self::Saved => (Tone::Good, t.saved),
            Self::Same => (Tone::Info, t.same),
            Self::Conflict => (Tone::Warn, t.conflict),
        }
    }
}

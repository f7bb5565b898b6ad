//! The rules of one role.

use askama::Template;

use crate::{
    Lang,
    console::ConsoleShell,
    pages::page,
    text::{self, console::policy::PolicyText, fill},
};

/// Something that can be ticked.
#[derive(Debug, Clone)]
pub struct Tick {
    /// Value.
    pub id: String,
    /// Name.
    pub name: String,
    /// More about it.
    pub hint: String,
    /// Whether it is ticked.
    pub on: bool,
}

/// Why the form was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleFault {
    /// A line that names no place.
    Line(String),
    /// Days.
    Days,
    /// Names.
    Name,
    /// Too many roles.
    Full,
}

impl RoleFault {
    /// In words.
    pub fn words(&self, lang: Lang) -> String {
        let t = text::console::policy::of(lang);
        match self {
            Self::Line(line) => fill(t.fault_line, &[("line", &crate::clean(line))]),
            Self::Days => t.fault_days.to_owned(),
            Self::Name => t.fault_name.to_owned(),
            Self::Full => t.fault_full.to_owned(),
        }
    }
}

/// The form.
#[derive(Debug, Clone, Template)]
#[template(path = "console/policy_role.html")]
pub struct RolePage {
    /// Frame.
    pub console: ConsoleShell,
    /// Where the form goes.
    pub action: String,
    /// Name for the title.
    pub name: String,
    /// Names of a role that the tenant made: English, Chinese.
    pub names: Option<(String, String)>,
    /// `all`, `only` or `except`.
    pub tool_mode: &'static str,
    /// The tools.
    pub tools: Vec<Tick>,
    /// Stable name of the strongest effect.
    pub ceiling: &'static str,
    /// Lines.
    pub only: String,
    /// Lines.
    pub never: String,
    /// `any`, `verified` or `only`.
    pub client_mode: &'static str,
    /// The clients.
    pub clients: Vec<Tick>,
    /// Whether API keys work.
    pub keys: bool,
    /// Days, as typed.
    pub days: String,
    /// Why the form was not taken.
    pub fault: Option<RoleFault>,
}
page!(RolePage);

impl RolePage {
    fn t(&self) -> &'static PolicyText {
        text::console::policy::of(self.console.lang())
    }

    fn tools_are(&self, mode: &str) -> bool {
        self.tool_mode == mode
    }

    fn up_to(&self, effect: &str) -> bool {
        self.ceiling == effect
    }

    fn clients_are(&self, mode: &str) -> bool {
        self.client_mode == mode
    }

    fn fault_words(&self) -> Option<String> {
        self.fault
            .as_ref()
            .map(|fault| fault.words(self.console.lang()))
    }
}

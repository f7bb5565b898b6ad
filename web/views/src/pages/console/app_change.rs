//! Changing the secret of a tenant's app, and the app itself.

use askama::Template;

use crate::{
    Lang, Moment,
    console::{ConsoleShell, Tone, setup::EntryFault},
    pages::page,
    text::{self, console::app_change::AppChangeText, fill},
};

/// Why another app was not put in the place of the tenant's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplaceFault {
    /// The short name was not typed.
    NotConfirmed,
    /// It is the app that the tenant has.
    SameApp,
    /// The credentials.
    Entry(EntryFault),
}

impl ReplaceFault {
    fn say(&self, lang: Lang) -> String {
        let t = text::console::app_change::of(lang);
        match self {
            Self::NotConfirmed => t.fault_not_confirmed.to_owned(),
            Self::SameApp => t.fault_same_app.to_owned(),
            Self::Entry(fault) => fault.say(lang),
        }
    }
}

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "console/app_change.html")]
pub struct AppChangePage {
    /// Frame.
    pub console: ConsoleShell,
    /// App ID in force.
    pub app_id: String,
    /// A new secret was announced until then.
    pub announced_until: Option<Moment>,
    /// The secret before is at hand, and was replaced then.
    pub replaced_at: Option<Moment>,
    /// Why a secret was not taken.
    pub secret_fault: Option<EntryFault>,
    /// Short name of the tenant, which confirms the change of the app.
    pub slug: String,
    /// The App ID that was typed.
    pub new_app_id: String,
    /// Whether Lark was chosen.
    pub lark: bool,
    /// Why the app was not changed.
    pub replace_fault: Option<ReplaceFault>,
    /// Members that would have to sign in again.
    pub members: u64,
    /// Connections that would end.
    pub connections: u64,
    /// Now, for ages.
    pub now: Moment,
}
page!(AppChangePage);

impl AppChangePage {
    fn t(&self) -> &'static AppChangeText {
        text::console::app_change::of(self.console.lang())
    }

    fn e(&self) -> &'static text::console::setup::SetupText {
        text::console::setup::of(self.console.lang())
    }

    fn secret_fault(&self) -> Option<String> {
        let fault = self.secret_fault.as_ref()?;
        Some(fault.say(self.console.lang()))
    }

    fn replace_fault(&self) -> Option<String> {
        let fault = self.replace_fault.as_ref()?;
        Some(fault.say(self.console.lang()))
    }

    fn ends(&self) -> String {
        let members = text::grouped(self.members);
        let connections = text::grouped(self.connections);
        let values = [("members", members.as_str()), ("n", connections.as_str())];
        fill(self.t().replace_ends, &values)
    }

    fn confirm(&self) -> String {
        fill(self.t().confirm, &[("slug", &self.slug)])
    }

    fn time(&self, at: impl std::borrow::Borrow<Moment>) -> String {
        self.console.time(*at.borrow(), self.now)
    }
}

/// What the `done` parameter after a redirect says.
pub fn notice(lang: Lang, code: &str) -> Option<(Tone, &'static str)> {
    let t = text::console::app_change::of(lang);
    Some(match code {
        "announced" => (Tone::Info, t.done_announced),
        "secret" => (Tone::Good, t.done_secret),
        "undone" => (Tone::Good, t.done_undone),
        "nothing" => (Tone::Warn, t.done_nothing),
        "refused" => (Tone::Bad, t.done_refused),
        _ => return None,
    })
}

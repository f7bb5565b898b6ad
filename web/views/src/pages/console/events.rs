//! Whether events of the Feishu app are taken, and how that goes.

use askama::Template;

use crate::{
    Href, Lang, Moment,
    console::{ConsoleShell, Tone},
    pages::page,
    text::{self, console::events::EventsText, fill},
};

/// What was typed wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventsFault {
    /// The Encrypt Key.
    EncryptKey,
    /// The Verification Token.
    Token,
}

/// How the intake stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// Since when events are taken.
    pub since: Moment,
    /// The keys before are still good.
    pub replaced: bool,
    /// When Feishu last checked the address.
    pub asked: Option<Moment>,
    /// When the latest event came, and its kind.
    pub received: Option<(Moment, String)>,
    /// When a request was last refused, and the stable name of the reason.
    pub refused: Option<(Moment, String)>,
    /// Events that came.
    pub events: u64,
    /// Those that nothing was done for.
    pub ignored: u64,
    /// Requests that were refused.
    pub refusals: u64,
    /// When everybody is looked at because of events.
    pub look: Option<Moment>,
}

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "console/events.html")]
pub struct EventsPage {
    /// Frame.
    pub console: ConsoleShell,
    /// Where Feishu sends events.
    pub address: String,
    /// Names of the events to subscribe to.
    pub subscribe: Vec<&'static str>,
    /// How the intake stands; `None` while events are not taken.
    pub intake: Option<Intake>,
    /// What was typed wrong.
    pub fault: Option<EventsFault>,
    /// The app in the developer console.
    pub place: Option<Href>,
    /// Now, for ages.
    pub now: Moment,
}
page!(EventsPage);

impl EventsPage {
    fn t(&self) -> &'static EventsText {
        text::console::events::of(self.console.lang())
    }

    fn time(&self, at: impl std::borrow::Borrow<Moment>) -> String {
        self.console.time(*at.borrow(), self.now)
    }

    fn fault(&self) -> Option<&'static str> {
        Some(match self.fault? {
            EventsFault::EncryptKey => self.t().fault_encrypt_key,
            EventsFault::Token => self.t().fault_token,
        })
    }

    fn is_wrong(&self, key: bool) -> bool {
        self.fault
            == Some(if key {
                EventsFault::EncryptKey
            } else {
                EventsFault::Token
            })
    }

    /// Whether the latest request was refused.
    fn troubled(&self) -> Option<&(Moment, String)> {
        let intake = self.intake.as_ref()?;
        let refused = intake.refused.as_ref()?;
        let good = intake.received.as_ref().map(|(at, _)| at.0);
        let good = good.into_iter().chain(intake.asked.map(|at| at.0)).max();
        good.is_none_or(|good| good < refused.0.0)
            .then_some(refused)
    }

    fn why(&self, name: &str) -> &'static str {
        let t = self.t();
        match name {
            "too_large" => t.why_too_large,
            "in_the_clear" => t.why_in_the_clear,
            "unsigned" => t.why_unsigned,
            "signature" => t.why_signature,
            "stale" => t.why_stale,
            "sealed" => t.why_sealed,
            "token" => t.why_token,
            "other_app" => t.why_other_app,
            "other_tenant" => t.why_other_tenant,
            _ => t.why_unreadable,
        }
    }

    fn came(&self, intake: &Intake) -> String {
        if intake.events == 0 {
            return "0".to_owned();
        }
        let (n, ignored) = (text::grouped(intake.events), text::grouped(intake.ignored));
        let values = [("n", n.as_str()), ("ignored", ignored.as_str())];
        fill(self.t().came_value, &values)
    }

    fn refusals(intake: &Intake) -> String {
        text::grouped(intake.refusals)
    }

    fn what(&self, event: &str) -> &'static str {
        let t = self.t();
        match event {
            "contact.user.deleted_v3" => t.user_deleted,
            "contact.user.updated_v3" => t.user_updated,
            "contact.scope.updated_v3" => t.scope,
            event if event.starts_with("contact.department.") => t.department,
            _ => t.app,
        }
    }
}

/// What the `done` parameter after a redirect says.
pub fn notice(lang: Lang, code: &str) -> Option<(Tone, &'static str)> {
    let t = text::console::events::of(lang);
    Some(match code {
        "saved" => (Tone::Good, t.done_saved),
        "stopped" => (Tone::Info, t.done_stopped),
        _ => return None,
    })
}

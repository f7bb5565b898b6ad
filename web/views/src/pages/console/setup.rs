//! The set-up of a tenant's Feishu app, step by step, each tick from a live check.

use askama::Template;

use crate::{
    Href, Lang, Moment,
    console::{ConsoleShell, Tone},
    pages::page,
    text::{self, console::setup::SetupText, fill},
};

/// How a check or a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// As it should be.
    Good,
    /// Not asked for.
    NotNeeded,
    /// Waits for somebody's approval.
    Waiting,
    /// Not there.
    Missing,
    /// There, and wrong.
    Broken,
    /// Explained by another check, or not looked at yet.
    Unknown,
}

impl Mark {
    /// Name of the style.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Waiting => "warn",
            Self::Missing | Self::Broken => "bad",
            Self::NotNeeded | Self::Unknown => "",
        }
    }

    /// Sign for the eye; the word beside it is for everybody.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Waiting => "…",
            Self::Missing | Self::Broken => "!",
            Self::NotNeeded => "–",
            Self::Unknown => "?",
        }
    }

    pub(crate) const fn word(self, t: &SetupText) -> &'static str {
        match self {
            Self::Good => t.ok,
            Self::NotNeeded => t.not_needed,
            Self::Waiting => t.waiting,
            Self::Missing => t.missing,
            Self::Broken => t.broken,
            Self::Unknown => t.unknown,
        }
    }
}

/// One check.
#[derive(Debug, Clone)]
pub struct ProbeLine {
    /// What is checked.
    pub title: String,
    /// How it stands.
    pub mark: Mark,
    /// What was seen.
    pub seen: String,
    /// What to do; empty when there is nothing to do.
    pub fix: String,
    /// Where to do it.
    pub link: Option<Href>,
}

/// One scope.
#[derive(Debug, Clone)]
pub struct ScopeLine {
    /// Feishu's name.
    pub name: String,
    /// Whether it is for people's tokens; otherwise for the app's own.
    pub for_people: bool,
    /// How it stands.
    pub mark: Mark,
    /// The capabilities that need it.
    pub needed_by: String,
}

/// What was found about an app, for the console and for whoever holds a hand-over link.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// The checks.
    pub probes: Vec<ProbeLine>,
    /// The scopes that are wanted.
    pub scopes: Vec<ScopeLine>,
    /// Scopes that nothing needs.
    pub spare: Vec<String>,
    /// What to paste in the developer console.
    pub import: Option<String>,
    /// Where to paste it.
    pub import_link: Option<Href>,
    /// When it was looked at; `None` before the first time.
    pub checked: Option<Moment>,
}

impl Findings {
    /// Scopes that need somebody.
    pub(crate) fn open_scopes(&self) -> Vec<&ScopeLine> {
        let open = |line: &&ScopeLine| line.mark != Mark::Good;
        self.scopes.iter().filter(open).collect()
    }

    /// Scopes that are there.
    pub(crate) fn held_scopes(&self) -> Vec<&ScopeLine> {
        let held = |line: &&ScopeLine| line.mark == Mark::Good;
        self.scopes.iter().filter(held).collect()
    }
}

/// A step of the set-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Region, App ID and App Secret.
    App,
    /// The redirect URL.
    Redirect,
    /// The scopes.
    Permissions,
    /// Published version and availability.
    Publish,
    /// The first sign-in at Feishu.
    SignIn,
    /// What to do next.
    Done,
}

impl Step {
    /// All, in order.
    pub const ALL: [Self; 6] = [
        Self::App,
        Self::Redirect,
        Self::Permissions,
        Self::Publish,
        Self::SignIn,
        Self::Done,
    ];

    /// Value of the `step` parameter.
    pub const fn code(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Redirect => "redirect",
            Self::Permissions => "permissions",
            Self::Publish => "publish",
            Self::SignIn => "sign-in",
            Self::Done => "done",
        }
    }

    /// Reads the `step` parameter.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.code() == code)
    }

    const fn label(self, t: &SetupText) -> &'static str {
        match self {
            Self::App => t.step_app,
            Self::Redirect => t.step_redirect,
            Self::Permissions => t.step_permissions,
            Self::Publish => t.step_publish,
            Self::SignIn => t.step_sign_in,
            Self::Done => t.step_done,
        }
    }
}

/// Why credentials were not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryFault {
    /// The App ID has another form.
    AppId,
    /// No secret was entered.
    Secret,
    /// Feishu does not accept them; what the check says, and what to do.
    Refused {
        /// What was seen.
        seen: String,
        /// What to do.
        fix: String,
    },
    /// The tenant has another app already.
    OtherApp,
    /// Too many tries.
    TooOften,
}

impl EntryFault {
    pub(crate) fn say(&self, lang: Lang) -> String {
        let t = text::console::setup::of(lang);
        match self {
            Self::AppId => t.fault_app_id.to_owned(),
            Self::Secret => t.fault_secret.to_owned(),
            Self::Refused { seen, fix } => format!("{seen} {fix}"),
            Self::OtherApp => t.fault_other_app.to_owned(),
            Self::TooOften => t.fault_too_often.to_owned(),
        }
    }
}

/// The app as it is entered.
#[derive(Debug, Clone, Default)]
pub struct AppEntry {
    /// Whether Lark is chosen.
    pub lark: bool,
    /// App ID; empty before the first time.
    pub app_id: String,
    /// Name of the app at Feishu.
    pub app_name: String,
    /// Why it was not saved.
    pub fault: Option<EntryFault>,
}

/// A link for the person who manages the Feishu app.
#[derive(Debug, Clone)]
pub enum HandoverState {
    /// None is open.
    None,
    /// One is open; its text is not known any more.
    Open {
        /// Who made it.
        made_by: String,
        /// Until when.
        until: Moment,
        /// Whether somebody has opened it.
        opened: bool,
    },
    /// It was just made. The only time that it is shown.
    Fresh {
        /// The link.
        link: String,
        /// Until when.
        until: Moment,
    },
}

/// Who the Feishu side of the set-up is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FirstAdmin {
    /// There is one.
    Is(String),
    /// This browser signed in at Feishu as this person, who could be it.
    CouldBe(String),
    /// Nobody signed in.
    Nobody,
}

/// The set-up.
#[derive(Debug, Clone, Template)]
#[template(path = "console/setup.html")]
pub struct SetupPage {
    /// Frame.
    pub console: ConsoleShell,
    /// Which step is shown.
    pub step: Step,
    /// How each step stands.
    pub marks: Vec<(Step, Mark)>,
    /// The app.
    pub app: AppEntry,
    /// Our redirect URL.
    pub redirect_url: String,
    /// What was found, reduced to the step that is shown.
    pub findings: Findings,
    /// The app's pages in the developer console: apps, security, versions.
    pub places: [Option<Href>; 3],
    /// Who administers at Feishu.
    pub admin: FirstAdmin,
    /// The hand-over link.
    pub handover: HandoverState,
    /// Address that signs in at Feishu and comes back.
    pub sign_in: String,
    /// Address of the connect page.
    pub connect: String,
    /// Time from signing up to the first call that worked, for people.
    pub first_call: Option<String>,
    /// Now, for ages.
    pub now: Moment,
}
page!(SetupPage);

/// A step as the navigation shows it.
pub(crate) struct StepLine {
    pub(crate) label: &'static str,
    pub(crate) path: String,
    pub(crate) mark: Mark,
    pub(crate) current: bool,
}

impl SetupPage {
    fn to_events(&self) -> &'static str {
        text::console::events::of(self.console.lang()).from_setup
    }

    pub(crate) fn t(&self) -> &'static SetupText {
        text::console::setup::of(self.console.lang())
    }

    fn steps(&self) -> Vec<StepLine> {
        self.marks
            .iter()
            .map(|(step, mark)| StepLine {
                label: step.label(self.t()),
                path: format!("{}/setup?step={}", self.console.base, step.code()),
                mark: *mark,
                current: *step == self.step,
            })
            .collect()
    }

    fn is_at(&self, step: Step) -> bool {
        self.step == step
    }

    /// The step after this one.
    fn next(&self) -> Option<String> {
        let at = Step::ALL.iter().position(|step| *step == self.step)?;
        let next = Step::ALL.get(at + 1)?;
        Some(format!("{}/setup?step={}", self.console.base, next.code()))
    }

    fn word(&self, mark: Mark) -> &'static str {
        mark.word(self.t())
    }

    fn held(&self, n: usize) -> String {
        fill(self.t().held, &[("n", &n.to_string())])
    }

    fn spare(&self, n: usize) -> String {
        fill(self.t().spare, &[("n", &n.to_string())])
    }

    fn fault(&self) -> Option<String> {
        let fault = self.app.fault.as_ref()?;
        Some(fault.say(self.console.lang()))
    }

    fn time(&self, at: impl std::borrow::Borrow<Moment>) -> String {
        self.console.time(*at.borrow(), self.now)
    }
}

impl SetupPage {
    fn entry_path(&self) -> String {
        format!("{}/setup/app", self.console.base)
    }

    fn entry_csrf(&self) -> &str {
        self.console.csrf()
    }
}

/// What the `done` parameter after a redirect says.
pub fn notice(lang: Lang, code: &str) -> Option<(Tone, &'static str)> {
    let t = text::console::setup::of(lang);
    Some(match code {
        "checked" => (Tone::Info, t.done_checked),
        "saved" => (Tone::Good, t.done_saved),
        "admin" => (Tone::Good, t.done_admin),
        "ended" => (Tone::Info, t.done_ended),
        "busy" => (Tone::Warn, t.done_busy),
        "away" => (Tone::Warn, t.done_away),
        "created" => (Tone::Good, t.done_created),
        "replaced" => (
            Tone::Good,
            text::console::app_change::of(lang).done_replaced,
        ),
        _ => return None,
    })
}

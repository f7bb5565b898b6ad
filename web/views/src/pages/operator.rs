//! The operator's console: tenants, the platform, and its frame.

mod accounts;
mod system;
mod tenant;
mod tenants;

pub use accounts::{FreshLink, OperatorAccountPage, OperatorAccountRow, OperatorAccountsPage};
pub(crate) use system::component;
pub use system::{ComponentRow, ComponentState, JobRow, KeyRow, SystemPage};
pub use tenant::{MonthRow, OperatorFault, OperatorTenantPage, SuspendedFor};
pub use tenants::{AppState, OperatorTenantsPage, TenantRow};

use crate::{
    Lang, Moment, Shell, Visitor,
    console::{Banner, NavGroup, NavLine, Tone},
    text::{self, console::frame::FrameText, operator::OperatorText},
};

/// A part of the operator's console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperatorTab {
    /// The tenants.
    Tenants,
    /// The accounts.
    Accounts,
    /// The platform itself.
    System,
}

/// The frame of the operator's pages. It has what the template of the console's frame asks for.
#[derive(Debug, Clone)]
pub struct OperatorShell {
    /// Language, this page's path, who is signed in.
    pub shell: Shell,
    /// What stands where a tenant's name does.
    pub tenant: String,
    /// Path of the operator's console.
    pub base: String,
    /// Whether the person has consoles of tenants.
    pub others: bool,
    /// Where one is.
    pub tab: OperatorTab,
    /// What needs attention.
    pub banners: Vec<Banner>,
    /// What the act before this page did.
    pub notice: Option<(Tone, String)>,
}

impl OperatorShell {
    /// A frame.
    pub fn new(shell: Shell, tab: OperatorTab) -> Self {
        Self {
            tenant: text::operator::of(shell.lang).platform.to_owned(),
            shell,
            base: "/console/operator".to_owned(),
            others: true,
            tab,
            banners: Vec::new(),
            notice: None,
        }
    }

    /// The same frame with a word about what was just done.
    #[must_use]
    pub fn with_notice(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.notice = Some((tone, text.into()));
        self
    }

    /// The language of the page.
    pub const fn lang(&self) -> Lang {
        self.shell.lang
    }

    /// A form token of this session, for the page's forms.
    pub fn csrf(&self) -> &str {
        let visitor = self.shell.visitor.as_ref();
        visitor.map_or("", |visitor: &Visitor| visitor.csrf.as_str())
    }

    pub(crate) fn f(&self) -> &'static FrameText {
        text::console::frame::of(self.lang())
    }

    pub(crate) fn t(&self) -> &'static OperatorText {
        text::operator::of(self.lang())
    }

    pub(crate) fn nav(&self) -> Vec<NavGroup> {
        let t = self.t();
        let line = |label, path: &str, icon: &str, tab| NavLine {
            label,
            path: path.to_owned(),
            icon: format!("{}#{icon}", crate::assets::paths().icons),
            current: self.tab == tab,
        };
        vec![NavGroup {
            label: "",
            lines: vec![
                line(t.tenants, &self.base, "people", OperatorTab::Tenants),
                line(
                    t.accounts,
                    "/console/operator/accounts",
                    "key",
                    OperatorTab::Accounts,
                ),
                line(
                    t.system,
                    "/console/operator/system",
                    "overview",
                    OperatorTab::System,
                ),
            ],
        }]
    }

    pub(crate) fn time(&self, at: Moment, now: Moment) -> String {
        at.element(now, self.lang())
    }

    pub(crate) fn here(&self) -> &'static str {
        match self.tab {
            OperatorTab::Tenants => self.t().tenants,
            OperatorTab::Accounts => self.t().accounts,
            OperatorTab::System => self.t().system,
        }
    }
}

/// What the `done` parameter after a redirect says.
pub fn done(lang: Lang, code: &str) -> Option<&'static str> {
    let t = text::operator::of(lang);
    Some(match code {
        "plan" => t.plan_done,
        "blocked" => t.block_done,
        "unblocked" => t.unblock_done,
        "factor-reset" => t.reset_done,
        "suspended" => t.suspend_done,
        "resumed" => t.resume_done,
        _ => return None,
    })
}

/// Name of a plan.
pub(crate) fn plan_name(lang: Lang, name: &str) -> &'static str {
    let t = text::console::billing::of(lang);
    match name {
        "team" => t.team,
        "enterprise" => t.enterprise,
        _ => t.free,
    }
}

//! The frame of the console: where one is, where one may go, what needs attention.

pub use crate::pages::console::{
    app_change, audit, audit_entry, audit_keeping, audit_proof, billing, connections, data,
    developer, events, members, overview, people, policy, roles, rules, settings, setup, statement,
    stops, usage,
};

use crate::{
    Lang, Moment, Shell, Visitor,
    text::{self, console::frame::FrameText},
};

/// A part of a tenant's console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// How the tenant stands.
    Overview,
    /// The Feishu app and its checks.
    Setup,
    /// Who gets which role.
    Roles,
    /// What roles may do.
    Policy,
    /// Which clients are connected.
    Connections,
    /// The ledger.
    Audit,
    /// Calls by person, tool, department.
    Usage,
    /// Plan and statements.
    Billing,
    /// Who has access to the console.
    People,
    /// The tenant itself.
    Settings,
    /// Rules that act on what happens.
    Rules,
    /// Logs, tool reference, trying a tool.
    Developer,
}

impl Tab {
    /// All, in the order of the navigation.
    pub const ALL: [Self; 12] = [
        Self::Overview,
        Self::Setup,
        Self::Roles,
        Self::Policy,
        Self::Connections,
        Self::Audit,
        Self::Usage,
        Self::Billing,
        Self::People,
        Self::Settings,
        Self::Rules,
        Self::Developer,
    ];

    /// What stands after the tenant's path.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Setup => "/setup",
            Self::Roles => "/roles",
            Self::Policy => "/policy",
            Self::Connections => "/connections",
            Self::Audit => "/audit",
            Self::Usage => "/usage",
            Self::Billing => "/billing",
            Self::People => "/people",
            Self::Settings => "/settings",
            Self::Rules => "/rules",
            Self::Developer => "/developer",
        }
    }

    /// Name of the symbol in `icons.svg`.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Setup => "setup",
            Self::Roles => "roles",
            Self::Policy => "policy",
            Self::Connections => "connections",
            Self::Audit => "audit",
            Self::Usage => "usage",
            Self::Billing => "billing",
            Self::People => "people",
            Self::Settings => "settings",
            Self::Rules => "rules",
            Self::Developer => "developer",
        }
    }

    /// What belongs together in the navigation, with its title.
    const fn groups(t: &FrameText) -> [(&'static str, &'static [Self]); 4] {
        [
            ("", &[Self::Overview]),
            (
                t.access,
                &[Self::Setup, Self::Roles, Self::Policy, Self::Connections],
            ),
            (t.insight, &[Self::Audit, Self::Usage, Self::Billing]),
            (
                t.organisation,
                &[Self::People, Self::Settings, Self::Rules, Self::Developer],
            ),
        ]
    }

    const fn label(self, t: &FrameText) -> &'static str {
        match self {
            Self::Overview => t.overview,
            Self::Setup => t.setup,
            Self::Roles => t.roles,
            Self::Policy => t.policy,
            Self::Connections => t.connections,
            Self::Audit => t.audit,
            Self::Usage => t.usage,
            Self::Billing => t.billing,
            Self::People => t.people,
            Self::Settings => t.settings,
            Self::Rules => t.rules,
            Self::Developer => t.developer,
        }
    }
}

/// How a banner or a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something went well.
    Good,
    /// Good to know.
    Info,
    /// Needs attention soon.
    Warn,
    /// Is broken.
    Bad,
}

impl Tone {
    /// Name of the style.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

/// Something that every page of the console says until it is dealt with.
#[derive(Debug, Clone)]
pub struct Banner {
    /// How it is meant.
    pub tone: Tone,
    /// One sentence.
    pub text: String,
    /// What to press, and the path that it leads to.
    pub link: Option<(String, String)>,
}

/// The frame of a page of a tenant's console.
#[derive(Debug, Clone)]
pub struct ConsoleShell {
    /// Language, this page's path, who is signed in.
    pub shell: Shell,
    /// Name of the tenant.
    pub tenant: String,
    /// Path of the tenant's console, without a slash at the end.
    pub base: String,
    /// Whether the person has other tenants to go to.
    pub others: bool,
    /// Whether the person runs the platform.
    pub operator: bool,
    /// Where one is.
    pub tab: Tab,
    /// Where one may go.
    pub tabs: Vec<Tab>,
    /// What needs attention.
    pub banners: Vec<Banner>,
    /// What the act before this page did.
    pub notice: Option<(Tone, String)>,
}

/// Lines of the navigation that belong together.
pub(crate) struct NavGroup {
    /// Empty for the first, which needs no title.
    pub(crate) label: &'static str,
    pub(crate) lines: Vec<NavLine>,
}

/// One line of the navigation.
pub(crate) struct NavLine {
    pub(crate) label: &'static str,
    pub(crate) path: String,
    pub(crate) icon: String,
    pub(crate) current: bool,
}

impl ConsoleShell {
    /// The language of the page.
    pub const fn lang(&self) -> Lang {
        self.shell.lang
    }

    /// A form token of this session, for the page's forms.
    pub fn csrf(&self) -> &str {
        self.shell
            .visitor
            .as_ref()
            .map_or("", |visitor: &Visitor| visitor.csrf.as_str())
    }

    /// The same frame with a word about what was just done.
    #[must_use]
    pub fn with_notice(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.notice = Some((tone, text.into()));
        self
    }

    pub(crate) fn f(&self) -> &'static FrameText {
        text::console::frame::of(self.lang())
    }

    pub(crate) fn nav(&self) -> Vec<NavGroup> {
        let t = self.f();
        let line = |tab: &Tab| NavLine {
            label: tab.label(t),
            path: format!("{}{}", self.base, tab.path()),
            icon: format!("{}#{}", crate::assets::paths().icons, tab.icon()),
            current: *tab == self.tab,
        };
        Tab::groups(t)
            .into_iter()
            .map(|(label, tabs)| NavGroup {
                label,
                lines: tabs
                    .iter()
                    .filter(|tab| self.tabs.contains(tab))
                    .map(line)
                    .collect(),
            })
            .chain(self.operator.then(|| self.platform()))
            .filter(|group| !group.lines.is_empty())
            .collect()
    }

    /// The way to the operator's console.
    fn platform(&self) -> NavGroup {
        let t = text::operator::of(self.lang());
        NavGroup {
            label: t.platform,
            lines: vec![NavLine {
                label: t.tenants,
                path: "/console/operator".to_owned(),
                icon: format!("{}#out", crate::assets::paths().icons),
                current: false,
            }],
        }
    }

    /// A moment as people say it, with the full time for pointers and scripts.
    pub(crate) fn time(&self, at: Moment, now: Moment) -> String {
        at.element(now, self.lang())
    }

    pub(crate) fn here(&self) -> &'static str {
        self.tab.label(self.f())
    }
}

//! What was found.

use serde::{Deserialize, Serialize};

use super::Region;

/// What is looked at, in the order in which it is shown and depends on each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProbeId {
    /// Feishu answers us, and its address list lets us in.
    Network,
    /// Our clock and Feishu's agree.
    Clock,
    /// The app belongs to the chosen brand.
    Brand,
    /// App ID and App Secret are right.
    Credentials,
    /// The app is installed and in use.
    Enabled,
    /// A version with what is needed is in force.
    Published,
    /// The scopes of the chosen capabilities.
    Scopes,
    /// People can give lasting access.
    OfflineAccess,
    /// Our redirect URL is registered.
    Redirect,
    /// The administrator may use the app.
    Availability,
    /// The bot of the app.
    Bot,
}

impl ProbeId {
    /// All, in their order.
    pub const ALL: [Self; 11] = [
        Self::Network,
        Self::Clock,
        Self::Brand,
        Self::Credentials,
        Self::Enabled,
        Self::Published,
        Self::Scopes,
        Self::OfflineAccess,
        Self::Redirect,
        Self::Availability,
        Self::Bot,
    ];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Clock => "clock",
            Self::Brand => "brand",
            Self::Credentials => "credentials",
            Self::Enabled => "enabled",
            Self::Published => "published",
            Self::Scopes => "scopes",
            Self::OfflineAccess => "offline_access",
            Self::Redirect => "redirect",
            Self::Availability => "availability",
            Self::Bot => "bot",
        }
    }
}

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// As it should be.
    Ok,
    /// Not there; somebody must add it.
    Missing,
    /// Asked for; somebody must approve it.
    Waiting,
    /// Not asked for by anything that is switched on.
    NotNeeded,
    /// There, and wrong.
    Broken,
    /// Nobody could say.
    Unknown,
}

impl Status {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Missing => "missing",
            Self::Waiting => "waiting",
            Self::NotNeeded => "not_needed",
            Self::Broken => "broken",
            Self::Unknown => "unknown",
        }
    }

    /// Whether somebody must do something.
    pub const fn needs_action(self) -> bool {
        matches!(self, Self::Missing | Self::Waiting | Self::Broken)
    }
}

/// A text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Words {
    /// Both texts.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self {
            en: en.into(),
            zh: zh.into(),
        }
    }

    /// One of them.
    pub fn pick(&self, chinese: bool) -> &str {
        if chinese { &self.zh } else { &self.en }
    }
}

/// One probe's result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which probe.
    pub probe: ProbeId,
    /// How it is.
    pub status: Status,
    /// What it is called.
    pub title: Words,
    /// What was seen.
    pub seen: Words,
    /// What to do next; empty when there is nothing to do.
    pub fix: Words,
    /// Where to do it.
    pub link: Option<String>,
    /// The probe whose result explains this one: mending that is enough.
    pub follows: Option<ProbeId>,
}

impl Finding {
    /// Whether this is a fault of its own that somebody must mend.
    pub const fn is_red(&self) -> bool {
        self.status.needs_action() && self.follows.is_none()
    }
}

/// Whose token a scope is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenType {
    /// A person's.
    User,
    /// The app's own.
    Tenant,
}

impl TokenType {
    /// Feishu's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Tenant => "tenant",
        }
    }
}

/// How a scope stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeState {
    /// Wanted and not there.
    Missing,
    /// Wanted and applied for.
    Waiting,
    /// Wanted and in force.
    Has,
    /// In force, and nothing that is switched on needs it.
    NotNeeded,
    /// Wanted; Feishu did not say.
    Unknown,
}

impl ScopeState {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Waiting => "waiting",
            Self::Has => "has",
            Self::NotNeeded => "not_needed",
            Self::Unknown => "unknown",
        }
    }
}

/// One scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeRow {
    /// Feishu's name.
    pub name: String,
    /// Whose token it is for.
    pub token: TokenType,
    /// How it stands.
    pub state: ScopeState,
}

/// Everything that was found about one app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The App ID that was looked at.
    pub app_id: String,
    /// Its brand, as chosen.
    pub region: Region,
    /// The app's name, where it could be read.
    pub app_name: String,
    /// One per probe, in [`ProbeId::ALL`]'s order.
    pub findings: Vec<Finding>,
    /// The wanted scopes and those that are not needed, missing ones first.
    pub scopes: Vec<ScopeRow>,
}

impl Report {
    /// The result of one probe.
    pub fn of(&self, probe: ProbeId) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.probe == probe)
    }

    /// How a probe ended; unknown when there is none.
    pub fn status(&self, probe: ProbeId) -> Status {
        self.of(probe)
            .map_or(Status::Unknown, |finding| finding.status)
    }

    /// The faults that somebody must mend, each once.
    pub fn red(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.is_red())
    }

    /// Whether Feishu answered at all: without an answer a report tells nothing about the app.
    pub fn heard(&self) -> bool {
        self.status(ProbeId::Network) != Status::Unknown
    }

    /// Wanted scopes in one state, of one kind of token.
    pub fn scopes_in(&self, state: ScopeState, token: TokenType) -> impl Iterator<Item = &str> {
        self.scopes
            .iter()
            .filter(move |row| row.state == state && row.token == token)
            .map(|row| row.name.as_str())
    }
}

//! The rules of one tenant: its switches, and what each role may do beyond them.

use serde::{Deserialize, Serialize};

use super::{Effect, Places};
use crate::{Capability, ClientId, Role, TenantId};

/// The rules of one tenant, as read with its row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// The tenant that they hold in.
    pub tenant: TenantId,
    /// Switched on.
    pub capabilities: Vec<Capability>,
    /// Nobody writes through the platform.
    pub read_only: bool,
    /// Tools that an admin switched off.
    pub disabled_tools: Vec<String>,
    /// Clients that an admin stopped.
    #[serde(default)]
    pub stopped_clients: Vec<ClientId>,
    /// Accounts of the console must prove a second factor before they come in.
    #[serde(default)]
    pub second_factor: bool,
    /// Agreement to a call counts only from the member's own page, never from a client.
    #[serde(default)]
    pub confirm_on_page: bool,
    /// Things may be shared with people outside the organisation.
    #[serde(default)]
    pub external_sharing: bool,
    /// What roles may do, at most one entry each. A role without one may do whatever the switches
    /// leave.
    #[serde(default)]
    pub roles: Vec<RoleRules>,
    /// Grows with each change; bound into caches and confirmations.
    pub version: u64,
}

impl Rules {
    /// Rules that only choose capabilities.
    pub const fn open(tenant: TenantId, capabilities: Vec<Capability>) -> Self {
        Self {
            tenant,
            capabilities,
            read_only: false,
            disabled_tools: Vec::new(),
            stopped_clients: Vec::new(),
            second_factor: false,
            confirm_on_page: false,
            external_sharing: false,
            roles: Vec::new(),
            version: 1,
        }
    }

    /// What is written for a role.
    pub fn of(&self, role: Role) -> Option<&RoleRules> {
        self.roles.iter().find(|rules| rules.role == role)
    }
}

/// What the holders of one role may do with the tools. A call needs one role that allows all of
/// it: two roles that each allow half of a call do not allow the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRules {
    /// The role.
    pub role: Role,
    /// Its names, for a role that the tenant made.
    #[serde(default)]
    pub name: Option<RoleName>,
    /// Which tools.
    #[serde(default)]
    pub tools: ToolChoice,
    /// The strongest effect.
    #[serde(default = "strongest")]
    pub ceiling: Effect,
    /// Where in Feishu.
    #[serde(default)]
    pub places: Places,
    /// Through which AI clients.
    #[serde(default)]
    pub clients: ClientChoice,
    /// Whether API keys of their holders work.
    #[serde(default = "yes")]
    pub api_keys: bool,
    /// Days after which a client must be allowed again; `None` is the platform's own time.
    #[serde(default)]
    pub consent_days: Option<u16>,
}

impl RoleRules {
    /// Days that `consent_days` may be.
    pub const CONSENT_DAYS: std::ops::RangeInclusive<u16> = 1..=365;

    /// A role without limits of its own.
    pub fn open(role: Role) -> Self {
        Self {
            role,
            name: None,
            tools: ToolChoice::All,
            ceiling: strongest(),
            places: Places::default(),
            clients: ClientChoice::Any,
            api_keys: true,
            consent_days: None,
        }
    }
}

const fn strongest() -> Effect {
    Effect::Destroy
}

const fn yes() -> bool {
    true
}

/// What a tenant calls a role of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleName {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

/// Which tools.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolChoice {
    /// Every tool, also those of later releases.
    #[default]
    All,
    /// These.
    Only(Vec<String>),
    /// All but these.
    Except(Vec<String>),
}

impl ToolChoice {
    /// Whether a tool is among them.
    pub fn has(&self, tool: &str) -> bool {
        let named = |names: &[String]| names.iter().any(|name| name == tool);
        match self {
            Self::All => true,
            Self::Only(names) => named(names),
            Self::Except(names) => !named(names),
        }
    }
}

/// Which AI clients.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientChoice {
    /// Every client.
    #[default]
    Any,
    /// Those whose name a host vouches for.
    Verified,
    /// These.
    Only(Vec<ClientId>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_an_earlier_release_are_read() {
        let tenant: TenantId = crate::Id::from_uuid(uuid::Uuid::from_bytes([1; 16]));
        let stored = serde_json::json!({
            "tenant": tenant, "capabilities": ["docs_read"], "read_only": false,
            "disabled_tools": [], "version": 7,
        });
        let read: Rules = serde_json::from_value(stored).unwrap();
        assert_eq!((read.version, read.roles.len()), (7, 0));
        assert!(!read.external_sharing, "nothing opens by itself");
        let stored = serde_json::json!({ "role": "end_user" });
        let read: RoleRules = serde_json::from_value(stored).unwrap();
        assert_eq!(read, RoleRules::open(Role::EndUser));
    }

    #[test]
    fn a_choice_of_tools_says_what_it_leaves() {
        let two = vec!["search".to_owned(), "doc_read".to_owned()];
        assert!(ToolChoice::All.has("x"));
        assert!(ToolChoice::Only(two.clone()).has("search"));
        assert!(!ToolChoice::Only(two.clone()).has("x"));
        assert!(!ToolChoice::Except(two.clone()).has("search"));
        assert!(ToolChoice::Except(two).has("x"));
    }
}

//! Which people get which roles, by where they belong in Feishu.
//!
//! A tenant has one ordered list of rules. It is read from the top: each rule that fits a person
//! adds its role, and the roles of all of them are held together. A rule that says "no access"
//! ends the reading for whoever it fits: roles of the rules above it stay, rules below it are not
//! read. Whoever left the enterprise, or was frozen there, has no role whatever the rules say.
//!
//! What is not known about a person never opens anything: a rule about groups that cannot be read
//! gives nothing to a newcomer, and one that would refuse ends the reading. A member keeps what it
//! had until the question can be answered, so that an outage of Feishu takes nothing away.
//!
//! The owner's role is not among what rules give: it is given to accounts by owners, so no list of
//! rules can lock the last owner out.

mod evaluate;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Role, RoleSet};

pub use evaluate::{Ended, Settled, Step, Verdict, evaluate};

/// Most rules of one tenant.
pub const MAX_RULES: usize = 100;
/// Longest id that Feishu gives a person, group or department.
const MAX_ID: usize = 128;
/// Longest name that is kept with a rule, in characters.
const MAX_NAME: usize = 120;

/// Whom a rule fits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Whom {
    /// Everybody who signs in.
    Everyone,
    /// The people of a user group.
    Group {
        /// Feishu's `group_id`.
        id: String,
    },
    /// The people of a department.
    Department {
        /// Feishu's `open_department_id` (`od-…`).
        id: String,
        /// Also those of the departments below it.
        below: bool,
    },
    /// One person.
    Person {
        /// `open_id` in the tenant's app (`ou_…`), or `union_id` (`on_…`).
        id: String,
    },
}

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Gives {
    /// Adds a role; any but [`Role::Owner`].
    Role(Role),
    /// Adds nothing, and no rule below is read.
    NoAccess,
}

/// One rule. Its place in the list is its priority.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RoleMapping {
    /// Whom it fits.
    pub whom: Whom,
    /// What it does.
    pub gives: Gives,
    /// What Feishu called the group, department or person when the rule was made.
    #[serde(default)]
    pub name: String,
}

/// The rules of a tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleMappings {
    /// In the order in which they are read.
    pub rules: Vec<RoleMapping>,
    /// Grows with each change; 0 while nobody set any.
    pub version: u64,
}

/// Why a list of rules cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MappingFault {
    /// More than [`MAX_RULES`].
    #[error("there are too many rules")]
    TooMany,
    /// A rule gives what only owners give.
    #[error("no rule makes an owner")]
    Owner,
    /// An id that Feishu cannot have given.
    #[error("the id is none")]
    BadId,
    /// The same rule is in the list already.
    #[error("the rule is in the list already")]
    Twice,
}

/// Whether somebody still works at the enterprise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Does.
    Works,
    /// An administrator of the enterprise froze the account.
    Frozen,
    /// Left.
    Left,
    /// Feishu does not say: a scope is missing, or the person is out of the app's sight.
    #[default]
    Unknown,
}

/// What is known about a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonFacts {
    /// Feishu's id in the tenant's app.
    pub open_id: String,
    /// Feishu's id over all apps of the developer.
    pub union_id: Option<String>,
    /// Whether the person works here.
    pub standing: Standing,
    /// User groups that the person belongs to, directly or through a department; `None` when they
    /// could not be read.
    pub groups: Option<BTreeSet<String>>,
    /// For each department of the person, the department and those above it, nearest first;
    /// `None` when they could not be read.
    pub departments: Option<Vec<Vec<String>>>,
}

impl Whom {
    /// Stable name of the kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Group { .. } => "group",
            Self::Department { .. } => "department",
            Self::Person { .. } => "person",
        }
    }

    /// The id that Feishu gave; empty for everyone.
    pub fn id(&self) -> &str {
        match self {
            Self::Everyone => "",
            Self::Group { id } | Self::Department { id, .. } | Self::Person { id } => id,
        }
    }

    /// Reads what a form says.
    ///
    /// # Errors
    /// [`MappingFault::BadId`].
    pub fn read(kind: &str, id: &str, below: bool) -> Result<Self, MappingFault> {
        let id = id.trim().to_owned();
        let whom = match kind {
            "everyone" => Self::Everyone,
            "group" => Self::Group { id },
            "department" => Self::Department { id, below },
            "person" => Self::Person { id },
            _ => return Err(MappingFault::BadId),
        };
        whom.check().map(|()| whom)
    }

    fn check(&self) -> Result<(), MappingFault> {
        let id = self.id();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let fits = match self {
            Self::Everyone => return Ok(()),
            Self::Person { .. } => id.starts_with("ou_") || id.starts_with("on_"),
            Self::Group { .. } | Self::Department { .. } => !id.is_empty(),
        };
        if fits && id.len() <= MAX_ID && id.bytes().all(plain) {
            Ok(())
        } else {
            Err(MappingFault::BadId)
        }
    }
}

impl Gives {
    /// Stable name.
    pub fn name(self) -> String {
        match self {
            Self::Role(role) => role.name(),
            Self::NoAccess => "no_access".to_owned(),
        }
    }

    /// Reads a stable name. Owner is none: no rule makes one.
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "no_access" {
            return Some(Self::NoAccess);
        }
        Role::from_name(name)
            .filter(|role| *role != Role::Owner)
            .map(Self::Role)
    }
}

impl From<Gives> for String {
    fn from(gives: Gives) -> Self {
        gives.name()
    }
}

impl TryFrom<String> for Gives {
    type Error = crate::RoleParseError;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::from_name(&name).ok_or(crate::RoleParseError)
    }
}

impl RoleMapping {
    /// A rule; the name is cut to what is kept.
    pub fn new(whom: Whom, gives: Gives, name: &str) -> Self {
        let name = name.chars().filter(|c| !c.is_control()).take(MAX_NAME);
        Self {
            whom,
            gives,
            name: name.collect(),
        }
    }

    /// The rule of every new tenant: whoever signs in uses the tools.
    pub fn newcomers() -> Self {
        Self::new(Whom::Everyone, Gives::Role(Role::EndUser), "")
    }
}

impl RoleMappings {
    /// The rules that hold while nobody set any.
    pub fn unset() -> Self {
        Self {
            rules: vec![RoleMapping::newcomers()],
            version: 0,
        }
    }

    /// Whether rules can be kept.
    ///
    /// # Errors
    /// The first [`MappingFault`].
    pub fn check(rules: &[RoleMapping]) -> Result<(), MappingFault> {
        if rules.len() > MAX_RULES {
            return Err(MappingFault::TooMany);
        }
        for (place, rule) in rules.iter().enumerate() {
            rule.whom.check()?;
            if rule.gives == Gives::Role(Role::Owner) {
                return Err(MappingFault::Owner);
            }
            let same = |other: &RoleMapping| other.whom == rule.whom && other.gives == rule.gives;
            if rules[..place].iter().any(same) {
                return Err(MappingFault::Twice);
            }
        }
        Ok(())
    }

    /// Every role that a rule gives.
    pub fn given(&self) -> RoleSet {
        let roles = self.rules.iter().filter_map(|rule| match rule.gives {
            Gives::Role(role) => Some(role),
            Gives::NoAccess => None,
        });
        roles.collect()
    }

    /// The roles that a person holds from now on. `held` are those that it holds so far, `None`
    /// for somebody who signs in for the first time.
    ///
    /// While nobody set rules, members keep what they were given otherwise. Later the rules decide
    /// alone, but for an owner's role, which they neither give nor take.
    pub fn settle(&self, facts: &PersonFacts, held: Option<RoleSet>) -> Settled {
        let verdict = evaluate(&self.rules, facts);
        let owner = RoleSet::EMPTY.with(Role::Owner);
        let before = held.unwrap_or_default();
        let roles = match (&verdict.ended, held) {
            (Some(Ended::Left | Ended::Frozen), _) => RoleSet::EMPTY,
            _ if self.version == 0 && !before.is_empty() => before,
            (_, Some(known)) if !verdict.sure && !known.is_empty() => known,
            _ if before.meets(owner) => verdict.roles.with(Role::Owner),
            _ => verdict.roles,
        };
        Settled { roles, verdict }
    }
}

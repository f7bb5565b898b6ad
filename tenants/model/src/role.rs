//! The built-in roles.

use serde::{Deserialize, Serialize};

/// A role of a member inside one tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Uses the tools.
    EndUser,
    /// Uses the tools, publishes the tenant's own, reads logs and traces of its calls.
    Developer,
    /// Onboards the app, maps roles, chooses capabilities, reviews.
    Admin,
}

impl Role {
    /// All roles, weakest first.
    pub const ALL: [Self; 3] = [Self::EndUser, Self::Developer, Self::Admin];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EndUser => "end_user",
            Self::Developer => "developer",
            Self::Admin => "admin",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    const fn bit(self) -> u8 {
        match self {
            Self::EndUser => 1,
            Self::Developer => 2,
            Self::Admin => 4,
        }
    }
}

/// The roles of one member. The empty set may do nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoleSet(u8);

impl RoleSet {
    /// The set without roles.
    pub const EMPTY: Self = Self(0);

    /// The set with one more role.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | role.bit())
    }

    /// Whether the set has `role`.
    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles, weakest first.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }

    /// The names of the roles, separated by spaces: the stored form.
    pub fn names(self) -> String {
        self.iter().map(Role::name).collect::<Vec<_>>().join(" ")
    }

    /// Reads the stored form; unknown names (of a newer release) give nothing.
    pub fn from_names(names: &str) -> Self {
        names.split(' ').filter_map(Role::from_name).collect()
    }
}

impl FromIterator<Role> for RoleSet {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles.into_iter().fold(Self::EMPTY, Self::with)
    }
}

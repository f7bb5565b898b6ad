//! Roles: the built-in ones, and those that a tenant makes itself.

use serde::{Deserialize, Serialize};

/// A role of a person inside one tenant.
///
/// Built-in roles open parts of the console and, all but [`Role::Auditor`] and [`Role::Billing`],
/// the tools. A custom role opens tools only; what it may do there is in the tenant's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Role {
    /// Uses the tools.
    EndUser,
    /// Uses the tools, publishes the tenant's own, reads logs and traces of its calls.
    Developer,
    /// Reviews the ledger, opens sealed arguments. Nobody has it by being something else.
    Auditor,
    /// Sees usage, plans and statements.
    Billing,
    /// Onboards the app, maps roles, chooses capabilities, reviews.
    Admin,
    /// May do what an admin may, and give up the tenant as a whole.
    Owner,
    /// A role that the tenant made.
    Custom(CustomRole),
}

/// The place of a custom role among those of its tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomRole(u8);

impl CustomRole {
    /// Custom roles that a tenant may have.
    pub const MAX: u8 = 24;

    /// The role at `slot`, which is below [`CustomRole::MAX`].
    pub const fn at(slot: u8) -> Option<Self> {
        if slot < Self::MAX {
            Some(Self(slot))
        } else {
            None
        }
    }

    /// The place.
    pub const fn slot(self) -> u8 {
        self.0
    }
}

/// A name that is no role's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no role has this name")]
pub struct RoleParseError;

impl Role {
    /// The built-in roles.
    pub const BUILT_IN: [Self; 6] = [
        Self::EndUser,
        Self::Developer,
        Self::Auditor,
        Self::Billing,
        Self::Admin,
        Self::Owner,
    ];

    /// Stable name.
    pub fn name(self) -> String {
        match self {
            Self::EndUser => "end_user".to_owned(),
            Self::Developer => "developer".to_owned(),
            Self::Auditor => "auditor".to_owned(),
            Self::Billing => "billing".to_owned(),
            Self::Admin => "admin".to_owned(),
            Self::Owner => "owner".to_owned(),
            Self::Custom(CustomRole(slot)) => format!("custom_{slot}"),
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        if let Some(slot) = name.strip_prefix("custom_") {
            return slot.parse().ok().and_then(CustomRole::at).map(Self::Custom);
        }
        Self::BUILT_IN.into_iter().find(|role| role.name() == name)
    }

    const fn bit(self) -> u32 {
        match self {
            Self::EndUser => 1,
            Self::Developer => 1 << 1,
            Self::Auditor => 1 << 2,
            Self::Billing => 1 << 3,
            Self::Admin => 1 << 4,
            Self::Owner => 1 << 5,
            Self::Custom(CustomRole(slot)) => 1 << (8 + slot),
        }
    }
}

impl From<Role> for String {
    fn from(role: Role) -> Self {
        role.name()
    }
}

impl TryFrom<String> for Role {
    type Error = RoleParseError;

    fn try_from(name: String) -> Result<Self, RoleParseError> {
        Self::from_name(&name).ok_or(RoleParseError)
    }
}

/// The roles of one person. The empty set may do nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct RoleSet(u32);

impl RoleSet {
    /// The set without roles.
    pub const EMPTY: Self = Self(0);

    /// Every role there can be.
    pub const ALL: Self = Self(u32::MAX);

    /// Every custom role there can be.
    pub const CUSTOM: Self = Self(0xffff_ff00);

    /// The set of some roles.
    #[must_use]
    pub const fn of(roles: &[Role]) -> Self {
        let mut set = Self::EMPTY;
        let mut index = 0;
        while index < roles.len() {
            set = set.with(roles[index]);
            index += 1;
        }
        set
    }

    /// The set with one more role.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | role.bit())
    }

    /// The roles that are in either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The set with one role less.
    #[must_use]
    pub const fn without(self, role: Role) -> Self {
        Self(self.0 & !role.bit())
    }

    /// Whether the set has `role`.
    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether the set has any of `others`.
    pub const fn meets(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles, built-in ones first.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        let custom = (0..CustomRole::MAX).filter_map(CustomRole::at);
        Role::BUILT_IN
            .into_iter()
            .chain(custom.map(Role::Custom))
            .filter(move |role| self.has(*role))
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

impl Serialize for RoleSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.names())
    }
}

impl<'de> Deserialize<'de> for RoleSet {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Ok(Self::from_names(&names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_read_back_from_its_name_and_has_a_bit_of_its_own() {
        let all: Vec<Role> = Role::BUILT_IN
            .into_iter()
            .chain(
                (0..CustomRole::MAX)
                    .filter_map(CustomRole::at)
                    .map(Role::Custom),
            )
            .collect();
        for role in &all {
            assert_eq!(Role::from_name(&role.name()), Some(*role));
        }
        let set: RoleSet = all.iter().copied().collect();
        assert_eq!(set.iter().count(), all.len());
        assert_eq!(RoleSet::from_names(&set.names()), set);
        assert_eq!(RoleSet::CUSTOM.iter().count(), usize::from(CustomRole::MAX));
    }

    #[test]
    fn a_slot_beyond_the_last_is_no_role() {
        assert_eq!(CustomRole::at(24), None);
        assert_eq!(Role::from_name("custom_24"), None);
        assert_eq!(Role::from_name("custom_-1"), None);
    }
}

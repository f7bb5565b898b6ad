//! A Feishu user seen in a tenant.

use serde::{Deserialize, Serialize};

use crate::{MemberId, RoleSet, TenantId, Timestamp};

/// Whether a member may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MemberStatus {
    /// May come in.
    Active,
    /// Blocked by an admin, or gone from the enterprise.
    Blocked,
}

impl MemberStatus {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Blocked => "blocked",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::Blocked]
            .into_iter()
            .find(|status| status.name() == name)
    }
}

/// A member. Personal fields beyond the name are not kept: tools read them from Feishu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Identity.
    pub id: MemberId,
    /// Feishu's id of the person in the tenant's app (`ou_…`).
    pub open_id: String,
    /// Feishu's id of the person over all apps of one developer (`on_…`), if given.
    pub union_id: Option<String>,
    /// Display name as Feishu gives it.
    pub name: String,
    /// Address of a small picture, if given.
    pub avatar_url: Option<String>,
    /// Roles in force.
    pub roles: RoleSet,
    /// May come in or not.
    pub status: MemberStatus,
    /// First sign-in.
    pub created_at: Timestamp,
    /// Latest sign-in.
    pub seen_at: Timestamp,
}

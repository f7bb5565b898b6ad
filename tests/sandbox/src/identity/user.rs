//! A person.

use serde::{Deserialize, Serialize};

/// Which kind of user id a request speaks.
#[expect(clippy::enum_variant_names, reason = "the platform's own names")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdKind {
    /// `ou_…`, per app.
    OpenId,
    /// `on_…`, per developer.
    UnionId,
    /// Per tenant.
    UserId,
}

impl IdKind {
    /// Reads `user_id_type`; anything unknown counts as the default, since the validator has
    /// already refused it.
    pub(crate) fn parse(text: &str) -> IdKind {
        match text {
            "union_id" => IdKind::UnionId,
            "user_id" => IdKind::UserId,
            _ => IdKind::OpenId,
        }
    }
}

/// Whether a person may sign in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserStatus {
    /// Works here.
    #[default]
    Active,
    /// Account frozen by an administrator.
    Frozen,
    /// Has left.
    Resigned,
}

/// A person of a tenant.
#[expect(
    clippy::struct_field_names,
    reason = "`user_id` is what the platform calls it"
)]
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct User {
    /// The sandbox's own name for the person, like `lin.wei`.
    pub key: String,
    /// Tenant-wide id.
    pub user_id: String,
    /// Display name.
    pub name: String,
    /// English name.
    pub en_name: String,
    /// Work address.
    pub email: String,
    /// With country code.
    pub mobile: String,
    /// Employee number.
    pub employee_no: String,
    /// Job title.
    pub job_title: String,
    /// City.
    pub city: String,
    /// 1 male, 2 female, 0 unknown.
    pub gender: i64,
    /// Keys of departments, the first is the main one.
    pub departments: Vec<String>,
    /// Key of the leader.
    pub leader: Option<String>,
    /// Administrator of the tenant.
    pub is_admin: bool,
    /// Seconds since 1970.
    pub join_time: i64,
    /// May sign in?
    pub status: UserStatus,
}

//! A user group.

use serde::{Deserialize, Serialize};

/// A user group: people, departments or both.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UserGroup {
    /// Group id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// 1 normal, 2 dynamic.
    pub kind: i64,
    /// Keys of people.
    pub users: Vec<String>,
    /// Keys of departments; their people belong to the group.
    pub departments: Vec<String>,
}

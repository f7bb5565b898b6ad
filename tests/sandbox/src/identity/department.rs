//! A department.

use serde::{Deserialize, Serialize};

/// A department; its parent is another key or `0`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Department {
    /// Custom department id, unique in the tenant.
    pub key: String,
    /// Display name (Chinese).
    pub name: String,
    /// English name.
    pub en_name: String,
    /// Key of the parent, `0` for the root.
    pub parent: String,
    /// Key of the leader.
    pub leader: Option<String>,
    /// Position among its siblings.
    pub order: i64,
}

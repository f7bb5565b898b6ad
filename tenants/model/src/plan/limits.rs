//! Rates and quotas.

use serde::{Deserialize, Serialize};

/// A burst and then a steady rate (GCRA).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rate {
    /// Calls that may come at once.
    pub burst: u32,
    /// Calls per minute after that.
    pub per_minute: u32,
}

/// Limits in force for a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Limits {
    /// Per member.
    pub member: Rate,
    /// Per tenant, over all members.
    pub tenant: Rate,
    /// The tenant's own cap: delivered calls after which a calendar month (UTC) stops; `None`
    /// leaves it to the plan. See [`crate::Tenant::monthly_stop`].
    pub monthly_calls: Option<u64>,
}

impl Default for Limits {
    /// 10 calls at once, then 1 per second for a member; 30 times that for a tenant.
    fn default() -> Self {
        Self {
            member: Rate {
                burst: 10,
                per_minute: 60,
            },
            tenant: Rate {
                burst: 300,
                per_minute: 1_800,
            },
            monthly_calls: None,
        }
    }
}

//! Rates and quotas.

use serde::{Deserialize, Serialize};

use crate::Plan;

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

impl Limits {
    /// The fastest rates that an admin may choose on a plan: of one member, and of the tenant.
    pub const fn fastest(plan: Plan) -> (Rate, Rate) {
        let (member, tenant) = match plan {
            Plan::Free => ((10, 60), (300, 1_800)),
            Plan::Team => ((30, 180), (900, 5_400)),
            Plan::Enterprise => ((60, 600), (3_000, 18_000)),
        };
        (
            Rate {
                burst: member.0,
                per_minute: member.1,
            },
            Rate {
                burst: tenant.0,
                per_minute: tenant.1,
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bigger_plan_is_never_slower_and_the_usual_rates_fit_every_plan() {
        let usual = Limits::default();
        let mut before = (usual.member, usual.tenant);
        for plan in Plan::ALL {
            let (member, tenant) = Limits::fastest(plan);
            assert!(member.burst >= before.0.burst && member.per_minute >= before.0.per_minute);
            assert!(tenant.burst >= before.1.burst && tenant.per_minute >= before.1.per_minute);
            before = (member, tenant);
        }
    }
}

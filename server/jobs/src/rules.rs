//! Does what rules are to do and nobody did yet: moments that have come, attempts after a pause,
//! and what a replica that vanished had begun.

use futures::{StreamExt as _, stream};
use model::{Tenant, TenantStatus};

use crate::{JobsParts, health, tenants};

/// Tenants whose rules are looked at, at a time: one that is slow must not hold up the others.
const AT_ONCE: usize = 8;

/// One round over the rules of all tenants.
pub(crate) async fn round(parts: &JobsParts) {
    let all = match tenants::all(&parts.store, "run what is due").await {
        Ok(all) => all,
        Err(error) => {
            tracing::warn!(%error, "the tenants could not be listed");
            health::trouble("the tenants could not be listed", &error);
            return;
        }
    };
    let served = all
        .into_iter()
        .filter(|one| one.status == TenantStatus::Active && !one.app_id.is_empty());
    stream::iter(served)
        .for_each_concurrent(AT_ONCE, |tenant: Tenant| async move {
            if let Err(error) = parts.rules.round(tenant.id).await {
                tracing::warn!(%error, tenant = %tenant.id, "rules wait");
                health::trouble("rules wait", &error);
            }
        })
        .await;
}

//! Looks at every tenant's enterprise: who joined, who left, who moved, and which roles follow.
//!
//! About every hour. In a large enterprise the hourly look is at the tenant's members alone, and
//! the one at everybody is made once a day.

use std::time::Duration;

use calls::directory::{Extent, SyncError};
use futures::{StreamExt as _, stream};
use model::{Principal, Purpose, Tenant, TenantStatus};
use store::StoreError;

use crate::{JobsParts, tenants};

/// When an enterprise is looked at, and how far.
#[derive(Debug, Clone)]
pub struct DirectoryRounds {
    /// Between two looks.
    pub every: Duration,
    /// Between two looks at everybody, in a large enterprise.
    pub everybody: Duration,
    /// People from which an enterprise is large.
    pub large: u64,
    /// Enterprises at a time.
    pub at_once: usize,
}

impl Default for DirectoryRounds {
    fn default() -> Self {
        Self {
            every: Duration::from_mins(55),
            everybody: Duration::from_hours(22),
            large: 2_000,
            at_once: 4,
        }
    }
}

/// One round over all tenants. A tenant's trouble does not keep the others from their turn.
pub(crate) async fn round(parts: &JobsParts) {
    let all = match tenants::all(&parts.store, "look at the enterprises").await {
        Ok(all) => all,
        Err(error) => {
            tracing::warn!(%error, "the tenants could not be listed");
            return;
        }
    };
    let served = all
        .into_iter()
        .filter(|tenant| tenant.status == TenantStatus::Active && !tenant.app_id.is_empty());
    stream::iter(served)
        .for_each_concurrent(parts.options.directory.at_once, |tenant| async move {
            match one(parts, &tenant).await {
                Ok(()) | Err(SyncError::Running | SyncError::TooOften) => {}
                Err(error @ SyncError::Store(_)) => {
                    tracing::warn!(%error, tenant = %tenant.id, "the people are not up to date");
                }
            }
        })
        .await;
}

async fn one(parts: &JobsParts, tenant: &Tenant) -> Result<(), SyncError> {
    let Some(extent) = due(parts, tenant).await? else {
        return Ok(());
    };
    let report = parts.directory.sync(tenant, extent).await?;
    if report.changed > 0 {
        tracing::info!(tenant = %tenant.id, changed = report.changed, left = report.left,
            "roles follow the enterprise");
    }
    Ok(())
}

/// How far a tenant is looked at now; `None` when it is not its turn.
async fn due(parts: &JobsParts, tenant: &Tenant) -> Result<Option<Extent>, StoreError> {
    let options = &parts.options.directory;
    let now = parts.clock.now();
    let principal = Principal::platform(tenant.id, Purpose::Housekeeping);
    let tx = parts.store.scope(&principal).read().await?;
    let Some(state) = tx.enterprise().sync().await? else {
        return Ok(Some(Extent::Everybody));
    };
    if state.is_running(now) || now.since(state.started_at) < options.every {
        return Ok(None);
    }
    let lately = |at| now.since(at) < options.everybody;
    let large = tx.enterprise().count().await? >= options.large;
    let members = large && state.full_at.is_some_and(lately);
    Ok(Some(if members {
        Extent::Members
    } else {
        Extent::Everybody
    }))
}

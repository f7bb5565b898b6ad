//! Looks at every tenant's Feishu app once a night: what breaks there shows in the console before
//! the employees notice.
//!
//! A secret that was reset, a version that was taken back, a redirect URL that was cleaned up: no
//! call tells of it in time. An app with a fault is looked at every hour, so that the banner goes
//! soon after the fault.

use std::time::Duration;

use calls::app_care::CareError;
use futures::{StreamExt as _, stream};
use model::{Tenant, TenantStatus, Timestamp};
use store::StoreError;

use crate::{JobsParts, health, tenants};

/// When an app is looked at again.
#[derive(Debug, Clone)]
pub struct ReprobeOptions {
    /// An app without faults.
    pub well: Duration,
    /// An app with some.
    pub ill: Duration,
    /// Looks at a time.
    pub at_once: usize,
}

impl Default for ReprobeOptions {
    fn default() -> Self {
        Self {
            well: Duration::from_hours(22),
            ill: Duration::from_mins(50),
            at_once: 4,
        }
    }
}

/// One round over all tenants. A tenant's trouble does not keep the others from their turn.
pub(crate) async fn round(parts: &JobsParts) {
    let all = match tenants::all(&parts.store, "look at the Feishu apps").await {
        Ok(all) => all,
        Err(error) => {
            tracing::warn!(%error, "the tenants could not be listed");
            health::trouble("the tenants could not be listed", &error);
            return;
        }
    };
    let served = all
        .into_iter()
        .filter(|tenant| tenant.status == TenantStatus::Active && !tenant.app_id.is_empty());
    stream::iter(served)
        .for_each_concurrent(parts.options.reprobe.at_once, |tenant| async move {
            match one(parts, &tenant).await {
                Ok(()) | Err(CareError::NoApp) => {}
                Err(error) => {
                    tracing::warn!(%error, tenant = %tenant.id, "the app could not be checked");
                    health::trouble("the app could not be checked", &error);
                }
            }
        })
        .await;
}

async fn one(parts: &JobsParts, tenant: &Tenant) -> Result<(), CareError> {
    let now = parts.clock.now();
    if !is_due(parts, tenant, now).await? {
        return Ok(());
    }
    let Some(entry) = parts.store.directory().by_id(tenant.id).await? else {
        return Ok(());
    };
    let checked = parts.apps.check(&entry).await?;
    let red = checked.report.red().count();
    if red > 0 {
        tracing::warn!(tenant = %tenant.id, red, "a tenant's Feishu app has faults");
    }
    Ok(())
}

async fn is_due(parts: &JobsParts, tenant: &Tenant, now: Timestamp) -> Result<bool, StoreError> {
    let options = &parts.options.reprobe;
    let Some(latest) = parts.apps.latest(tenant.id).await? else {
        return Ok(true);
    };
    let rest = if latest.red_since.is_some() {
        options.ill
    } else {
        options.well
    };
    Ok(now.since(latest.at) >= rest)
}

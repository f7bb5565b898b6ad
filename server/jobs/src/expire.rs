//! Removes what has ended: pending authorizations, tokens, page sessions, unused clients.

use std::time::Duration;

use model::{Principal, Purpose, TenantId};
use store::StoreError;

use crate::{JobsParts, health, tenants};

/// Every job has a round within this time on a replica that lives.
const REPLICA_GONE: Duration = Duration::from_hours(48);

/// Feishu repeats an event for about seven hours; longer than that, so that none is new twice.
const EVENTS: Duration = Duration::from_hours(72);

/// What is removed when.
#[derive(Debug, Clone)]
pub struct ExpireOptions {
    /// Ended rows stay this long, so that a replayed code or token is still known as one.
    pub keep: Duration,
    /// A registration that never finished a sign-in.
    pub unused_client: Duration,
    /// A registration that was not used for this long.
    pub idle_client: Duration,
}

impl Default for ExpireOptions {
    fn default() -> Self {
        Self {
            keep: Duration::from_hours(24),
            unused_client: Duration::from_hours(24 * 7),
            idle_client: Duration::from_hours(24 * 180),
        }
    }
}

/// One round over all tenants, and the clients.
pub(crate) async fn round(parts: &JobsParts) {
    if let Err(error) = clients(parts).await {
        tracing::warn!(%error, "unused clients could not be removed");
        health::trouble("unused clients could not be removed", &error);
    }
    if let Err(error) = left_behind(parts).await {
        tracing::warn!(%error, "what is over could not be removed");
        health::trouble("what is over could not be removed", &error);
    }
    let all = match tenants::all(&parts.store, "remove what has ended").await {
        Ok(all) => all,
        Err(error) => {
            tracing::warn!(%error, "the tenants could not be listed");
            health::trouble("the tenants could not be listed", &error);
            return;
        }
    };
    for tenant in all {
        match one(parts, tenant.id).await {
            Ok(0) => {}
            Ok(rows) => tracing::debug!(tenant = %tenant.id, rows, "removed what had ended"),
            Err(error) => {
                tracing::warn!(%error, tenant = %tenant.id, "ended rows stay for now");
                health::trouble("ended rows stay for now", &error);
            }
        }
    }
}

async fn clients(parts: &JobsParts) -> Result<(), StoreError> {
    let options = &parts.options.expire;
    let now = parts.clock.now();
    let tx = parts
        .store
        .platform("remove unused clients")
        .write()
        .await?;
    let removed = tx
        .clients()
        .sweep(now - options.unused_client, now - options.idle_client)
        .await?;
    tx.commit().await?;
    tracing::debug!(removed, "removed unused clients");
    Ok(())
}

/// Receipts of erased tenants, and rounds of replicas that are gone.
async fn left_behind(parts: &JobsParts) -> Result<(), StoreError> {
    let tx = parts.store.platform("remove what is over").write().await?;
    tx.sweep_left_behind().await?;
    let before = tx.now() - REPLICA_GONE;
    tx.job_rounds().sweep(before).await?;
    tx.commit().await
}

async fn one(parts: &JobsParts, tenant: TenantId) -> Result<u64, StoreError> {
    let keep = parts.options.expire.keep;
    let principal = Principal::platform(tenant, Purpose::Housekeeping);
    let tx = parts.store.scope(&principal).write().await?;
    let before = tx.now() - keep;
    let rows = tx.authorizations().sweep(before).await?
        + tx.grants().sweep(keep).await?
        + tx.pages().sweep(before).await?
        + tx.handovers().sweep(before).await?
        + tx.confirmations().sweep(before).await?
        + tx.upload_links().sweep(before).await?
        + tx.events().sweep(tx.now() - EVENTS).await?;
    tx.commit().await?;
    Ok(rows + parts.rules.sweep(tenant).await?)
}

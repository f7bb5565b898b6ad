//! Erases tenants whose owners gave them up, when the time to take that back is over.
//!
//! First the tenant is served no more, and calls under way end. Then its data key is destroyed;
//! from then on nothing that was sealed can be opened, here or in a backup. Then the rows go, and
//! last the tenant, with a signed receipt in its place. Each step can be repeated: a round that
//! was interrupted goes on in the next, on whichever replica.

use std::time::Duration;

use bus::Wake;
use model::{Principal, Purpose, Tenant, TenantStatus};
use store::{Begun, Erasure, Erasures, StoreError, TenantScope};

use crate::{JobsParts, health, tenants};

/// Rows that go in one transaction.
const PART: u32 = 2_000;
/// Calls under way end within this time after a tenant is served no more.
const DRAIN: Duration = Duration::from_mins(2);
/// Passes over the tables, for what other jobs wrote meanwhile.
const PASSES: u32 = 5;

/// One round over all tenants.
pub(crate) async fn round(parts: &JobsParts) {
    let all = match tenants::all(&parts.store, "erase tenants that were given up").await {
        Ok(all) => all,
        Err(error) => {
            tracing::warn!(%error, "the tenants could not be listed");
            health::trouble("the tenants could not be listed", &error);
            return;
        }
    };
    for tenant in all {
        match one(parts, &tenant).await {
            Ok(false) => {}
            Ok(true) => tracing::info!(tenant = %tenant.id, "a tenant was erased"),
            Err(error) => {
                tracing::error!(%error, tenant = %tenant.id, "a tenant is not erased yet");
                health::trouble("a tenant is not erased yet", &error);
            }
        }
    }
}

/// One tenant; `true` when it is gone.
pub(crate) async fn one(parts: &JobsParts, tenant: &Tenant) -> Result<bool, StoreError> {
    let principal = Principal::platform(tenant.id, Purpose::Housekeeping);
    let scope = parts.store.scope(&principal);
    if scope.read().await?.erasure().get().await?.is_none() {
        return Ok(false);
    }
    let tx = scope.write().await?;
    let begun = tx.erasure().begin(tenant).await?;
    tx.commit().await?;
    let Begun::Yes(erasure) = begun else {
        return Ok(false);
    };
    if tenant.status == TenantStatus::Active {
        let tx = parts.store.platform("stop a tenant that is erased");
        let tx = tx.write().await?;
        let suspended = TenantStatus::Suspended;
        tx.tenants().set_status(tenant.id, suspended).await?;
        tx.commit().await?;
        announce(parts, tenant).await;
    }
    let now = parts.clock.now();
    if erasure.begun_at.is_none_or(|at| now.since(at) < DRAIN) {
        return Ok(false);
    }
    let Some(done) = empty(parts, &scope, tenant).await? else {
        return Ok(false);
    };
    let tx = parts.store.platform("the end of a tenant").write().await?;
    let receipt = tx.finish_erasure(tenant, &done).await?;
    tx.commit().await?;
    announce(parts, tenant).await;
    Ok(receipt.is_some())
}

/// Removes rows until none are left; `None` when others go on writing.
async fn empty(
    parts: &JobsParts,
    scope: &TenantScope,
    tenant: &Tenant,
) -> Result<Option<Erasure>, StoreError> {
    for _ in 0..PASSES {
        let mut removed = 0;
        for (index, table) in Erasures::tables().into_iter().enumerate() {
            loop {
                let tx = scope.write().await?;
                let part = tx.erasure().remove(table, PART).await?;
                tx.commit().await?;
                removed += part;
                if part < u64::from(PART) {
                    break;
                }
                // Others want to write too.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            if index == 0 {
                // The data key is gone: no replica may hold on to it.
                announce(parts, tenant).await;
            }
        }
        if removed == 0 {
            return scope.read().await?.erasure().get().await;
        }
    }
    Ok(None)
}

async fn announce(parts: &JobsParts, tenant: &Tenant) {
    parts.store.tenant_changed(tenant.id).await;
    let wake = Wake::TenantChanged { tenant: tenant.id };
    if let Err(error) = parts.bus.publish(wake).await {
        tracing::warn!(%error, "the end of a tenant could not be announced");
    }
}

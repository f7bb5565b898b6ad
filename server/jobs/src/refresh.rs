//! Keeps Feishu grants alive that are in use, and clears up uncertain ones.
//!
//! Feishu's refresh token lives about seven days and each exchange gives a new one: a grant that
//! nobody calls with would end after a holiday. Grants that were not used for long are left to end.

use std::time::Duration;

use futures::{StreamExt as _, stream};
use model::{MemberId, Principal, Purpose, Tenant};
use store::StoreError;

use crate::{JobsParts, health, tenants};

/// Which grants are kept alive.
#[derive(Debug, Clone)]
pub struct RefreshOptions {
    /// Refreshed when the refresh token has less than this left.
    pub ahead: Duration,
    /// Only grants that were used within this time.
    pub used_within: Duration,
    /// Grants of one tenant in one round.
    pub most: u64,
    /// Exchanges at a time.
    pub at_once: usize,
}

impl Default for RefreshOptions {
    fn default() -> Self {
        Self {
            ahead: Duration::from_hours(48),
            used_within: Duration::from_hours(24 * 30),
            most: 500,
            at_once: 4,
        }
    }
}

/// One round over all tenants. A tenant's trouble does not keep the others from their turn.
pub(crate) async fn round(parts: &JobsParts) {
    let all = match tenants::all(&parts.store, "keep Feishu grants alive").await {
        Ok(all) => all,
        Err(error) => {
            tracing::warn!(%error, "the tenants could not be listed");
            health::trouble("the tenants could not be listed", &error);
            return;
        }
    };
    for tenant in all {
        match due(parts, &tenant).await {
            Ok(members) => refresh(parts, &tenant, members).await,
            Err(error) => {
                tracing::warn!(%error, tenant = %tenant.id, "due grants are not known");
                health::trouble("due grants are not known", &error);
            }
        }
    }
}

async fn due(parts: &JobsParts, tenant: &Tenant) -> Result<Vec<MemberId>, StoreError> {
    let options = &parts.options.refresh;
    let now = parts.clock.now();
    let principal = Principal::platform(tenant.id, Purpose::Refresh);
    let tx = parts.store.scope(&principal).read().await?;
    tx.feishu_grants()
        .due(now + options.ahead, now - options.used_within, options.most)
        .await
}

async fn refresh(parts: &JobsParts, tenant: &Tenant, members: Vec<MemberId>) {
    stream::iter(members)
        .for_each_concurrent(parts.options.refresh.at_once, |member| async move {
            let kept = parts.credentials.keep_alive(tenant.id, member).await;
            tracing::debug!(tenant = %tenant.id, %member, kept, "a grant was due");
        })
        .await;
}

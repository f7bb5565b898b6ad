//! Acts on events of Feishu that wait: because the replica that took them vanished, or Feishu did
//! not answer it; and looks at the enterprises that events told have changed.

use futures::{StreamExt as _, stream};
use model::{Tenant, TenantStatus};
use store::StoreError;

use crate::{JobsParts, health, tenants};

/// One round over the events that wait in all tenants.
pub(crate) async fn round(parts: &JobsParts) {
    for tenant in served(parts, "act on events").await {
        if let Err(error) = parts.events.round(tenant.id).await {
            told(&tenant, "events wait", &error);
        }
    }
}

/// One round over the enterprises that are to be looked at because of events. Beside the other,
/// because a look may take long, and somebody who left must not wait for it.
pub(crate) async fn looks(parts: &JobsParts) {
    let all = served(parts, "look at enterprises that changed").await;
    let at_once = parts.options.directory.at_once;
    stream::iter(all)
        .for_each_concurrent(at_once, |tenant| async move {
            if let Err(error) = parts.events.look(tenant.id).await {
                told(&tenant, "an enterprise is not looked at yet", &error);
            }
        })
        .await;
}

async fn served(parts: &JobsParts, reason: &'static str) -> Vec<Tenant> {
    match tenants::all(&parts.store, reason).await {
        Ok(mut all) => {
            all.retain(|one| one.status == TenantStatus::Active && !one.app_id.is_empty());
            all
        }
        Err(error) => {
            tracing::warn!(%error, "the tenants could not be listed");
            health::trouble("the tenants could not be listed", &error);
            Vec::new()
        }
    }
}

fn told(tenant: &Tenant, what: &'static str, error: &StoreError) {
    tracing::warn!(%error, tenant = %tenant.id, "{what}");
    health::trouble(what, error);
}

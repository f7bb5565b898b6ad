//! Step 2: the buckets of member and tenant, and the month's quota.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bus::{BucketKey, BucketScope, Bus};
use model::{Month, Principal, Purpose, Tenant, TenantId, Timestamp};
use store::{Store, StoreError};
use tools::ToolError;

use crate::words;

/// How long a counted month is believed before it is counted again.
const RECOUNT: Duration = Duration::from_secs(15);

/// The limits of one process; the buckets are shared over the bus.
#[derive(Clone)]
pub(crate) struct Limiter {
    store: Store,
    bus: Bus,
    used: moka::future::Cache<(TenantId, i64), Arc<AtomicU64>>,
}

/// Why a call is not let through.
#[derive(Debug)]
pub(crate) enum Refusal {
    Limited(ToolError),
    Store(StoreError),
}

impl Limiter {
    pub(crate) fn new(store: Store, bus: Bus) -> Self {
        let used = moka::future::Cache::builder()
            .max_capacity(50_000)
            .time_to_live(RECOUNT)
            .build();
        Self { store, bus, used }
    }

    /// Takes one call from every bucket. Gives the calls left in the month, if they are counted.
    pub(crate) async fn take(
        &self,
        tenant: &Tenant,
        principal: &Principal,
        now: Timestamp,
    ) -> Result<Option<u64>, Refusal> {
        let locale = principal.locale();
        let (each, whole) = tenant.rates(Month::of(now));
        let mut buckets = vec![(BucketScope::Tenant, whole)];
        if let Some(member) = principal.member() {
            // The member first: a busy member must not eat the tenant's bucket while refused.
            buckets.insert(0, (BucketScope::Member(member), each));
        }
        if let Some(rule) = principal.service() {
            buckets.insert(0, (BucketScope::Tool(rule.to_string()), each));
        }
        for (scope, rate) in buckets {
            let key = BucketKey {
                tenant: Some(tenant.id),
                scope,
            };
            let verdict = self.bus.take(&key, rate, 1).await;
            if !verdict.allowed {
                return Err(Refusal::Limited(words::limited(
                    verdict.retry_after,
                    locale,
                )));
            }
        }
        let Some(limit) = tenant.monthly_stop(Month::of(now)) else {
            return Ok(None);
        };
        let used = self.used(tenant.id, now).await.map_err(Refusal::Store)?;
        if used.load(Ordering::Relaxed) >= limit {
            return Err(Refusal::Limited(words::quota(limit, locale)));
        }
        let before = used.fetch_add(1, Ordering::Relaxed);
        Ok(Some(limit.saturating_sub(before + 1)))
    }

    async fn used(&self, tenant: TenantId, now: Timestamp) -> Result<Arc<AtomicU64>, StoreError> {
        let key = (tenant, now.millis().div_euclid(86_400_000));
        if let Some(known) = self.used.get(&key).await {
            return Ok(known);
        }
        let principal = Principal::platform(tenant, Purpose::Housekeeping);
        let tx = self.store.scope(&principal).read().await?;
        let counted = Arc::new(AtomicU64::new(tx.ledger().usage(now).await?));
        self.used.insert(key, Arc::clone(&counted)).await;
        Ok(counted)
    }
}

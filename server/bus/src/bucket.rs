//! Rate buckets (GCRA).

use std::{collections::HashMap, time::Duration};

use model::{MemberId, Rate, TenantId};
use parking_lot::Mutex;
use tokio::time::Instant;

/// What is counted. The tenant is part of every key, but for what happens before one is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BucketKey {
    /// The tenant; `None` for attempts to sign in to the console.
    pub tenant: Option<TenantId>,
    /// Whose calls inside it.
    pub scope: BucketScope,
}

/// Whose calls are counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum BucketScope {
    /// All of the tenant.
    Tenant,
    /// One member's.
    Member(MemberId),
    /// One client's.
    Client(String),
    /// One tool's.
    Tool(String),
    /// Those that the tenant's Feishu app makes.
    App,
    /// Attempts to sign in, by whatever they are counted by. No address of a person in clear.
    SignIn(String),
}

impl BucketKey {
    /// The key as text; the tenant first.
    pub(crate) fn text(&self) -> String {
        let tenant = self
            .tenant
            .map_or_else(|| "-".to_owned(), |id| id.to_string());
        match &self.scope {
            BucketScope::Tenant => format!("{tenant}:tenant"),
            BucketScope::Member(id) => format!("{tenant}:member:{id}"),
            BucketScope::Client(id) => format!("{tenant}:client:{id}"),
            BucketScope::Tool(name) => format!("{tenant}:tool:{name}"),
            BucketScope::App => format!("{tenant}:app"),
            BucketScope::SignIn(by) => format!("{tenant}:sign-in:{by}"),
        }
    }
}

/// Whether a call may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// It may.
    pub allowed: bool,
    /// How long to wait before the same cost is allowed; zero when it is.
    pub retry_after: Duration,
    /// Calls of cost 1 that may still come at once.
    pub remaining: u32,
}

/// The numbers of a rate, in microseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// Time that one call takes to come back.
    pub(crate) interval: u64,
    /// Time in the bucket when it is full.
    pub(crate) depth: u64,
    /// What this call takes; no more than the bucket holds, or it could never come.
    pub(crate) take: u64,
}

impl Pace {
    pub(crate) fn of(rate: Rate, cost: u32) -> Self {
        let interval = 60_000_000 / u64::from(rate.per_minute.max(1));
        let burst = u64::from(rate.burst.max(1));
        Self {
            interval,
            depth: interval * burst,
            take: interval * u64::from(cost).min(burst),
        }
    }

    /// The verdict when the bucket's debt after this call would be `debt` microseconds.
    pub(crate) fn verdict(self, debt: u64) -> Verdict {
        let over = debt.saturating_sub(self.depth);
        let left = if over > 0 {
            (self.depth + self.take).saturating_sub(debt)
        } else {
            self.depth - debt
        };
        Verdict {
            allowed: over == 0,
            retry_after: Duration::from_micros(over),
            remaining: u32::try_from(left / self.interval).unwrap_or(u32::MAX),
        }
    }
}

/// The buckets of one process.
#[derive(Debug, Default)]
pub(crate) struct Limiter(Mutex<Buckets>);

#[derive(Debug, Default)]
struct Buckets {
    /// When each bucket is full again.
    full_at: HashMap<BucketKey, Instant>,
    sweep_at: usize,
}

impl Limiter {
    pub(crate) fn take(&self, key: &BucketKey, rate: Rate, cost: u32) -> Verdict {
        let pace = Pace::of(rate, cost);
        let now = Instant::now();
        let mut buckets = self.0.lock();
        if buckets.full_at.len() >= buckets.sweep_at {
            buckets.full_at.retain(|_, full_at| *full_at > now);
            buckets.sweep_at = (buckets.full_at.len() * 2).max(4096);
        }
        let full_at = buckets
            .full_at
            .get(key)
            .map_or(now, |known| now.max(*known));
        let next = full_at + Duration::from_micros(pace.take);
        let debt = u64::try_from((next - now).as_micros()).unwrap_or(u64::MAX);
        let verdict = pace.verdict(debt);
        if verdict.allowed {
            buckets.full_at.insert(key.clone(), next);
        }
        verdict
    }
}

#[cfg(test)]
mod tests {
    use model::{ManualClock, SeededEntropy, Timestamp};

    use super::*;

    const RATE: Rate = Rate {
        burst: 3,
        per_minute: 60,
    };

    fn key(seed: u64) -> BucketKey {
        let clock = ManualClock::at(Timestamp::from_millis(1));
        BucketKey {
            tenant: Some(TenantId::mint(&clock, &SeededEntropy::new(seed))),
            scope: BucketScope::Client("same".to_owned()),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_then_one_call_per_interval() {
        let limiter = Limiter::default();
        for left in [2, 1, 0] {
            let verdict = limiter.take(&key(1), RATE, 1);
            assert!(verdict.allowed);
            assert_eq!(verdict.remaining, left);
        }
        let refused = limiter.take(&key(1), RATE, 1);
        assert!(!refused.allowed);
        assert_eq!(refused.retry_after, Duration::from_secs(1));
        tokio::time::advance(refused.retry_after).await;
        assert!(limiter.take(&key(1), RATE, 1).allowed);
        assert!(!limiter.take(&key(1), RATE, 1).allowed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_call_costs_nothing() {
        let limiter = Limiter::default();
        limiter.take(&key(1), RATE, 3);
        for _ in 0..100 {
            assert!(!limiter.take(&key(1), RATE, 1).allowed);
        }
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(limiter.take(&key(1), RATE, 1).allowed);
    }

    #[tokio::test(start_paused = true)]
    async fn two_tenants_with_equal_names_have_two_buckets() {
        let limiter = Limiter::default();
        limiter.take(&key(1), RATE, 3);
        assert!(limiter.take(&key(2), RATE, 1).allowed);
        assert_ne!(key(1).text(), key(2).text());
    }

    #[tokio::test(start_paused = true)]
    async fn a_cost_beyond_the_bucket_waits_for_a_full_one() {
        let limiter = Limiter::default();
        assert!(limiter.take(&key(1), RATE, 50).allowed);
        assert_eq!(
            limiter.take(&key(1), RATE, 50).retry_after,
            Duration::from_secs(3)
        );
    }
}

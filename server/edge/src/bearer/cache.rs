//! Positive checks, remembered for a few seconds.

use std::{
    collections::HashMap,
    sync::Arc,
    sync::{
        Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bus::Wake;
use model::{GrantId, MemberId, PrincipalParts, TenantId, Timestamp};
use parking_lot::RwLock;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use vault::TokenHash;

/// How long a check holds without being made again.
const HOLDS: Duration = Duration::from_secs(5);
/// Most remembered checks; beyond that the old ones go first.
const MOST: usize = 100_000;

/// A check that was made.
pub(super) struct Checked {
    pub(super) at: Timestamp,
    pub(super) grant: GrantId,
    pub(super) member: MemberId,
    pub(super) parts: PrincipalParts,
}

/// The tenant is part of the key: a token can only ever be found where it was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    tenant: TenantId,
    token: TokenHash,
}

/// Checks by tenant and token.
pub(super) struct Cache {
    entries: RwLock<HashMap<Key, Arc<Checked>>>,
    generation: AtomicU64,
}

impl Cache {
    pub(super) fn new() -> Self {
        Self {
            entries: RwLock::default(),
            generation: AtomicU64::new(0),
        }
    }

    pub(super) fn get(
        &self,
        tenant: TenantId,
        token: &TokenHash,
        now: Timestamp,
    ) -> Option<Arc<Checked>> {
        let key = Key {
            tenant,
            token: *token,
        };
        let checked = self.entries.read().get(&key).cloned()?;
        let ended = checked.parts.expires_at.is_some_and(|ends| now >= ends);
        // A clock that was set back ends the memory too.
        let fresh = now >= checked.at && now.since(checked.at) < HOLDS;
        (fresh && !ended).then_some(checked)
    }

    /// Changes with every dropped entry.
    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Remembers a check, unless something was taken back since it began: the check may have
    /// read what was there before.
    pub(super) fn put(&self, tenant: TenantId, token: TokenHash, checked: Arc<Checked>, seen: u64) {
        let mut entries = self.entries.write();
        if self.generation() != seen {
            return;
        }
        if entries.len() >= MOST {
            let now = checked.at;
            entries.retain(|_, known| now.since(known.at) < HOLDS);
            if entries.len() >= MOST {
                entries.clear();
            }
        }
        entries.insert(Key { tenant, token }, checked);
    }

    fn drop_where(&self, gone: impl Fn(&Key, &Checked) -> bool) {
        let mut entries = self.entries.write();
        self.generation.fetch_add(1, Ordering::AcqRel);
        entries.retain(|key, checked| !gone(key, checked));
    }

    pub(super) fn hear(&self, wake: &Wake) {
        match *wake {
            Wake::GrantRevoked { tenant, grant } => {
                self.drop_where(|key, known| key.tenant == tenant && known.grant == grant);
            }
            Wake::MemberRevoked { tenant, member } => {
                self.drop_where(|key, known| key.tenant == tenant && known.member == member);
            }
            Wake::TenantChanged { tenant } => self.drop_where(|key, _| key.tenant == tenant),
            _ => {}
        }
    }

    fn forget_all(&self) {
        self.drop_where(|_, _| true);
    }
}

/// Hears wakes until the cache or the bus is gone.
pub(super) fn listen(cache: Weak<Cache>, mut wakes: Receiver<Wake>) {
    tokio::spawn(async move {
        loop {
            let heard = wakes.recv().await;
            let Some(cache) = cache.upgrade() else {
                return;
            };
            match heard {
                Ok(wake) => cache.hear(&wake),
                // Some were missed: any entry may be the one.
                Err(RecvError::Lagged(_)) => cache.forget_all(),
                Err(RecvError::Closed) => return,
            }
        }
    });
}

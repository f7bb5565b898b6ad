//! When the next write may be sent: one queue per document, and Feishu's rates per app and API.
//!
//! Feishu lets an app change documents three times a second per API, and one document three times
//! a second over all of them; changes of the structure of one document must not run side by side.
//! What is counted here is this process: replicas meet at Feishu's own limit, and wait there.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Weak},
    time::Duration,
};

use model::TenantId;
use parking_lot::Mutex;
use tokio::sync::OwnedMutexGuard;

use crate::{ToolCx, ToolError};

/// Writes in [`WINDOW`].
const RATE: usize = 3;
/// A second, and a little for the way to Feishu, in milliseconds.
const WINDOW: i64 = 1050;
/// Entries before those that are no longer of use are dropped.
const SWEEP: usize = 1024;

/// An API of Feishu that has a rate of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Api {
    /// New documents.
    Create,
    /// New blocks.
    Insert,
    /// Changed blocks.
    Update,
    /// Deleted blocks.
    Delete,
}

/// The tenant comes first, as in every key. A tenant has one app.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Api(TenantId, Api),
    Document(TenantId, String),
}

type Queue = tokio::sync::Mutex<()>;

#[derive(Debug, Default)]
struct Shared {
    queues: Mutex<HashMap<(TenantId, String), Weak<Queue>>>,
    sent: Mutex<HashMap<Key, VecDeque<i64>>>,
}

/// The queues and rates of all tenants; shared by the process.
#[derive(Debug, Clone, Default)]
pub struct Paces(Arc<Shared>);

impl Paces {
    /// Nothing has been sent yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The part of one tenant.
    #[must_use]
    pub fn of(&self, tenant: TenantId) -> Pace {
        Pace {
            tenant,
            shared: Arc::clone(&self.0),
        }
    }
}

/// The queues and rates of one tenant.
#[derive(Debug, Clone)]
pub struct Pace {
    tenant: TenantId,
    shared: Arc<Shared>,
}

impl Pace {
    /// Waits until no other call of this process changes the document.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Cancelled`].
    pub(crate) async fn queue(
        &self,
        cx: &ToolCx,
        document: &str,
    ) -> Result<OwnedMutexGuard<()>, ToolError> {
        let queue = self.queue_of(document);
        tokio::select! {
            guard = queue.lock_owned() => Ok(guard),
            () = cx.cancel.cancelled() => Err(ToolError::cancelled(cx.locale)),
        }
    }

    fn queue_of(&self, document: &str) -> Arc<Queue> {
        let mut queues = self.shared.queues.lock();
        let key = (self.tenant, document.to_owned());
        if let Some(queue) = queues.get(&key).and_then(Weak::upgrade) {
            return queue;
        }
        if queues.len() >= SWEEP {
            queues.retain(|_, queue| queue.strong_count() > 0);
        }
        let queue = Arc::new(Queue::default());
        queues.insert(key, Arc::downgrade(&queue));
        queue
    }

    /// Waits for the turn of one write.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Cancelled`].
    pub(crate) async fn turn(
        &self,
        cx: &ToolCx,
        api: Api,
        document: Option<&str>,
    ) -> Result<(), ToolError> {
        let now = cx.clock.now().millis();
        let wait = self.reserve(now, api, document);
        pause(cx, wait).await
    }

    /// Takes the next free place and says how long it is until then.
    fn reserve(&self, now: i64, api: Api, document: Option<&str>) -> Duration {
        let mut sent = self.shared.sent.lock();
        if sent.len() >= SWEEP {
            sent.retain(|_, times| times.back().is_some_and(|last| *last + WINDOW > now));
        }
        let mut keys = vec![Key::Api(self.tenant, api)];
        keys.extend(document.map(|id| Key::Document(self.tenant, id.to_owned())));
        let free = |times: &VecDeque<i64>| match times.len().checked_sub(RATE) {
            Some(first) => times.get(first).map_or(now, |first| first + WINDOW),
            None => now,
        };
        let at = keys
            .iter()
            .filter_map(|key| sent.get(key).map(free))
            .fold(now, i64::max);
        for key in keys {
            let times = sent.entry(key).or_default();
            times.push_back(at);
            if times.len() > RATE {
                times.pop_front();
            }
        }
        Duration::from_millis(u64::try_from(at - now).unwrap_or(0))
    }
}

/// Sleeps unless the client gives up.
///
/// # Errors
/// [`crate::ErrorKind::Cancelled`].
pub(crate) async fn pause(cx: &ToolCx, wait: Duration) -> Result<(), ToolError> {
    if wait.is_zero() {
        return cx.check();
    }
    tokio::select! {
        () = tokio::time::sleep(wait) => Ok(()),
        () = cx.cancel.cancelled() => Err(ToolError::cancelled(cx.locale)),
    }
}

#[cfg(test)]
mod tests {
    use model::{ManualClock, SeededEntropy, Timestamp};

    use super::*;

    fn tenant(seed: u64) -> TenantId {
        let clock = ManualClock::at(Timestamp::from_millis(1));
        TenantId::mint(&clock, &SeededEntropy::new(seed))
    }

    #[test]
    fn three_writes_go_at_once_and_the_fourth_waits_for_its_second() {
        let paces = Paces::new();
        let pace = paces.of(tenant(1));
        let turn = |now| pace.reserve(now, Api::Insert, None).as_millis();
        assert_eq!((turn(0), turn(0), turn(100)), (0, 0, 0));
        assert_eq!((turn(100), turn(100)), (950, 950));
        assert_eq!(turn(5000), 0);
        let other = paces.of(tenant(2));
        assert_eq!(other.reserve(100, Api::Insert, None).as_millis(), 0);
    }

    #[test]
    fn one_document_is_counted_over_all_apis() {
        let pace = Paces::new().of(tenant(1));
        let apis = [Api::Insert, Api::Update, Api::Delete];
        for api in apis {
            assert_eq!(pace.reserve(0, api, Some("a")).as_millis(), 0);
        }
        assert_eq!(pace.reserve(0, Api::Update, Some("a")).as_millis(), 1050);
        assert_eq!(pace.reserve(0, Api::Update, Some("b")).as_millis(), 0);
    }

    #[tokio::test]
    async fn a_document_has_one_writer_and_others_do_not_wait() {
        let paces = Paces::new();
        let held = paces.of(tenant(1)).queue_of("a").lock_owned().await;
        let again = paces.of(tenant(1)).queue_of("a");
        assert!(again.try_lock().is_err());
        assert!(paces.of(tenant(1)).queue_of("b").try_lock().is_ok());
        assert!(paces.of(tenant(2)).queue_of("a").try_lock().is_ok());
        drop(held);
        assert!(again.try_lock().is_ok());
    }
}

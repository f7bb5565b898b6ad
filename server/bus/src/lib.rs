//! What replicas share: wake-ups, letters between nodes, short records, rate buckets.
//!
//! The bus carries nothing that must not be lost: the database is the truth, the bus makes it
//! fast. [`Bus::local`] serves one process; [`Bus::redis`] several. When Redis is away, wake-ups
//! reach this node alone (caches end by themselves within seconds), buckets are counted here
//! alone (never open), records and letters answer [`BusError`].

mod bucket;
mod error;
mod local;
mod message;
mod remote;

use std::{sync::Arc, time::Duration};

use model::{NodeId, Rate};
use tokio::sync::broadcast;

pub use bucket::{BucketKey, BucketScope, Verdict};
pub use error::BusError;
pub use message::{Letter, Wake};

use crate::{bucket::Limiter, local::Records, remote::Remote};

/// Messages that a slow reader may fall behind before it misses some.
const BACKLOG: usize = 4096;

/// The bus, as one node sees it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bus(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    node: NodeId,
    wakes: broadcast::Sender<Wake>,
    letters: broadcast::Sender<Letter>,
    limiter: Limiter,
    records: Records,
    remote: Option<Remote>,
}

impl Bus {
    /// A bus inside this process.
    pub fn local(node: NodeId) -> Self {
        Self::assemble(node, None)
    }

    /// A bus over Redis. It connects in the background and again whenever the connection is lost,
    /// so it also starts while Redis is away. Must be called inside a Tokio runtime.
    ///
    /// # Errors
    /// [`BusError::Address`] when `url` is no Redis address.
    pub fn redis(url: &str, node: NodeId, prefix: &str) -> Result<Self, BusError> {
        let remote = Remote::new(url, prefix)?;
        let bus = Self::assemble(node, Some(remote));
        if let Some(remote) = &bus.0.remote {
            remote.listen(node, bus.0.wakes.clone(), bus.0.letters.clone());
        }
        Ok(bus)
    }

    fn assemble(node: NodeId, remote: Option<Remote>) -> Self {
        Self(Arc::new(Inner {
            node,
            wakes: broadcast::channel(BACKLOG).0,
            letters: broadcast::channel(BACKLOG).0,
            limiter: Limiter::default(),
            records: Records::default(),
            remote,
        }))
    }

    /// This node.
    pub fn node(&self) -> NodeId {
        self.0.node
    }

    /// Tells every node, this one included. This one hears it even when Redis is away.
    ///
    /// # Errors
    /// [`BusError::Away`] when the other nodes could not be told.
    pub async fn publish(&self, wake: Wake) -> Result<(), BusError> {
        let _ = self.0.wakes.send(wake.clone());
        match &self.0.remote {
            Some(remote) => remote.publish(self.0.node, wake).await,
            None => Ok(()),
        }
    }

    /// The wake-ups from now on. A reader that falls far behind hears `Lagged` and should drop
    /// whatever it caches.
    pub fn subscribe(&self) -> broadcast::Receiver<Wake> {
        self.0.wakes.subscribe()
    }

    /// Sends a letter to one node; `false` when nobody listens there.
    ///
    /// # Errors
    /// [`BusError::Away`] when another node was meant and Redis is away.
    pub async fn send(&self, node: NodeId, letter: Letter) -> Result<bool, BusError> {
        if node == self.0.node {
            return Ok(self.0.letters.send(letter).is_ok());
        }
        match &self.0.remote {
            Some(remote) => remote.send(node, &letter).await,
            None => Ok(false),
        }
    }

    /// The letters to this node from now on.
    pub fn inbox(&self) -> broadcast::Receiver<Letter> {
        self.0.letters.subscribe()
    }

    /// Keeps `value` for `ttl`, in place of what was there.
    ///
    /// # Errors
    /// [`BusError::Away`] when Redis is away, as for all methods of records.
    pub async fn put_record(
        &self,
        kind: &'static str,
        key: &str,
        value: &str,
        ttl: Duration,
    ) -> Result<(), BusError> {
        if let Some(remote) = &self.0.remote {
            remote.put(kind, key, value, ttl, false).await?;
        } else {
            self.0.records.put(kind, key, value, ttl, false);
        }
        Ok(())
    }

    /// As [`Bus::put_record`], unless a record is there; `true` when it was put.
    pub async fn put_if_absent(
        &self,
        kind: &'static str,
        key: &str,
        value: &str,
        ttl: Duration,
    ) -> Result<bool, BusError> {
        match &self.0.remote {
            Some(remote) => remote.put(kind, key, value, ttl, true).await,
            None => Ok(self.0.records.put(kind, key, value, ttl, true)),
        }
    }

    /// The value, if it is there; with `touch` it then lives that much longer from now.
    pub async fn get_record(
        &self,
        kind: &'static str,
        key: &str,
        touch: Option<Duration>,
    ) -> Result<Option<String>, BusError> {
        match &self.0.remote {
            Some(remote) => remote.get(kind, key, touch).await,
            None => Ok(self.0.records.get(kind, key, touch)),
        }
    }

    /// Removes a record; `true` when it was there.
    pub async fn delete_record(&self, kind: &'static str, key: &str) -> Result<bool, BusError> {
        match &self.0.remote {
            Some(remote) => remote.delete(kind, key).await,
            None => Ok(self.0.records.delete(kind, key)),
        }
    }

    /// Takes `cost` from a bucket that all nodes share. While Redis is away each node counts for
    /// itself: never open, at most one rate per node.
    pub async fn take(&self, bucket: &BucketKey, rate: Rate, cost: u32) -> Verdict {
        if let Some(remote) = &self.0.remote
            && let Ok(verdict) = remote.take(bucket, rate, cost).await
        {
            return verdict;
        }
        self.0.limiter.take(bucket, rate, cost)
    }

    /// Whether other nodes can be reached.
    ///
    /// # Errors
    /// [`BusError::Away`] when Redis does not answer.
    pub async fn healthy(&self) -> Result<(), BusError> {
        match &self.0.remote {
            Some(remote) => remote.ping().await,
            None => Ok(()),
        }
    }
}

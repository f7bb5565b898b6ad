//! Getting a successor into the database, however long that takes.

use std::{sync::Arc, time::Duration};

use bus::Wake;
use store::{StoreError, Successor};

use super::{Inner, Key};

/// Kind of the bus records that hold successors.
const RECORD: &str = "feishu_successor";

/// How long such a record lives: as long as Feishu's refresh token.
const RECORD_TTL: Duration = Duration::from_hours(24 * 7);

impl Inner {
    /// Stores a successor. When the database is away, the sealed pair goes to the spool and to the
    /// bus first, and a task of its own keeps trying; the caller gets the error, because a token
    /// that is not stored is not handed out.
    pub(super) async fn persist(
        self: &Arc<Self>,
        next: Arc<Successor>,
    ) -> Result<bool, StoreError> {
        let error = match self.put(&next).await {
            Ok(landed) => return Ok(landed),
            Err(error) => error,
        };
        tracing::error!(%error, tenant = %next.tenant, "refreshed tokens wait for the database");
        match self.spool.keep(&next).await {
            Ok(true) => {}
            Ok(false) => tracing::warn!("no spool folder: refreshed tokens are kept in memory"),
            Err(error) => tracing::error!(%error, "the spool cannot be written"),
        }
        if let Ok(text) = serde_json::to_string(&next) {
            let record = record_of((next.tenant, next.member), next.succeeds);
            let _ = self
                .bus
                .put_record(RECORD, &record, &text, RECORD_TTL)
                .await;
        }
        let inner = Arc::clone(self);
        tokio::spawn(async move {
            let mut pause = Duration::from_millis(50);
            while let Err(error) = inner.put(&next).await {
                tracing::warn!(%error, "refreshed tokens still wait for the database");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(10));
            }
            inner.done(&next).await;
        });
        Err(error)
    }

    /// Stores a successor of `version` that somebody could only put aside. `true` when there was
    /// one.
    pub(super) async fn adopt(&self, key: Key, version: i64) -> Result<bool, StoreError> {
        let next = match self.spool.find(key.0, key.1, version).await {
            Some(next) => Some(next),
            None => self
                .bus
                .get_record(RECORD, &record_of(key, version), None)
                .await
                .ok()
                .flatten()
                .and_then(|text| serde_json::from_str::<Successor>(&text).ok()),
        };
        let Some(next) = next.map(Arc::new) else {
            return Ok(false);
        };
        // What lies outside the database names its own row: it must be this one.
        if (next.tenant, next.member, next.succeeds) != (key.0, key.1, version) {
            return Ok(false);
        }
        self.put(&next).await?;
        self.done(&next).await;
        Ok(true)
    }

    /// Stores everything in the spool; gives how many are left.
    pub(super) async fn drain(&self) -> usize {
        let mut left = 0;
        for next in self.spool.all().await.into_iter().map(Arc::new) {
            if self.put(&next).await.is_ok() {
                self.done(&next).await;
            } else {
                left += 1;
            }
        }
        left
    }

    async fn put(&self, next: &Arc<Successor>) -> Result<bool, StoreError> {
        let key = (next.tenant, next.member);
        self.writing(key, |tx| {
            let next = Arc::clone(next);
            Box::pin(async move { tx.feishu_grants().store_successor(&next).await })
        })
        .await
    }

    async fn done(&self, next: &Successor) {
        self.spool.drop(next).await;
        let key = (next.tenant, next.member);
        let record = record_of(key, next.succeeds);
        let _ = self.bus.delete_record(RECORD, &record).await;
        self.announce(key).await;
    }

    /// Tells every replica to read the row again.
    pub(super) async fn announce(&self, key: Key) {
        let (tenant, member) = key;
        let wake = Wake::FeishuGrantChanged { tenant, member };
        if let Err(error) = self.bus.publish(wake).await {
            tracing::debug!(%error, "other replicas will see the new tokens later");
        }
    }
}

fn record_of(key: Key, succeeds: i64) -> String {
    format!("{}.{}.{succeeds}", key.0, key.1)
}

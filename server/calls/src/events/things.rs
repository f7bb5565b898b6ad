//! Something was done to a document, a sheet, a base or a file: whoever follows the things of
//! tenants is told.
//!
//! Two kinds of listeners hear of it. Streams of clients, on every replica, by the bus
//! ([`Wake::ThingChanged`]): a hint that may come twice, and that polling makes up for when it is
//! lost. And [`Follower`]s, in the transaction that marks the event as acted on: what they keep
//! there is kept exactly once, however often the event was delivered or begun.

use std::sync::Arc;

use bus::Wake;
use feishu::events::Thing;
use futures::future::BoxFuture;
use model::{TenantId, Timestamp};
use store::{PendingEvent, StoreError, TenantTx};

use super::EventCare;

/// A thing of a tenant to which something was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThingChanged {
    /// Whose app was told.
    pub tenant: TenantId,
    /// Feishu's id of the event, the same for every attempt to deliver it.
    pub event: String,
    /// The thing, what was done and by whom.
    pub thing: Thing,
    /// When it happened.
    pub at: Timestamp,
}

/// Somebody for whom something follows from a change of a thing.
pub trait Follower: Send + Sync + 'static {
    /// Keeps what is to be done, in the transaction that marks the event as acted on. It may be
    /// called again when the transaction is tried again, and must not wait for Feishu.
    fn keep<'a>(
        &'a self,
        tx: &'a TenantTx,
        change: &'a ThingChanged,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// What was kept is kept. Not called when the process dies in between: whatever must not be
    /// lost is looked for by jobs too.
    fn kept(&self, change: &ThingChanged) {
        let _ = change;
    }
}

impl EventCare {
    /// Tells `follower` of every change from now on, on this node. To be called while the program
    /// is put together: each node must have the same followers.
    pub fn follow(&self, follower: Arc<dyn Follower>) {
        self.0.followers.write().push(follower);
    }

    /// Acts on an event about a thing.
    pub(super) async fn thing(
        &self,
        tenant: TenantId,
        event: &PendingEvent,
    ) -> Result<(), StoreError> {
        let Ok(thing) = serde_json::from_str::<Thing>(&event.event.thing) else {
            // Of a release that knew more.
            return self.finished(tenant, &event.event.id).await;
        };
        let change = ThingChanged {
            tenant,
            event: event.event.id.clone(),
            thing,
            at: event.event.happened_at,
        };
        // Before the mark: clients rather hear of it twice than not at all.
        let wake = Wake::ThingChanged {
            tenant,
            token: change.thing.token.clone(),
        };
        if let Err(error) = self.parts().bus.publish(wake).await {
            tracing::info!(%error, %tenant, "other replicas find a change by polling");
        }
        let followers: Vec<Arc<dyn Follower>> = self.0.followers.read().clone();
        let with = (&change, &followers);
        let scope = self.scope(tenant);
        let kept = scope.retrying(&with, |tx, (change, followers)| {
            Box::pin(async move {
                if !tx.events().finish(&change.event).await? {
                    return Ok(false);
                }
                for follower in *followers {
                    follower.keep(tx, change).await?;
                }
                Ok::<_, StoreError>(true)
            })
        });
        if kept.await? {
            for follower in &followers {
                follower.kept(&change);
            }
        }
        Ok(())
    }
}

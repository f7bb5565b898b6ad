//! Proves a request and keeps what it says. Nothing here asks Feishu: the answer must be out
//! within its three seconds.

use std::time::Duration;

use bus::{BucketKey, BucketScope};
use feishu::events::{Addressee, Event, Gone, Knock, Knocked, Notice, Refusal, open};
use model::{Rate, Tenant, TenantId, TenantStatus, Timestamp, role_mapping::Standing};
use store::{NewEvent, StoreError, TenantTx};

use super::{EventCare, Unnoted};

/// Proven events of one tenant. Feishu itself repeats what is turned away.
const PACE: Rate = Rate {
    per_minute: 1_200,
    burst: 600,
};

/// What became of a request that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// Answer with this challenge.
    Challenge(String),
    /// Kept, or known already, or of a kind that nothing is done for.
    Event,
}

/// Why a request was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Turned {
    /// The tenant takes no events.
    #[error("no events are taken here")]
    Off,
    /// It is not proven.
    #[error("the request is not proven")]
    Refused(#[from] Refusal),
    /// Too many at once.
    #[error("there are too many events")]
    TooMany(Duration),
    /// It could not be kept.
    #[error("the event could not be kept")]
    Store(#[from] StoreError),
}

/// What is to be kept of an event, and whether something is to be done for it.
enum Means {
    /// Something for this event alone.
    Act(NewEvent),
    /// A look at everybody, some time.
    Look(NewEvent),
    /// Nothing.
    Nothing,
}

impl EventCare {
    /// Proves a request and keeps what it says. What follows from it is done afterwards.
    ///
    /// # Errors
    /// [`Turned`]: whoever asked is told no more than that.
    pub async fn receive(&self, tenant: &Tenant, knock: &Knock<'_>) -> Result<Taken, Turned> {
        if tenant.status != TenantStatus::Active || tenant.app_id.is_empty() {
            return Err(Turned::Off);
        }
        let kept = self.kept(tenant.id).await?;
        if kept.keys.is_empty() {
            return Err(Turned::Off);
        }
        let whose = Addressee {
            app_id: &tenant.app_id,
            tenant_key: kept.tenant_key.as_deref(),
        };
        match open(&kept.keys, &whose, knock, self.now().millis()) {
            Ok(Knocked::Challenge(challenge)) => {
                self.asked(tenant.id).await?;
                Ok(Taken::Challenge(challenge))
            }
            Ok(Knocked::Event(event)) => {
                self.pace(tenant.id).await?;
                self.keep(tenant.id, &event).await?;
                Ok(Taken::Event)
            }
            Err(refusal) => {
                self.note(tenant.id, refusal).await;
                Err(refusal.into())
            }
        }
    }

    /// Notes a request that was refused before it could be looked at.
    pub async fn refuse(&self, tenant: &Tenant, refusal: Refusal) -> Turned {
        match self.kept(tenant.id).await {
            Ok(kept) if kept.keys.is_empty() => Turned::Off,
            Ok(_) => {
                self.note(tenant.id, refusal).await;
                Turned::Refused(refusal)
            }
            Err(error) => Turned::Store(error),
        }
    }

    async fn pace(&self, tenant: TenantId) -> Result<(), Turned> {
        let bucket = BucketKey {
            tenant: Some(tenant),
            scope: BucketScope::Tool("feishu events".to_owned()),
        };
        let verdict = self.parts().bus.take(&bucket, PACE, 1).await;
        if verdict.allowed {
            Ok(())
        } else {
            Err(Turned::TooMany(verdict.retry_after))
        }
    }

    async fn asked(&self, tenant: TenantId) -> Result<(), StoreError> {
        let scope = self.scope(tenant);
        let noted = scope.retrying(&(), |tx, ()| {
            Box::pin(async move { tx.events().asked().await })
        });
        noted.await
    }

    async fn keep(&self, tenant: TenantId, event: &Event) -> Result<(), Turned> {
        let means = meaning(event, self.now());
        let with = (self, event.kind.as_str(), &means);
        let scope = self.scope(tenant);
        let kept = scope.retrying(&with, |tx, (care, kind, means)| {
            Box::pin(care.write(tx, kind, means))
        });
        let kept: Option<bool> = kept.await?;
        match (kept, means) {
            (None, _) => Err(Turned::Off),
            (Some(true), Means::Act(event)) => {
                self.soon(tenant, event.id);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Keeps and counts; `true` when it waits for an act, `None` when events are not taken.
    async fn write(
        &self,
        tx: &TenantTx,
        kind: &str,
        means: &Means,
    ) -> Result<Option<bool>, StoreError> {
        let events = tx.events();
        let (fresh, waits) = match means {
            Means::Nothing => (true, false),
            Means::Look(event) => {
                let fresh = events.keep(event, true).await?;
                if fresh {
                    events.look_at(self.next_look(tx).await?).await?;
                }
                (fresh, false)
            }
            Means::Act(event) => {
                // Whoever is here and is none of ours has nothing to lose and nothing to gain.
                let nobody = !event.person.is_empty()
                    && event.gone.is_none()
                    && tx.members().find_by_open_id(&event.person).await?.is_none();
                let fresh = events.keep(event, nobody).await?;
                (fresh, fresh && !nobody)
            }
        };
        if fresh && !events.count(kind, matches!(means, Means::Nothing)).await? {
            return Ok(None);
        }
        Ok(Some(waits))
    }

    /// When everybody is looked at for what events say: after others have gathered, and not too
    /// soon after the look before.
    pub(super) async fn next_look(&self, tx: &TenantTx) -> Result<Timestamp, StoreError> {
        let options = self.options();
        let soon = tx.now() + options.gather;
        let before = tx.enterprise().sync().await?;
        Ok(before.map_or(soon, |state| soon.max(state.started_at + options.apart)))
    }

    /// Counts a refused request, and now and then notes how many there were: strangers must not
    /// be able to keep the database busy.
    async fn note(&self, tenant: TenantId, refusal: Refusal) {
        let now = self.now();
        let times = {
            let mut all = self.0.unnoted.lock();
            let one = all.entry(tenant).or_insert(Unnoted {
                times: 0,
                noted_at: Timestamp::from_millis(0),
            });
            one.times = one.times.saturating_add(1);
            if now.since(one.noted_at) < self.options().note_every {
                return;
            }
            one.noted_at = now;
            std::mem::take(&mut one.times)
        };
        tracing::info!(%tenant, %refusal, times, "events were refused");
        let with = (refusal.name(), times);
        let scope = self.scope(tenant);
        let noted = scope.retrying(&with, |tx, (why, times)| {
            Box::pin(async move { tx.events().refused(why, *times).await })
        });
        let noted: Result<(), StoreError> = noted.await;
        if let Err(error) = noted {
            tracing::warn!(%error, %tenant, "refused events could not be noted");
        }
    }
}

fn meaning(event: &Event, now: Timestamp) -> Means {
    let mut new = NewEvent {
        id: event.id.clone(),
        kind: event.kind.clone(),
        person: String::new(),
        gone: None,
        thing: String::new(),
        happened_at: event.at_ms.map_or(now, Timestamp::from_millis),
    };
    match event.notice() {
        Notice::Person { open_id, gone } => {
            new.person = open_id;
            new.gone = gone.map(|gone| match gone {
                Gone::Left => Standing::Left,
                Gone::Frozen => Standing::Frozen,
            });
            Means::Act(new)
        }
        Notice::App => Means::Act(new),
        Notice::Thing(thing) => match serde_json::to_string(&thing) {
            Ok(text) => {
                new.thing = text;
                Means::Act(new)
            }
            Err(_) => Means::Nothing,
        },
        Notice::Enterprise => Means::Look(new),
        Notice::Other => Means::Nothing,
    }
}

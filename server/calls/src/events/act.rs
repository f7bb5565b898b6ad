//! What follows from an event.

use std::time::Duration;

use model::{
    CallId, Channel, EntryKind, LedgerEntry, MemberId, Outcome, TenantId, TenantStatus,
    role_mapping::Standing,
};
use serde_json::json;
use store::{PendingEvent, StoreError, TenantEntry, TenantTx};

use super::EventCare;
use crate::directory::{Extent, Look, Settling, SyncError};

/// Events of a tenant that one round of the jobs takes up.
const ROUND: u64 = 200;
/// First pause before an event is tried again; it doubles.
const PAUSE: Duration = Duration::from_secs(15);

/// What is known about a person when an event is acted on.
enum Word {
    /// The event's own.
    Told(Standing),
    /// Feishu's answer.
    Asked(Look),
}

impl EventCare {
    /// Acts in a task of its own, if there is room; otherwise the jobs do.
    pub(super) fn soon(&self, tenant: TenantId, id: String) {
        let Ok(room) = std::sync::Arc::clone(&self.0.room).try_acquire_owned() else {
            return;
        };
        let care = self.clone();
        tokio::spawn(async move {
            let _room = room;
            if let Err(error) = care.act(tenant, &id).await {
                tracing::warn!(%error, %tenant, "an event waits for the jobs");
            }
        });
    }

    /// Acts on what waits in a tenant: because its replica vanished, or had too much to do, or
    /// Feishu did not answer.
    ///
    /// # Errors
    /// Fails when the store does.
    pub async fn round(&self, tenant: TenantId) -> Result<(), StoreError> {
        let scope = self.scope(tenant);
        let waiting = scope.read().await?.events().waiting(ROUND).await?;
        for id in waiting {
            self.act(tenant, &id).await?;
        }
        Ok(())
    }

    /// Looks at everybody, when events asked for it and its time has come; `None` when not.
    ///
    /// # Errors
    /// Fails when the store does.
    pub async fn look(&self, tenant: TenantId) -> Result<Option<bool>, StoreError> {
        let scope = self.scope(tenant);
        let due = {
            let tx = scope.read().await?;
            let state = tx.events().state().await?;
            let at = state.and_then(|state| state.look_at);
            at.is_some_and(|at| at <= tx.now())
        };
        if !due {
            return Ok(None);
        }
        let until = self.now() + self.options().look_lease;
        let taken = scope.retrying(&until, |tx, until| {
            Box::pin(async move { tx.events().take_look(*until).await })
        });
        let taken: bool = taken.await?;
        let Some(entry) = self.served(tenant).await?.filter(|_| taken) else {
            return Ok(None);
        };
        let looked = self
            .parts()
            .directory
            .sync(&entry.tenant, Extent::Everybody);
        let whole = match looked.await {
            Ok(report) => report.is_whole(),
            Err(SyncError::Running | SyncError::TooOften) => false,
            Err(SyncError::Store(error)) => return Err(error),
        };
        let with = (self, until, whole);
        let noted = scope.retrying(&with, |tx, (care, until, whole)| {
            Box::pin(async move {
                tx.events().looked(*until).await?;
                if !whole {
                    tx.events().look_at(tx.now() + care.options().apart).await?;
                }
                Ok(())
            })
        });
        let noted: Result<(), StoreError> = noted.await;
        noted.map(|()| Some(whole))
    }

    async fn served(
        &self,
        tenant: TenantId,
    ) -> Result<Option<std::sync::Arc<TenantEntry>>, StoreError> {
        let known = self.parts().store.directory().by_id(tenant).await?;
        Ok(known.filter(|entry| entry.tenant.status == TenantStatus::Active))
    }

    /// Takes an event up and does what follows, unless somebody else does.
    async fn act(&self, tenant: TenantId, id: &str) -> Result<(), StoreError> {
        let with = (id, self.options().lease);
        let scope = self.scope(tenant);
        let claimed = scope.retrying(&with, |tx, (id, lease)| {
            Box::pin(async move { tx.events().claim(id, *lease).await })
        });
        let claimed: Option<PendingEvent> = claimed.await?;
        let (Some(event), Some(entry)) = (claimed, self.served(tenant).await?) else {
            return Ok(());
        };
        if !event.event.thing.is_empty() {
            return self.thing(tenant, &event).await;
        }
        if event.event.person.is_empty() {
            return self.app(&entry, &event).await;
        }
        match self.word(&entry, &event).await {
            Some(word) => self.person(tenant, &event, &word).await,
            None => self.later(tenant, &event).await,
        }
    }

    /// What counts about the person of an event; `None` when Feishu has to be asked again.
    async fn word(&self, entry: &TenantEntry, event: &PendingEvent) -> Option<Word> {
        let told = event.event.gone;
        let age = self.now().since(event.event.happened_at);
        if let Some(standing) = told
            && age < self.options().fresh_for
        {
            return Some(Word::Told(standing));
        }
        let directory = &self.parts().directory;
        let asked = directory.look(&entry.tenant, &event.event.person).await;
        match (asked, told) {
            (Some(look), Some(standing)) if look.is_silent() => Some(Word::Told(standing)),
            (Some(look), _) => Some(Word::Asked(look)),
            // Nobody can be asked: rather somebody signs in once more than that a leaver stays.
            (None, Some(standing)) if event.attempts >= self.options().attempts => {
                Some(Word::Told(standing))
            }
            (None, _) => None,
        }
    }

    /// Keeps what is known about a person now, gives the roles that follow and takes back what
    /// the person may not have any more: all in one transaction with the note that it was done.
    async fn person(
        &self,
        tenant: TenantId,
        event: &PendingEvent,
        word: &Word,
    ) -> Result<(), StoreError> {
        let with = (self, event, word);
        let scope = self.scope(tenant);
        let settled = scope.retrying(&with, |tx, (care, event, word)| {
            Box::pin(async move {
                if !tx.events().finish(&event.event.id).await? {
                    return Ok(None);
                }
                match word {
                    Word::Told(standing) => tell(tx, &event.event.person, *standing).await?,
                    Word::Asked(look) => look.keep(tx).await?,
                }
                let found = tx.members().find_by_open_id(&event.event.person).await?;
                let Some(member) = found else {
                    return Ok(None);
                };
                let settling = care.parts().directory.settle(tx, member.id).await?;
                if !settling.is_empty() {
                    tx.record(&care.entry(tx, event, member.id, word, &settling))
                        .await?;
                }
                Ok::<_, StoreError>(Some(settling))
            })
        });
        let settled: Option<Settling> = settled.await?;
        if let Some(settling) = settled {
            self.parts().directory.announce(tenant, &settling).await;
        }
        Ok(())
    }

    /// Looks at the app: it was stopped, or has another version.
    async fn app(&self, entry: &TenantEntry, event: &PendingEvent) -> Result<(), StoreError> {
        if let Err(error) = self.parts().apps.check(entry).await {
            tracing::info!(%error, tenant = %entry.tenant.id, "an app could not be looked at");
            return self.later(entry.tenant.id, event).await;
        }
        self.finished(entry.tenant.id, &event.event.id).await
    }

    /// Says that an event was acted on, where the act is no transaction of ours.
    pub(super) async fn finished(&self, tenant: TenantId, id: &String) -> Result<(), StoreError> {
        let scope = self.scope(tenant);
        let done = scope.retrying(id, |tx, id| {
            Box::pin(async move { tx.events().finish(id).await.map(drop) })
        });
        done.await
    }

    /// Tries again after a while, and in the end leaves it to a look at everybody.
    async fn later(&self, tenant: TenantId, event: &PendingEvent) -> Result<(), StoreError> {
        let with = (self, event);
        let scope = self.scope(tenant);
        let done = scope.retrying(&with, |tx, (care, event)| {
            Box::pin(async move {
                let events = tx.events();
                if event.attempts < care.options().attempts {
                    let pause = PAUSE * (1 << event.attempts.min(6));
                    return events.put_off(&event.event.id, tx.now() + pause).await;
                }
                events.finish(&event.event.id).await?;
                let at = care.next_look(tx).await?;
                events.look_at(at).await
            })
        });
        done.await
    }

    /// What was done because of an event, beside the entries of what it did.
    fn entry(
        &self,
        tx: &TenantTx,
        event: &PendingEvent,
        member: MemberId,
        word: &Word,
        settling: &Settling,
    ) -> LedgerEntry {
        let parts = self.parts();
        let (connections, keys, browsers) = settling.ended();
        let asked = matches!(word, Word::Asked(_));
        let waited = self.now().since(event.received_at).as_millis();
        LedgerEntry {
            tenant: tx.tenant(),
            id: CallId::mint(parts.clock.as_ref(), parts.entropy.as_ref()),
            kind: EntryKind::Admin,
            at: self.now(),
            member: None,
            account: None,
            client: None,
            client_name: "feishu event".to_owned(),
            grant: None,
            channel: Channel::Internal,
            action: "feishu.event".to_owned(),
            effect: String::new(),
            target: Some(member.to_string()),
            policy_version: None,
            decision: None,
            outcome: Outcome::Ok,
            fault: None,
            feishu_log_id: None,
            upstream_calls: u32::from(asked),
            duration_us: 0,
            detail: json!({
                "event": event.event.id,
                "type": event.event.kind,
                "says": event.event.gone,
                "asked": asked,
                "waited_ms": u64::try_from(waited).unwrap_or(u64::MAX),
                "ended": { "connections": connections, "keys": keys, "browsers": browsers },
            })
            .to_string(),
        }
    }
}

/// Keeps what an event says about somebody.
async fn tell(tx: &TenantTx, open_id: &str, standing: Standing) -> Result<(), StoreError> {
    let all = tx.enterprise();
    let round = all.sync().await?.map_or(0, |state| state.round);
    let mut known = all.person(open_id).await?.unwrap_or_default();
    open_id.clone_into(&mut known.facts.open_id);
    known.facts.standing = standing;
    all.keep_people(round, &[known]).await
}

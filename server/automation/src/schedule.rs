//! Moments that come.

use model::{
    TenantId, Timestamp,
    automation::{Happening, Kind, Trigger},
};
use serde_json::json;
use store::{Rule, StoreError};

use crate::{Automation, cron::Cron, run::moment};

impl Automation {
    /// Makes a run of each moment that has come. Of several that were missed the last counts, once.
    pub(crate) async fn tick(&self, tenant: TenantId) -> Result<(), StoreError> {
        let scope = self.scope(tenant);
        let due = scope.read().await?.automations().due_schedules().await?;
        for rule in due {
            let Some(from) = rule.next_at else { continue };
            let (last, next) = self.between(&rule, from);
            let event = Happening {
                id: format!("schedule:{}", last.millis()),
                kind: Kind::Schedule,
                place: String::new(),
                table: String::new(),
                change: None,
                data: json!({"kind": "schedule", "at": moment(last)}),
                at: last,
                by_person: true,
            };
            let with = (&rule, &event, from, next);
            let made = scope.retrying(&with, |tx, (rule, event, from, next)| {
                Box::pin(async move {
                    let rules = tx.automations();
                    if rules.advance(rule.id, *from, *next).await? {
                        rules.take_for(rule, event).await?;
                    }
                    Ok(())
                })
            });
            let made: Result<(), StoreError> = made.await;
            made?;
        }
        Ok(())
    }

    /// The last moment that has come, and the one after it.
    fn between(&self, rule: &Rule, from: Timestamp) -> (Timestamp, Option<Timestamp>) {
        let Trigger::Schedule { cron, zone } = &rule.definition.trigger else {
            return (from, None);
        };
        let Ok(cron) = Cron::new(cron, zone) else {
            return (from, None);
        };
        let now = self.now();
        let next = cron.next(now);
        // A missed moment is a moment of the past: looked for from not too far behind.
        let mut last = from;
        let mut steps = 0;
        while let Some(later) = cron.next(last).filter(|later| *later <= now) {
            last = later;
            steps += 1;
            if steps == 10_000 {
                break;
            }
        }
        (last, next)
    }
}

/// The next moment of a trigger.
pub(crate) fn first(trigger: &Trigger, now: Timestamp) -> Option<Timestamp> {
    match trigger {
        Trigger::Schedule { cron, zone } => Cron::new(cron, zone).ok()?.next(now),
        _ => None,
    }
}

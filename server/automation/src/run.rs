//! Doing what a rule says about one event.

mod step;

use std::time::Duration;

use bus::{BucketKey, BucketScope};
use futures::{StreamExt as _, stream};
use model::{Rate, RuleId, RunId, TenantId, Timestamp, automation::RunState};
use serde_json::json;
use store::{Claim, RunEnd, StoreError, TenantEntry};

use self::step::Did;
use crate::{
    Automation,
    expression::{Expression, Sight},
};

/// Runs of a tenant that one round of the jobs takes up.
const ROUND: u64 = 200;

/// What becomes of a run.
#[derive(Debug)]
enum End {
    /// It is over.
    Over {
        state: RunState,
        reason: &'static str,
        error: String,
    },
    /// It is tried again.
    Later {
        at: Timestamp,
        why: String,
        /// Whether this was an attempt, or just not its turn.
        counted: bool,
    },
    /// Another process has it.
    Lost,
}

impl End {
    fn dead(reason: &'static str, error: impl Into<String>) -> Self {
        Self::Over {
            state: RunState::Dead,
            reason,
            error: error.into(),
        }
    }

    fn skipped(reason: &'static str) -> Self {
        Self::Over {
            state: RunState::Skipped,
            reason,
            error: String::new(),
        }
    }
}

impl Automation {
    /// Does what waits in a tenant, moments that have come first.
    ///
    /// # Errors
    /// Fails when the store does.
    pub async fn round(&self, tenant: TenantId) -> Result<u64, StoreError> {
        if self.served(tenant).await?.is_none() {
            return Ok(0);
        }
        self.tick(tenant).await?;
        let due = self
            .scope(tenant)
            .read()
            .await?
            .automations()
            .due(ROUND)
            .await?;
        let count = due.len() as u64;
        let at_once = self.options().at_once;
        let done: Vec<Result<(), StoreError>> = stream::iter(due)
            .map(|run| self.run(tenant, run))
            .buffer_unordered(at_once)
            .collect()
            .await;
        done.into_iter().collect::<Result<(), _>>()?;
        Ok(count)
    }

    /// Takes a run up and does it, unless somebody else does.
    pub(crate) async fn run(&self, tenant: TenantId, id: RunId) -> Result<(), StoreError> {
        let Some(entry) = self.served(tenant).await? else {
            return Ok(());
        };
        let scope = self.scope(tenant);
        let with = (id, self.options().lease);
        let claimed = scope.retrying(&with, |tx, (id, lease)| {
            Box::pin(async move { tx.automations().claim(*id, *lease).await })
        });
        let claimed: Option<Claim> = claimed.await?;
        let Some(claim) = claimed else {
            return Ok(());
        };
        let end = self.carry_out(&entry, &claim).await?;
        let with = (claim.held, &end);
        let ended = scope.retrying(&with, |tx, (held, end)| {
            Box::pin(async move {
                let runs = tx.automations();
                match end {
                    End::Over {
                        state,
                        reason,
                        error,
                    } => {
                        let end = RunEnd {
                            state: *state,
                            reason,
                            error,
                        };
                        runs.finish(*held, &end).await
                    }
                    End::Later { at, why, counted } => {
                        runs.put_off(*held, *at, why, *counted).await
                    }
                    End::Lost => Ok(false),
                }
            })
        });
        let kept: bool = ended.await?;
        if !kept {
            tracing::info!(run = %claim.run.id, "a run was lost to another process");
        }
        Ok(())
    }

    async fn carry_out(&self, entry: &TenantEntry, claim: &Claim) -> Result<End, StoreError> {
        let (rule, run) = (&claim.rule, &claim.run);
        if let Some(wait) = self.too_fast(entry, claim).await {
            return self.wait_or_stop(entry, rule.id, wait).await;
        }
        if run.attempts > self.options().attempts {
            return Ok(End::dead("attempts", run.error.clone()));
        }
        let mut sight = Sight {
            event: run.event.clone(),
            steps: Vec::new(),
            rule: json!({"id": rule.id, "name": rule.name}),
            now: moment(self.now()),
        };
        let condition = rule.definition.condition.trim();
        if !condition.is_empty() {
            match holds(condition, &sight) {
                Ok(true) => {}
                Ok(false) => return Ok(End::skipped("condition")),
                Err(error) => return Ok(End::dead("condition_failed", error)),
            }
        }
        for (place, step) in rule.definition.steps.iter().enumerate() {
            let when = step.when.trim();
            if !when.is_empty() {
                match holds(when, &sight) {
                    Ok(true) => {}
                    Ok(false) if place == 0 => return Ok(End::skipped("condition")),
                    // What came before was done.
                    Ok(false) => break,
                    Err(error) => return Ok(End::dead("condition_failed", error)),
                }
            }
            match self.step(entry, claim, place, &sight).await? {
                Did::Done(result) => sight.steps.push(result),
                Did::Again { after, why } => {
                    if run.attempts >= self.options().attempts {
                        return Ok(End::dead("attempts", why));
                    }
                    let pause = after.max(self.pause(run.attempts));
                    return Ok(End::Later {
                        at: self.now() + pause,
                        why,
                        counted: true,
                    });
                }
                Did::Never { reason, why } => return Ok(End::dead(reason, why)),
                Did::Lost => return Ok(End::Lost),
            }
        }
        Ok(End::Over {
            state: RunState::Done,
            reason: "",
            error: String::new(),
        })
    }

    /// How long a run must wait for the rule's own limit.
    async fn too_fast(&self, entry: &TenantEntry, claim: &Claim) -> Option<Duration> {
        let per_minute = claim.rule.definition.per_minute.max(1);
        let bucket = BucketKey {
            tenant: Some(entry.tenant.id),
            scope: BucketScope::Tool(format!("runs of {}", claim.rule.id)),
        };
        let rate = Rate {
            per_minute,
            burst: per_minute,
        };
        let verdict = self.parts().bus.take(&bucket, rate, 1).await;
        (!verdict.allowed).then_some(verdict.retry_after)
    }

    /// A rule that more begins than it may do is paused in the end: what waits is kept.
    async fn wait_or_stop(
        &self,
        entry: &TenantEntry,
        rule: RuleId,
        wait: Duration,
    ) -> Result<End, StoreError> {
        let scope = self.scope(entry.tenant.id);
        let backlog = scope
            .read()
            .await?
            .automations()
            .count(rule, RunState::Waiting)
            .await?;
        if backlog > self.options().backlog {
            let stopped = scope.retrying(&rule, |tx, rule| {
                Box::pin(async move { tx.automations().stop(*rule, "flood").await })
            });
            let stopped: bool = stopped.await?;
            if stopped {
                tracing::warn!(%rule, backlog, "a rule was paused: too much begins it");
            }
        }
        Ok(End::Later {
            at: self.now() + wait.max(Duration::from_secs(1)),
            why: "the rule's own limit".to_owned(),
            counted: false,
        })
    }

    fn pause(&self, attempts: u32) -> Duration {
        let options = self.options();
        let doubled = options
            .pause
            .saturating_mul(1 << attempts.saturating_sub(1).min(16));
        doubled.min(options.longest)
    }
}

pub(crate) fn holds(condition: &str, sight: &Sight) -> Result<bool, String> {
    let condition = Expression::new(condition).map_err(|fault| fault.to_string())?;
    condition.holds(sight)
}

/// A moment as expressions see it.
pub(crate) fn moment(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.millis())
        .map_or_else(|_| String::new(), |moment| moment.to_string())
}

//! What a tenant's administrators choose: whether events are taken, and what they are proven by.

use model::policy::SetUpApp;
use store::{IntakeState, ProofPair, StoreError, TenantScope};

use super::EventCare;
use crate::app_care::Act;

impl EventCare {
    /// How the intake stands; `None` while events are not taken.
    ///
    /// # Errors
    /// Fails when the store does.
    pub async fn state(&self, scope: &TenantScope) -> Result<Option<IntakeState>, StoreError> {
        scope.read().await?.events().state().await
    }

    /// Takes events that are proven by `pair`, from now on. The pair before stays good for a day,
    /// because Feishu repeats what it could not deliver.
    ///
    /// # Errors
    /// Fails when the store does.
    pub async fn prove_by(
        &self,
        act: &Act<'_, SetUpApp>,
        pair: &ProofPair,
    ) -> Result<(), StoreError> {
        let with = (act, pair);
        let done = act.scope.retrying(&with, |tx, (act, pair)| {
            Box::pin(async move {
                tx.events().prove_by(act.permit, pair).await?;
                tx.record(act.record).await.map(drop)
            })
        });
        let done: Result<(), StoreError> = done.await;
        self.0.kept.invalidate(&act.scope.tenant());
        done
    }

    /// Takes no more events; `false` when none were taken.
    ///
    /// # Errors
    /// Fails when the store does.
    pub async fn stop(&self, act: &Act<'_, SetUpApp>) -> Result<bool, StoreError> {
        let done = act.scope.retrying(&act, |tx, act| {
            Box::pin(async move {
                let stopped = tx.events().stop(act.permit).await?;
                if stopped {
                    tx.record(act.record).await?;
                }
                Ok(stopped)
            })
        });
        let done: Result<bool, StoreError> = done.await;
        self.0.kept.invalidate(&act.scope.tenant());
        done
    }
}

//! What a tenant's developers choose. Every change is committed with its entry in the ledger.

use calls::{CallRequest, app_care::Act};
use model::{
    Locale, RuleId, RunId, TenantId,
    automation::{Definition, RuleState, Trigger},
    policy::ManageRules,
};
use serde_json::json;
use store::{Rule, RuleChange, StoreError};
use vault::{Secret, Token, TokenKind};

use crate::{Automation, Problem, check, schedule, service};

/// A rule as somebody wants it.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// Name for people.
    pub name: &'a str,
    /// What it is.
    pub definition: &'a Definition,
    /// Who asks, for people.
    pub by: &'a str,
    /// The language of what is said about it.
    pub locale: Locale,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is so now.
    Done(RuleId),
    /// It cannot be so.
    Wrong(Vec<Problem>),
    /// It is gone, or somebody else changed it before.
    Stale,
}

/// What became of a switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Switched {
    /// It is so now.
    Done,
    /// It runs, and Feishu does not tell of the file that it watches: why, in words.
    Deaf(String),
    /// There is no such rule.
    Missing,
}

/// A new address of a rule; shown once.
#[derive(Debug)]
pub struct NewHook {
    /// The secret part of the address.
    pub token: Token,
    /// The key of signatures.
    pub key: Token,
}

impl Automation {
    /// Everything that is wrong with a rule.
    pub fn check(&self, change: &Change<'_>) -> Vec<Problem> {
        check(
            change.name,
            change.definition,
            self.parts().gate.for_rules(),
            change.locale,
        )
    }

    /// Makes a rule, paused.
    ///
    /// # Errors
    /// Fails when the store does.
    pub async fn make(
        &self,
        act: &Act<'_, ManageRules>,
        change: &Change<'_>,
    ) -> Result<Changed, StoreError> {
        let problems = self.check(change);
        if !problems.is_empty() {
            return Ok(Changed::Wrong(problems));
        }
        let rule = self.asked(change);
        let with = (act, &rule);
        let made = act.scope.retrying(&with, |tx, (act, rule)| {
            Box::pin(async move {
                let id = tx.automations().make(act.permit, rule).await?;
                let mut entry = act.record.clone();
                entry.target = Some(id.to_string());
                tx.record(&entry).await?;
                Ok(id)
            })
        });
        let made: Result<RuleId, StoreError> = made.await;
        made.map(Changed::Done)
    }

    /// Changes the rule of this version.
    ///
    /// # Errors
    /// Fails when the store does.
    pub async fn change(
        &self,
        act: &Act<'_, ManageRules>,
        id: RuleId,
        version: i64,
        change: &Change<'_>,
    ) -> Result<Changed, StoreError> {
        let problems = self.check(change);
        if !problems.is_empty() {
            return Ok(Changed::Wrong(problems));
        }
        let rule = self.asked(change);
        let with = (act, id, version, &rule);
        let done = act.scope.retrying(&with, |tx, (act, id, version, rule)| {
            Box::pin(async move {
                let done = tx
                    .automations()
                    .change(act.permit, *id, *version, rule)
                    .await?;
                if done {
                    tx.record(act.record).await?;
                }
                Ok(done)
            })
        });
        let done: Result<bool, StoreError> = done.await;
        Ok(if done? {
            Changed::Done(id)
        } else {
            Changed::Stale
        })
    }

    /// Lets a rule run, or pauses it. When it is to watch a file, Feishu is asked to tell of it.
    ///
    /// # Errors
    /// Fails when the store does.
    pub async fn switch(
        &self,
        act: &Act<'_, ManageRules>,
        id: RuleId,
        state: RuleState,
    ) -> Result<Switched, StoreError> {
        let known = act.scope.read().await?.automations().get(id).await?;
        let Some(rule) = known else {
            return Ok(Switched::Missing);
        };
        // Moments that came while it was paused are over.
        let next = schedule::first(&rule.definition.trigger, self.now());
        let with = (act, id, state, next);
        let done = act.scope.retrying(&with, |tx, (act, id, state, next)| {
            Box::pin(async move {
                let done = tx
                    .automations()
                    .switch(act.permit, *id, *state, *next)
                    .await?;
                if done {
                    tx.record(act.record).await?;
                }
                Ok(done)
            })
        });
        let done: Result<bool, StoreError> = done.await;
        if !done? {
            return Ok(Switched::Missing);
        }
        if state == RuleState::Paused {
            return Ok(Switched::Done);
        }
        self.wake(act.scope.tenant());
        self.watch(&rule, act.scope.tenant()).await
    }

    /// Without a subscription Feishu sends no event about a file.
    async fn watch(&self, rule: &Rule, tenant: TenantId) -> Result<Switched, StoreError> {
        let reference = match &rule.definition.trigger {
            Trigger::Record { base, .. } => format!("base:{base}"),
            Trigger::Edited { token } => token.clone(),
            Trigger::Hook { .. } | Trigger::Schedule { .. } => return Ok(Switched::Done),
        };
        let Some(entry) = self.served(tenant).await? else {
            return Ok(Switched::Done);
        };
        let principal = service::principal(&entry.tenant, rule);
        let request = CallRequest::new("watch_file", json!({"ref": reference}));
        let reply = self.parts().gate.call(&principal, request).await;
        Ok(match reply.result {
            Ok(_) => Switched::Done,
            Err(error) => Switched::Deaf(error.message),
        })
    }

    /// Removes a rule with its runs; `false` when there is none.
    ///
    /// # Errors
    /// Fails when the store does.
    pub async fn remove(&self, act: &Act<'_, ManageRules>, id: RuleId) -> Result<bool, StoreError> {
        let with = (act, id);
        let done = act.scope.retrying(&with, |tx, (act, id)| {
            Box::pin(async move {
                let done = tx.automations().remove(act.permit, *id).await?;
                if done {
                    tx.record(act.record).await?;
                }
                Ok(done)
            })
        });
        done.await
    }

    /// Gives a rule a new address; the one before leads nowhere from now on. `None` when there is
    /// no such rule.
    ///
    /// # Errors
    /// Fails when the store does.
    pub async fn open_hook(
        &self,
        act: &Act<'_, ManageRules>,
        id: RuleId,
    ) -> Result<Option<NewHook>, StoreError> {
        let entropy = &*self.parts().entropy;
        let hook = NewHook {
            token: Token::mint(TokenKind::Hook, entropy),
            key: Token::mint(TokenKind::HookKey, entropy),
        };
        let secret = Secret::new(hook.key.expose());
        let with = (act, id, hook.token.hash(), secret);
        let done = act.scope.retrying(&with, |tx, (act, id, hash, key)| {
            Box::pin(async move {
                let done = tx
                    .automations()
                    .open_hook(act.permit, *id, hash, key)
                    .await?;
                if done {
                    tx.record(act.record).await?;
                }
                Ok(done)
            })
        });
        let done: Result<bool, StoreError> = done.await;
        Ok(done?.then_some(hook))
    }

    /// Tries a run again that was given up; `false` when it is not one.
    ///
    /// # Errors
    /// Fails when the store does.
    pub async fn again(&self, act: &Act<'_, ManageRules>, run: RunId) -> Result<bool, StoreError> {
        let with = (act, run);
        let done = act.scope.retrying(&with, |tx, (act, run)| {
            Box::pin(async move {
                let done = tx.automations().again(act.permit, *run).await?;
                if done {
                    tx.record(act.record).await?;
                }
                Ok(done)
            })
        });
        let done: Result<bool, StoreError> = done.await;
        if matches!(done, Ok(true)) {
            self.soon(act.scope.tenant(), vec![run]);
        }
        done
    }

    fn asked<'c>(&self, change: &Change<'c>) -> RuleChange<'c> {
        RuleChange {
            name: change.name.trim(),
            definition: change.definition,
            next_at: schedule::first(&change.definition.trigger, self.now()),
            by: change.by,
        }
    }
}

//! Events become runs, and one process at a time takes a run up.

use std::time::Duration;

use model::{
    Id, RuleId, RunId, Timestamp,
    automation::{Happening, MAX_DEPTH, RuleState, RunState},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};
use uuid::Uuid;

use super::{Automations, Rule, runs};
use crate::{
    StoreError,
    entity::{
        automation_mark as mark, automation_rule as rule,
        automation_run::{ActiveModel, Column, Entity},
        delete_within, update_within, within,
    },
};

/// How long a write of a rule is known again in the events that follow from it.
const ECHO: Duration = Duration::from_mins(3);
/// Longest text that says why a run failed.
const ERROR: usize = 600;

/// A run that this process holds.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The run and what happened.
    pub run: runs::Run,
    /// The rule as it is now.
    pub rule: Rule,
    /// Says that it is held.
    pub held: Held,
}

/// That a run is held by this process and no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The run.
    pub run: RunId,
    holder: Uuid,
}

impl Automations<'_> {
    /// Makes a run of every active rule that an event begins; gives how many are new.
    pub async fn take(&self, event: &Happening) -> Result<u32, StoreError> {
        let mut made = 0;
        let rules = self.waiting_for(event.kind, &event.place).await?;
        for rule in rules
            .iter()
            .filter(|rule| rule.definition.trigger.takes(event))
        {
            made += u32::from(self.take_for(rule, event).await?.is_some());
        }
        Ok(made)
    }

    /// Makes a run of one rule; `None` when it has one of this event.
    pub async fn take_for(
        &self,
        rule: &Rule,
        event: &Happening,
    ) -> Result<Option<RunId>, StoreError> {
        let (depth, own) = self.depth(rule.id, event).await?;
        let skipped = if own {
            Some("own_write")
        } else if depth > MAX_DEPTH {
            Some("too_deep")
        } else {
            None
        };
        let id = RunId::mint(self.0.clock(), self.0.entropy());
        let text = id.to_string();
        let place = self.place("automation_runs", "event", &text);
        let key = self.0.data_key().await?;
        let now = self.0.now().millis();
        let state = skipped.map_or(RunState::Waiting, |_| RunState::Skipped);
        let added = Entity::insert(ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            id: Set(id.uuid()),
            rule_id: Set(rule.id.uuid()),
            event_id: Set(event.id.clone()),
            event: Set(key
                .seal(&place, event.data.to_string().as_bytes())?
                .into_bytes()),
            depth: Set(i64::from(depth)),
            state: Set(state.name().to_owned()),
            reason: Set(skipped.unwrap_or_default().to_owned()),
            error: Set(String::new()),
            attempts: Set(0),
            next_at: Set(now),
            lease_until: Set(0),
            holder: Set(None),
            happened_at: Set(event.at.millis()),
            received_at: Set(now),
            finished_at: Set(skipped.map(|_| now)),
        })
        .on_conflict(
            OnConflict::columns([Column::TenantId, Column::RuleId, Column::EventId])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        Ok((added == 1).then_some(id))
    }

    /// How many rules in a row led to an event, and whether the rule itself was the last of them.
    /// What a person did follows from nothing.
    async fn depth(&self, rule: RuleId, event: &Happening) -> Result<(u32, bool), StoreError> {
        if event.by_person || event.place.is_empty() {
            return Ok((0, false));
        }
        let marks = within::<mark::Entity>(self.0)
            .filter(mark::Column::Place.eq(event.place.as_str()))
            .filter(mark::Column::At.gt((self.0.now() - ECHO).millis()))
            .all(self.0.db())
            .await?;
        let own = marks.iter().any(|mark| mark.rule_id == rule.uuid());
        let deepest = marks.iter().map(|mark| mark.depth).max();
        let depth = deepest.map_or(0, |depth| u32::try_from(depth + 1).unwrap_or(u32::MAX));
        Ok((depth, own))
    }

    /// Notes that a run is about to write to a file.
    pub async fn mark(&self, claim: &Claim, place: &str) -> Result<(), StoreError> {
        let now = self.0.now().millis();
        mark::Entity::insert(mark::ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            place: Set(place.to_owned()),
            rule_id: Set(claim.rule.id.uuid()),
            depth: Set(i64::from(claim.run.depth)),
            at: Set(now),
        })
        .on_conflict(
            OnConflict::columns([
                mark::Column::TenantId,
                mark::Column::Place,
                mark::Column::RuleId,
            ])
            .update_columns([mark::Column::Depth, mark::Column::At])
            .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        Ok(())
    }

    /// Runs of active rules whose time has come and that nobody holds, oldest first.
    pub async fn due(&self, most: u64) -> Result<Vec<RunId>, StoreError> {
        let now = self.0.now().millis();
        let active = within::<rule::Entity>(self.0)
            .filter(rule::Column::State.eq(RuleState::Active.name()))
            .select_only()
            .column(rule::Column::Id)
            .into_tuple::<Uuid>()
            .all(self.0.db())
            .await?;
        if active.is_empty() {
            return Ok(Vec::new());
        }
        let found = within::<Entity>(self.0)
            .filter(Column::State.eq(RunState::Waiting.name()))
            .filter(Column::NextAt.lte(now))
            .filter(Column::LeaseUntil.lte(now))
            .filter(Column::RuleId.is_in(active))
            .order_by_asc(Column::NextAt)
            .limit(most)
            .select_only()
            .column(Column::Id)
            .into_tuple::<Uuid>()
            .all(self.0.db())
            .await?;
        Ok(found.into_iter().map(Id::from_uuid).collect())
    }

    /// Takes a run up for `lease`; `None` when another process has it, or it is not due.
    pub async fn claim(&self, id: RunId, lease: Duration) -> Result<Option<Claim>, StoreError> {
        let now = self.0.now();
        let holder = RunId::mint(self.0.clock(), self.0.entropy()).uuid();
        let taken = update_within::<Entity>(self.0)
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::State.eq(RunState::Waiting.name()))
            .filter(Column::NextAt.lte(now.millis()))
            .filter(Column::LeaseUntil.lte(now.millis()))
            .col_expr(Column::LeaseUntil, Expr::value((now + lease).millis()))
            .col_expr(Column::Holder, Expr::value(Some(holder)))
            .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
            .exec(self.0.db())
            .await?;
        if taken.rows_affected != 1 {
            return Ok(None);
        }
        let Some(run) = self.run(id).await? else {
            return Ok(None);
        };
        let rule = self.get(run.rule).await?;
        Ok(rule.map(|rule| Claim {
            run,
            rule,
            held: Held { run: id, holder },
        }))
    }

    /// Holds a run for `lease` from now; `false` when it is lost to another process.
    pub async fn hold(&self, held: Held, lease: Duration) -> Result<bool, StoreError> {
        let until = (self.0.now() + lease).millis();
        let done = self
            .held(held)
            .col_expr(Column::LeaseUntil, Expr::value(until))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Lets a run go until `at`. `counted` says whether this was an attempt.
    pub async fn put_off(
        &self,
        held: Held,
        at: Timestamp,
        why: &str,
        counted: bool,
    ) -> Result<bool, StoreError> {
        let mut update = self
            .held(held)
            .col_expr(Column::NextAt, Expr::value(at.millis()))
            .col_expr(Column::LeaseUntil, Expr::value(0_i64))
            .col_expr(Column::Holder, Expr::value(None::<Uuid>))
            .col_expr(Column::Error, Expr::value(short(why)));
        if !counted {
            update = update.col_expr(Column::Attempts, Expr::col(Column::Attempts).sub(1));
        }
        Ok(update.exec(self.0.db()).await?.rows_affected == 1)
    }

    /// Ends a run; `false` when it is lost to another process.
    pub async fn finish(&self, held: Held, end: &runs::RunEnd<'_>) -> Result<bool, StoreError> {
        let done = self
            .held(held)
            .col_expr(Column::State, Expr::value(end.state.name()))
            .col_expr(Column::Reason, Expr::value(end.reason))
            .col_expr(Column::Error, Expr::value(short(end.error)))
            .col_expr(Column::LeaseUntil, Expr::value(0_i64))
            .col_expr(Column::Holder, Expr::value(None::<Uuid>))
            .col_expr(Column::FinishedAt, Expr::value(Some(self.0.now().millis())))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Runs of a rule in a state.
    pub async fn count(&self, rule: RuleId, state: RunState) -> Result<u64, StoreError> {
        let count = within::<Entity>(self.0)
            .filter(Column::RuleId.eq(rule.uuid()))
            .filter(Column::State.eq(state.name()))
            .count(self.0.db())
            .await?;
        Ok(count)
    }

    /// Removes runs that ended before `before`, and marks from before it.
    pub async fn sweep(&self, before: Timestamp) -> Result<u64, StoreError> {
        delete_within::<mark::Entity>(self.0)
            .filter(mark::Column::At.lt(before.millis()))
            .exec(self.0.db())
            .await?;
        let gone = delete_within::<Entity>(self.0)
            .filter(Column::FinishedAt.lt(before.millis()))
            .exec(self.0.db())
            .await?;
        Ok(gone.rows_affected)
    }

    fn held(&self, held: Held) -> sea_orm::UpdateMany<Entity> {
        update_within::<Entity>(self.0)
            .filter(Column::Id.eq(held.run.uuid()))
            .filter(Column::State.eq(RunState::Waiting.name()))
            .filter(Column::Holder.eq(held.holder))
    }
}

fn short(text: &str) -> String {
    text.chars().take(ERROR).collect()
}

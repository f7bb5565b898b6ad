//! What runs did, step by step.

use std::time::Duration;

use model::{
    CallId, Id, RuleId, RunId, Timestamp,
    automation::RunState,
    policy::{ManageRules, Permit},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};
use serde_json::Value;
use vault::Sealed;

use super::{Automations, Held};
use crate::{
    Page, Paged, StoreError,
    entity::{
        automation_run::{Column, Entity, Model},
        automation_step as step, update_within, within,
    },
};

/// A run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Identity.
    pub id: RunId,
    /// Whose.
    pub rule: RuleId,
    /// The event's own id.
    pub event_id: String,
    /// What expressions see as `event`.
    pub event: Value,
    /// How many rules in a row led to it.
    pub depth: u32,
    /// How far it is.
    pub state: RunState,
    /// Stable name of why it ended so; empty when it just did.
    pub reason: String,
    /// The same in words.
    pub error: String,
    /// Attempts begun.
    pub attempts: u32,
    /// Not tried before.
    pub next_at: Timestamp,
    /// When the event happened.
    pub happened_at: Timestamp,
    /// When it came.
    pub received_at: Timestamp,
    /// When the run ended.
    pub finished_at: Option<Timestamp>,
}

/// How a run ends.
#[derive(Debug, Clone, Copy)]
pub struct RunEnd<'a> {
    /// The state that it ends in.
    pub state: RunState,
    /// Stable name of why.
    pub reason: &'a str,
    /// The same in words.
    pub error: &'a str,
}

/// Which runs are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// Of one rule.
    pub rule: Option<RuleId>,
    /// In one state.
    pub state: Option<RunState>,
}

/// How a step stood when it was begun.
#[derive(Debug, Clone, PartialEq)]
pub enum StepBegun {
    /// Nobody began it before.
    Fresh,
    /// Somebody began it, first at this moment, and its end is not known.
    Open(Timestamp),
    /// It was done before, with this result.
    Done(Value),
    /// The run is lost to another process.
    Lost,
}

/// How a step ended.
#[derive(Debug, Clone, Copy)]
pub struct StepEnd<'a> {
    /// Whether it did what it should.
    pub done: bool,
    /// Its place in the ledger.
    pub call: Option<CallId>,
    /// How the ledger has it.
    pub outcome: &'a str,
    /// What later steps may use.
    pub result: &'a Value,
}

/// A step that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRow {
    /// Its place in the rule.
    pub place: u32,
    /// The tool.
    pub tool: String,
    /// `open`, `done` or `failed`.
    pub state: String,
    /// Attempts begun.
    pub attempts: u32,
    /// Its last place in the ledger.
    pub call: Option<CallId>,
    /// How the ledger has it.
    pub outcome: String,
    /// When it was first begun.
    pub began_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

impl Automations<'_> {
    /// Says that a step is about to be done, and how it stood. The run is held for `lease` from
    /// now.
    pub async fn begin_step(
        &self,
        held: Held,
        place: u32,
        tool: &str,
        lease: Duration,
    ) -> Result<StepBegun, StoreError> {
        if !self.hold(held, lease).await? {
            return Ok(StepBegun::Lost);
        }
        let at = i64::from(place);
        let known = within::<step::Entity>(self.0)
            .filter(step::Column::RunId.eq(held.run.uuid()))
            .filter(step::Column::Place.eq(at))
            .one(self.0.db())
            .await?;
        let begun = match known {
            Some(row) if row.state == "done" => {
                return Ok(StepBegun::Done(self.result(held.run, row.result).await?));
            }
            Some(row) if row.state == "open" => {
                StepBegun::Open(Timestamp::from_millis(row.began_at))
            }
            _ => StepBegun::Fresh,
        };
        step::Entity::insert(step::ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            run_id: Set(held.run.uuid()),
            place: Set(at),
            tool: Set(tool.to_owned()),
            state: Set("open".to_owned()),
            attempts: Set(1),
            call_id: Set(None),
            outcome: Set(String::new()),
            result: Set(None),
            began_at: Set(self.0.now().millis()),
            ended_at: Set(None),
        })
        .on_conflict(
            OnConflict::columns([
                step::Column::TenantId,
                step::Column::RunId,
                step::Column::Place,
            ])
            .update_columns([step::Column::State])
            .value(
                step::Column::Attempts,
                Expr::col((step::Entity, step::Column::Attempts)).add(1),
            )
            .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        Ok(begun)
    }

    /// Says how a step ended; `false` when the run is lost to another process.
    pub async fn end_step(
        &self,
        held: Held,
        place: u32,
        end: &StepEnd<'_>,
        lease: Duration,
    ) -> Result<bool, StoreError> {
        if !self.hold(held, lease).await? {
            return Ok(false);
        }
        let text = held.run.to_string();
        let key = self.0.data_key().await?;
        let seal = self.place("automation_steps", "result", &text);
        let result = key.seal(&seal, end.result.to_string().as_bytes())?;
        let state = if end.done { "done" } else { "failed" };
        update_within::<step::Entity>(self.0)
            .filter(step::Column::RunId.eq(held.run.uuid()))
            .filter(step::Column::Place.eq(i64::from(place)))
            .col_expr(step::Column::State, Expr::value(state))
            .col_expr(
                step::Column::CallId,
                Expr::value(end.call.map(CallId::uuid)),
            )
            .col_expr(step::Column::Outcome, Expr::value(end.outcome))
            .col_expr(step::Column::Result, Expr::value(Some(result.into_bytes())))
            .col_expr(
                step::Column::EndedAt,
                Expr::value(Some(self.0.now().millis())),
            )
            .exec(self.0.db())
            .await?;
        Ok(true)
    }

    /// The steps of a run, in order.
    pub async fn steps(&self, run: RunId) -> Result<Vec<StepRow>, StoreError> {
        let rows = within::<step::Entity>(self.0)
            .filter(step::Column::RunId.eq(run.uuid()))
            .order_by_asc(step::Column::Place)
            .all(self.0.db())
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| StepRow {
                place: u32::try_from(row.place).unwrap_or_default(),
                tool: row.tool,
                state: row.state,
                attempts: u32::try_from(row.attempts).unwrap_or_default(),
                call: row.call_id.map(Id::from_uuid),
                outcome: row.outcome,
                began_at: Timestamp::from_millis(row.began_at),
                ended_at: row.ended_at.map(Timestamp::from_millis),
            })
            .collect())
    }

    /// One run.
    pub async fn run(&self, id: RunId) -> Result<Option<Run>, StoreError> {
        let found = within::<Entity>(self.0)
            .filter(Column::Id.eq(id.uuid()))
            .one(self.0.db())
            .await?;
        match found {
            Some(row) => self.opened(row).await.map(Some),
            None => Ok(None),
        }
    }

    /// Runs, the newest first.
    pub async fn runs(&self, filter: RunFilter, page: &Page) -> Result<Paged<Run>, StoreError> {
        let mut query = within::<Entity>(self.0);
        if let Some(rule) = filter.rule {
            query = query.filter(Column::RuleId.eq(rule.uuid()));
        }
        if let Some(state) = filter.state {
            query = query.filter(Column::State.eq(state.name()));
        }
        if let Some(start) = page.start::<RunId>()? {
            query = query.filter(Column::Id.lt(start.uuid()));
        }
        let rows = query
            .order_by_desc(Column::Id)
            .limit(page.ask())
            .all(self.0.db())
            .await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            found.push(self.opened(row).await?);
        }
        Ok(page.cut(found, |run| run.id))
    }

    /// Tries a run again that was given up; `false` when it is not one.
    ///
    /// # Errors
    /// [`StoreError::ForeignPermit`] with the permit of another tenant.
    pub async fn again(&self, permit: &Permit<ManageRules>, id: RunId) -> Result<bool, StoreError> {
        self.0.check(permit)?;
        let done = update_within::<Entity>(self.0)
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::State.eq(RunState::Dead.name()))
            .col_expr(Column::State, Expr::value(RunState::Waiting.name()))
            .col_expr(Column::Reason, Expr::value(""))
            .col_expr(Column::Attempts, Expr::value(0_i64))
            .col_expr(Column::NextAt, Expr::value(self.0.now().millis()))
            .col_expr(Column::FinishedAt, Expr::value(None::<i64>))
            .exec(self.0.db())
            .await?;
        if done.rows_affected != 1 {
            return Ok(false);
        }
        // A person has looked: what was left open counts as not done.
        update_within::<step::Entity>(self.0)
            .filter(step::Column::RunId.eq(id.uuid()))
            .filter(step::Column::State.eq("open"))
            .col_expr(step::Column::State, Expr::value("failed"))
            .exec(self.0.db())
            .await?;
        Ok(true)
    }

    async fn opened(&self, row: Model) -> Result<Run, StoreError> {
        let corrupt = || StoreError::Corrupt { what: "run" };
        let id: RunId = Id::from_uuid(row.id);
        let text = id.to_string();
        let place = self.place("automation_runs", "event", &text);
        let key = self.0.data_key().await?;
        let opened = key.open(&place, &Sealed::from_bytes(row.event))?;
        Ok(Run {
            id,
            rule: Id::from_uuid(row.rule_id),
            event_id: row.event_id,
            event: serde_json::from_str(opened.expose_str()?).map_err(|_| corrupt())?,
            depth: u32::try_from(row.depth).map_err(|_| corrupt())?,
            state: RunState::from_name(&row.state).ok_or_else(corrupt)?,
            reason: row.reason,
            error: row.error,
            attempts: u32::try_from(row.attempts).unwrap_or_default(),
            next_at: Timestamp::from_millis(row.next_at),
            happened_at: Timestamp::from_millis(row.happened_at),
            received_at: Timestamp::from_millis(row.received_at),
            finished_at: row.finished_at.map(Timestamp::from_millis),
        })
    }

    async fn result(&self, run: RunId, sealed: Option<Vec<u8>>) -> Result<Value, StoreError> {
        let Some(sealed) = sealed else {
            return Ok(Value::Null);
        };
        let text = run.to_string();
        let place = self.place("automation_steps", "result", &text);
        let key = self.0.data_key().await?;
        let opened = key.open(&place, &Sealed::from_bytes(sealed))?;
        serde_json::from_str(opened.expose_str()?).map_err(|_| StoreError::Corrupt {
            what: "step result",
        })
    }
}

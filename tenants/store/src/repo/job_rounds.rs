//! How the background jobs fare on each replica.

use model::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict,
};

use crate::{
    PlatformTx, StoreError,
    entity::job_round::{ActiveModel, Column, Entity, Model},
};

/// The latest round of one job on one replica.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRound {
    /// Name of the job.
    pub job: String,
    /// The replica.
    pub node: String,
    /// Between two rounds, in milliseconds.
    pub every_ms: i64,
    /// When the latest round began.
    pub started_at: Timestamp,
    /// When it ended; `None` while it runs.
    pub ended_at: Option<Timestamp>,
    /// When the next one is due.
    pub next_at: Option<Timestamp>,
    /// Rounds since the replica started.
    pub rounds: u64,
    /// Rounds among them in which something failed.
    pub failures: u64,
    /// When something last failed.
    pub failed_at: Option<Timestamp>,
    /// What; empty when nothing has.
    pub error: String,
}

/// The rounds of all jobs.
#[derive(Debug)]
pub struct JobRounds<'t>(&'t PlatformTx);

impl PlatformTx {
    /// The jobs' rounds.
    pub const fn job_rounds(&self) -> JobRounds<'_> {
        JobRounds(self)
    }
}

impl JobRounds<'_> {
    /// Notes a round, in the place of the one before.
    pub async fn note(&self, round: &JobRound) -> Result<(), StoreError> {
        let signed = crate::ledger::signed;
        Entity::insert(ActiveModel {
            job: Set(round.job.clone()),
            node: Set(round.node.clone()),
            every_ms: Set(round.every_ms),
            started_at: Set(round.started_at.millis()),
            ended_at: Set(round.ended_at.map(Timestamp::millis)),
            next_at: Set(round.next_at.map(Timestamp::millis)),
            rounds: Set(signed(round.rounds)),
            failures: Set(signed(round.failures)),
            failed_at: Set(round.failed_at.map(Timestamp::millis)),
            error: Set(round.error.clone()),
        })
        .on_conflict(
            OnConflict::columns([Column::Job, Column::Node])
                .update_columns([
                    Column::EveryMs,
                    Column::StartedAt,
                    Column::EndedAt,
                    Column::NextAt,
                    Column::Rounds,
                    Column::Failures,
                    Column::FailedAt,
                    Column::Error,
                ])
                .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        Ok(())
    }

    /// The latest round of each job on each replica, by name of the job.
    pub async fn list(&self) -> Result<Vec<JobRound>, StoreError> {
        let rows = Entity::find()
            .order_by_asc(Column::Job)
            .order_by_desc(Column::StartedAt)
            .all(self.0.db())
            .await?;
        Ok(rows.into_iter().map(round).collect())
    }

    /// Forgets replicas that have begun nothing since `before`.
    pub async fn sweep(&self, before: Timestamp) -> Result<u64, StoreError> {
        let removed = Entity::delete_many()
            .filter(Column::StartedAt.lt(before.millis()))
            .exec(self.0.db())
            .await?;
        Ok(removed.rows_affected)
    }
}

fn round(row: Model) -> JobRound {
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    JobRound {
        job: row.job,
        node: row.node,
        every_ms: row.every_ms,
        started_at: Timestamp::from_millis(row.started_at),
        ended_at: row.ended_at.map(Timestamp::from_millis),
        next_at: row.next_at.map(Timestamp::from_millis),
        rounds: count(row.rounds),
        failures: count(row.failures),
        failed_at: row.failed_at.map(Timestamp::from_millis),
        error: row.error,
    }
}

//! How the looks at the enterprise stand: who is looking, when it last went well.

use std::time::Duration;

use model::Timestamp;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};

use super::Enterprise;
use crate::{
    StoreError,
    entity::{
        directory_sync::{ActiveModel, Column, Entity},
        update_within, within,
    },
};

/// How the looks stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncState {
    /// Number of the latest look.
    pub round: u64,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; `None` while it is under way.
    pub ended_at: Option<Timestamp>,
    /// When one last went well.
    pub good_at: Option<Timestamp>,
    /// When everybody was last looked at.
    pub full_at: Option<Timestamp>,
    /// Whoever looks has it until then.
    pub lease_until: Timestamp,
    /// What the latest one that ended found, as JSON.
    pub report: String,
}

impl SyncState {
    /// Whether somebody is looking.
    pub fn is_running(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.lease_until
    }
}

impl Enterprise<'_> {
    /// How the looks stand; `None` before the first.
    pub async fn sync(&self) -> Result<Option<SyncState>, StoreError> {
        let row = within::<Entity>(self.0).one(self.0.db()).await?;
        Ok(row.map(|row| SyncState {
            round: u64::try_from(row.round).unwrap_or_default(),
            started_at: Timestamp::from_millis(row.started_at),
            ended_at: row.ended_at.map(Timestamp::from_millis),
            good_at: row.good_at.map(Timestamp::from_millis),
            full_at: row.full_at.map(Timestamp::from_millis),
            lease_until: Timestamp::from_millis(row.lease_until),
            report: row.report,
        }))
    }

    /// Begins a look; gives its number, or `None` while another replica is looking.
    pub async fn begin_sync(&self, lease: Duration) -> Result<Option<u64>, StoreError> {
        let now = self.0.now();
        Entity::insert(ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            round: Set(0),
            lease_until: Set(0),
            started_at: Set(now.millis()),
            ended_at: Set(Some(now.millis())),
            good_at: Set(None),
            full_at: Set(None),
            report: Set(String::new()),
        })
        .on_conflict(OnConflict::column(Column::TenantId).do_nothing().to_owned())
        .exec_without_returning(self.0.db())
        .await?;
        let taken = update_within::<Entity>(self.0)
            .filter(Column::LeaseUntil.lt(now.millis()))
            .col_expr(Column::Round, Expr::col(Column::Round).add(1))
            .col_expr(Column::LeaseUntil, Expr::value((now + lease).millis()))
            .col_expr(Column::StartedAt, Expr::value(now.millis()))
            .col_expr(Column::EndedAt, Expr::value(None::<i64>))
            .exec(self.0.db())
            .await?;
        if taken.rows_affected == 0 {
            return Ok(None);
        }
        Ok(self.sync().await?.map(|state| state.round))
    }

    /// Ends a look that [`Enterprise::begin_sync`] began. `false` when it took too long and
    /// somebody else began another.
    pub async fn end_sync(
        &self,
        round: u64,
        good: bool,
        full: bool,
        report: &str,
    ) -> Result<bool, StoreError> {
        let now = self.0.now().millis();
        let mut update = update_within::<Entity>(self.0)
            .filter(Column::Round.eq(i64::try_from(round).unwrap_or(i64::MAX)))
            .col_expr(Column::LeaseUntil, Expr::value(0_i64))
            .col_expr(Column::EndedAt, Expr::value(now))
            .col_expr(Column::Report, Expr::value(report));
        if good {
            update = update.col_expr(Column::GoodAt, Expr::value(now));
        }
        if good && full {
            update = update.col_expr(Column::FullAt, Expr::value(now));
        }
        let done = update.exec(self.0.db()).await?;
        Ok(done.rows_affected == 1)
    }
}

//! What a cap would have done.

use std::collections::BTreeSet;

use model::{Day, Month, Outcome, Timestamp};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Billing;
use crate::{
    StoreError,
    entity::{
        ledger_entry::{Column, Entity},
        usage_count, within,
    },
    ledger::{count::Level, signed},
    repo::usage::DaysOf,
};

/// What a cap would have done to a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CapTrial {
    /// The cap.
    pub cap: u64,
    /// Delivered calls of the month.
    pub delivered: u64,
    /// Calls that would have been stopped.
    pub stopped: u64,
    /// People who made them.
    pub people: u64,
    /// When the first one was made.
    pub first_at: Option<Timestamp>,
}

impl Billing<'_> {
    /// Replays a month against a cap: the first `cap` delivered calls would have come through, the
    /// others not. Reads the counts of days, and the ledger of the one day on which the cap falls.
    pub async fn try_cap(&self, month: Month, cap: u64) -> Result<CapTrial, StoreError> {
        let first = month.first_day();
        let last = first.plus(month.days() - 1);
        let days = self.0.usage().days(first, last, &DaysOf::All).await?;
        let delivered = days.iter().map(|(_, tally)| tally.delivered).sum();
        let mut trial = CapTrial {
            cap,
            delivered,
            stopped: delivered.saturating_sub(cap),
            people: 0,
            first_at: None,
        };
        let mut before = 0;
        let falls = days.iter().find(|(_, tally)| {
            let falls = before + tally.delivered > cap;
            if !falls {
                before += tally.delivered;
            }
            falls
        });
        let Some((day, _)) = falls else {
            return Ok(trial);
        };
        let stopped = self.delivered_on(*day, cap - before).await?;
        trial.first_at = stopped.first().map(|(at, _)| Timestamp::from_millis(*at));
        let mut people: BTreeSet<Uuid> = stopped
            .into_iter()
            .filter_map(|(_, member)| member)
            .collect();
        people.extend(self.people_between(day.plus(1), last).await?);
        trial.people = people.len() as u64;
        Ok(trial)
    }

    /// Moment and member of the delivered calls of a day, without the first `skip`.
    async fn delivered_on(
        &self,
        day: Day,
        skip: u64,
    ) -> Result<Vec<(i64, Option<Uuid>)>, StoreError> {
        let found = within::<Entity>(self.0)
            .filter(Column::Kind.eq("call"))
            .filter(Column::Outcome.is_in([Outcome::Ok.name(), Outcome::Partial.name()]))
            .filter(Column::At.gte(day.start().millis()))
            .filter(Column::At.lt(day.plus(1).start().millis()))
            .select_only()
            .columns([Column::At, Column::MemberId])
            .order_by_asc(Column::At)
            .order_by_asc(Column::Seq)
            .offset(skip)
            // SQLite knows no offset without a limit.
            .limit(u64::try_from(i64::MAX).unwrap_or_default())
            .into_tuple()
            .all(self.0.db())
            .await?;
        Ok(found)
    }

    async fn people_between(&self, from: Day, to: Day) -> Result<Vec<Uuid>, StoreError> {
        use usage_count::{Column, Entity};
        Ok(within::<Entity>(self.0)
            .filter(Column::Level.eq(Level::DayMember.number()))
            .filter(Column::Period.between(from.0, to.0))
            .filter(Column::Delivered.gt(signed(0)))
            .filter(Column::MemberId.ne(Uuid::nil()))
            .select_only()
            .column(Column::MemberId)
            .distinct()
            .into_tuple()
            .all(self.0.db())
            .await?)
    }
}

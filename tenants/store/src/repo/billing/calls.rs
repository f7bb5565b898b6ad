//! The ledger entries behind a line of a statement.

use model::{
    Month, Outcome,
    billing::{LineKind, Statement},
};
use sea_orm::{
    ColumnTrait, Condition, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::Expr,
};

use super::Billing;
use crate::{
    StoreError, StoredEntry,
    entity::{
        ledger_entry::{Column, Entity},
        within,
    },
    ledger::signed,
    repo::ledger::stored,
};

/// Which calls are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilledCalls {
    /// In this month.
    pub month: Month,
    /// With one of these outcomes.
    pub outcomes: Vec<Outcome>,
    /// From this place of the ledger on.
    pub from_seq: u64,
    /// Up to this place.
    pub through_seq: u64,
}

/// A place in the calls of a month: moment and place of the last entry read.
pub type CallCursor = (i64, u64);

impl BilledCalls {
    /// Every call of a month.
    pub fn all(month: Month) -> Self {
        let outcomes = Outcome::ALL.into_iter();
        Self {
            month,
            outcomes: outcomes.filter(|one| *one != Outcome::Pending).collect(),
            from_seq: 0,
            through_seq: u64::MAX,
        }
    }

    /// The calls of a line of a statement; `None` for a line without calls (the fee).
    pub fn of_line(statement: &Statement, kind: LineKind) -> Option<Self> {
        let delivered = vec![Outcome::Ok, Outcome::Partial];
        let beyond = statement.overage_from_seq;
        let calls = Self {
            month: statement.month,
            outcomes: delivered,
            from_seq: 0,
            through_seq: statement.through_seq,
        };
        Some(match kind {
            LineKind::Base => return None,
            LineKind::Included => Self {
                through_seq: beyond.map_or(statement.through_seq, |seq| seq.saturating_sub(1)),
                ..calls
            },
            LineKind::Overage => Self {
                from_seq: beyond.unwrap_or(u64::MAX),
                ..calls
            },
            // The month before; the caller knows where its statement ended.
            LineKind::Late => Self {
                month: statement.month.before(),
                ..calls
            },
            LineKind::Free(why) => Self {
                outcomes: vec![why.outcome()],
                ..calls
            },
        })
    }
}

impl Billing<'_> {
    /// The calls, oldest first, after a place.
    pub async fn calls(
        &self,
        which: &BilledCalls,
        after: Option<CallCursor>,
        limit: u64,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        let mut query = self.select(which);
        if let Some((at, seq)) = after {
            query = query.filter(
                Condition::any().add(Column::At.gt(at)).add(
                    Condition::all()
                        .add(Column::At.eq(at))
                        .add(Column::Seq.gt(signed(seq))),
                ),
            );
            query = query.filter(Column::At.gte(at));
        }
        let rows = query
            .order_by_asc(Column::At)
            .order_by_asc(Column::Seq)
            .limit(limit)
            .all(self.0.db())
            .await?;
        rows.into_iter().map(stored).collect()
    }

    /// How many they are, counted in the ledger itself.
    pub async fn count_calls(&self, which: &BilledCalls) -> Result<u64, StoreError> {
        Ok(self.select(which).count(self.0.db()).await?)
    }

    /// The place of the delivered call of a month that follows after the first `count` ones.
    pub async fn nth_delivered(&self, month: Month, count: u64) -> Result<Option<u64>, StoreError> {
        let which = BilledCalls {
            outcomes: vec![Outcome::Ok, Outcome::Partial],
            ..BilledCalls::all(month)
        };
        // Read from the month's first entry on, which the index over moments knows without the
        // entries. Not the column itself: its smallest value would be looked for from the chain's
        // beginning.
        let first: Option<Option<i64>> = within::<Entity>(self.0)
            .filter(Column::At.gte(month.start().millis()))
            .filter(Column::At.lt(month.end().millis()))
            .select_only()
            .expr(Expr::cust("MIN(seq + 0)"))
            .into_tuple()
            .one(self.0.db())
            .await?;
        let found: Option<i64> = self
            .select(&which)
            .filter(Column::Seq.gte(first.flatten().unwrap_or_default()))
            .select_only()
            .column(Column::Seq)
            .order_by_asc(Column::Seq)
            .offset(count)
            .limit(1)
            .into_tuple()
            .one(self.0.db())
            .await?;
        Ok(found.and_then(|seq| u64::try_from(seq).ok()))
    }

    fn select(&self, which: &BilledCalls) -> Select<Entity> {
        let outcomes = which.outcomes.iter().map(|outcome| outcome.name());
        within::<Entity>(self.0)
            .filter(Column::Kind.eq("call"))
            .filter(Column::Outcome.is_in(outcomes))
            .filter(Column::At.gte(which.month.start().millis()))
            .filter(Column::At.lt(which.month.end().millis()))
            .filter(Column::Seq.gte(signed(which.from_seq)))
            .filter(Column::Seq.lte(signed(which.through_seq)))
    }
}

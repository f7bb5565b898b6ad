//! Counting a month again from the ledger, and comparing.

use std::collections::BTreeMap;

use model::{
    MemberId, Month,
    billing::{FreeCalls, Tally},
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Usage;
use crate::{
    StoreError,
    entity::{ledger_entry, member_department, usage_count, within},
    ledger::{
        count::{Cell, Level, cells},
        signed,
    },
    repo::ledger::stored,
};

/// Entries that are read at a time.
const STRIDE: u64 = 2_000;

/// A count that is not what the ledger says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miscount {
    /// Level, period, member, department, tool and client of the count.
    pub cell: String,
    /// Delivered calls as counted.
    pub counted: u64,
    /// Delivered calls in the ledger.
    pub recorded: u64,
}

/// What counting again found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recount {
    /// The calls of the month, as the ledger has them.
    pub tally: Tally,
    /// Calls that were looked at.
    pub calls: u64,
    /// Counts that differ; empty when all is well.
    pub miscounts: Vec<Miscount>,
}

type Placed = (Cell, String);

impl Usage<'_> {
    /// Counts the calls of a month again from the ledger, and compares every stored count of the
    /// month and of its days. Reads the whole month, a part at a time.
    pub async fn recount(&self, month: Month) -> Result<Recount, StoreError> {
        let departments = self.departments().await?;
        let mut fresh: BTreeMap<Placed, Tally> = BTreeMap::new();
        let mut after = 0;
        let mut calls = 0;
        loop {
            let rows = within::<ledger_entry::Entity>(self.0)
                .filter(ledger_entry::Column::Kind.eq("call"))
                .filter(ledger_entry::Column::At.gte(month.start().millis()))
                .filter(ledger_entry::Column::At.lt(month.end().millis()))
                .filter(ledger_entry::Column::Seq.gt(after))
                .order_by_asc(ledger_entry::Column::Seq)
                .limit(STRIDE)
                .all(self.0.db())
                .await?;
            let full = rows.len() as u64 == STRIDE;
            for row in rows {
                after = row.seq;
                let seq = row.seq;
                let entry = stored(row)?.entry;
                for cell in cells(&entry).into_iter().flatten() {
                    let department = if cell.level == Level::Cell {
                        departments.placed(cell.member, seq).to_owned()
                    } else {
                        String::new()
                    };
                    let tally = fresh.entry((cell, department)).or_default();
                    tally.count(entry.outcome, entry.upstream_calls, entry.duration_us);
                }
                calls += 1;
            }
            if !full {
                break;
            }
        }
        let total = fresh
            .iter()
            .find(|((cell, _), _)| cell.level == Level::Month)
            .map(|(_, tally)| *tally)
            .unwrap_or_default();
        Ok(Recount {
            tally: total,
            calls,
            miscounts: self.compare(month, fresh).await?,
        })
    }

    async fn compare(
        &self,
        month: Month,
        mut fresh: BTreeMap<Placed, Tally>,
    ) -> Result<Vec<Miscount>, StoreError> {
        let mut wrong = Vec::new();
        let first = month.first_day();
        for (level, from, to) in [
            (Level::Month, month.0, month.0),
            (Level::Cell, month.0, month.0),
            (Level::DayMember, first.0, first.0 + month.days() - 1),
            (Level::DayAction, first.0, first.0 + month.days() - 1),
            (Level::DayClient, first.0, first.0 + month.days() - 1),
        ] {
            let rows = within::<usage_count::Entity>(self.0)
                .filter(usage_count::Column::Level.eq(level.number()))
                .filter(usage_count::Column::Period.between(from, to))
                .all(self.0.db())
                .await?;
            for row in rows {
                let key = (
                    Cell {
                        level,
                        period: row.period,
                        member: row.member_id,
                        action: row.action.clone(),
                        client: row.client.clone(),
                    },
                    row.department.clone(),
                );
                let recorded = fresh.remove(&key).unwrap_or_default();
                let counted = counted(&row)?;
                if counted != recorded {
                    wrong.push(miscount(&key, counted, recorded));
                }
            }
        }
        for (key, recorded) in fresh {
            wrong.push(miscount(&key, Tally::default(), recorded));
        }
        Ok(wrong)
    }

    /// Where everybody was at each place of the ledger.
    pub async fn departments(&self) -> Result<DepartmentHistory, StoreError> {
        let rows = within::<member_department::Entity>(self.0)
            .order_by_desc(member_department::Column::SinceSeq)
            .all(self.0.db())
            .await?;
        let mut found: BTreeMap<Uuid, Vec<(i64, String)>> = BTreeMap::new();
        for row in rows {
            let known = found.entry(row.member_id).or_default();
            known.push((row.since_seq, row.department));
        }
        Ok(DepartmentHistory(found))
    }
}

/// The departments of members over time, by places of the ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DepartmentHistory(BTreeMap<Uuid, Vec<(i64, String)>>);

impl DepartmentHistory {
    /// The department that a member belonged to at a place; empty for none.
    pub fn at(&self, member: MemberId, seq: u64) -> &str {
        self.placed(member.uuid(), signed(seq))
    }

    fn placed(&self, member: Uuid, seq: i64) -> &str {
        let known = self.0.get(&member);
        known
            .and_then(|known| known.iter().find(|(since, _)| *since <= seq))
            .map_or("", |(_, department)| department.as_str())
    }
}

fn counted(row: &usage_count::Model) -> Result<Tally, StoreError> {
    let count = |stored: i64| {
        u64::try_from(stored).map_err(|_| StoreError::Corrupt {
            what: "usage count",
        })
    };
    // In the order of `FreeCalls::ALL`.
    let free = [
        row.denied,
        row.limited,
        row.upstream,
        row.failed,
        row.reauthorize,
        row.invalid,
        row.cancelled,
    ];
    let mut counted = [0; FreeCalls::ALL.len()];
    for (place, stored) in counted.iter_mut().zip(free) {
        *place = count(stored)?;
    }
    Ok(Tally {
        delivered: count(row.delivered)?,
        free: counted,
        upstream_calls: count(row.upstream_calls)?,
        duration_us: count(row.duration_us)?,
    })
}

fn miscount((cell, department): &Placed, counted: Tally, recorded: Tally) -> Miscount {
    Miscount {
        cell: format!(
            "{:?} {} {} '{department}' '{}' '{}'",
            cell.level, cell.period, cell.member, cell.action, cell.client
        ),
        counted: counted.delivered,
        recorded: recorded.delivered,
    }
}

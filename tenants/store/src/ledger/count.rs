//! Counting calls: kept in the transaction that appends them, so that usage can never differ from
//! the ledger.
//!
//! Each call is counted on five levels. The cells of a month give every table; the days give the
//! charts. A table over all dimensions by day would grow with the calls themselves.

use std::{collections::BTreeMap, sync::OnceLock};

use model::{
    Day, EntryKind, LedgerEntry, Month, Outcome, TenantId,
    billing::{FreeCalls, Tally},
};
use sea_orm::{DbBackend, Value};
use uuid::Uuid;

use super::{script::Step, signed};

/// What a count is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Level {
    /// All calls of a month.
    Month = 0,
    /// Calls of a month by member, department, tool and client.
    Cell = 1,
    /// Calls of a day by member.
    DayMember = 2,
    /// Calls of a day by tool.
    DayAction = 3,
    /// Calls of a day by client.
    DayClient = 4,
}

impl Level {
    /// The stored number.
    pub(crate) const fn number(self) -> i64 {
        match self {
            Self::Month => 0,
            Self::Cell => 1,
            Self::DayMember => 2,
            Self::DayAction => 3,
            Self::DayClient => 4,
        }
    }
}

/// A cell, without its department: that follows from the member.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Cell {
    pub(crate) level: Level,
    pub(crate) period: i64,
    pub(crate) member: Uuid,
    pub(crate) action: String,
    pub(crate) client: String,
}

/// The cells that an entry is counted in; none for what is no call.
pub(crate) fn cells(entry: &LedgerEntry) -> Option<[Cell; 5]> {
    if entry.kind != EntryKind::Call || entry.outcome == Outcome::Pending {
        return None;
    }
    let month = Month::of(entry.at).0;
    let day = Day::of(entry.at).0;
    let member = entry.member.map_or_else(Uuid::nil, model::Id::uuid);
    let action = action(entry);
    let client = entry.client_name.clone();
    let cell = |level, period, member, action: &str, client: &str| Cell {
        level,
        period,
        member,
        action: action.to_owned(),
        client: client.to_owned(),
    };
    Some([
        cell(Level::Month, month, Uuid::nil(), "", ""),
        cell(Level::Cell, month, member, &action, &client),
        cell(Level::DayMember, day, member, "", ""),
        cell(Level::DayAction, day, Uuid::nil(), &action, ""),
        cell(Level::DayClient, day, Uuid::nil(), "", &client),
    ])
}

/// The tool; empty for a name that no tool has, so that invented names do not become rows.
fn action(entry: &LedgerEntry) -> String {
    let unknown = entry.outcome == Outcome::Invalid
        && entry.effect.is_empty()
        && entry.fault.as_deref() == Some("not_found");
    if unknown {
        String::new()
    } else {
        entry.action.clone()
    }
}

/// Columns of a count in the order of [`FreeCalls::ALL`].
pub(crate) const FREE: [&str; 7] = [
    "denied",
    "limited",
    "upstream",
    "failed",
    "reauthorize",
    "invalid",
    "cancelled",
];
const _: () = assert!(FREE.len() == FreeCalls::ALL.len(), "a column each");

/// Rows of one statement; five is what a single call needs.
const CHUNKS: [usize; 10] = [256, 128, 64, 32, 16, 8, 5, 4, 2, 1];

/// The statements that add the calls among `entries` to the counts. The department is the one
/// that holds now, under the lock of the ledger's head.
pub(super) fn steps<'e>(
    backend: DbBackend,
    tenant: TenantId,
    entries: impl Iterator<Item = &'e LedgerEntry>,
) -> Vec<Step> {
    let mut counts: BTreeMap<Cell, Tally> = BTreeMap::new();
    for entry in entries {
        for cell in cells(entry).into_iter().flatten() {
            let tally = counts.entry(cell).or_default();
            tally.count(entry.outcome, entry.upstream_calls, entry.duration_us);
        }
    }
    let counts: Vec<_> = counts.into_iter().collect();
    let mut rest = counts.as_slice();
    let mut steps = Vec::new();
    for (place, size) in CHUNKS.into_iter().enumerate() {
        while let Some((chunk, tail)) = rest.split_at_checked(size) {
            rest = tail;
            steps.push(Step {
                text: text(backend, place, size),
                values: chunk
                    .iter()
                    .flat_map(|(cell, tally)| row(tenant, cell, tally))
                    .collect(),
                rows: size,
            });
        }
    }
    steps
}

/// The text of a statement of so many rows, made once.
fn text(backend: DbBackend, place: usize, size: usize) -> String {
    static POSTGRES: [OnceLock<String>; CHUNKS.len()] = [const { OnceLock::new() }; CHUNKS.len()];
    static SQLITE: [OnceLock<String>; CHUNKS.len()] = [const { OnceLock::new() }; CHUNKS.len()];
    let texts = if backend == DbBackend::Postgres {
        &POSTGRES
    } else {
        &SQLITE
    };
    let made = || statement(backend, size);
    texts
        .get(place)
        .map_or_else(made, |known| known.get_or_init(made).clone())
}

/// Values of one row: 7 of the key (the member twice, for the department), 10 counts.
const VALUES: usize = 18;

fn row(tenant: TenantId, cell: &Cell, tally: &Tally) -> [Value; VALUES] {
    let placed = (cell.level == Level::Cell).then_some(cell.member);
    let [
        denied,
        limited,
        upstream,
        failed,
        reauthorize,
        invalid,
        cancelled,
    ] = tally.free.map(|count| Value::from(signed(count)));
    [
        tenant.uuid().into(),
        cell.level.number().into(),
        cell.period.into(),
        cell.member.into(),
        tenant.uuid().into(),
        placed.into(),
        cell.action.as_str().into(),
        cell.client.as_str().into(),
        signed(tally.delivered).into(),
        denied,
        limited,
        upstream,
        failed,
        reauthorize,
        invalid,
        cancelled,
        signed(tally.upstream_calls).into(),
        signed(tally.duration_us).into(),
    ]
}

fn statement(backend: DbBackend, rows: usize) -> String {
    let counters = ["delivered"]
        .into_iter()
        .chain(FREE)
        .chain(["upstream_calls", "duration_us"])
        .collect::<Vec<_>>();
    let mut text = format!(
        "INSERT INTO usage_counts (tenant_id, level, period, member_id, department, action, \
         client, {}) VALUES ",
        counters.join(", ")
    );
    for row in 0..rows {
        let mark = |place: usize| {
            if backend == DbBackend::Postgres {
                format!("${}", row * VALUES + place + 1)
            } else {
                "?".to_owned()
            }
        };
        text.push_str(if row == 0 { "(" } else { ", (" });
        for place in 0..VALUES {
            let part = match place {
                4 => format!(
                    "COALESCE((SELECT department FROM member_departments WHERE tenant_id = {} ",
                    mark(4)
                ),
                5 => format!(
                    "AND member_id = {} ORDER BY since_seq DESC LIMIT 1), '')",
                    mark(5)
                ),
                place => mark(place),
            };
            text.push_str(&part);
            if place != 4 && place + 1 < VALUES {
                text.push_str(", ");
            }
        }
        text.push(')');
    }
    text.push_str(
        " ON CONFLICT (tenant_id, level, period, member_id, department, action, client) DO UPDATE SET ",
    );
    for (place, counter) in counters.iter().enumerate() {
        if place > 0 {
            text.push_str(", ");
        }
        text.push_str(counter);
        text.push_str(" = usage_counts.");
        text.push_str(counter);
        text.push_str(" + excluded.");
        text.push_str(counter);
    }
    text
}

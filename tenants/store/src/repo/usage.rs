//! Usage: the counts that are kept with the ledger.

mod recount;

pub use recount::{DepartmentHistory, Miscount, Recount};

use std::{collections::BTreeMap, fmt::Write as _};

use model::{Day, MemberId, Month, billing::Tally};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, QueryFilter, QueryResult, QuerySelect, Statement,
    Value,
};
use uuid::Uuid;

use crate::{
    StoreError, TenantTx,
    entity::{member, member_department, within},
    ledger::count::{FREE, Level},
};

/// Names that are asked for at a time.
const NAMES: usize = 500;

/// Usage of the transaction's tenant.
#[derive(Debug)]
pub struct Usage<'t>(pub(crate) &'t TenantTx);

impl TenantTx {
    /// The tenant's usage.
    pub const fn usage(&self) -> Usage<'_> {
        Usage(self)
    }
}

/// What calls can be counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Who called.
    Member,
    /// The department that the caller belonged to when it called.
    Department,
    /// The tool.
    Tool,
    /// The client, by the name it gave itself.
    Client,
}

impl Dimension {
    /// All dimensions.
    pub const ALL: [Self; 4] = [Self::Member, Self::Department, Self::Tool, Self::Client];

    const fn column(self) -> &'static str {
        match self {
            Self::Member => "member_id",
            Self::Department => "department",
            Self::Tool => "action",
            Self::Client => "client",
        }
    }
}

/// Which calls are meant. The default is all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UsageFilter {
    /// Of these members only; `None` among them stands for calls of nobody known.
    pub members: Option<Vec<Option<MemberId>>>,
    /// Of one department; the empty text is "none".
    pub department: Option<String>,
    /// Of one tool; the empty text is "no such tool".
    pub tool: Option<String>,
    /// Of one client.
    pub client: Option<String>,
}

/// The calls of one value, or of one combination of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageSum {
    /// Who called; `None` when not asked for, or when nobody is known.
    pub member: Option<MemberId>,
    /// The department; empty when not asked for or unknown.
    pub department: String,
    /// The tool; empty when not asked for or unknown.
    pub tool: String,
    /// The client; empty when not asked for.
    pub client: String,
    /// The calls.
    pub tally: Tally,
}

/// Whose days are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DaysOf {
    /// Everybody's.
    All,
    /// Of one member.
    Member(MemberId),
    /// Of one tool.
    Tool(String),
    /// Of one client.
    Client(String),
}

impl Usage<'_> {
    /// All calls of a month.
    pub async fn month(&self, month: Month) -> Result<Tally, StoreError> {
        let found = self
            .rows(
                &format!(
                    "SELECT {SUMS} FROM usage_counts WHERE tenant_id = ? AND level = ? AND period = ?",
                ),
                vec![
                    self.0.tenant().uuid().into(),
                    Level::Month.number().into(),
                    month.0.into(),
                ],
            )
            .await?;
        found.first().map_or(Ok(Tally::default()), tally)
    }

    /// The months that have calls, newest first.
    pub async fn months(&self) -> Result<Vec<Month>, StoreError> {
        let found = self
            .rows(
                "SELECT period FROM usage_counts WHERE tenant_id = ? AND level = ? \
                 ORDER BY period DESC",
                vec![self.0.tenant().uuid().into(), Level::Month.number().into()],
            )
            .await?;
        found
            .iter()
            .map(|row| Ok(Month(row.try_get("", "period")?)))
            .collect()
    }

    /// The calls of a month by one or more dimensions, most delivered calls first.
    pub async fn sums(
        &self,
        month: Month,
        by: &[Dimension],
        filter: &UsageFilter,
    ) -> Result<Vec<UsageSum>, StoreError> {
        let columns: Vec<_> = by.iter().map(|dimension| dimension.column()).collect();
        let columns = columns.join(", ");
        let mut text = format!(
            "SELECT {columns}, {SUMS} FROM usage_counts WHERE tenant_id = ? AND level = ? \
             AND period = ?"
        );
        let mut values: Vec<Value> = vec![
            self.0.tenant().uuid().into(),
            Level::Cell.number().into(),
            month.0.into(),
        ];
        if let Some(members) = &filter.members {
            let marks = vec!["?"; members.len().max(1)].join(", ");
            let _ = write!(text, " AND member_id IN ({marks})");
            let raw = |id: &Option<MemberId>| id.map_or_else(Uuid::nil, model::Id::uuid);
            values.extend(members.iter().map(|id| Value::from(raw(id))));
            if members.is_empty() {
                values.push(Uuid::max().into());
            }
        }
        for (dimension, wanted) in [
            (Dimension::Department, &filter.department),
            (Dimension::Tool, &filter.tool),
            (Dimension::Client, &filter.client),
        ] {
            if let Some(wanted) = wanted {
                let _ = write!(text, " AND {} = ?", dimension.column());
                values.push(wanted.as_str().into());
            }
        }
        let _ = write!(
            text,
            " GROUP BY {columns} ORDER BY SUM(delivered) DESC, {columns}"
        );
        let found = self.rows(&text, values).await?;
        found.iter().map(|row| sum(row, by)).collect()
    }

    /// The calls of a month by one dimension, without any filter: from the counts of its days, which
    /// are few, where there are such. Most delivered calls first.
    pub async fn ranking(&self, month: Month, by: Dimension) -> Result<Vec<UsageSum>, StoreError> {
        let level = match by {
            Dimension::Member => Level::DayMember,
            Dimension::Tool => Level::DayAction,
            Dimension::Client => Level::DayClient,
            Dimension::Department => {
                return self.sums(month, &[by], &UsageFilter::default()).await;
            }
        };
        let column = by.column();
        let first = month.first_day();
        let found = self
            .rows(
                &format!(
                    "SELECT {column}, {SUMS} FROM usage_counts WHERE tenant_id = ? AND level = ? \
                     AND period BETWEEN ? AND ? GROUP BY {column} \
                     ORDER BY SUM(delivered) DESC, {column}"
                ),
                vec![
                    self.0.tenant().uuid().into(),
                    level.number().into(),
                    first.0.into(),
                    (first.0 + month.days() - 1).into(),
                ],
            )
            .await?;
        found.iter().map(|row| sum(row, &[by])).collect()
    }

    /// The calls of each day from `from` to `to`, both included; days without calls are missing.
    pub async fn days(
        &self,
        from: Day,
        to: Day,
        of: &DaysOf,
    ) -> Result<Vec<(Day, Tally)>, StoreError> {
        let (level, column, value): (_, _, Option<Value>) = match of {
            DaysOf::All => (Level::DayAction, "", None),
            DaysOf::Member(id) => (Level::DayMember, "member_id", Some(id.uuid().into())),
            DaysOf::Tool(name) => (Level::DayAction, "action", Some(name.as_str().into())),
            DaysOf::Client(name) => (Level::DayClient, "client", Some(name.as_str().into())),
        };
        let mut text = format!(
            "SELECT period, {SUMS} FROM usage_counts WHERE tenant_id = ? AND level = ? \
             AND period BETWEEN ? AND ?"
        );
        let mut values: Vec<Value> = vec![
            self.0.tenant().uuid().into(),
            level.number().into(),
            from.0.into(),
            to.0.into(),
        ];
        if let Some(value) = value {
            let _ = write!(text, " AND {column} = ?");
            values.push(value);
        }
        text.push_str(" GROUP BY period ORDER BY period");
        let found = self.rows(&text, values).await?;
        found
            .iter()
            .map(|row| Ok((Day(row.try_get("", "period")?), tally(row)?)))
            .collect()
    }

    /// Names of members, for those that are still known.
    pub async fn names(
        &self,
        members: &[MemberId],
    ) -> Result<BTreeMap<MemberId, String>, StoreError> {
        let mut named = BTreeMap::new();
        for part in members.chunks(NAMES) {
            let ids = part.iter().map(|id| id.uuid());
            let found: Vec<(Uuid, String)> = within::<member::Entity>(self.0)
                .filter(member::Column::Id.is_in(ids))
                .select_only()
                .columns([member::Column::Id, member::Column::Name])
                .into_tuple()
                .all(self.0.db())
                .await?;
            let entries = found.into_iter();
            named.extend(entries.map(|(id, name)| (MemberId::from_uuid(id), name)));
        }
        Ok(named)
    }

    /// The latest name of each department that calls were counted in.
    pub async fn department_names(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let found: Vec<(String, i64, String)> = within::<member_department::Entity>(self.0)
            .select_only()
            .columns([
                member_department::Column::Department,
                member_department::Column::At,
                member_department::Column::Name,
            ])
            .distinct()
            .into_tuple()
            .all(self.0.db())
            .await?;
        let mut named: BTreeMap<String, (i64, String)> = BTreeMap::new();
        for (department, at, name) in found {
            let known = named.entry(department).or_insert((at, name.clone()));
            if known.0 <= at {
                *known = (at, name);
            }
        }
        Ok(named
            .into_iter()
            .map(|(department, (_, name))| (department, name))
            .collect())
    }

    pub(crate) async fn rows(
        &self,
        text: &str,
        values: Vec<Value>,
    ) -> Result<Vec<QueryResult>, StoreError> {
        let backend = self.0.db().get_database_backend();
        let text = marked(backend, text);
        let statement = Statement::from_sql_and_values(backend, text, values);
        Ok(self.0.db().query_all_raw(statement).await?)
    }
}

/// The counts summed up, as 64-bit integers on both databases.
pub(crate) const SUMS: &str = "CAST(SUM(delivered) AS BIGINT) AS delivered, \
     CAST(SUM(denied) AS BIGINT) AS denied, CAST(SUM(limited) AS BIGINT) AS limited, \
     CAST(SUM(upstream) AS BIGINT) AS upstream, CAST(SUM(failed) AS BIGINT) AS failed, \
     CAST(SUM(reauthorize) AS BIGINT) AS reauthorize, CAST(SUM(invalid) AS BIGINT) AS invalid, \
     CAST(SUM(cancelled) AS BIGINT) AS cancelled, \
     CAST(SUM(upstream_calls) AS BIGINT) AS upstream_calls, \
     CAST(SUM(duration_us) AS BIGINT) AS duration_us";

/// Puts the database's own marks in the place of `?`. The texts are ours and hold no other `?`.
pub(crate) fn marked(backend: DbBackend, text: &str) -> String {
    if backend != DbBackend::Postgres {
        return text.to_owned();
    }
    let mut marked = String::with_capacity(text.len() + 32);
    for (place, part) in text.split('?').enumerate() {
        if place > 0 {
            marked.push('$');
            marked.push_str(&place.to_string());
        }
        marked.push_str(part);
    }
    marked
}

pub(crate) fn tally(row: &QueryResult) -> Result<Tally, StoreError> {
    let count = |column: &str| -> Result<u64, StoreError> {
        let found: Option<i64> = row.try_get("", column)?;
        u64::try_from(found.unwrap_or_default()).map_err(|_| StoreError::Corrupt {
            what: "usage count",
        })
    };
    let mut free = [0; FREE.len()];
    for (place, column) in free.iter_mut().zip(FREE) {
        *place = count(column)?;
    }
    Ok(Tally {
        delivered: count("delivered")?,
        free,
        upstream_calls: count("upstream_calls")?,
        duration_us: count("duration_us")?,
    })
}

fn sum(row: &QueryResult, by: &[Dimension]) -> Result<UsageSum, StoreError> {
    let text = |dimension: Dimension| -> Result<String, StoreError> {
        if by.contains(&dimension) {
            Ok(row.try_get("", dimension.column())?)
        } else {
            Ok(String::new())
        }
    };
    let member = if by.contains(&Dimension::Member) {
        let id: Uuid = row.try_get("", Dimension::Member.column())?;
        (!id.is_nil()).then(|| MemberId::from_uuid(id))
    } else {
        None
    };
    Ok(UsageSum {
        member,
        department: text(Dimension::Department)?,
        tool: text(Dimension::Tool)?,
        client: text(Dimension::Client)?,
        tally: tally(row)?,
    })
}

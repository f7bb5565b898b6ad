//! The table: rows by columns.

use std::collections::BTreeMap;

use model::{MemberId, Month};
use store::{Dimension, StoreError, TenantTx, UsageFilter, UsageSum};
use views::console::usage::{Labels, Pivot, PivotRow};

use super::view::{UNKNOWN, View, value_of};

/// Rows of one part of the table.
const ROWS: usize = 50;
/// Columns that are shown one by one; the rest is "others".
const COLUMNS: usize = 8;

/// How much of the table is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The rows of the view's page, and the biggest columns.
    Page,
    /// Everything.
    All,
}

/// Names of members and departments, for labels.
#[derive(Debug, Default)]
pub(super) struct Names {
    members: BTreeMap<MemberId, String>,
    departments: BTreeMap<String, String>,
}

impl Names {
    /// What a value of a dimension is called.
    pub(super) fn of(&self, dimension: Dimension, value: &str, labels: Labels) -> String {
        if value == UNKNOWN || value.is_empty() {
            let place = Dimension::ALL.iter().position(|one| *one == dimension);
            let words = labels.unknown();
            return place
                .and_then(|place| words.get(place))
                .copied()
                .unwrap_or_default()
                .to_owned();
        }
        let known = match dimension {
            Dimension::Member => value
                .parse()
                .ok()
                .map(|id: MemberId| self.members.get(&id).cloned())
                .map(|name| name.unwrap_or_else(|| labels.former().to_owned())),
            Dimension::Department => self.departments.get(value).cloned(),
            Dimension::Tool | Dimension::Client => None,
        };
        known.unwrap_or_else(|| value.to_owned())
    }

    /// Adds the names of the members of these sums.
    pub(super) async fn learn(
        &mut self,
        tx: &TenantTx,
        sums: &[UsageSum],
    ) -> Result<(), StoreError> {
        let mut ids: Vec<_> = sums.iter().filter_map(|sum| sum.member).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|id| !self.members.contains_key(id));
        if !ids.is_empty() {
            self.members.extend(tx.usage().names(&ids).await?);
        }
        Ok(())
    }
}

/// The names that the filters of a view need.
pub(super) async fn names(tx: &TenantTx, view: &View) -> Result<Names, StoreError> {
    let mut names = Names {
        departments: tx.usage().department_names().await?,
        ..Names::default()
    };
    if let Some(Ok(id)) = view.filter(Dimension::Member).map(str::parse) {
        names.members = tx.usage().names(&[id]).await?;
    }
    Ok(names)
}

/// What identifies a row: its value, and for people their department.
type RowKey = (String, String);

fn row_key(sum: &UsageSum, rows: Dimension) -> RowKey {
    let beside = if rows == Dimension::Member {
        sum.department.clone()
    } else {
        String::new()
    };
    (value_of(sum, rows), beside)
}

/// The calls of a month by person and department, whatever the filters say.
pub(super) async fn placed(tx: &TenantTx, month: Month) -> Result<Vec<UsageSum>, StoreError> {
    let by = row_dimensions(Dimension::Member);
    tx.usage().sums(month, by, &UsageFilter::default()).await
}

/// Reads and arranges the table. A person who changed the department has a row in each; where
/// these rows are wanted and were read already they are given.
pub(super) async fn table(
    tx: &TenantTx,
    view: &View,
    labels: Labels,
    part: Part,
    placed: Option<&[UsageSum]>,
) -> Result<Pivot, StoreError> {
    let usage = tx.usage();
    let filter = view.store_filter();
    let by_row = row_dimensions(view.rows);
    let mut rows = match (placed, view.rows, view.is_filtered()) {
        (Some(placed), Dimension::Member, false) => placed.to_vec(),
        (_, Dimension::Member, _) | (_, _, true) => usage.sums(view.month, by_row, &filter).await?,
        _ => usage.ranking(view.month, view.rows).await?,
    };
    let measure = |sum: &UsageSum| view.count.of(&sum.tally);
    rows.sort_by_key(|sum| std::cmp::Reverse(measure(sum)));
    let all = rows.len();
    let total = rows.iter().map(measure).sum();
    let first = match part {
        Part::All => 0,
        Part::Page => {
            let before = usize::try_from(view.page - 1).unwrap_or_default() * ROWS;
            if before < all { before } else { 0 }
        }
    };
    if part == Part::Page {
        rows = rows.into_iter().skip(first).take(ROWS).collect();
    }
    let columns = columns(tx, view, &filter, part).await?;
    let cells = cells(tx, view, &filter, &rows, all).await?;
    let mut names = names(tx, view).await?;
    names.learn(tx, &rows).await?;
    names.learn(tx, &columns.sums).await?;
    let shown = rows.len();
    Ok(Pivot {
        row_name: label(labels, view.rows),
        beside_name: if view.rows == Dimension::Member {
            label(labels, Dimension::Department)
        } else {
            String::new()
        },
        columns: columns.heads(view, &names, labels),
        rows: rows
            .iter()
            .map(|sum| row(sum, view, &columns, &cells, &names, labels))
            .collect(),
        sums: columns.totals(view),
        total,
        first: first as u64 + 1,
        all: all as u64,
        previous: (first > 0).then(|| view.at_page(view.page - 1)),
        next: (part == Part::Page && first + shown < all).then(|| view.at_page(view.page + 1)),
    })
}

const fn row_dimensions(rows: Dimension) -> &'static [Dimension] {
    match rows {
        Dimension::Member => &[Dimension::Member, Dimension::Department],
        Dimension::Department => &[Dimension::Department],
        Dimension::Tool => &[Dimension::Tool],
        Dimension::Client => &[Dimension::Client],
    }
}

fn label(labels: Labels, dimension: Dimension) -> String {
    let place = Dimension::ALL.iter().position(|one| *one == dimension);
    let names = labels.dimensions();
    place
        .and_then(|place| names.get(place))
        .copied()
        .unwrap_or_default()
        .to_owned()
}

/// The columns: those shown, and how much the others hold.
struct Columns {
    dimension: Option<Dimension>,
    sums: Vec<UsageSum>,
    others: Option<u64>,
}

async fn columns(
    tx: &TenantTx,
    view: &View,
    filter: &UsageFilter,
    part: Part,
) -> Result<Columns, StoreError> {
    let Some(dimension) = view.columns else {
        return Ok(Columns {
            dimension: None,
            sums: Vec::new(),
            others: None,
        });
    };
    let mut sums = if view.is_filtered() {
        tx.usage().sums(view.month, &[dimension], filter).await?
    } else {
        tx.usage().ranking(view.month, dimension).await?
    };
    sums.sort_by_key(|sum| std::cmp::Reverse(view.count.of(&sum.tally)));
    let mut others = None;
    if part == Part::Page && sums.len() > COLUMNS {
        let rest = sums.split_off(COLUMNS - 1);
        others = Some(rest.iter().map(|sum| view.count.of(&sum.tally)).sum());
    }
    Ok(Columns {
        dimension: Some(dimension),
        sums,
        others,
    })
}

impl Columns {
    fn heads(&self, view: &View, names: &Names, labels: Labels) -> Vec<String> {
        let dimension = self.dimension.unwrap_or(view.rows);
        let mut heads: Vec<_> = self
            .sums
            .iter()
            .map(|sum| names.of(dimension, &value_of(sum, dimension), labels))
            .collect();
        if self.others.is_some() {
            heads.push(labels.others().to_owned());
        }
        heads
    }

    fn totals(&self, view: &View) -> Vec<u64> {
        let mut totals: Vec<_> = self
            .sums
            .iter()
            .map(|sum| view.count.of(&sum.tally))
            .collect();
        totals.extend(self.others);
        totals
    }
}

type Cells = BTreeMap<RowKey, BTreeMap<String, u64>>;

/// The numbers of the rows shown. Of people, only these are read: the key begins with them.
async fn cells(
    tx: &TenantTx,
    view: &View,
    filter: &UsageFilter,
    rows: &[UsageSum],
    all: usize,
) -> Result<Cells, StoreError> {
    let Some(columns) = view.columns else {
        return Ok(Cells::new());
    };
    let mut filter = filter.clone();
    if view.rows == Dimension::Member && rows.len() < all {
        let mut ids: Vec<_> = rows.iter().map(|sum| sum.member).collect();
        ids.sort_unstable();
        ids.dedup();
        filter.members = Some(ids);
    }
    let mut by = row_dimensions(view.rows).to_vec();
    if !by.contains(&columns) {
        by.push(columns);
    }
    let mut cells = Cells::new();
    for sum in tx.usage().sums(view.month, &by, &filter).await? {
        let row = cells.entry(row_key(&sum, view.rows)).or_default();
        *row.entry(value_of(&sum, columns)).or_default() += view.count.of(&sum.tally);
    }
    Ok(cells)
}

fn row(
    sum: &UsageSum,
    view: &View,
    columns: &Columns,
    cells: &Cells,
    names: &Names,
    labels: Labels,
) -> PivotRow {
    let key = row_key(sum, view.rows);
    let total = view.count.of(&sum.tally);
    let mine = cells.get(&key);
    let mut numbers: Vec<u64> = columns
        .sums
        .iter()
        .map(|column| {
            let value = value_of(column, columns.dimension.unwrap_or(view.rows));
            mine.and_then(|mine| mine.get(&value)).copied().unwrap_or(0)
        })
        .collect();
    if columns.others.is_some() {
        let shown: u64 = numbers.iter().sum();
        numbers.push(total.saturating_sub(shown));
    }
    PivotRow {
        label: names.of(view.rows, &key.0, labels),
        beside: if view.rows == Dimension::Member {
            names.of(Dimension::Department, &key.1, labels)
        } else {
            String::new()
        },
        path: view.only(&key.0),
        cells: numbers,
        total,
    }
}

/// Names of departments, where these are what is shown.
pub(super) async fn departments(tx: &TenantTx, dimension: Dimension) -> Result<Names, StoreError> {
    let mut names = Names::default();
    if dimension == Dimension::Department {
        names.departments = tx.usage().department_names().await?;
    }
    Ok(names)
}

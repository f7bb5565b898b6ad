//! Groups and sums: `count()`, `sum(FIELD)` and kin over the groups of the other columns.

use std::collections::BTreeMap;

use feishu::api::bitable::{fields::Field, records::Record};

use super::query::direction;
use crate::{
    ToolCx, ToolError,
    bases::{
        cell::{Cell, number_text},
        grid::{self, Grid},
        near,
    },
};

/// Most groups that one answer forms.
const MAX_GROUPS: usize = 10_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Count,
    Total,
    Average,
    Least,
    Most,
    /// How many different values.
    Distinct,
}

/// A column of the answer.
#[derive(Debug, Clone)]
enum Column {
    Key(Field),
    Sum(String, How, Option<Field>),
}

impl Column {
    fn name(&self) -> &str {
        match self {
            Self::Key(field) => &field.field_name,
            Self::Sum(name, ..) => name,
        }
    }
}

/// Values of one group so far.
#[derive(Debug, Clone, Default)]
struct Tally {
    records: usize,
    cells: usize,
    numbers: usize,
    sum: f64,
    least: Option<Cell>,
    most: Option<Cell>,
    values: std::collections::BTreeSet<String>,
}

impl Tally {
    fn add(&mut self, cell: &Cell, how: How, text: impl Fn(&Cell) -> String) {
        if *cell == Cell::Empty {
            return;
        }
        self.cells += 1;
        if how == How::Distinct {
            self.values.insert(text(cell));
        }
        if let Some(number) = cell.number() {
            self.numbers += 1;
            self.sum += number;
        }
        if self
            .least
            .as_ref()
            .is_none_or(|least| cell.order(least).is_lt())
        {
            self.least = Some(cell.clone());
        }
        if self
            .most
            .as_ref()
            .is_none_or(|most| cell.order(most).is_gt())
        {
            self.most = Some(cell.clone());
        }
    }

    fn result(&self, how: How, whole: bool) -> Cell {
        let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        match how {
            How::Count if whole => Cell::Number(number(self.records)),
            How::Count => Cell::Number(number(self.cells)),
            How::Distinct => Cell::Number(number(self.values.len())),
            How::Total => Cell::Number(self.sum),
            How::Average if self.numbers == 0 => Cell::Empty,
            How::Average => Cell::Number(self.sum / number(self.numbers)),
            How::Least => self.least.clone().unwrap_or(Cell::Empty),
            How::Most => self.most.clone().unwrap_or(Cell::Empty),
        }
    }
}

/// What is grouped and added up.
#[derive(Debug)]
pub(crate) struct Sums {
    columns: Vec<Column>,
    groups: BTreeMap<Vec<String>, Vec<Tally>>,
    order: Vec<(usize, bool)>,
    /// Some groups were left out.
    pub(crate) cut: bool,
}

/// Reads `sum(FIELD)`; `None` for a plain field.
fn call(text: &str) -> Option<(How, &str)> {
    let (word, rest) = text.split_once(['(', '（'])?;
    let inner = rest.trim_end().strip_suffix([')', '）'])?;
    let how = match word.trim().to_lowercase().as_str() {
        "count" | "计数" => How::Count,
        "sum" | "求和" => How::Total,
        "avg" | "average" | "平均" => How::Average,
        "min" | "最小" => How::Least,
        "max" | "最大" => How::Most,
        "distinct" | "去重计数" => How::Distinct,
        _ => return None,
    };
    Some((how, inner.trim()))
}

impl Sums {
    /// Reads the columns; `None` when none of them adds anything up.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] for names of fields and columns that do not exist.
    pub(crate) fn read(
        cx: &ToolCx,
        grid: &Grid,
        fields: &[String],
        sort: &[String],
    ) -> Result<Option<Self>, ToolError> {
        let mut columns = Vec::new();
        for text in fields.iter().map(|text| text.trim()) {
            // A field of this very name comes first.
            let named = grid.fields.iter().find(|field| field.field_name == text);
            let column = match (named, call(text)) {
                (Some(field), _) => Column::Key(field.clone()),
                (None, Some((how, ""))) if how == How::Count => {
                    Column::Sum("count()".to_owned(), how, None)
                }
                (None, Some((how, name))) => {
                    let field = grid.field(cx, name)?.clone();
                    Column::Sum(text.to_owned(), how, Some(field))
                }
                (None, None) => Column::Key(grid.field(cx, text)?.clone()),
            };
            columns.push(column);
        }
        if !columns
            .iter()
            .any(|column| matches!(column, Column::Sum(..)))
        {
            return Ok(None);
        }
        let mut order = Vec::new();
        for text in sort {
            let (name, down) = direction(text);
            let at = columns.iter().position(|column| column.name() == name);
            let names = columns.iter().map(Column::name);
            let missing = || near::unknown(cx, cx.say("column", "列"), name, names);
            order.push((at.ok_or_else(missing)?, down));
        }
        Ok(Some(Self {
            columns,
            groups: BTreeMap::new(),
            order,
            cut: false,
        }))
    }

    /// The fields that have to be read.
    pub(crate) fn fields(&self) -> Vec<&Field> {
        let fields = self.columns.iter().filter_map(|column| match column {
            Column::Key(field) => Some(field),
            Column::Sum(_, _, field) => field.as_ref(),
        });
        fields.collect()
    }

    /// The fields that make the groups.
    pub(crate) fn keys(&self) -> Vec<&Field> {
        let keys = self.columns.iter().filter_map(|column| match column {
            Column::Key(field) => Some(field),
            Column::Sum(..) => None,
        });
        keys.collect()
    }

    /// Counts a record in. One with several choices or people counts for each of them.
    pub(crate) fn add(&mut self, grid: &Grid, record: &Record) {
        let look = grid.look(None);
        let mut keys: Vec<Vec<String>> = vec![Vec::new()];
        for field in self.keys() {
            let mut values = grid::cell(field, record).texts(&look.of(field));
            if values.is_empty() {
                values.push(String::new());
            }
            keys = keys
                .iter()
                .flat_map(|key| values.iter().map(move |value| (key, value)))
                .map(|(key, value)| key.iter().chain([value]).cloned().collect())
                .collect();
        }
        for key in keys {
            if self.groups.len() >= MAX_GROUPS && !self.groups.contains_key(&key) {
                self.cut = true;
                continue;
            }
            let width = self.columns.len();
            let group = self.groups.entry(key);
            let tallies = group.or_insert_with(|| vec![Tally::default(); width]);
            for (tally, column) in tallies.iter_mut().zip(&self.columns) {
                tally.records += 1;
                if let Column::Sum(_, how, Some(field)) = column {
                    let cell = grid::cell(field, record);
                    tally.add(&cell, *how, |cell| cell.show(&look.of(field)));
                }
            }
        }
    }

    /// Names of the columns.
    pub(crate) fn head(&self) -> Vec<String> {
        let names = self.columns.iter().map(Column::name);
        names.map(str::to_owned).collect()
    }

    /// One row per group, sorted; a text for each column. `named` puts names for record ids.
    pub(crate) fn rows(&self, grid: &Grid, named: impl Fn(&str) -> String) -> Vec<Vec<String>> {
        let none = BTreeMap::from([(Vec::new(), vec![Tally::default(); self.columns.len()])]);
        // Without groups there is one row, even of nothing.
        let groups = if self.groups.is_empty() && self.keys().is_empty() {
            &none
        } else {
            &self.groups
        };
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for (key, tallies) in groups {
            let mut key = key.iter();
            let cells = self
                .columns
                .iter()
                .zip(tallies)
                .map(|(column, tally)| match column {
                    Column::Key(_) => {
                        Cell::Text(key.next().map(|text| named(text)).unwrap_or_default())
                    }
                    Column::Sum(_, how, field) => tally.result(*how, field.is_none()),
                });
            rows.push(cells.collect());
        }
        rows.sort_by(|a, b| {
            let orders = self.order.iter().map(|(at, down)| {
                let order = a[*at].order(&b[*at]);
                if *down { order.reverse() } else { order }
            });
            orders.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
        let shown = rows.iter().map(|row| {
            let cells = row
                .iter()
                .zip(&self.columns)
                .map(|(cell, column)| match (cell, column) {
                    (Cell::Number(number), _) => number_text(*number),
                    (cell, Column::Sum(_, _, Some(field))) => cell.show(&grid.look(None).of(field)),
                    (cell, _) => cell.show(&grid.look(None)),
                });
            cells.collect()
        });
        shown.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_told_from_fields() {
        assert_eq!(call("sum(合同金额)"), Some((How::Total, "合同金额")));
        assert_eq!(call("Count()"), Some((How::Count, "")));
        assert_eq!(call("平均（金额）"), Some((How::Average, "金额")));
        assert_eq!(call("Price (EUR)"), None);
        assert_eq!(call("Amount"), None);
    }
}

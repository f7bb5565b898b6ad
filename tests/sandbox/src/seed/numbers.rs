//! Spreadsheets of the demo tenant, from tab-separated text.

use serde_json::{Value, json};

use crate::families::sheets::Tab;
use crate::families::sheets::area::{Area, column_index};
use crate::families::sheets::book::Dropdown;

/// What a sheet is made of.
pub(super) struct Plan {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) rows: u32,
    pub(super) columns: u32,
    /// One line is a row, one tab a column.
    pub(super) text: &'static str,
    /// Number formats by letters of columns.
    pub(super) formats: &'static [(&'static str, &'static str)],
}

/// `=…` is a formula, `[text](link)` a link, `'…` a text, `2026-11-23` a date, `6%` a share.
fn cell(word: &str) -> (Value, Option<&'static str>) {
    if word.starts_with('=') {
        return (json!({ "type": "formula", "text": word }), None);
    }
    if let Some(text) = word.strip_prefix('\'') {
        return (Value::from(text), None);
    }
    if let Some((text, link)) = word
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]("))
    {
        let link = link.trim_end_matches(')');
        return (json!({ "type": "url", "text": text, "link": link }), None);
    }
    if let Some(serial) = serial(word) {
        let format = if word.contains('T') {
            "yyyy/MM/dd HH:mm"
        } else {
            "yyyy/MM/dd"
        };
        return (Value::from(serial), Some(format));
    }
    if let Some(share) = word
        .strip_suffix('%')
        .and_then(|share| share.parse::<f64>().ok())
    {
        return (Value::from(share / 100.0), Some("0%"));
    }
    match word.parse::<f64>() {
        Ok(number) => (Value::from(number), None),
        Err(_) => (Value::from(word), None),
    }
}

/// The serial number of `2026-11-23` or `2026-11-23T10:30`.
fn serial(word: &str) -> Option<f64> {
    let (date, time) = word.split_once('T').unwrap_or((word, "00:00"));
    let mut parts = date.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
    );
    let (hour, minute) = time.split_once(':')?;
    let minutes = hour.parse::<u32>().ok()? * 60 + minute.parse::<u32>().ok()?;
    if date.len() != 10 {
        return None;
    }
    // Days since 1899-12-30, counted in years that begin in March.
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468 + 25_569;
    let days = u32::try_from(days).ok()?;
    Some(f64::from(days) + f64::from(minutes) / 1440.0)
}

/// The sheet.
pub(super) fn tab(plan: &Plan) -> Tab {
    let mut tab = Tab {
        id: plan.id.to_owned(),
        title: plan.title.to_owned(),
        rows: plan.rows,
        columns: plan.columns,
        frozen_rows: 1,
        ..Tab::default()
    };
    for (row, line) in (0..).zip(plan.text.lines()) {
        for (column, word) in (0..).zip(line.split('\t')) {
            if word.is_empty() {
                continue;
            }
            let (value, format) = cell(word);
            let own = plan
                .formats
                .iter()
                .find(|(letters, _)| column_index(letters) == Some(column));
            let format = format.or(own.filter(|_| row > 0).map(|(_, format)| *format));
            let cell = tab.cell_mut(row, column);
            cell.value = value;
            if let Some(format) = format {
                cell.style
                    .insert("formatter".to_owned(), Value::from(format));
            }
            if row == 0 {
                cell.style
                    .insert("font".to_owned(), json!({ "bold": true }));
            }
        }
    }
    tab
}

/// The sheets of the budget.
pub(super) fn budget() -> Vec<Tab> {
    let money = "¥#,##0.00";
    let mut plan = tab(&Plan {
        id: "Q4bud1",
        title: "Q4 预算",
        rows: 120,
        columns: 14,
        text: include_str!("acme/budget.tsv"),
        formats: &[
            ("C", "¥#,##0.00"),
            ("D", "¥#,##0.00"),
            ("E", "¥#,##0.00"),
            ("F", "¥#,##0.00"),
            ("G", "¥#,##0.00"),
            ("H", "0.0%"),
        ],
    });
    let last = plan.used_rows(0, plan.columns) - 1;
    plan.merges.push(Area {
        top: last,
        bottom: last + 1,
        left: 0,
        right: 2,
    });
    let mut spent = tab(&Plan {
        id: "Exp2ns",
        title: "支出明细",
        rows: 2_000,
        columns: 11,
        text: include_str!("acme/expenses.tsv"),
        formats: &[("F", "¥#,##0.00"), ("H", "¥#,##0.00")],
    });
    let states = ["已支付", "待付款", "待审批", "已驳回"];
    spent.dropdowns.push(Dropdown {
        areas: vec![Area {
            top: 1,
            bottom: 2_000,
            left: 9,
            right: 10,
        }],
        values: states.iter().map(|state| (*state).to_owned()).collect(),
        options: serde_json::Map::new(),
    });
    let mut summary = tab(&Plan {
        id: "Sum3ry",
        title: "汇总 Summary",
        rows: 40,
        columns: 8,
        text: include_str!("acme/summary.tsv"),
        formats: &[],
    });
    for row in [1, 2, 3, 5, 7] {
        let style = &mut summary.cell_mut(row, 1).style;
        style.insert("formatter".to_owned(), Value::from(money));
    }
    let style = &mut summary.cell_mut(4, 1).style;
    style.insert("formatter".to_owned(), Value::from("0.0%"));
    vec![plan, spent, summary]
}

/// The sheets of the list of servers.
pub(super) fn servers() -> Vec<Tab> {
    let empty = Plan {
        id: "Stg002",
        title: "预发环境",
        rows: 120,
        columns: 12,
        text: "主机\t用途\t规格\n",
        formats: &[],
    };
    let full = Plan {
        id: "Srv001",
        title: "生产环境",
        rows: 300,
        columns: 12,
        text: include_str!("acme/servers.tsv"),
        formats: &[("J", "#,##0")],
    };
    vec![tab(&full), tab(&empty)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_what_they_look_like() {
        assert_eq!(cell("2026-11-23"), (json!(46_349.0), Some("yyyy/MM/dd")));
        assert_eq!(serial("2026-12-01T12:00"), Some(46_357.5));
        assert_eq!(serial("1899-12-31"), Some(1.0));
        assert_eq!(cell("'EXP-1").0, json!("EXP-1"));
        assert_eq!(cell("6%"), (json!(0.06), Some("0%")));
        assert_eq!(cell("[a](b)").0["link"], "b");
        assert!(budget()[1].used_rows(0, 11) > 80);
    }
}

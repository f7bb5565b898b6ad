//! From lines of words to labels and series.

use charts::{Chart, Kind, Series};
use model::Locale;

use super::Options;
use crate::{ToolCx, ToolError, render::clean_line};

/// Characters of a label or name.
const LABEL: usize = 80;

/// The chart of a table: its first column is labels, the others are series, and a first row without
/// numbers is their names.
pub(super) fn chart(
    cx: &ToolCx,
    kind: Kind,
    table: &[Vec<String>],
    options: &Options,
) -> Result<Chart, ToolError> {
    let mut rows: Vec<Vec<String>> = table
        .iter()
        .filter(|row| row.iter().any(|cell| !cell.trim().is_empty()))
        .cloned()
        .collect();
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    for row in &mut rows {
        row.resize(width, String::new());
    }
    if options.rows {
        let turned = (0..width).map(|column| rows.iter().map(|row| row[column].clone()).collect());
        rows = turned.collect();
    }
    let Some(first) = rows.first() else {
        return Err(ToolError::invalid(cx.say("there is no data", "没有数据")));
    };
    // One column alone is values without labels.
    let labelled = first.len() > 1;
    let from = usize::from(labelled);
    let names = !first[from..].iter().any(|cell| number(cell).is_some());
    let values = &rows[usize::from(names)..];
    let columns: Vec<usize> = (from..first.len())
        .filter(|column| values.iter().any(|row| number(&row[*column]).is_some()))
        .collect();
    let name = |column: usize| {
        let named = if names {
            clean_line(&first[column], LABEL)
        } else {
            String::new()
        };
        if !named.is_empty() {
            return named;
        }
        let at = column + 1 - from;
        match cx.locale {
            Locale::En => format!("Series {at}"),
            Locale::Zh => format!("系列 {at}"),
        }
    };
    let label = |(at, row): (usize, &Vec<String>)| {
        if labelled {
            clean_line(&row[0], LABEL)
        } else {
            (at + 1).to_string()
        }
    };
    let series = columns.into_iter().map(|column| Series {
        name: name(column),
        values: values.iter().map(|row| number(&row[column])).collect(),
    });
    let title = |title: &Option<String>| title.clone().unwrap_or_default();
    Ok(Chart {
        kind,
        title: title(&options.title),
        x_title: title(&options.x),
        y_title: title(&options.y),
        labels: values.iter().enumerate().map(label).collect(),
        series: series.collect(),
        legend: !options.bare,
        chinese: cx.locale == Locale::Zh,
    })
}

/// A number as people write it: `1,200.5`, `12%`, `¥300`, `(5)` for less than nothing.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let (text, sign) = match text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'))
    {
        Some(text) => (text, -1.0),
        None => (text, 1.0),
    };
    let text = text.trim_start_matches(['¥', '￥', '$', '€', '£']);
    let (text, share) = text
        .strip_suffix('%')
        .map_or((text, 1.0), |text| (text, 0.01));
    let digits = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    let number: f64 = digits
        .then(|| text.replace(',', "").trim().parse().ok())
        .flatten()?;
    number.is_finite().then_some(number * share * sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, wanted) in [
            ("1,200.5", Some(1_200.5)),
            ("12%", Some(0.12)),
            ("¥300", Some(300.0)),
            ("(5)", Some(-5.0)),
            ("-3e2", Some(-300.0)),
            ("", None),
            ("x1", None),
            ("inf", None),
            ("2026-03-15", None),
        ] {
            let found = number(text);
            assert_eq!(found.is_some(), wanted.is_some(), "{text}");
            assert!(
                (found.unwrap_or(0.0) - wanted.unwrap_or(0.0)).abs() < 1e-9,
                "{text}"
            );
        }
    }
}

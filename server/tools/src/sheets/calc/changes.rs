//! Cells that are taken to hold something else: `Tab!B2=100`.

use formulas::{Cell, Change, Spot, Value};
use model::Locale;

use super::fetch::number;
use crate::{
    ToolCx, ToolError,
    render::clean_line,
    sheets::{book::Book, serial},
};

/// Cells of one call.
const CHANGES: usize = 100;

/// Reads the cells.
///
/// # Errors
/// What is no cell or lies outside of its tab.
pub(super) fn read(
    cx: &ToolCx,
    book: &Book,
    home: usize,
    set: &[String],
) -> Result<Vec<Change>, ToolError> {
    if set.len() > CHANGES {
        return Err(ToolError::invalid(
            cx.say("set takes at most 100 cells", "set 最多 100 个单元格"),
        ));
    }
    set.iter().map(|text| one(cx, book, home, text)).collect()
}

fn one(cx: &ToolCx, book: &Book, home: usize, text: &str) -> Result<Change, ToolError> {
    let (place, value) = split(text).ok_or_else(|| no_cell(cx, text))?;
    // A cell without a tab is in the tab of the call.
    let place = if place.contains('!') {
        book.place(cx, Some(place))?
    } else {
        let mut found = book.place(cx, Some(place))?;
        found.tab = &book.tabs[home];
        found
    };
    let area = place.area(cx)?;
    if area.cells() != 1 || place.span.is_all() {
        return Err(no_cell(cx, text));
    }
    Ok(Change {
        tab: number(book, place.tab),
        spot: Spot {
            row: area.top + 1,
            column: area.left + 1,
        },
        cell: supposed(value, &cx.facts.time_zone),
    })
}

/// Place and value; a sign of equality in the name of a tab stands before the last `!`.
fn split(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let quoted = text.strip_prefix('\'').and_then(|rest| rest.find("'!"));
    let from = quoted.map_or(0, |at| at + 2);
    let at = from + text[from..].find('=')?;
    Some((text[..at].trim(), text[at + 1..].trim()))
}

/// What the cell is taken to hold, read as `sheet_write` reads it.
fn supposed(text: &str, zone: &str) -> Cell {
    if text.starts_with('=') {
        return Cell {
            value: Value::Blank,
            formula: Some(text.to_owned()),
        };
    }
    let value = if let Some(text) = text.strip_prefix('\'') {
        Value::Text(text.to_owned())
    } else if text.is_empty() {
        Value::Blank
    } else if let Some(number) = number_of(text) {
        Value::Number(number)
    } else if let Some((serial, _)) = serial::read(text, zone) {
        Value::Number(serial)
    } else {
        match text.to_ascii_uppercase().as_str() {
            "TRUE" => Value::Bool(true),
            "FALSE" => Value::Bool(false),
            _ => Value::Text(text.to_owned()),
        }
    };
    value.into()
}

/// `1200`, `1,200.5`, `-3e2` or `12%`.
fn number_of(text: &str) -> Option<f64> {
    let (text, share) = text
        .strip_suffix('%')
        .map_or((text, 1.0), |text| (text, 0.01));
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return None;
    }
    let number: f64 = text.replace(',', "").parse().ok()?;
    number.is_finite().then_some(number * share)
}

fn no_cell(cx: &ToolCx, text: &str) -> ToolError {
    let text = clean_line(text, 60);
    ToolError::invalid(match cx.locale {
        Locale::En => format!("\"{text}\" does not say what one cell holds"),
        Locale::Zh => format!("“{text}”不是“单元格=值”的写法"),
    })
    .with_hint(cx.say(
        "Write Tab!B2=100, B2=2026-03-15, B2='text, B2==A1*2 for a formula, or B2= for nothing.",
        "写法：工作表!B2=100、B2=2026-03-15、B2='文本、B2==A1*2（公式）、B2=（清空）。",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn place_and_value_are_told_apart() {
        assert_eq!(split("B2=100"), Some(("B2", "100")));
        assert_eq!(split("B2==A1=1"), Some(("B2", "=A1=1")));
        assert_eq!(split("'a=b'!C3 = x"), Some(("'a=b'!C3", "x")));
        assert_eq!(split("B2"), None);
    }

    #[test]
    fn values_are_typed() {
        let value = |text: &str| supposed(text, "Asia/Shanghai").value;
        assert_eq!(value("1,200.5"), Value::Number(1_200.5));
        assert_eq!(value("12%"), Value::Number(0.12));
        assert_eq!(value("2026-03-15"), Value::Number(46_096.0));
        assert_eq!(value("true"), Value::Bool(true));
        assert_eq!(value("'42"), Value::Text("42".to_owned()));
        assert_eq!(value(""), Value::Blank);
        assert_eq!(value("infinity"), Value::Text("infinity".to_owned()));
        assert_eq!(supposed("=A1", "UTC").formula.as_deref(), Some("=A1"));
    }
}

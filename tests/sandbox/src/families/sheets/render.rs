//! How the reading endpoints print what is in a cell.

use serde_json::Value;

use super::book::{Cell, Tab};
use super::calc::{self, Outcome};
use crate::clock::civil;

/// `valueRenderOption`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Show {
    /// Formulas as they were written, numbers as they are; also when nothing is asked for.
    Formula,
    /// Plain texts; numbers stay numbers.
    ToString,
    /// Results in their number format.
    Formatted,
    /// Results without a format.
    Unformatted,
}

impl Show {
    pub(super) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "" | "Formula" => Self::Formula,
            "ToString" => Self::ToString,
            "FormattedValue" => Self::Formatted,
            "UnformattedValue" => Self::Unformatted,
            _ => return None,
        })
    }
}

/// What one reading call asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) show: Show,
    /// `dateTimeRenderOption=FormattedString`.
    pub(super) dates: bool,
}

/// The printed value of a cell.
pub(super) fn print(tabs: &[Tab], tab: &Tab, (row, column): (u32, u32), look: Look) -> Value {
    let Some(cell) = tab.cell(row, column).filter(|cell| !cell.is_empty()) else {
        return Value::Null;
    };
    if let Some(formula) = cell.formula() {
        if look.show == Show::Formula {
            return Value::from(formula);
        }
        return match calc::evaluate(tabs, tab, formula) {
            Outcome::Number(number) => shown(number, cell, look),
            Outcome::Text(text) => Value::from(text),
            Outcome::Bool(truth) => Value::from(truth),
            Outcome::Blank => Value::from(0),
            Outcome::Error(word) => Value::from(word),
        };
    }
    match &cell.value {
        Value::Number(number) => shown(number.as_f64().unwrap_or_default(), cell, look),
        Value::Object(segment) => match segment.get("type").and_then(Value::as_str) {
            Some("multipleValue") => Value::from(text_of(&cell.value)),
            _ if look.show == Show::ToString => Value::from(text_of(&cell.value)),
            _ => Value::from(vec![cell.value.clone()]),
        },
        Value::Array(_) if look.show == Show::ToString => Value::from(text_of(&cell.value)),
        other => other.clone(),
    }
}

fn shown(number: f64, cell: &Cell, look: Look) -> Value {
    let formatter = cell.formatter();
    if is_date(formatter) {
        return if look.dates {
            Value::from(date(number, formatter))
        } else {
            json_number(number)
        };
    }
    if look.show == Show::Formatted {
        return Value::from(format(number, formatter));
    }
    json_number(number)
}

/// A whole number without a fraction part.
#[expect(
    clippy::cast_possible_truncation,
    reason = "checked to be whole and small"
)]
pub(super) fn json_number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
}

/// A number as a cell without a format shows it.
pub(super) fn general(number: f64) -> String {
    match json_number(number) {
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// The text in a stored value.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => general(number.as_f64().unwrap_or_default()),
        Value::Bool(truth) => truth.to_string().to_uppercase(),
        Value::Array(segments) => segments.iter().map(text_of).collect(),
        Value::Object(segment) => match segment.get("values").and_then(Value::as_array) {
            Some(values) => {
                let values: Vec<String> = values.iter().map(text_of).collect();
                values.join(",")
            }
            None => segment.get("text").map(text_of).unwrap_or_default(),
        },
        Value::Null => String::new(),
    }
}

/// Whether a number format shows dates or times.
pub(super) fn is_date(formatter: &str) -> bool {
    formatter.contains(['y', 'd', 'h', 'H']) || formatter.contains("M月")
}

/// A number in a format such as `#,##0.00`, `¥#,##0`, `0.0%`.
fn format(number: f64, formatter: &str) -> String {
    let Some(first) = formatter.find(['0', '#']) else {
        return general(number);
    };
    let last = formatter.rfind(['0', '#']).unwrap_or(first);
    let (prefix, pattern, suffix) = (
        &formatter[..first],
        &formatter[first..=last],
        &formatter[last + 1..],
    );
    let number = if suffix.starts_with('%') {
        number * 100.0
    } else {
        number
    };
    let places = pattern.split_once('.').map_or(0, |(_, rest)| rest.len());
    let mut digits = format!("{:.places$}", number.abs());
    if pattern.contains(',') {
        let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
        let grouped: Vec<&str> = whole
            .as_bytes()
            .rchunks(3)
            .rev()
            .map(|chunk| std::str::from_utf8(chunk).unwrap_or_default())
            .collect();
        digits = grouped.join(",") + rest;
    }
    let sign = if number < 0.0 { "-" } else { "" };
    format!(
        "{sign}{}{digits}{}",
        prefix.replace('"', ""),
        suffix.replace('"', "")
    )
}

/// A serial day number in a format such as `yyyy/MM/dd HH:mm`.
#[expect(
    clippy::cast_possible_truncation,
    reason = "days and seconds are small"
)]
fn date(serial: f64, formatter: &str) -> String {
    let mut seconds = (serial * 86_400.0).round() as i64;
    let days = seconds.div_euclid(86_400);
    seconds = seconds.rem_euclid(86_400);
    let (year, month, day) = civil(days - 25_569);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let letters: Vec<char> = formatter.chars().collect();
    let (mut out, mut at, mut after_hour) = (String::new(), 0, false);
    while let Some(&letter) = letters.get(at) {
        let run = letters[at..].iter().take_while(|c| **c == letter).count();
        let before_second = letters[at + run..]
            .iter()
            .find(|c| c.is_ascii_alphabetic())
            .is_some_and(|c| *c == 's');
        let number = match letter {
            'y' => year,
            'd' => day,
            'h' | 'H' => hour,
            's' => second,
            'm' | 'M' if (after_hour || before_second) && letter == 'm' => minute,
            'm' | 'M' => month,
            other => {
                out.extend(std::iter::repeat_n(other, run));
                at += run;
                continue;
            }
        };
        after_hour = matches!(letter, 'h' | 'H');
        let width = if letter == 'y' { 4 } else { run.min(2) };
        out += format!("{number:0width$}").as_str();
        at += run;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_follow_their_format() {
        assert_eq!(format(1_234_567.5, "¥#,##0.00"), "¥1,234,567.50");
        assert_eq!(format(-0.125, "0.0%"), "-12.5%");
        assert_eq!(format(999.0, "#,##0"), "999");
        assert_eq!(format(3.5, ""), "3.5");
        assert_eq!(date(46_349.0, "yyyy/MM/dd"), "2026/11/23");
        assert_eq!(
            date(46_349.604_166_67, "yyyy-mm-dd HH:mm:ss"),
            "2026-11-23 14:30:00"
        );
        assert_eq!(date(46_349.0, "M月d日"), "11月23日");
        assert_eq!(date(0.0, "yyyy/MM/dd"), "1899/12/30");
    }
}

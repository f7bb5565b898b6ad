//! The words of conditions: operators and spans of time, in both languages.

use std::cmp::Ordering;

use jiff::{Timestamp, ToSpan as _, tz::TimeZone};

/// What a condition asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Is,
    IsNot,
    Contains,
    NotContains,
    /// One of several.
    In,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    Empty,
    NotEmpty,
}

impl Op {
    /// Whether the order of a value to the wanted one is what is asked.
    pub(crate) const fn fits(self, order: Ordering) -> bool {
        match self {
            Self::Is | Self::In | Self::Contains => order.is_eq(),
            Self::IsNot | Self::NotContains => order.is_ne(),
            Self::Greater => order.is_gt(),
            Self::GreaterEqual => order.is_ge(),
            Self::Less => order.is_lt(),
            Self::LessEqual => order.is_le(),
            Self::Empty | Self::NotEmpty => false,
        }
    }
}

/// Longer words come first: `is not empty` before `is not` before `is`.
const OPS: [(&str, Op); 32] = [
    ("does not contain", Op::NotContains),
    ("doesNotContain", Op::NotContains),
    ("not contains", Op::NotContains),
    ("not contain", Op::NotContains),
    ("is not empty", Op::NotEmpty),
    ("isNotEmpty", Op::NotEmpty),
    ("not empty", Op::NotEmpty),
    ("is empty", Op::Empty),
    ("isEmpty", Op::Empty),
    ("contains", Op::Contains),
    ("is not", Op::IsNot),
    ("isNot", Op::IsNot),
    ("empty", Op::Empty),
    ("不包含", Op::NotContains),
    ("不为空", Op::NotEmpty),
    ("不是", Op::IsNot),
    ("为空", Op::Empty),
    ("包含", Op::Contains),
    ("大于等于", Op::GreaterEqual),
    ("小于等于", Op::LessEqual),
    ("大于", Op::Greater),
    ("小于", Op::Less),
    (">=", Op::GreaterEqual),
    ("<=", Op::LessEqual),
    ("!=", Op::IsNot),
    ("==", Op::Is),
    (">", Op::Greater),
    ("<", Op::Less),
    ("=", Op::Is),
    ("is", Op::Is),
    ("in", Op::In),
    ("是", Op::Is),
];

/// Splits `FIELD OPERATOR VALUE`; the longest name that fits is the field. A name may stand in
/// quotes or brackets.
pub(crate) fn split(text: &str, names: &[&str]) -> Option<(String, Op, String)> {
    let text = text.trim();
    let quoted = [('"', '"'), ('[', ']'), ('`', '`'), ('“', '”')];
    for (open, close) in quoted {
        if let Some((name, rest)) = text
            .strip_prefix(open)
            .and_then(|rest| rest.split_once(close))
        {
            let (op, value) = operator(rest)?;
            return Some((name.to_owned(), op, value));
        }
    }
    let mut fitting: Vec<&str> = names
        .iter()
        .copied()
        .chain(["*"])
        .filter(|name| begins(text, name))
        .collect();
    fitting.sort_by_key(|name| std::cmp::Reverse(name.len()));
    fitting.into_iter().find_map(|name| {
        let (op, value) = operator(text.get(name.len()..)?)?;
        Some((name.to_owned(), op, value))
    })
}

fn begins(text: &str, name: &str) -> bool {
    text.get(..name.len())
        .is_some_and(|head| head.to_lowercase() == name.to_lowercase())
}

fn operator(rest: &str) -> Option<(Op, String)> {
    let rest = rest.trim_start();
    OPS.iter().find_map(|(word, op)| {
        let after = begins(rest, word).then(|| rest.get(word.len()..))??;
        let letters = word.ends_with(|c: char| c.is_ascii_alphabetic());
        // `is` must not be found in `island`.
        if letters && after.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return None;
        }
        let value = after.trim();
        let value = value
            .strip_prefix('"')
            .and_then(|value| value.strip_suffix('"'))
            .unwrap_or(value);
        let bare = matches!(op, Op::Empty | Op::NotEmpty);
        (value.is_empty() == bare).then(|| (*op, value.to_owned()))
    })
}

/// First millisecond, and the first after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span(pub(crate) i64, pub(crate) i64);

impl Span {
    /// Reads `today`, `this week`, `last month`, `last 7 days`, `next 30 days`.
    pub(crate) fn read(text: &str, now: i64, zone: &TimeZone) -> Option<Self> {
        let local = Timestamp::from_millisecond(now)
            .ok()?
            .to_zoned(zone.clone());
        let today = local.date();
        let weekday = i64::from(today.weekday().to_monday_zero_offset());
        let monday = today.checked_sub(weekday.days()).ok()?;
        let first = today.first_of_month();
        let text = text.trim().to_lowercase();
        let (from, to) = match text.as_str() {
            "today" | "今天" => (today, today.tomorrow().ok()?),
            "yesterday" | "昨天" => (today.yesterday().ok()?, today),
            "tomorrow" | "明天" => {
                let from = today.tomorrow().ok()?;
                (from, from.tomorrow().ok()?)
            }
            "this week" | "本周" => (monday, monday.checked_add(7.days()).ok()?),
            "last week" | "上周" => (monday.checked_sub(7.days()).ok()?, monday),
            "next week" | "下周" => {
                let from = monday.checked_add(7.days()).ok()?;
                (from, from.checked_add(7.days()).ok()?)
            }
            "this month" | "本月" => (first, first.checked_add(1.month()).ok()?),
            "last month" | "上月" => (first.checked_sub(1.month()).ok()?, first),
            "next month" | "下月" => {
                let from = first.checked_add(1.month()).ok()?;
                (from, from.checked_add(1.month()).ok()?)
            }
            "this year" | "今年" => {
                let from = today.first_of_year();
                (from, from.checked_add(1.year()).ok()?)
            }
            other => {
                let words: Vec<&str> = other.split_whitespace().collect();
                let (way, days) = match words.as_slice() {
                    [way, days, "days" | "day" | "天"] => (*way, days.parse::<i64>().ok()?),
                    _ => return None,
                };
                let days = days.clamp(0, 36_500).days();
                match way {
                    "last" | "past" | "过去" => {
                        (today.checked_sub(days).ok()?, today.tomorrow().ok()?)
                    }
                    "next" | "未来" => (today, today.checked_add(days).ok()?.tomorrow().ok()?),
                    _ => return None,
                }
            }
        };
        let millis = |date: jiff::civil::Date| {
            let start = date.to_zoned(zone.clone()).ok()?;
            Some(start.timestamp().as_millisecond())
        };
        Some(Self(millis(from)?, millis(to)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, Op, String)> {
        split(text, &["状态", "合同 金额", "Due", "Due date"])
    }

    #[test]
    fn the_longest_field_and_the_longest_operator_are_taken() {
        let is = |text: &str, name: &str, op: Op, value: &str| {
            assert_eq!(
                read(text),
                Some((name.to_owned(), op, value.to_owned())),
                "{text}"
            );
        };
        is("状态 is 进行中", "状态", Op::Is, "进行中");
        is("状态是进行中", "状态", Op::Is, "进行中");
        is("状态 不为空", "状态", Op::NotEmpty, "");
        is("合同 金额>=1,000", "合同 金额", Op::GreaterEqual, "1,000");
        is("due date < today", "Due date", Op::Less, "today");
        is("Due is not empty", "Due", Op::NotEmpty, "");
        is("Due is not 2026-01-01", "Due", Op::IsNot, "2026-01-01");
        is("\"Due\" in a, b", "Due", Op::In, "a, b");
        is("* contains 预算", "*", Op::Contains, "预算");
        is("状态 is \"is\"", "状态", Op::Is, "is");
        for text in ["状态", "状态 is", "Nothing is 1", "Due islands", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn spans_follow_the_calendar_of_the_zone() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        // 2026-11-28T22:00Z is Sunday 2026-11-29 in Shanghai.
        let now = 1_795_903_200_000;
        let day = 86_400_000;
        let Span(from, to) = Span::read("today", now, &zone).unwrap();
        assert_eq!((to - from, now >= from && now < to), (day, true));
        let Span(monday, _) = Span::read("this week", now, &zone).unwrap();
        assert_eq!(monday, from - 6 * day);
        let Span(first, next) = Span::read("last month", now, &zone).unwrap();
        assert_eq!((next - first) / day, 31);
        assert_eq!(
            Span::read("last 7 days", now, &zone),
            Some(Span(from - 7 * day, to))
        );
        assert_eq!(Span::read("soon", now, &zone), None);
    }
}

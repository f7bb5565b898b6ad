//! Dates in cells. A cell holds days since 1899-12-30 and the time of day as fraction, without a
//! zone: what people read on the wall. Here they are ISO 8601, in the zone that the caller's times
//! are told in.

use jiff::{
    Timestamp,
    civil::{DateTime, Time, date},
    tz::TimeZone,
};

/// Seconds of a day.
const DAY: f64 = 86_400.0;
/// The last day that a cell shows, 9999-12-31.
const LAST: f64 = 2_958_466.0;

/// What a date is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    Date,
    DateTime,
    Time,
}

impl Shape {
    /// The number format that shows it.
    pub(crate) const fn formatter(self) -> &'static str {
        match self {
            Self::Date => "yyyy/MM/dd",
            Self::DateTime => "yyyy/MM/dd HH:mm:ss",
            Self::Time => "HH:mm:ss",
        }
    }
}

/// `2026-11-23`, `2026-11-23T14:05+08:00`, or `14:05` for a time without a day. `None` for what no
/// date is.
#[expect(
    clippy::cast_possible_truncation,
    reason = "checked to be within the years that cells can show"
)]
pub(crate) fn iso(serial: f64, zone: &str) -> Option<String> {
    if !(0.0..LAST).contains(&serial) {
        return None;
    }
    let seconds = (serial * DAY).round() as i64;
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let seconds_shown = if rest % 60 == 0 { "" } else { ":%S" };
    let midnight = date(1899, 12, 30).to_datetime(Time::midnight());
    let at = midnight
        .checked_add(jiff::Span::new().days(days).seconds(rest))
        .ok()?;
    if days == 0 {
        return Some(at.strftime(&format!("%H:%M{seconds_shown}")).to_string());
    }
    if rest == 0 {
        return Some(at.strftime("%Y-%m-%d").to_string());
    }
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let at = at.to_zoned(zone).ok()?;
    Some(
        at.strftime(&format!("%Y-%m-%dT%H:%M{seconds_shown}%:z"))
            .to_string(),
    )
}

/// Reads what [`iso`] writes, and times in any other offset. A time without an offset is in the
/// caller's zone.
pub(crate) fn read(text: &str, zone: &str) -> Option<(f64, Shape)> {
    if !text.is_ascii() || !(5..=35).contains(&text.len()) {
        return None;
    }
    let shape = shape(text)?;
    let midnight = date(1899, 12, 30).to_datetime(Time::midnight());
    let at = match shape {
        Shape::Time => {
            let time: Time = text.parse().ok()?;
            date(1899, 12, 30).to_datetime(time)
        }
        Shape::Date => text
            .parse::<jiff::civil::Date>()
            .ok()?
            .to_datetime(Time::midnight()),
        Shape::DateTime => {
            let offset = text[10..].contains(['+', 'Z']) || text[10..].contains('-');
            if offset {
                let instant: Timestamp = text.parse().ok()?;
                let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
                instant.to_zoned(zone).datetime()
            } else {
                text.parse::<DateTime>().ok()?
            }
        }
    };
    let seconds = at.duration_since(midnight).as_secs_f64();
    let serial = seconds / DAY;
    (0.0..LAST).contains(&serial).then_some((serial, shape))
}

/// Only these forms are dates; `2026-11`, `1-2` or `20261123` are not.
fn shape(text: &str) -> Option<Shape> {
    let pattern: String = text
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    if matches!(pattern.as_str(), "00:00" | "00:00:00") {
        return Some(Shape::Time);
    }
    let rest = pattern.strip_prefix("0000-00-00")?;
    if rest.is_empty() {
        return Some(Shape::Date);
    }
    rest.strip_prefix("T00:00").map(|_| Shape::DateTime)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: &str = "Asia/Shanghai";

    #[test]
    fn dates_go_there_and_back() {
        for (serial, text) in [
            (46_349.0, "2026-11-23"),
            (46_349.586_805_555_555, "2026-11-23T14:05+08:00"),
            (46_349.000_011_574_07, "2026-11-23T00:00:01+08:00"),
            (0.75, "18:00"),
            (1.0, "1899-12-31"),
        ] {
            assert_eq!(iso(serial, ZONE).as_deref(), Some(text));
            let (back, _) = read(text, ZONE).expect(text);
            assert!((back - serial).abs() < 1e-8, "{text} {back}");
        }
        assert_eq!(iso(-1.0, ZONE), None);
        assert_eq!(iso(1e9, ZONE), None);
        assert_eq!(iso(f64::NAN, ZONE), None);
    }

    #[test]
    fn other_offsets_become_the_callers_wall_clock() {
        let (utc, shape) = read("2026-11-23T06:05:00Z", ZONE).unwrap();
        assert_eq!(iso(utc, ZONE).as_deref(), Some("2026-11-23T14:05+08:00"));
        assert_eq!(shape, Shape::DateTime);
        let (local, _) = read("2026-11-23T14:05", ZONE).unwrap();
        assert!((utc - local).abs() < 1e-9);
        for text in [
            "2026-13-01",
            "2026-02-30",
            "2026-11",
            "20261123",
            "25:00",
            "1-2-2026",
            "2026-11-23 14:05",
            "2026-11-23T",
            "1850-01-01",
            "2026-11-23Tnow",
        ] {
            assert_eq!(read(text, ZONE), None, "{text}");
        }
    }
}

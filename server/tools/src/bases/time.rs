//! Dates of cells: ISO 8601 in the zone of the base.

use jiff::{Timestamp, civil, tz::TimeZone};

/// A zone by its name; the member's zone, then UTC, where there is none of this name.
pub(crate) fn zone(name: &str, other: &str) -> (TimeZone, String) {
    for name in [name, other] {
        if let Ok(zone) = TimeZone::get(name) {
            return (zone, name.to_owned());
        }
    }
    (TimeZone::UTC, "UTC".to_owned())
}

/// Milliseconds as `2026-12-01`, or with a time as `2026-12-01T09:30+08:00`.
pub(crate) fn show(millis: i64, zone: &TimeZone, dates_only: bool) -> String {
    let Ok(instant) = Timestamp::from_millisecond(millis) else {
        return String::new();
    };
    let local = instant.to_zoned(zone.clone());
    let midnight = local.time() == civil::Time::midnight();
    let form = match (dates_only && midnight, millis.rem_euclid(60_000)) {
        (true, _) => "%Y-%m-%d",
        (false, 0) => "%Y-%m-%dT%H:%M%:z",
        (false, _) => "%Y-%m-%dT%H:%M:%S%:z",
    };
    local.strftime(form).to_string()
}

/// A time as people and models write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// A whole day, by its first millisecond.
    Day(i64),
    /// An instant, in milliseconds.
    Instant(i64),
}

impl Moment {
    /// The millisecond that is written into a cell.
    pub(crate) const fn millis(self) -> i64 {
        match self {
            Self::Day(millis) | Self::Instant(millis) => millis,
        }
    }
}

/// Reads `2026-12-01`, `2026/12/1`, `2026-12-01T09:30` (in the zone), `…+08:00` and `…Z`.
pub(crate) fn read(text: &str, zone: &TimeZone) -> Option<Moment> {
    let text = text.trim();
    let plain = text.replace(['/', '年', '月'], "-").replace('日', "");
    if let Some(day) = day(plain.trim()) {
        let start = day.to_zoned(zone.clone()).ok()?;
        return Some(Moment::Day(start.timestamp().as_millisecond()));
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(Moment::Instant(instant.as_millisecond()));
    }
    let spaced = plain.trim().replacen(' ', "T", 1);
    if let Ok(instant) = spaced.parse::<Timestamp>() {
        return Some(Moment::Instant(instant.as_millisecond()));
    }
    let (date, clock) = spaced.split_once('T')?;
    let time: civil::Time = clock.trim().parse().ok()?;
    let local = day(date)?.to_datetime(time).to_zoned(zone.clone()).ok()?;
    Some(Moment::Instant(local.timestamp().as_millisecond()))
}

fn day(text: &str) -> Option<civil::Date> {
    let mut parts = text.splitn(3, '-');
    let year = parts.next().filter(|part| part.len() == 4)?.parse().ok()?;
    let month = parts.next()?.trim().parse().ok()?;
    let day = parts.next()?.trim().parse().ok()?;
    civil::Date::new(year, month, day).ok()
}

/// So many days later, by the calendar of the zone.
pub(crate) fn days_on(millis: i64, days: i64, zone: &TimeZone) -> i64 {
    let later = Timestamp::from_millisecond(millis)
        .ok()
        .and_then(|instant| {
            let local = instant.to_zoned(zone.clone());
            local.checked_add(jiff::Span::new().days(days)).ok()
        });
    later.map_or(millis + days * 86_400_000, |later| {
        later.timestamp().as_millisecond()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_read_and_shown_in_the_zone() {
        let (zone, name) = zone("Asia/Shanghai", "UTC");
        assert_eq!(name, "Asia/Shanghai");
        let day = Moment::Day(1_796_054_400_000);
        for text in ["2026-12-01", "2026/12/1", "2026年12月1日"] {
            assert_eq!(read(text, &zone), Some(day), "{text}");
        }
        assert_eq!(show(day.millis(), &zone, true), "2026-12-01");
        assert_eq!(show(day.millis(), &zone, false), "2026-12-01T00:00+08:00");
        let at = Moment::Instant(1_796_054_400_000 + 34_200_000);
        for text in [
            "2026-12-01T09:30",
            "2026-12-01 09:30:00",
            "2026-12-01T09:30:00+08:00",
            "2026-12-01T01:30:00Z",
        ] {
            assert_eq!(read(text, &zone), Some(at), "{text}");
        }
        assert_eq!(show(at.millis(), &zone, true), "2026-12-01T09:30+08:00");
        for text in ["soon", "2026-13-01", "01.12.2026", "12"] {
            assert_eq!(read(text, &zone), None, "{text}");
        }
        assert_eq!(days_on(day.millis(), 1, &zone), day.millis() + 86_400_000);
    }
}

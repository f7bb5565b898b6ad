//! Schedules: minute, hour, day of the month, month, day of the week, in a zone.

use jiff::{Timestamp as Moment, ToSpan as _, civil::DateTime, tz::TimeZone};
use model::{Locale, Timestamp};

/// How far ahead a next moment is looked for: the 29th of February is at most eight years away.
const YEARS: i16 = 9;

/// A schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Whether day of month, and day of week, are `*`.
    any: (bool, bool),
    zone: TimeZone,
}

/// Why a text is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CronFault {
    /// Another number of fields.
    #[error("a schedule has five fields: minute, hour, day of the month, month, day of the week")]
    Fields,
    /// A field that cannot be read.
    #[error("`{0}` is no value of the field \"{1}\"")]
    Field(String, &'static str),
    /// No such zone.
    #[error("there is no time zone `{0}`: use a name such as Asia/Shanghai")]
    Zone(String),
    /// It names no day that there ever is.
    #[error("this schedule never comes")]
    Never,
}

impl CronFault {
    /// The same for people.
    pub fn text(&self, locale: Locale) -> String {
        match (locale, self) {
            (Locale::En, _) => self.to_string(),
            (Locale::Zh, Self::Fields) => "时间表须有五项：分 时 日 月 星期".to_owned(),
            (Locale::Zh, Self::Field(value, _)) => format!("时间表中的 `{value}` 无效"),
            (Locale::Zh, Self::Zone(zone)) => {
                format!("没有时区 `{zone}`，请使用 Asia/Shanghai 之类的名称")
            }
            (Locale::Zh, Self::Never) => "该时间表永远不会到来".to_owned(),
        }
    }
}

const FIELDS: [(&str, u8, u8); 5] = [
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of the month", 1, 31),
    ("month", 1, 12),
    ("day of the week", 0, 7),
];

impl Cron {
    /// Reads a schedule that is meant in a zone (IANA name).
    ///
    /// # Errors
    /// [`CronFault`] says which part is wrong.
    pub fn new(text: &str, zone: &str) -> Result<Self, CronFault> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        if fields.len() != FIELDS.len() {
            return Err(CronFault::Fields);
        }
        let mut sets = [0_u64; 5];
        for ((set, field), known) in sets.iter_mut().zip(&fields).zip(FIELDS) {
            *set = values(field, known)?;
        }
        let [minutes, hours, days, months, mut weekdays] = sets;
        // Sunday is 0, and 7 as well.
        if weekdays & (1 << 7) != 0 {
            weekdays |= 1;
        }
        let known = TimeZone::get(zone).map_err(|_| CronFault::Zone(zone.to_owned()))?;
        let cron = Self {
            minutes,
            hours,
            days,
            months,
            weekdays,
            any: (fields[2] == "*", fields[4] == "*"),
            zone: known,
        };
        let start = Timestamp::from_millis(1_767_225_600_000);
        cron.next(start).ok_or(CronFault::Never)?;
        Ok(cron)
    }

    /// The first moment after `after`. A time that the clock skips comes at the first moment
    /// after the gap; one that it repeats comes once.
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let start = Moment::from_millisecond(after.millis()).ok()?;
        let local = self.zone.to_datetime(start);
        let mut at = local
            .with()
            .second(0)
            .subsec_nanosecond(0)
            .build()
            .ok()?
            .checked_add(1.minute())
            .ok()?;
        let last = local.year().checked_add(YEARS)?;
        while at.year() <= last {
            if !has(self.months, at.month()) {
                at = first_of_next_month(at)?;
            } else if !self.on(at) {
                at = at
                    .date()
                    .tomorrow()
                    .ok()?
                    .to_datetime(jiff::civil::Time::midnight());
            } else if !has(self.hours, at.hour()) {
                let hour = at.with().minute(0).build().ok()?;
                at = hour.checked_add(1.hour()).ok()?;
            } else if has(self.minutes, at.minute()) {
                let moment = self.zone.to_timestamp(at).ok()?;
                let found = Timestamp::from_millis(moment.as_millisecond());
                if found > after {
                    return Some(found);
                }
                at = at.checked_add(1.minute()).ok()?;
            } else {
                at = at.checked_add(1.minute()).ok()?;
            }
        }
        None
    }

    /// Whether a day is meant: where both are named, either day is enough.
    fn on(&self, at: DateTime) -> bool {
        let day = has(self.days, at.day());
        let weekday = has(self.weekdays, at.date().weekday().to_sunday_zero_offset());
        match self.any {
            (false, false) => day || weekday,
            _ => day && weekday,
        }
    }
}

fn has(set: u64, value: i8) -> bool {
    u32::try_from(value).is_ok_and(|value| set & (1 << value) != 0)
}

fn first_of_next_month(at: DateTime) -> Option<DateTime> {
    let next = at.date().last_of_month().tomorrow().ok()?;
    Some(next.to_datetime(jiff::civil::Time::midnight()))
}

/// `*`, `5`, `1-5`, `*/15`, `10-40/10`, and several of them with commas.
fn values(field: &str, (name, least, most): (&'static str, u8, u8)) -> Result<u64, CronFault> {
    let wrong = || CronFault::Field(field.chars().take(40).collect(), name);
    let number = |text: &str| {
        let value = text.parse::<u8>().ok();
        value
            .filter(|value| (least..=most).contains(value))
            .ok_or_else(wrong)
    };
    let mut set = 0;
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse::<u8>().map_err(|_| wrong())?),
            None => (part, 1),
        };
        if step == 0 {
            return Err(wrong());
        }
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (least, most),
            Some((from, to)) => (number(from)?, number(to)?),
            None if part.contains('/') => (number(range)?, most),
            None => (number(range)?, number(range)?),
        };
        if from > to {
            return Err(wrong());
        }
        for value in (from..=to).step_by(usize::from(step)) {
            set |= 1 << value;
        }
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        let moment: Moment = text.parse().expect("a moment");
        Timestamp::from_millis(moment.as_millisecond())
    }

    fn next(cron: &str, zone: &str, after: &str) -> Timestamp {
        Cron::new(cron, zone)
            .expect(cron)
            .next(at(after))
            .expect("a moment")
    }

    #[test]
    fn the_next_moment_is_in_the_zone() {
        for (cron, zone, after, wanted) in [
            (
                "0 9 * * 1-5",
                "Asia/Shanghai",
                "2026-11-27T01:00:00Z",
                "2026-11-30T01:00:00Z",
            ),
            (
                "*/15 * * * *",
                "UTC",
                "2026-01-01T00:00:00Z",
                "2026-01-01T00:15:00Z",
            ),
            (
                "59 23 31 12 *",
                "UTC",
                "2026-12-31T23:59:00Z",
                "2027-12-31T23:59:00Z",
            ),
            (
                "0 0 29 2 *",
                "UTC",
                "2026-03-01T00:00:00Z",
                "2028-02-29T00:00:00Z",
            ),
            (
                "0 12 1 * 1",
                "UTC",
                "2026-11-28T00:00:00Z",
                "2026-11-30T12:00:00Z",
            ),
            (
                "30 6 * * 7",
                "UTC",
                "2026-11-28T07:00:00Z",
                "2026-11-29T06:30:00Z",
            ),
            // The hour that is skipped in spring, and the one that comes twice in autumn.
            (
                "30 2 * * *",
                "Europe/Berlin",
                "2026-03-29T00:00:00Z",
                "2026-03-29T01:30:00Z",
            ),
            (
                "30 2 * * *",
                "Europe/Berlin",
                "2026-10-25T00:30:00Z",
                "2026-10-26T01:30:00Z",
            ),
        ] {
            assert_eq!(next(cron, zone, after), at(wanted), "{cron} {zone} {after}");
        }
    }

    #[test]
    fn wrong_schedules_are_told_which_part_is_wrong() {
        for cron in [
            "",
            "* * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "*/0 * * * *",
            "5-1 * * * *",
            "a * * * *",
        ] {
            assert!(Cron::new(cron, "UTC").is_err(), "{cron}");
        }
        assert_eq!(Cron::new("0 0 31 2 *", "UTC"), Err(CronFault::Never));
        assert!(matches!(
            Cron::new("* * * * *", "Mars/Base"),
            Err(CronFault::Zone(_))
        ));
    }
}

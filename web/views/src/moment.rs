//! Times on pages.

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    Lang,
    text::{self, fill},
};

/// A moment, milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Moment {
    /// For the `datetime` attribute; empty for a moment outside the calendar.
    pub(crate) fn machine(self) -> String {
        Timestamp::from_millisecond(self.0)
            .map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
            .unwrap_or_default()
    }

    /// Date and time in UTC; a script shows it in the reader's own zone.
    pub(crate) fn full(self, lang: Lang) -> String {
        self.print(lang.pick("%-d %b %Y, %H:%M UTC", "%Y年%-m月%-d日 %H:%M UTC"))
    }

    /// The day in UTC, for sentences.
    pub fn day(self, lang: Lang) -> String {
        self.print(lang.pick("%-d %B %Y", "%Y年%-m月%-d日"))
    }

    /// A `time` element: relative to `now`, with the full date in its title. Safe to print as it
    /// is: it holds our own words alone.
    pub(crate) fn element(self, now: Self, lang: Lang) -> String {
        format!(
            "<time datetime=\"{}\" title=\"{}\" data-relative>{}</time>",
            self.machine(),
            self.full(lang),
            self.relative(now, lang)
        )
    }

    /// How long ago, or in how long, as seen at `now`.
    pub(crate) fn relative(self, now: Self, lang: Lang) -> String {
        let t = text::moment::of(lang);
        let distance = self.0 - now.0;
        let (size, one, many) = match distance.abs() {
            ..MINUTE if distance <= 0 => return t.just_now.to_owned(),
            ..MINUTE => return t.soon.to_owned(),
            size @ MINUTE..HOUR => (size / MINUTE, t.minute, t.minutes),
            size @ HOUR..DAY => (size / HOUR, t.hour, t.hours),
            // To the nearest: a key made for 30 days does not end "in 29 days" a second later.
            size if distance > 0 => ((size + DAY / 2) / DAY, t.day, t.days),
            size => (size / DAY, t.day, t.days),
        };
        let length = fill(
            if size == 1 { one } else { many },
            &[("n", &size.to_string())],
        );
        fill(
            if distance < 0 { t.ago } else { t.ahead },
            &[("length", &length)],
        )
    }

    fn print(self, format: &str) -> String {
        Timestamp::from_millisecond(self.0)
            .map(|at| at.to_zoned(TimeZone::UTC).strftime(format).to_string())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY, HOUR, MINUTE, Moment};
    use crate::Lang;

    const NOW: Moment = Moment(1_795_410_000_000);

    #[test]
    fn a_moment_reads_well_in_both_languages() {
        assert_eq!(NOW.machine(), "2026-11-23T05:00:00Z");
        assert_eq!(NOW.full(Lang::En), "23 Nov 2026, 05:00 UTC");
        assert_eq!(NOW.full(Lang::Zh), "2026年11月23日 05:00 UTC");
        let at = |distance| Moment(NOW.0 + distance);
        assert_eq!(at(-5).relative(NOW, Lang::En), "just now");
        assert_eq!(at(-MINUTE).relative(NOW, Lang::En), "1 minute ago");
        assert_eq!(at(-3 * HOUR).relative(NOW, Lang::Zh), "3 小时前");
        assert_eq!(at(30 * DAY).relative(NOW, Lang::En), "in 30 days");
        assert_eq!(at(30 * DAY - 5).relative(NOW, Lang::En), "in 30 days");
        assert_eq!(at(2 * DAY).relative(NOW, Lang::Zh), "2 天后");
    }

    #[test]
    fn a_moment_outside_the_calendar_prints_nothing() {
        assert_eq!(Moment(i64::MAX).machine(), "");
        assert_eq!(Moment(i64::MIN).full(Lang::En), "");
    }
}

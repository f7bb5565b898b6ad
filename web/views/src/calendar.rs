//! Days and months for readers, in UTC like the counts behind them.

use jiff::{Timestamp, tz::TimeZone};

use crate::{Lang, Moment};

/// A month: "November 2026", "2026年11月".
pub fn month(at: Moment, lang: Lang) -> String {
    print(at, lang.pick("%B %Y", "%Y年%-m月"))
}

/// A day of a known year: "23 Nov", "11月23日".
pub fn day_short(at: Moment, lang: Lang) -> String {
    print(at, lang.pick("%-d %b", "%-m月%-d日"))
}

/// A day with its weekday: "Mon 23 Nov", "11月23日 周一".
pub fn weekday_and_day(at: Moment, lang: Lang) -> String {
    match lang {
        Lang::En => print(at, "%a %-d %b"),
        Lang::Zh => {
            let names = ["日", "一", "二", "三", "四", "五", "六"];
            let weekday = print(at, "%w").parse::<usize>().unwrap_or_default();
            let name = names.get(weekday).copied().unwrap_or_default();
            format!("{} 周{name}", print(at, "%-m月%-d日"))
        }
    }
}

/// A moment for machines: `2026-11-23T05:00:00.123Z` (RFC 3339).
pub fn machine_time(at: Moment) -> String {
    print(at, "%Y-%m-%dT%H:%M:%S%.3fZ")
}

fn print(at: Moment, format: &str) -> String {
    Timestamp::from_millisecond(at.0)
        .map(|at| at.to_zoned(TimeZone::UTC).strftime(format).to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_read_well_in_both_languages() {
        let at = Moment(1_795_410_000_000);
        assert_eq!(month(at, Lang::En), "November 2026");
        assert_eq!(month(at, Lang::Zh), "2026年11月");
        assert_eq!(day_short(at, Lang::Zh), "11月23日");
        assert_eq!(weekday_and_day(at, Lang::En), "Mon 23 Nov");
        assert_eq!(weekday_and_day(at, Lang::Zh), "11月23日 周一");
        assert_eq!(machine_time(Moment(at.0 + 7)), "2026-11-23T05:00:00.007Z");
        assert_eq!(month(Moment(i64::MAX), Lang::En), "");
    }
}

//! How a month will probably end.

use super::{Day, Month};

/// Delivered calls of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCount {
    /// The day.
    pub day: Day,
    /// Delivered calls.
    pub calls: u64,
}

/// The forecast of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// Delivered calls so far.
    pub used: u64,
    /// Delivered calls at the end of the month.
    pub expected: u64,
    /// The day on which the limit was reached, or will be at this pace; `None` when it is not.
    pub full_on: Option<Day>,
}

/// Full days that the pace is taken from.
const WINDOW: i64 = 28;
/// Least common multiple of 1 to 4: a mean over up to four weekdays stays a whole number.
const SCALE: u128 = 12;

/// The forecast at the end of `today`'s month, against a limit.
///
/// Each day to come counts as the mean of the same weekday in the 28 full days before today,
/// beginning with the first day that had any call; a weekday that was not seen yet counts as the
/// mean of all these days. Today counts as at least that. Days that are missing from `counts` had
/// no call.
pub fn forecast(counts: &[DayCount], today: Day, limit: Option<u64>) -> Forecast {
    let month = today.month();
    let calls = |day: Day| {
        let found = counts.iter().filter(|count| count.day == day);
        found.map(|count| count.calls).sum::<u64>()
    };
    let pace = Pace::of(counts, today, calls);
    let mut scaled: u128 = 0;
    let mut used = 0;
    let mut full_on = None;
    for number in 0..month.days() {
        let day = month.first_day().plus(number);
        let real = if day <= today { calls(day) } else { 0 };
        used += real;
        let real = u128::from(real) * SCALE;
        scaled += if day < today {
            real
        } else {
            real.max(pace.scaled(day))
        };
        let reached = limit.is_some_and(|limit| scaled >= u128::from(limit) * SCALE);
        if reached && full_on.is_none() && scaled > 0 {
            full_on = Some(day);
        }
    }
    Forecast {
        used,
        expected: u64::try_from(scaled / SCALE).unwrap_or(u64::MAX),
        full_on,
    }
}

/// Means by weekday, in twelfths of a call.
struct Pace([u128; 7]);

impl Pace {
    fn of(counts: &[DayCount], today: Day, calls: impl Fn(Day) -> u64) -> Self {
        let first = counts
            .iter()
            .filter(|count| count.calls > 0)
            .map(|count| count.day)
            .min();
        let Some(first) = first.filter(|first| *first < today) else {
            // The very first day: as many on each further day.
            return Self([u128::from(calls(today)) * SCALE; 7]);
        };
        let window = (today.0 - WINDOW).max(first.0)..today.0;
        let mut sums = [(0_u128, 0_u128); 7];
        for day in window.map(Day) {
            if let Some((sum, days)) = sums.get_mut(day.weekday()) {
                *sum += u128::from(calls(day));
                *days += 1;
            }
        }
        let all: u128 = sums.iter().map(|(sum, _)| sum).sum();
        let days: u128 = sums.iter().map(|(_, days)| days).sum();
        let mean = all * SCALE / days.max(1);
        Self(sums.map(|(sum, days)| match days {
            0 => mean,
            days => sum * SCALE / days,
        }))
    }

    fn scaled(&self, day: Day) -> u128 {
        self.0.get(day.weekday()).copied().unwrap_or_default()
    }
}

/// The month of a forecast begins here: what must be read for it.
impl Month {
    /// The first day whose count a forecast on `today` looks at.
    pub fn forecast_from(today: Day) -> Day {
        let window = today.plus(-WINDOW);
        window.min(today.month().first_day())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    /// 100 calls on each working day, none at weekends.
    fn office(from: &str, to: &str) -> Vec<DayCount> {
        (day(from).0..=day(to).0)
            .map(Day)
            .filter(|day| day.weekday() < 5)
            .map(|day| DayCount { day, calls: 100 })
            .collect()
    }

    #[test]
    fn weekends_to_come_count_as_weekends() {
        // 2026-11-23 is a Monday; 16 working days are over, 5 more follow today's.
        let counts = office("2026-10-01", "2026-11-22");
        let found = forecast(&counts, day("2026-11-23"), Some(1_800));
        assert_eq!(found.used, 1_500);
        assert_eq!(found.expected, 1_500 + 6 * 100);
        assert_eq!(found.full_on, Some(day("2026-11-25")));
    }

    #[test]
    fn what_today_brought_beyond_its_mean_counts() {
        let mut counts = office("2026-10-01", "2026-11-22");
        counts.push(DayCount {
            day: day("2026-11-23"),
            calls: 400,
        });
        let found = forecast(&counts, day("2026-11-23"), Some(1_800));
        assert_eq!((found.used, found.expected), (1_900, 1_900 + 500));
        assert_eq!(found.full_on, Some(day("2026-11-23")));
    }

    #[test]
    fn a_limit_that_is_not_reached_has_no_day() {
        let counts = office("2026-10-01", "2026-11-22");
        let today = day("2026-11-23");
        assert_eq!(forecast(&counts, today, Some(10_000)).full_on, None);
        assert_eq!(forecast(&counts, today, None).full_on, None);
        assert_eq!(forecast(&[], today, Some(10)).expected, 0);
    }

    #[test]
    fn a_young_tenant_is_judged_by_the_days_it_has() {
        // Began on Friday the 20th: Saturday and Sunday were seen, the other days were not.
        let counts = [DayCount {
            day: day("2026-11-20"),
            calls: 90,
        }];
        let found = forecast(&counts, day("2026-11-23"), None);
        // Mean of three days is 30: Mon 23 to Thu 26, Fri 27 as 90, Sat and Sun as 0, Mon 30.
        assert_eq!(found.expected, 90 + 4 * 30 + 90 + 30);
        let first = [DayCount {
            day: day("2026-11-23"),
            calls: 10,
        }];
        assert_eq!(forecast(&first, day("2026-11-23"), None).expected, 80);
    }
}

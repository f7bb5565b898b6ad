//! Days and months of the calendar in UTC: usage is counted in them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Timestamp;

const DAY_MILLIS: i64 = 86_400_000;

/// A day in UTC: days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

/// A month in UTC: months since the year 0; 2026-11 is 2026 · 12 + 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(pub i64);

/// The text is no month of the form `2026-11`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a month of the form YYYY-MM")]
pub struct MonthError;

/// The text is no day of the form `2026-11-23`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a day of the form YYYY-MM-DD")]
pub struct DayError;

impl Day {
    /// The day of a moment.
    pub const fn of(at: Timestamp) -> Self {
        Self(at.millis().div_euclid(DAY_MILLIS))
    }

    /// Its first moment.
    pub const fn start(self) -> Timestamp {
        Timestamp::from_millis(self.0.saturating_mul(DAY_MILLIS))
    }

    /// The day `days` later (or earlier).
    #[must_use]
    pub const fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// The day of the week, 0 for Monday.
    pub const fn weekday(self) -> usize {
        // 1970-01-01 was a Thursday; the remainder is 0 to 6.
        match (self.0 + 3).rem_euclid(7) {
            0 => 0,
            1 => 1,
            2 => 2,
            3 => 3,
            4 => 4,
            5 => 5,
            _ => 6,
        }
    }

    /// The month it is in.
    pub const fn month(self) -> Month {
        let (month, _) = self.civil();
        month
    }

    /// The day of the month, 1 for the first.
    pub const fn number(self) -> i64 {
        let (_, number) = self.civil();
        number
    }

    /// The month and the day of the month, from days since the epoch, in 400-year eras that begin
    /// on the first of March.
    const fn civil(self) -> (Month, i64) {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let number = day_of_year - (153 * from_march + 2) / 5 + 1;
        let month = (era * 400 + year_of_era) * 12 + from_march + 2;
        (Month(month), number)
    }
}

impl Month {
    /// The month of a moment.
    pub const fn of(at: Timestamp) -> Self {
        Day::of(at).month()
    }

    /// The year.
    pub const fn year(self) -> i64 {
        self.0.div_euclid(12)
    }

    /// The month of the year, 1 for January.
    pub const fn number(self) -> i64 {
        self.0.rem_euclid(12) + 1
    }

    /// The first day.
    pub const fn first_day(self) -> Day {
        // Months since March of the year 0, the beginning of an era.
        let months = self.0 - 2;
        let year = months.div_euclid(12);
        let from_march = months.rem_euclid(12);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * from_march + 2) / 5;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Day(era * 146_097 + day_of_era - 719_468)
    }

    /// How many days it has.
    pub const fn days(self) -> i64 {
        self.next().first_day().0 - self.first_day().0
    }

    /// Its first moment.
    pub const fn start(self) -> Timestamp {
        self.first_day().start()
    }

    /// The first moment after it.
    pub const fn end(self) -> Timestamp {
        self.next().start()
    }

    /// The month after it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The month before it.
    #[must_use]
    pub const fn before(self) -> Self {
        Self(self.0 - 1)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.month(), self.number())
    }
}

/// A number of exactly `digits` digits.
fn digits(text: &str, digits: usize) -> Option<i64> {
    let fits = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

impl FromStr for Month {
    type Err = MonthError;

    fn from_str(text: &str) -> Result<Self, MonthError> {
        let (year, month) = text.split_once('-').ok_or(MonthError)?;
        let year = digits(year, 4).ok_or(MonthError)?;
        let month = digits(month, 2)
            .filter(|month| (1..=12).contains(month))
            .ok_or(MonthError)?;
        Ok(Self(year * 12 + month - 1))
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let (month, day) = text.rsplit_once('-').ok_or(DayError)?;
        let month: Month = month.parse().map_err(|_| DayError)?;
        let day = digits(day, 2)
            .filter(|day| (1..=month.days()).contains(day))
            .ok_or(DayError)?;
        Ok(month.first_day().plus(day - 1))
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_change_where_the_calendar_says() {
        for (millis, text) in [
            (0, "1970-01"),
            (951_782_399_999, "2000-02"),
            (951_868_800_000, "2000-03"),
            (1_793_491_199_999, "2026-10"),
            (1_793_491_200_000, "2026-11"),
            (1_798_761_599_999, "2026-12"),
            (1_798_761_600_000, "2027-01"),
        ] {
            let month = Month::of(Timestamp::from_millis(millis));
            assert_eq!(month.to_string(), text, "{millis}");
            assert_eq!(text.parse(), Ok(month));
        }
    }

    #[test]
    fn a_month_knows_its_bounds_and_its_days() {
        for (text, days) in [
            ("2026-02", 28),
            ("2028-02", 29),
            ("1900-02", 28),
            ("2000-02", 29),
            ("2026-11", 30),
            ("2026-12", 31),
        ] {
            let month: Month = text.parse().unwrap();
            assert_eq!(month.days(), days, "{text}");
            assert_eq!(Month::of(month.start()), month);
            let last = Timestamp::from_millis(month.end().millis() - 1);
            assert_eq!(Month::of(last), month);
            assert_eq!(Day::of(last).number(), days);
        }
    }

    #[test]
    fn a_day_knows_its_weekday_and_prints() {
        let day: Day = "2026-11-23".parse().unwrap();
        assert_eq!((day.weekday(), day.to_string().as_str()), (0, "2026-11-23"));
        assert_eq!("1970-01-01".parse::<Day>().unwrap().weekday(), 3);
        assert_eq!(day.plus(6).weekday(), 6);
    }

    proptest::proptest! {
        #[test]
        fn every_day_survives_the_round_trip(number in -700_000_i64..2_900_000) {
            let day = Day(number);
            proptest::prop_assert_eq!(day.month().first_day().plus(day.number() - 1), day);
        }

        #[test]
        fn any_text_is_parsed_without_panic(text in ".{0,16}") {
            let _ = (text.parse::<Month>().is_ok(), text.parse::<Day>().is_ok());
        }
    }
}

//! Times as ISO 8601 with offset, in the caller's zone.

use jiff::{Timestamp, tz::TimeZone};

/// Seconds since the epoch as `2026-11-23T14:05+08:00`; empty for what is no time.
pub(crate) fn from_seconds(seconds: i64, zone: &str) -> String {
    if seconds <= 0 {
        return String::new();
    }
    let Ok(instant) = Timestamp::from_second(seconds) else {
        return String::new();
    };
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    instant
        .to_zoned(zone)
        .strftime("%Y-%m-%dT%H:%M%:z")
        .to_string()
}

/// Milliseconds since the epoch.
pub(crate) fn from_millis(millis: i64, zone: &str) -> String {
    from_seconds(millis.div_euclid(1000), zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_carry_the_offset_of_the_callers_zone() {
        assert_eq!(
            from_seconds(1_795_413_900, "Asia/Shanghai"),
            "2026-11-23T14:05+08:00"
        );
        assert_eq!(
            from_seconds(1_795_413_900, "no/where"),
            "2026-11-23T06:05+00:00"
        );
        assert_eq!(from_millis(0, "Asia/Shanghai"), "");
    }
}

//! Numbers at axes and beside bars.

/// A step of 1, 2, 2.5 or 5 times a power of ten, so that about `wanted` of them make up `range`.
pub(crate) fn step(range: f64, wanted: f64) -> f64 {
    let rough = range / wanted;
    if !rough.is_finite() || rough <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(rough.log10().floor());
    let lead = rough / power;
    let lead = match lead {
        lead if lead <= 1.0 => 1.0,
        lead if lead <= 2.0 => 2.0,
        lead if lead <= 2.5 => 2.5,
        lead if lead <= 5.0 => 5.0,
        _ => 10.0,
    };
    lead * power
}

/// Units of language, the largest first.
const fn units(chinese: bool) -> &'static [(f64, &'static str)] {
    if chinese {
        &[(1e12, "万亿"), (1e8, "亿"), (1e4, "万")]
    } else {
        &[(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")]
    }
}

/// A number as people read it: in thousands, or in units of language when it is large.
pub(crate) fn shown(number: f64, step: f64, chinese: bool) -> String {
    if number.abs() >= 1e16 {
        return format!("{number:.2e}");
    }
    // Only where the steps between numbers are seen in the unit.
    let unit = units(chinese)
        .iter()
        .find(|(unit, _)| number.abs() >= *unit && number.abs() >= 1e4 && step >= unit / 100.0);
    match unit {
        Some((unit, name)) => format!("{}{name}", plain(number / unit, step / unit)),
        None => plain(number, step),
    }
}

/// A number with as many decimals as the step has, thousands grouped.
fn plain(number: f64, step: f64) -> String {
    let mut decimals = 0;
    let mut scaled = step.abs();
    while decimals < 8 && (scaled - scaled.round()).abs() > scaled * 1e-6 {
        scaled *= 10.0;
        decimals += 1;
    }
    let text = format!("{:.decimals$}", number.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((text.as_str(), ""));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if !fraction.is_empty() {
        grouped = format!("{grouped}.{fraction}");
    }
    let nothing = grouped.chars().all(|c| matches!(c, '0' | '.'));
    if number < 0.0 && !nothing {
        // The sign for less than nothing, as wide as a digit.
        return format!("\u{2212}{grouped}");
    }
    grouped
}

/// A single value: as exact as it is short.
pub(crate) fn value(number: f64, chinese: bool) -> String {
    if number.abs() >= 1e16 {
        return format!("{number:.2e}");
    }
    let found = units(chinese).iter();
    let found = found
        .copied()
        .find(|(unit, _)| number.abs() >= *unit && number.abs() >= 1e4);
    let (unit, name) = found.unwrap_or((1.0, ""));
    let scaled = number / unit;
    let step = if scaled.abs() >= 100.0 { 0.1 } else { 0.01 };
    let text = plain(scaled, step);
    let text = match text.split_once('.') {
        Some(_) => text.trim_end_matches('0').trim_end_matches('.'),
        None => &text,
    };
    format!("{text}{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        assert!((step(100.0, 5.0) - 20.0).abs() < 1e-9);
        assert!((step(1.3, 5.0) - 0.5).abs() < 1e-9);
        assert!((step(0.0, 5.0) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(shown(0.0, 20.0, false), "0");
        assert_eq!(shown(1500.0, 500.0, false), "1,500");
        assert_eq!(shown(-0.5, 0.5, false), "\u{2212}0.5");
        assert_eq!(shown(2_500_000.0, 500_000.0, false), "2.5M");
        assert_eq!(shown(25_000.0, 5_000.0, true), "2.5万");
        assert_eq!(shown(300_000_000.0, 1e8, true), "3亿");
        assert_eq!(value(1299.0, true), "1,299");
        assert_eq!(value(12.345, true), "12.35");
        assert_eq!(value(123_456.0, true), "12.35万");
        assert_eq!(value(1_204_000.0, false), "1.2M");
        assert_eq!(value(-8.5, false), "\u{2212}8.5");
        assert_eq!(value(20.0, false), "20");
    }
}

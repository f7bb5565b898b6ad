//! The range and the ticks of an axis of values.

use crate::numbers;

/// An axis of values: round ends, round steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    pub low: f64,
    pub high: f64,
    pub step: f64,
}

impl Scale {
    /// Around these values. From `zero` where lengths and grounds are compared; lines may begin
    /// elsewhere, so that small changes of large numbers are seen.
    pub(crate) fn around(values: impl Iterator<Item = f64>, zero: bool) -> Self {
        let (mut low, mut high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |ends, value| {
            (ends.0.min(value), ends.1.max(value))
        });
        if !low.is_finite() || !high.is_finite() {
            (low, high) = (0.0, 1.0);
        }
        let near = (high - low) > 0.4 * high.abs().max(low.abs());
        if zero || near || low <= 0.0 && high >= 0.0 {
            low = low.min(0.0);
            high = high.max(0.0);
        }
        if high - low <= f64::EPSILON * high.abs().max(1.0) {
            // One value only.
            let room = high.abs().max(1.0) * 0.5;
            low -= room;
            high += room;
        }
        let step = numbers::step(high - low, 5.0);
        Self {
            low: (low / step).floor() * step,
            high: (high / step).ceil() * step,
            step,
        }
    }

    /// The values at which lines are drawn.
    pub(crate) fn ticks(&self) -> Vec<f64> {
        let mut ticks = Vec::new();
        let mut number = 0.0;
        loop {
            let tick = self.low + number * self.step;
            if tick > self.high + self.step * 0.01 || ticks.len() > 20 {
                return ticks;
            }
            // Nothing is nothing, not the rest of a subtraction.
            ticks.push(if tick.abs() < self.step * 1e-6 {
                0.0
            } else {
                tick
            });
            number += 1.0;
        }
    }

    /// How its ticks are written.
    pub(crate) fn written(&self, tick: f64, chinese: bool) -> String {
        numbers::shown(tick, self.step, chinese)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_round_and_around_all() {
        let scale = Scale::around([3.0, 97.0].into_iter(), true);
        assert_eq!(scale.ticks(), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        let scale = Scale::around([-3.0, 4.5].into_iter(), true);
        assert_eq!(scale.ticks(), [-4.0, -2.0, 0.0, 2.0, 4.0, 6.0]);
        let scale = Scale::around([1000.0, 1010.0].into_iter(), false);
        assert!(scale.low >= 990.0, "{scale:?}");
        let scale = Scale::around([0.0].into_iter(), true);
        assert!(scale.low < 0.0 && scale.high > 0.0);
        assert!(
            Scale::around([1e300, -1e300].into_iter(), true)
                .ticks()
                .len()
                < 22
        );
    }
}

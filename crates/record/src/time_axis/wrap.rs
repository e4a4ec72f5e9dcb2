//! Columns that start again from their beginning: counters of 16 and 32 bits, and midnight.

/// Frames by which a stamp may miss its place when the column starts again; more is another clock.
const NEAR: f64 = 16.0;

/// The spans after which a column may start again, in its units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wraps {
    /// Units in a second, if they are known; 0 otherwise.
    per_second: u32,
}

impl Wraps {
    /// Nothing is known of the unit: counters only.
    pub(crate) const NONE: Self = Self { per_second: 0 };

    /// For a column in units of `unit_s` seconds.
    pub(crate) fn of_unit(unit_s: f64) -> Self {
        Self { per_second: (1.0 / unit_s).round().clamp(0.0, 1e6) as u32 }
    }

    /// The span by which the column went back, if `stamp` stands within [`NEAR`] frames and `band` of `due` behind it.
    pub(super) fn span(self, stamp: f64, due: f64, step: f64, band: f64) -> Option<f64> {
        let back = due - stamp;
        if back <= step * NEAR {
            return None;
        }
        // As counted (millis, micros), and as written in larger units (micros in ms or s, millis in s).
        let counters = [4_294_967_296.0, 65_536.0].into_iter().flat_map(|span| [span, span / 1e3, span / 1e6]);
        let days = [86_400.0, 43_200.0].into_iter().map(|span| span * f64::from(self.per_second));
        counters
            .chain(days)
            .filter(|span| *span > step * 4.0 * (NEAR + band))
            .find(|span| (back - span).abs() <= step * (NEAR + band))
    }
}

/// Puts stamps behind each other where the column starts again. NaN stays.
pub(super) fn unwrapped(stamps: &[f64], step: f64, wraps: Wraps) -> Vec<f64> {
    let (mut last, mut rows, mut shift) = (f64::NAN, 0.0, 0.0);
    let unwrap = |stamp: &f64| {
        rows += 1.0;
        let mut now = stamp + shift;
        if let Some(span) = wraps.span(now, last + rows * step, step, rows) {
            shift += span;
            now += span;
        }
        if now.is_finite() {
            (last, rows) = (now, 0.0);
        }
        now
    };
    stamps.iter().map(unwrap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_and_days_go_on() {
        for (span, step, unit_s) in [
            (4_294_967_296.0, 1.0, 1e-3),
            (4_294_967_296.0, 2000.0, 1e-6),
            (4_294_967.296, 2.0, 1e-3),
            (86_400.0, 0.002, 1.0),
            (65_536.0, 2.0, 1e-3),
        ] {
            let stamps: Vec<f64> = (0..100).map(|n| (span - 40.3 * step + f64::from(n) * step) % span).collect();
            let whole = unwrapped(&stamps, step, Wraps::of_unit(unit_s));
            assert!(whole.windows(2).all(|pair| (pair[1] - pair[0] - step).abs() < 1e-3 * step), "{span}");
        }
    }

    #[test]
    fn a_clock_that_starts_again_is_no_counter_that_is_full() {
        let stamps: Vec<f64> = (5000..5100).chain(0..100).map(f64::from).collect();
        assert_eq!(unwrapped(&stamps, 1.0, Wraps::of_unit(1e-3)), stamps);
    }
}

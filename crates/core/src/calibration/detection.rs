//! How one channel's activity is detected, by what its calibration measured.
//!
//! A whitening filter fitted to the person's own rest roughly doubles the number of independent values in a window, and so a
//! window of 80 ms is as steady as 150 ms of plain RMS. Thresholds are ratios to the resting level of this path, with hysteresis.
//!
//! References: whitening, R18; double threshold on whitened signals, R19 in docs/REFERENCES.md; the rule `B + 5S` and
//! `B + 3S`, which the adaptive window turns into fixed ratios, docs/STATES.md.

use crate::config::{OFF_RATIO, ON_RATIO};
use tonus_dsp::math::{PI, cos, sin};

/// Coefficients of the whitening filter.
pub const WHITENING_ORDER: usize = 4;
/// The spread of the detector level that the window is chosen for: with it, `B + 5S` is [`ON_RATIO`] and `B + 3S` is
/// [`OFF_RATIO`].
pub const TARGET_SPREAD: f32 = 0.095;
/// Shortest and longest detection window, in ticks.
pub const WINDOW_TICKS: (u8, u8) = (8, 50);
/// Longest window that decides on its own, in ticks. A longer one would still hold a strong contraction 0.4 s after its end, so
/// beyond this length two windows decide together: [`Detection::fast_ticks`].
const FAST_TICKS: u8 = 20;
/// By how much more the slow window must exceed the threshold: two to three standard errors of a baseline of 5 s at such rates, since the
/// calmest stretch of a recording lies that much too low.
const UNCERTAIN: f32 = 1.08;
/// Shortest slow window, in ticks (300 ms).
const SLOW_TICKS: u8 = 30;
/// Bandwidth that the detection high-pass and the filter's order leave unused, in Hz: the spread of stationary noise, white or of
/// muscle, at 200 and 250 Hz is that of a band of `rate / 2 − 30` Hz (measured).
const UNUSED_HZ: f32 = 40.0;
/// Limits of [`Detection::contrast`].
const CONTRAST: (f32, f32) = (0.4, 1.25);
/// Longest window of the work band, in ticks (250 ms).
pub const MAX_BAND_TICKS: u8 = 25;

/// White noise, as a share of the power of rest, that the fit of the whitening filter takes for granted: it lifts no part of the band that
/// lies 20 dB and more below the mean. In signals that were resampled from a lower rate the upper half is empty, and with less
/// of a ridge the filter listens to the rounding there, which no contraction raises (docs/STATES.md).
const RIDGE: f64 = 0.01;

/// A prediction-error filter: `w[n] = v[n] + Σ c[k]·v[n−k]`, k = 1..=4.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Whitening {
    /// The coefficients, newest sample first.
    pub taps: [f32; WHITENING_ORDER],
}

impl Whitening {
    /// Passes the signal unchanged.
    pub const NONE: Self = Self { taps: [0.0; WHITENING_ORDER] };

    /// Fits the filter to normalised autocorrelations (lag 0 first) by the Levinson recursion.
    ///
    /// A ridge of 1 % and a limit on the reflection coefficients keep it finite for any input.
    pub fn fit(autocorrelation: &[f64; WHITENING_ORDER + 1]) -> Self {
        let mut a = [0.0; WHITENING_ORDER];
        let mut error = autocorrelation[0] * (1.0 + RIDGE);
        for order in 0..WHITENING_ORDER {
            let mut sum = autocorrelation[order + 1];
            for k in 0..order {
                sum += a[k] * autocorrelation[order - k];
            }
            let reflection = if error > 0.0 { (-sum / error).clamp(-0.98, 0.98) } else { 0.0 };
            let previous = a;
            for k in 0..order {
                a[k] += reflection * previous[order - 1 - k];
            }
            a[order] = reflection;
            error *= 1.0 - reflection * reflection;
        }
        Self { taps: a.map(|tap| tap as f32) }
    }

    /// Power gain at an angular frequency, in radians a sample.
    pub(crate) fn gain(&self, radians: f64) -> f64 {
        let (mut re, mut im) = (1.0, 0.0);
        for (k, tap) in self.taps.iter().enumerate() {
            let angle = -radians * (k + 1) as f64;
            re += f64::from(*tap) * cos(angle);
            im += f64::from(*tap) * sin(angle);
        }
        re * re + im * im
    }
}

/// How one channel's activity is detected.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Detection {
    /// The whitening filter; [`Whitening::NONE`] for envelope sensors.
    pub whitening: Whitening,
    /// Median detector level at rest; of an envelope sensor, how far above rest activity starts, or 0 where its peaks are not known.
    pub level: f32,
    /// Median detector level of the reference holds.
    pub reference: Option<f32>,
    /// Detection window in ticks.
    pub window_ticks: u8,
    /// Work-band window in ticks.
    pub band_ticks: u8,
    /// Power contrast of the detection band over that of the display band: 1 where both see muscle equally well.
    pub contrast: f32,
    /// Ratios to rest, in the display band, at which activity starts and ends.
    pub ratios: (f32, f32),
}

impl Detection {
    /// For a raw channel: the shortest window whose resting spread stays near [`TARGET_SPREAD`].
    ///
    /// `spread` belongs to windows of 10 ticks; the spread of a mean falls with the root of its length. A spread smaller than
    /// noise of the band at `rate_hz` has, `1 / (2·√(B·T))`, is luck of a short measurement and is not believed.
    pub fn raw(whitening: Whitening, level: f32, spread: f32, rate_hz: f64) -> Self {
        let band_hz = (0.5 * rate_hz as f32 - UNUSED_HZ).max(UNUSED_HZ);
        let least = 0.5 / tonus_dsp::math::sqrt_f32(band_hz * 10.0 * tonus_dsp::units::TICK_S as f32);
        let relative = (spread / level).max(least) / TARGET_SPREAD;
        let wanted = 10.0 * relative * relative + 0.5;
        let window_ticks = wanted.clamp(f32::from(WINDOW_TICKS.0), f32::from(WINDOW_TICKS.1)) as u8;
        let band_ticks = (window_ticks + window_ticks / 2).min(MAX_BAND_TICKS);
        Self {
            whitening,
            level,
            reference: None,
            window_ticks,
            band_ticks,
            contrast: 1.0,
            ratios: (ON_RATIO, OFF_RATIO),
        }
    }

    /// For an envelope sensor: 100 ms, and 250 ms for the work band.
    pub const fn envelope() -> Self {
        Self {
            whitening: Whitening::NONE,
            level: 0.0,
            reference: None,
            window_ticks: 10,
            band_ticks: MAX_BAND_TICKS,
            contrast: 1.0,
            ratios: (ON_RATIO, OFF_RATIO),
        }
    }

    /// Raises the threshold at which activity starts to `ratio`, and the other one with it.
    ///
    /// For a signal without cues and without a reference, whose own levels are all that tells what a contraction is (docs/STATES.md).
    #[must_use]
    pub fn with_start(mut self, ratio: f32) -> Self {
        if ratio.is_finite() {
            let (least, off) = self.ratios;
            let on = ratio.max(least);
            self.ratios = (on, on * off / least);
        }
        self
    }

    /// Adds the reference: its level here, and its ratio to rest in the display band.
    ///
    /// Where rest is noise of the instrument rather than of muscle, whitening lifts that noise and the detector sees a
    /// contraction as a smaller ratio than the display band does. Ratios are of power above rest, `ρ² − 1`, which adds;
    /// the share is kept so that thresholds mean the same in both bands.
    #[must_use]
    pub fn with_reference(mut self, reference: f32, display_ratio: f32) -> Self {
        self.reference = Some(reference);
        let detected = reference / self.level;
        let contrast = (detected * detected - 1.0) / (display_ratio * display_ratio - 1.0);
        self.contrast = if contrast > 0.0 { contrast.clamp(CONTRAST.0, CONTRAST.1) } else { 1.0 };
        self
    }

    /// The level of muscle behind this filter over the one behind that of an earlier rest, which had more of it.
    ///
    /// A whitening filter is the inverse of the spectrum of its rest, and the level the height of that. What the earlier rest had more
    /// is muscle, with the spectrum that contractions have; the noise of the instrument is in both (docs/STATES.md).
    pub(crate) fn gain_over(&self, earlier: &Self) -> f32 {
        /// Frequencies that are looked at: filters of order 4 have no finer structure.
        const POINTS: u32 = 128;
        let radians = |n: u32| PI * (f64::from(n) + 0.5) / f64::from(POINTS);
        let gains = |n: u32| [self, earlier].map(|one| one.whitening.gain(radians(n)).max(f64::MIN_POSITIVE));
        // Mean gain, and mean of its inverse. The inverse is the spectrum with the ridge of the fit on it, a share of its mean.
        let mut means = [(0.0, 0.0); 2];
        for n in 0..POINTS {
            for (mean, gain) in means.iter_mut().zip(gains(n)) {
                *mean = (mean.0 + gain / f64::from(POINTS), mean.1 + 1.0 / (gain * f64::from(POINTS)));
            }
        }
        let share = RIDGE / (1.0 + RIDGE);
        let scale = [self, earlier].map(|one| f64::from(one.level * one.level));
        let scale = [0, 1].map(|k| scale[k] / (1.0 - share * means[k].0 * means[k].1).max(0.1));
        let power = |k: usize, gain: f64| (scale[k] * (1.0 / gain - share * means[k].1)).max(0.0);
        let (mut here, mut there) = (0.0, 0.0);
        for n in 0..POINTS {
            let gains = gains(n);
            let muscle = (power(1, gains[1]) - power(0, gains[0])).max(0.0);
            here += gains[0] * muscle;
            there += gains[1] * muscle;
        }
        if there > 0.0 { tonus_dsp::math::sqrt_f32((here / there) as f32) } else { 1.0 }
    }

    /// The window that follows at once, in ticks.
    pub fn fast_ticks(&self) -> u8 {
        self.window_ticks.min(FAST_TICKS)
    }

    /// The window that tells weak activity from noise and bridges the pauses between single motor units, in ticks: the
    /// detection window, at least 300 ms.
    pub fn slow_ticks(&self) -> u8 {
        self.window_ticks.max(SLOW_TICKS)
    }

    /// Whether levels of the fast and the slow window, as ratios to rest, mean activity.
    ///
    /// A detection window that is not too long decides alone. Otherwise both windows must exceed the threshold, and both must
    /// have fallen below the other one, or the fast one so far that its larger spread does not explain it.
    pub(crate) fn is_active(&self, was_active: bool, fast: f32, slow: f32) -> bool {
        let (on, off) = self.ratios;
        if self.window_ticks <= FAST_TICKS {
            return fast > self.ratio(if was_active { off } else { on });
        }
        if was_active {
            let wider = tonus_dsp::math::sqrt_f32(f32::from(self.window_ticks) / f32::from(FAST_TICKS));
            let gone = off * ON_RATIO / (1.0 + wider * (ON_RATIO - 1.0));
            fast > self.ratio(off) || (slow > self.ratio(off) && fast > self.ratio(gone))
        } else {
            fast > self.ratio(on) && slow > self.ratio(UNCERTAIN * on)
        }
    }

    /// A ratio to rest in the display band, as the detection band sees it.
    pub fn ratio(&self, display_ratio: f32) -> f32 {
        tonus_dsp::math::sqrt_f32(1.0 + self.contrast * (display_ratio * display_ratio - 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whitening_inverts_an_autoregressive_signal() {
        // x[n] = 0.6 x[n-1] - 0.3 x[n-2] + e[n]: autocorrelations by Yule-Walker.
        let (p1, p2) = (0.6, -0.3);
        let r1 = p1 / (1.0 - p2);
        let r2 = p1 * r1 + p2;
        let r3 = p1 * r2 + p2 * r1;
        let r4 = p1 * r3 + p2 * r2;
        let taps = Whitening::fit(&[1.0, r1, r2, r3, r4]).taps;
        for (tap, wanted) in taps.iter().zip([-0.6, 0.3, 0.0, 0.0]) {
            assert!((tap - wanted).abs() < 0.02, "as far as the ridge lets it: {taps:?}");
        }
    }

    #[test]
    fn whitening_of_nonsense_is_finite() {
        for r in [[0.0; 5], [1.0; 5], [1.0, -1.0, 1.0, -1.0, 1.0], [1.0, 0.99, -0.99, 0.99, -0.99]] {
            assert!(Whitening::fit(&r).taps.iter().all(|tap| tap.is_finite()));
        }
    }

    #[test]
    fn a_noisier_rest_gets_a_longer_window() {
        let window = |spread| Detection::raw(Whitening::NONE, 1.0, spread, 1000.0).window_ticks;
        assert_eq!((window(0.05), window(0.095), window(0.12), window(0.4)), (8, 10, 16, 50));
    }

    #[test]
    fn a_window_is_never_shorter_than_the_rate_allows() {
        let window = |rate_hz| Detection::raw(Whitening::NONE, 1.0, 0.05, rate_hz).window_ticks;
        assert_eq!((window(200.0), window(250.0), window(500.0), window(1000.0)), (46, 33, 13, 8));
    }
}

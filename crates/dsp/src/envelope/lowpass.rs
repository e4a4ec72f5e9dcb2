//! Linear envelope: rectified and low-passed, for the trace on the screen.

use crate::design::{butterworth_lowpass, delay_at_dc};
use crate::error::ConfigError;
use crate::math::{PI, tan};
use crate::stage::Stage;
use crate::units::SampleRate;

/// Linear envelope: `|x|` through a second-order Butterworth low-pass, not below 0.
///
/// With `g = tan(π·cutoff/rate)` and `k = √2`, `n = 1/(1 + g·(g + k))`, per sample on `u = |x|`:
///
/// ```text
/// e  = u − s2
/// v  = n·g·e − n·g·(g + k)·s1          (half the change of s1)
/// d  = n·g·s1 + n·g²·e                 (half the change of s2)
/// y  = s2 + d;   s1 += 2v;   s2 += 2d
/// ```
///
/// This is the trapezoidal state-variable form: the same transfer function as the bilinear Butterworth section, with state
/// that changes by small steps. At 6 Hz its error in `f32` is 1.4e-7 to 2.8e-7 of the envelope at 1 to 4 kHz, where the
/// transposed direct form, whose poles crowd at 1, has 2.3e-5 to 2.6e-4 (docs/ACCURACY.md). So no `f64` is needed per sample.
///
/// | | shape | unit | rate |
/// |---|---|---|---|
/// | in  | one channel, conditioned | µV | rate |
/// | out | same length, ≥ 0 | µV | rate |
///
/// Start-up: from 0. Delay: group delay at 0 Hz, `√2/(2π·cutoff)` seconds (37.5 ms at 6 Hz). The step response overshoots by
/// 4 %; what would fall below 0 is 0.
///
/// # Accuracy
/// 2e-6 of the largest value against `SciPy` in `f64` (`fixtures/envelope/moving_*.csv`).
///
/// # References
/// R2, R9 in docs/REFERENCES.md
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinearEnvelope {
    /// n·g
    across: f32,
    /// n·g·(g + k)
    damping: f32,
    /// n·g²
    through: f32,
    delay: f64,
}

/// What a [`LinearEnvelope`] remembers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LinearEnvelopeState {
    s1: f32,
    s2: f32,
}

impl LinearEnvelope {
    /// A low-pass at `cutoff_hz`; 6 Hz is usual, with 38 ms from a step to half its height.
    ///
    /// # Errors
    /// As [`butterworth_lowpass`].
    pub fn new(cutoff_hz: f64, rate: SampleRate) -> Result<Self, ConfigError> {
        let delay = delay_at_dc(&butterworth_lowpass(cutoff_hz, rate, 2)?);
        let g = tan(PI * cutoff_hz / rate.hz());
        let k = core::f64::consts::SQRT_2;
        let n = 1.0 / (1.0 + g * (g + k));
        Ok(Self { across: (n * g) as f32, damping: (n * g * (g + k)) as f32, through: (n * g * g) as f32, delay })
    }

    /// Clears state too small to matter; call it at boundaries that count samples.
    pub fn settle(&self, state: &mut LinearEnvelopeState) {
        for s in [&mut state.s1, &mut state.s2] {
            if s.abs() < crate::filter::TINY {
                *s = 0.0;
            }
        }
    }
}

impl Stage for LinearEnvelope {
    type State = LinearEnvelopeState;

    #[inline]
    fn step(&self, state: &mut LinearEnvelopeState, x: f32) -> f32 {
        let LinearEnvelopeState { s1, s2 } = *state;
        let e = x.abs() - s2;
        let v = self.across * e - self.damping * s1;
        let d = self.across * s1 + self.through * e;
        let y = s2 + d;
        *state = LinearEnvelopeState { s1: s1 + (v + v), s2: s2 + (d + d) };
        if y > 0.0 { y } else { 0.0 }
    }

    fn delay(&self) -> f64 {
        self.delay
    }
}

//! Average rectified value: over ticks, and per sample.

use super::{BlockMean, window_samples};
use crate::error::ConfigError;
use crate::ring::WindowSum;
use crate::stage::Stage;
use crate::units::SampleRate;

/// Average rectified value over the latest `k ≤ CAP` ticks of 10 ms, on `LANES` channels.
///
/// `y = Σ |x| / Σ 1` over the samples of the window's ticks; 0.798 of the RMS for a Gaussian signal.
///
/// | | shape | unit | rate |
/// |---|---|---|---|
/// | in  | frames of `LANES` channels, conditioned | µV | any |
/// | out | one value ≥ 0 per lane, window and tick | µV | 100 Hz |
///
/// Start-up, delay and accuracy as [`BlockRms`](super::BlockRms).
///
/// # References
/// R8 in docs/REFERENCES.md
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BlockArv<const CAP: usize, const LANES: usize = 1> {
    magnitudes: BlockMean<CAP, LANES>,
}

impl<const CAP: usize, const LANES: usize> BlockArv<CAP, LANES> {
    /// No sample yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds frames to the current tick; the caller ends ticks where the sample index says so.
    #[inline]
    pub fn add(&mut self, block: &[[f32; LANES]]) {
        self.magnitudes.add_with(block, f32::abs);
    }

    /// Ends the current tick and begins the next.
    pub fn end_tick(&mut self) {
        self.magnitudes.end_tick();
    }

    /// Amplitude over the latest `ticks` ended ticks of a lane (or as many as there are, up to `CAP`).
    ///
    /// None if they hold no sample or the lane does not exist.
    pub fn arv(&self, lane: usize, ticks: usize) -> Option<f32> {
        self.magnitudes.mean(lane, ticks).map(|mean| mean as f32)
    }

    /// Ticks that ended since the start or the lane's reset.
    pub fn filled(&self, lane: usize) -> usize {
        self.magnitudes.filled(lane)
    }

    /// Forgets everything about one lane; the others do not notice.
    pub fn reset_lane(&mut self, lane: usize) {
        self.magnitudes.reset_lane(lane);
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.magnitudes.reset();
    }
}

/// Average rectified value over a sliding window, one value per sample.
///
/// `y[n] = (1/N) Σ |x[n-k]|, k < N`, `N = round(window_s · rate)`, at least 1.
///
/// | | shape | unit | rate |
/// |---|---|---|---|
/// | in  | one channel, conditioned | µV | rate |
/// | out | same length, ≥ 0 | µV | rate |
///
/// Start-up: missing samples count as 0. Delay: (N-1)/2 samples. A value that is not finite is gone after two windows.
///
/// # Accuracy
/// 1e-6 relative to `fixtures/envelope/moving_*.csv` (`NumPy`, `f64`), windows up to
/// 512 samples; no residue of past bursts (see [`WindowSum`]).
///
/// # References
/// R8 in docs/REFERENCES.md
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MovingArv<const CAP: usize> {
    window: usize,
}

impl<const CAP: usize> MovingArv<CAP> {
    /// A window of `window_s` seconds.
    ///
    /// # Errors
    /// [`ConfigError::OutOfRange`] unless `window_s` is from 0.001 to `CAP/rate`.
    pub fn new(window_s: f64, rate: SampleRate) -> Result<Self, ConfigError> {
        Ok(Self { window: window_samples(window_s, rate, CAP)? })
    }

    /// Samples in the window.
    pub const fn window(&self) -> usize {
        self.window
    }
}

impl<const CAP: usize> Stage for MovingArv<CAP> {
    type State = WindowSum<CAP>;

    #[inline]
    fn step(&self, state: &mut WindowSum<CAP>, x: f32) -> f32 {
        state.push(self.window, x.abs()) / self.window as f32
    }

    fn delay(&self) -> f64 {
        (self.window - 1) as f64 / 2.0
    }
}

//! Sampling rate and the 10-ms decision grid.
//!
//! Time is the sample index. Seconds appear only at the edges (configuration in, report out), and no sum of time steps
//! exists anywhere: a tick's end is computed from its number.

use crate::error::ConfigError;

/// Decisions per second.
pub const TICKS_PER_S: u32 = 100;

/// Seconds between decisions.
pub const TICK_S: f64 = 0.01;

/// A sampling rate in Hz, finite and within [`SampleRate::MIN_HZ`]..=[`SampleRate::MAX_HZ`].
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct SampleRate(f64);

impl SampleRate {
    /// Slowest rate of any channel (an envelope sensor needs one value in each 100-ms window).
    pub const MIN_HZ: f64 = 10.0;
    /// Slowest rate of a raw channel: below it the muscle's band is not in the data.
    pub const MIN_RAW_HZ: f64 = 200.0;
    /// Fastest rate.
    pub const MAX_HZ: f64 = 50_000.0;

    /// Checks and wraps a rate.
    ///
    /// # Errors
    /// [`ConfigError::OutOfRange`] if `hz` is not finite or outside the limits.
    pub fn new(hz: f64) -> Result<Self, ConfigError> {
        if (Self::MIN_HZ..=Self::MAX_HZ).contains(&hz) {
            Ok(Self(hz))
        } else {
            Err(ConfigError::OutOfRange { field: "rate_hz", value: hz, min: Self::MIN_HZ, max: Self::MAX_HZ })
        }
    }

    /// The rate in Hz.
    pub const fn hz(self) -> f64 {
        self.0
    }

    /// Samples up to the end of tick `tick` (1-based): `floor(tick · rate / 100)`.
    ///
    /// At 2048 Hz a tick holds 20 or 21 samples, at 50 Hz none or one; ten ticks always span 100 ms.
    pub fn samples_at_tick(self, tick: u64) -> u64 {
        // Exact while tick · rate < 2^53: 5,000 years at 50 kHz.
        (tick as f64 * self.0 / f64::from(TICKS_PER_S)) as u64
    }

    /// Seconds from the first sample to sample `index`.
    pub fn seconds(self, index: u64) -> f64 {
        index as f64 / self.0
    }
}

/// The end of tick `tick` in seconds.
pub fn tick_seconds(tick: u64) -> f64 {
    tick as f64 / f64::from(TICKS_PER_S)
}

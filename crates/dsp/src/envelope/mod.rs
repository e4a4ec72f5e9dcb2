//! Amplitude of a conditioned signal: what the person sees and what states are decided on.
//!
//! Decisions use sums over whole 10-ms ticks ([`BlockRms`], [`BlockArv`], [`BlockMean`]): exact, forgetful, and the same for
//! any split of the input. The per-sample windows ([`MovingRms`], [`MovingArv`]) and the [`LinearEnvelope`] are stages for
//! plots and for comparison with other software.
//!
//! Deliberately not here: running sums (they keep the rounding of every burst), zero-phase filtering (needs the future).

mod average;
mod block;
mod lowpass;
mod rectify;
mod rms;

pub use average::{BlockArv, MovingArv};
pub use block::BlockMean;
pub use lowpass::{LinearEnvelope, LinearEnvelopeState};
pub use rectify::Rectify;
pub use rms::{BlockRms, MovingRms};

use crate::error::ConfigError;
use crate::math::round;
use crate::units::{SampleRate, TICK_S};

/// Shortest window in seconds.
pub const MIN_WINDOW_S: f64 = 0.001;

/// Whole 10-ms ticks in a window, at least one.
///
/// # Errors
/// [`ConfigError::OutOfRange`] unless `window_s` is from one tick to `capacity` ticks.
pub fn window_ticks(window_s: f64, capacity: usize) -> Result<usize, ConfigError> {
    let max = capacity as f64 * TICK_S;
    if window_s >= TICK_S && window_s <= max {
        Ok((round(window_s / TICK_S) as usize).clamp(1, capacity))
    } else {
        Err(ConfigError::OutOfRange { field: "window_s", value: window_s, min: TICK_S, max })
    }
}

/// Samples in a window, at least one.
fn window_samples(window_s: f64, rate: SampleRate, capacity: usize) -> Result<usize, ConfigError> {
    let max = capacity as f64 / rate.hz();
    if window_s >= MIN_WINDOW_S && window_s <= max {
        Ok((round(window_s * rate.hz()) as usize).clamp(1, capacity))
    } else {
        Err(ConfigError::OutOfRange { field: "window_s", value: window_s, min: MIN_WINDOW_S, max })
    }
}

//! Where decisions go. The caller brings the sink; the pipeline allocates nothing.

use crate::calibration::{Calibration, Refusal};
use crate::decision::Decision;

/// Receives what a pipeline finds out.
pub trait Sink {
    /// Whether [`Sink::samples`] is to be called.
    const WANTS_SAMPLES: bool = false;

    /// One decision; channels in order, then the next tick.
    fn decision(&mut self, decision: &Decision);

    /// Conditioned samples of the display band in µV, from sample `first` on; only if [`Sink::WANTS_SAMPLES`].
    fn samples(&mut self, _channel: u8, _first: u64, _conditioned_uv: &[f32]) {}

    /// A calibration step of `channel` was closed and accepted.
    fn calibrated(&mut self, _channel: u8, _calibration: &Calibration) {}

    /// A calibration step of `channel` was closed and refused.
    fn refused(&mut self, _channel: u8, _refusal: Refusal) {}
}

/// Ignores everything.
impl Sink for () {
    fn decision(&mut self, _decision: &Decision) {}
}

/// Hands every decision to a closure.
impl<F: FnMut(&Decision)> Sink for F {
    fn decision(&mut self, decision: &Decision) {
        self(decision);
    }
}

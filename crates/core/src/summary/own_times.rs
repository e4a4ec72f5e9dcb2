//! When a muscle itself began and ended: detectors decide late, so the envelope is followed from there to the baseline.

use tonus_dsp::units::{TICK_S, tick_seconds};

use crate::calibration::{Calibration, ticks};
use crate::config::Kind;
use crate::decision::{Decision, State};

/// Where a muscle's own times are looked for: the envelope in front of a decided begin and behind a decided end, so far.
pub const LOOKED_AT_S: f64 = 1.0;
/// Rest goes up to this multiple of the baseline when own times are looked for: mean and two standard deviations of a steady rest, in
/// the middle of the one to three of Hodges and Bui (R27 in docs/REFERENCES.md).
pub const CROSSING_RATIO: f32 = 1.2;
/// How much later than the muscle an envelope leaves rest at least, in s: the first potentials are small, and last about 20 ms.
/// Measured on 50 simulated onsets that are known (R28; docs/ACCURACY.md): a median of 26 ms at 80 dB, 30 at 40 dB, 40 at 20 dB.
pub const ONSET_DELAY_S: f64 = 0.02;
/// Window of the envelope of a raw channel: how much later than the muscle it is back at rest, in s.
pub const ENVELOPE_WINDOW_S: f64 = 0.1;

const LOOKED_AT: usize = ticks(LOOKED_AT_S) as usize;

/// The last second of an envelope, and where rest ends: finds when a muscle itself began and ended.
#[derive(Debug, Clone)]
pub(super) struct OwnTimes {
    /// The envelope of a tick is at its number modulo the length; what is invalid is NaN.
    recent: [f32; LOOKED_AT],
    /// The latest tick that is held.
    tick: u64,
    /// The first tick that may be looked at: behind the contraction before.
    pub(super) free_from: u64,
    /// The highest envelope of rest, µV; NaN before a baseline is known.
    rest_uv: f32,
    is_raw: bool,
}

impl Default for OwnTimes {
    fn default() -> Self {
        Self { recent: [f32::NAN; LOOKED_AT], tick: 0, free_from: 0, rest_uv: f32::NAN, is_raw: true }
    }
}

impl OwnTimes {
    pub(super) fn calibrated(&mut self, calibration: &Calibration) {
        let Calibration { kind, baseline_uv, spread_uv, .. } = *calibration;
        // Of an envelope sensor rest may be at zero: there its spread tells.
        self.rest_uv = (CROSSING_RATIO * baseline_uv).max(baseline_uv + 2.0 * spread_uv);
        self.is_raw = kind == Kind::Raw;
    }

    pub(super) fn push(&mut self, d: &Decision) {
        self.tick = d.tick;
        self.recent[d.tick as usize % LOOKED_AT] = if d.state == State::Invalid { f32::NAN } else { d.envelope_uv };
    }

    /// The envelope of a tick that is not gone yet.
    fn at(&self, tick: u64) -> f32 {
        self.recent[tick as usize % LOOKED_AT]
    }

    /// For activity decided from tick `start` on: back to the last tick at rest, or to the lowest that is held.
    pub(super) fn onset_s(&self, start: u64) -> Option<f64> {
        if self.rest_uv.is_nan() {
            return None;
        }
        let first = self.free_from.max(start.saturating_sub(LOOKED_AT as u64 - 1));
        let mut lowest = start;
        for tick in (first..start).rev() {
            let envelope = self.at(tick);
            if envelope.is_nan() {
                break;
            }
            if envelope < self.at(lowest) || lowest == start {
                lowest = tick;
            }
            if envelope <= self.rest_uv {
                break;
            }
        }
        let delay_s = if self.is_raw { ONSET_DELAY_S } else { 0.0 };
        let bound_s = tick_seconds(self.free_from.saturating_sub(1));
        Some((tick_seconds(lowest.min(start.saturating_sub(1))) - delay_s).max(bound_s))
    }

    /// For activity decided up to tick `end`, of which this is heard now: on to the first tick at rest.
    pub(super) fn offset_s(&self, end: u64, onset_s: f64) -> f64 {
        let is_over = |tick: &u64| !(self.at(*tick) > self.rest_uv);
        let last = (end..=self.tick).find(is_over).unwrap_or(self.tick);
        let window_s = if self.is_raw { ENVELOPE_WINDOW_S } else { 0.0 };
        (tick_seconds(last) - window_s).max(onset_s + TICK_S)
    }
}

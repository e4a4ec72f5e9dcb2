//! The reference step: one or more comfortable holds, or maximal ones.

use super::detection::Detection;
use super::{Calibration, MIN_REFERENCE_S, MIN_SEPARATION, Refusal, WEAK_SEPARATION, ticks};
use crate::config::{Kind, ReferenceKind};
use tonus_dsp::ring::Ring;
use tonus_dsp::stats::Reservoir;

/// Envelope values kept over all holds: one in five ticks, so 128 hold four 3-s middles and more after thinning.
const KEPT: usize = 128;
/// One value in so many ticks.
const STRIDE: u32 = 5;
/// What is left out at either end of a hold, in ticks: the middle 3 s of a 5-s hold remain.
const EDGE: usize = 100;
/// Length of the mean that an MVC is read from, in ticks.
const MVC_TICKS: usize = 50;

/// Envelope and detector level of one tick.
type Levels = (f32, f32);

/// Gathers holds until the calibration is used.
#[derive(Debug, Clone, Default)]
pub struct ReferenceCollector {
    recent: Ring<Levels, EDGE>,
    in_hold: u32,
    collected: u32,
    envelope: Reservoir<KEPT>,
    detected: Reservoir<KEPT>,
    peak: Levels,
}

impl ReferenceCollector {
    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        let Self { recent, in_hold, collected, envelope, detected, peak } = self;
        recent.clear();
        *in_hold = 0;
        *collected = 0;
        envelope.clear();
        detected.clear();
        *peak = Levels::default();
    }

    /// A hold starts; earlier holds stay.
    pub fn start_hold(&mut self) {
        self.recent.clear();
        self.in_hold = 0;
    }

    /// Takes one valid tick of a hold.
    pub fn push(&mut self, kind: ReferenceKind, envelope: f32, detected: f32) {
        self.in_hold = self.in_hold.saturating_add(1);
        let left = self.recent.push((envelope, detected));
        match kind {
            // What leaves the ring is 1 s old; if it also came 1 s into the hold it belongs to the middle.
            ReferenceKind::Submaximal => {
                if let Some((envelope, detected)) = left.filter(|_| self.in_hold as usize > 2 * EDGE) {
                    self.collected = self.collected.saturating_add(1);
                    if self.collected % STRIDE == 0 {
                        self.envelope.push(envelope);
                        self.detected.push(detected);
                    }
                }
            }
            ReferenceKind::Mvc => {
                self.collected = self.collected.saturating_add(1);
                if self.in_hold as usize >= MVC_TICKS {
                    let (mut sum, mut detected_sum) = (0.0, 0.0);
                    for (envelope, detected) in self.recent.latest(MVC_TICKS) {
                        sum += envelope;
                        detected_sum += detected;
                    }
                    self.peak.0 = self.peak.0.max(sum / MVC_TICKS as f32);
                    self.peak.1 = self.peak.1.max(detected_sum / MVC_TICKS as f32);
                }
            }
        }
    }

    /// Closes a hold: the calibration with the reference of all holds so far.
    ///
    /// # Errors
    /// [`Refusal`] with the reason.
    pub fn close(&self, kind: ReferenceKind, calibration: &Calibration) -> Result<Calibration, Refusal> {
        let too_short = Refusal::TooShort {
            valid_s: self.collected as f32 * tonus_dsp::units::TICK_S as f32,
            needed_s: MIN_REFERENCE_S as f32,
        };
        if self.collected < ticks(MIN_REFERENCE_S) {
            return Err(too_short);
        }
        let (reference, detected) = match kind {
            ReferenceKind::Submaximal => match (self.envelope.median(), self.detected.median()) {
                (Some(reference), Some(detected)) => (reference, detected),
                _ => return Err(too_short),
            },
            ReferenceKind::Mvc => self.peak,
        };
        calibration.with_reference(reference, detected)
    }
}

impl Calibration {
    /// This rest with a reference: its level in the display band, and that of the detector.
    fn with_reference(mut self, reference: f32, detected: f32) -> Result<Self, Refusal> {
        let ratio = match self.kind {
            Kind::Raw => reference / self.baseline_uv,
            // An envelope's zero is arbitrary: separation is counted in spreads, scaled so that 5 spreads are the limit.
            Kind::Envelope => {
                let spread = self.spread_uv.max(f32::MIN_POSITIVE);
                MIN_SEPARATION * (reference - self.baseline_uv) / (5.0 * spread)
            }
        };
        if !(ratio >= MIN_SEPARATION) {
            return Err(Refusal::NotSeparable { ratio });
        }
        self.reference_uv = Some(reference);
        self.warnings.weak_reference = ratio < WEAK_SEPARATION;
        self.detection = match self.kind {
            Kind::Raw => self.detection.with_reference(detected, ratio),
            Kind::Envelope => Detection { reference: Some(detected), ..self.detection },
        };
        Ok(self)
    }

    /// This rest with the reference of an earlier calibration of the same channel: for a new baseline after which nobody is asked
    /// to hold again.
    ///
    /// The detector saw the holds through a filter that was fitted to the earlier rest. What it would have seen through this one
    /// follows from both rests; it is within 2 % where this one is the calmer (docs/STATES.md).
    ///
    /// # Errors
    /// [`Refusal::NotSeparable`] if the reference is too close to this rest.
    pub fn keeping_reference(self, earlier: &Self) -> Result<Self, Refusal> {
        let (Some(reference), Some(detected)) = (earlier.reference_uv, earlier.detection.reference) else {
            return Ok(self);
        };
        let gain = match self.kind {
            Kind::Raw => self.detection.gain_over(&earlier.detection),
            Kind::Envelope => 1.0,
        };
        self.with_reference(reference, gain * detected)
    }
}

//! Onset and offset: is the muscle active?
//!
//! A second path, used for the decision only, while the reported µV come from the display band: a high-pass at 50 Hz keeps
//! movement and heart out, and a whitening filter fitted to the person's own rest makes short windows steady. What a
//! calibration says of it is a [`Detection`](crate::calibration::detection::Detection); here its levels become decisions, with
//! hysteresis.

use crate::calibration::{Calibration, DEEP_RATIO};
use crate::config::Kind;

/// Corner of the detection high-pass, order 2, in Hz; it follows the display band's own high-pass.
pub const DETECTION_HIGHPASS_HZ: f64 = 50.0;

/// How far the resting level may be followed downwards and upwards, as a ratio to the calibrated one.
///
/// Electrodes settle and sweat: rest creeps. Following it down keeps weak activity visible; following it up is kept small,
/// because a slow rise may be the very tone that should be seen. Deep rest is followed nowhere: when the muscle comes back from it,
/// rest is what it was.
const FOLLOW: (f32, f32) = (0.75, 1.05);
/// Step of the resting level per tick: 2 % a second at most.
const FOLLOW_STEP: f32 = 2.0e-4;
/// Ticks that [`ActivityState::step_back`] goes back.
const STEP_BACK: u32 = 4;
/// Ticks of rest before the level is followed.
const FOLLOW_AFTER: u32 = 50;

/// Hysteresis with memory of the resting level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ActivityState {
    active: bool,
    /// Whether it was active in the last eight valid ticks, newest in bit 0.
    recent: u8,
    follow: f32,
    resting: u32,
}

impl Default for ActivityState {
    fn default() -> Self {
        Self { active: false, recent: 0, follow: 1.0, resting: 0 }
    }
}

impl ActivityState {
    /// Whether the muscle is active.
    pub const fn is_active(&self) -> bool {
        self.active
    }

    /// Goes back to what was known 40 ms ago: what came since was the beginning of a heart beat.
    pub const fn step_back(&mut self) {
        self.active = self.recent & 1 << STEP_BACK != 0;
    }

    /// Forgets that the muscle was active: too much invalid signal has passed.
    pub const fn forget(&mut self) {
        self.active = false;
        self.recent = 0;
        self.resting = 0;
    }

    /// Takes the detector levels of a valid tick, over the fast and the slow window; the slow one is NaN where too little of it
    /// is valid. `follow` allows the resting level to be followed.
    pub fn update(&mut self, calibration: &Calibration, level: f32, slow: f32, follow: bool) -> bool {
        match calibration.kind {
            Kind::Raw => {
                let rest = calibration.detection.level * self.follow;
                self.active = calibration.detection.is_active(self.active, level / rest, slow / rest);
                self.resting = if self.active { 0 } else { self.resting.saturating_add(1) };
                if follow && self.resting > FOLLOW_AFTER && level > DEEP_RATIO * calibration.detection.level {
                    let step = if level > rest { 1.0 + FOLLOW_STEP } else { 1.0 - FOLLOW_STEP };
                    self.follow = (self.follow * step).clamp(FOLLOW.0, FOLLOW.1);
                }
            }
            Kind::Envelope => {
                self.active = level > if self.active { calibration.off_uv() } else { calibration.on_uv() };
            }
        }
        self.recent = self.recent << 1 | u8::from(self.active);
        self.active
    }

    /// Power of a level over that of the threshold at which activity starts; 1 for envelope sensors, which have no power.
    pub fn power(&self, calibration: &Calibration, level: f32) -> f32 {
        if calibration.kind == Kind::Envelope {
            return 1.0;
        }
        let detection = &calibration.detection;
        let ratio = level / (detection.level * self.follow * detection.ratio(detection.ratios.0));
        ratio * ratio
    }

    /// Whether the level of the slow window alone still means activity; never for envelope sensors, which are slow themselves.
    pub fn is_sustained(&self, calibration: &Calibration, slow: f32) -> bool {
        let detection = &calibration.detection;
        calibration.kind == Kind::Raw && slow > detection.level * self.follow * detection.ratio(detection.ratios.1)
    }

    /// Whether a work-band level exceeds `ratio` × reference; false without a reference.
    pub fn exceeds(calibration: &Calibration, level: f32, ratio: f32) -> bool {
        match (calibration.kind, calibration.detection.reference) {
            (Kind::Raw, Some(reference)) => level > ratio * reference,
            (Kind::Envelope, Some(reference)) => {
                level - calibration.baseline_uv > ratio * (reference - calibration.baseline_uv)
            }
            (_, None) => false,
        }
    }
}

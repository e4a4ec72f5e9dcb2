//! The deepest rest of a session, and what is told against it: whether the muscle is tense, and whether it has let go.
//!
//! A baseline says what rest was today. Somebody who is tense from the first second calibrates on tension, and everything is
//! "rest" then; the deepest rest seen tells (docs/STATES.md).

use crate::calibration::{Calibration, DEEP_RATIO, MAX_ON_RATIO, ticks};
use crate::config::Kind;
use crate::config::{OFF_RATIO, ON_RATIO};

/// Parts that a rest is made of, and their length: 3 s in halves of a second.
const PARTS: usize = 6;
const PART: u32 = ticks(0.5);
/// Valid ticks that a part needs.
const ENOUGH: u32 = ticks(0.45);
/// Memory of the level that is compared, in ticks (0.32 s): at 2.4 times the deepest rest it answers within 0.2 s, and its own
/// spread at rest is 5 %.
const MEMORY: f32 = 32.0;
/// One tick counts as at most this multiple of the deepest rest, so that a cough is soon over.
const MOST: f32 = 3.0;
/// Activity without a cue below this multiple of the deepest rest may be tension as well as a contraction, and is told as tense.
const WEAK: f32 = 2.8;

/// What one channel's rest came down to. Levels are powers (µV²), which add.
#[derive(Debug, Clone)]
pub(crate) struct Deepest {
    parts: [f32; PARTS],
    known: u8,
    sum: f32,
    valid: u32,
    part: u32,
    lowest: f32,
    level: f32,
    tense: bool,
    /// The last 3 s, if all of them were seen.
    last: Option<f32>,
}

impl Default for Deepest {
    fn default() -> Self {
        Self {
            parts: [0.0; PARTS],
            known: 0,
            sum: 0.0,
            valid: 0,
            part: 0,
            lowest: f32::INFINITY,
            level: 0.0,
            tense: false,
            last: None,
        }
    }
}

impl Deepest {
    /// A baseline was accepted or given: rest was this low.
    pub fn calibrated(&mut self, calibration: &Calibration) {
        if calibration.kind == Kind::Raw {
            self.lowest = self.lowest.min(calibration.baseline_uv * calibration.baseline_uv);
        }
    }

    /// The lowest level that was kept for 3 s, in µV.
    pub fn uv(&self) -> Option<f32> {
        self.lowest.is_finite().then(|| tonus_dsp::math::sqrt_f32(self.lowest))
    }

    /// Takes the envelope of a tick; none where it cannot be trusted.
    pub fn push(&mut self, envelope: Option<f32>, calibration: Option<&Calibration>) {
        self.part += 1;
        if let Some(envelope) = envelope {
            let power = envelope * envelope;
            self.valid += 1;
            self.sum += power;
            self.level += (power.min(MOST * MOST * self.lowest) - self.level) / MEMORY;
            if let Some(calibration) = calibration {
                self.compare(calibration);
            }
        }
        if self.part == PART {
            self.end_part();
        }
    }

    /// Lets ticks go by of which none can be trusted, once a whole part had none.
    pub fn pass(&mut self, ticks: u64) {
        self.part = ((u64::from(self.part) + ticks) % u64::from(PART)) as u32;
    }

    fn compare(&mut self, calibration: &Calibration) {
        // Rest that is restless by itself is tense above its own heights only.
        let (on, off) = if calibration.warnings.unstable {
            (MAX_ON_RATIO, MAX_ON_RATIO * OFF_RATIO / ON_RATIO)
        } else {
            (ON_RATIO, OFF_RATIO)
        };
        let ratio = if self.tense { off } else { on };
        self.tense = self.level > ratio * ratio * self.lowest;
    }

    fn end_part(&mut self) {
        self.last = None;
        if self.valid < ENOUGH {
            self.known = 0;
        } else {
            self.parts.rotate_left(1);
            self.parts[PARTS - 1] = self.sum / self.valid as f32;
            self.known = (self.known + 1).min(PARTS as u8);
            if usize::from(self.known) == PARTS {
                let last = self.parts.iter().sum::<f32>() / PARTS as f32;
                self.lowest = self.lowest.min(last);
                self.last = Some(last);
            }
        }
        (self.part, self.valid, self.sum) = (0, 0, 0.0);
    }

    /// Whether the muscle is tense; none before any rest is known.
    pub fn tense(&self) -> Option<bool> {
        self.lowest.is_finite().then_some(self.tense)
    }

    /// Whether the level is too low to be a contraction of note: what nobody asked for may as well be tension.
    pub fn is_weak(&self) -> bool {
        self.level < WEAK * WEAK * self.lowest
    }

    /// Whether it has let go far below the baseline for 3 s.
    pub fn is_deep(&self, calibration: &Calibration) -> bool {
        let limit = DEEP_RATIO * calibration.baseline_uv;
        self.last.is_some_and(|last| last < limit * limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_rest_is_the_lowest_whole_three_seconds() {
        let mut deepest = Deepest::default();
        let mut push = |level: f32, ticks: u32| (0..ticks).for_each(|_| deepest.push(Some(level), None));
        push(6.0, 500);
        push(1.0, 200);
        push(6.0, 500);
        push(2.0, 400);
        push(6.0, 500);
        assert_eq!(deepest.uv(), Some(2.0), "2 s at 1 µV are too short");
        (0..400).for_each(|_| deepest.push(None, None));
        (0..290).for_each(|_| deepest.push(Some(0.5), None));
        assert_eq!(deepest.uv(), Some(2.0), "what is not trusted is no rest");
    }
}

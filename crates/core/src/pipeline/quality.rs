//! What is wrong with a channel's signal at each tick, and for how long.
//!
//! A bad signal is data: a tick that cannot be trusted is *contaminated*, drops out of every window and makes the state
//! `invalid`; what merely should be known (mains, heart beats) is flagged beside a valid state.

use crate::calibration::ticks;
use crate::decision::Quality;

/// A tick of fewer samples (rates below 500 Hz) holds too few of them to ask for most of it. One at a known rail spoils it; where the rails
/// are not known, two equal samples at an extreme may be chance, and what tells is how often ticks have them.
pub(crate) const FEW: f32 = 5.0;
/// Credit of such a tick, where a tick without one costs 1; credit from which ticks are spoiled, so two in a row begin it and a
/// quarter of them keep it up, which the clipped peaks of a contraction do not; and the most there is: a second without.
const RAIL: (u32, u32, u32) = (3, 6, 100);
/// Settling of the filters after a start or a long interruption.
pub(crate) const WARMUP: u32 = ticks(0.5);
/// Settling after a step that was taken out, once it has stayed.
const AFTER_STEP: u32 = ticks(0.05);
/// Settling after a short gap; notches, which ring longer, coast through it.
const AFTER_GAP: u32 = ticks(0.08);
/// Ticks of non-finite or railed samples after which the filters start again.
const RESTART_AFTER: u32 = ticks(0.02);
/// A level below this share of rest for 500 ms means that an electrode is off, if it is no more than the converter's own …
const LEAD_OFF_RATIO: f32 = 0.3;
/// … or below this share whatever it is: who lets go from 30 times her own quiet is still told of no electrode (docs/STATES.md).
const NO_MUSCLE_RATIO: f32 = 0.02;
const LEAD_OFF_TICKS: u32 = ticks(0.5);
/// Bend of the 20-ms means over 40 ms, in units of rest, above which movement reaches the detection band (at 10 Hz, a bend
/// of 60 leaves half a resting level there); and in units of the present level (the tick's own at a sudden onset), which bends a
/// little by itself.
const MOTION_RATIO: (f32, f32) = (60.0, 6.0);
const AFTER_MOTION: u32 = ticks(0.1);
/// A bend that is over within this time is a heart beat (a QRS complex lasts 60 to 100 ms): it is cut out and what was known before
/// holds; what goes on is movement.
const BEAT: u32 = ticks(0.08);
/// Bends that come sooner after the last ones are no beats (180 a minute).
const BETWEEN_BEATS: u32 = ticks(0.2);
/// Settling after the last bend of a beat, and time until the windows hold enough again.
const AFTER_BEAT: u32 = ticks(0.03);
const REFILL: u32 = ticks(0.05);
/// Steps going on for this long are no pops: the limit is learned anew.
const STEPS_LIMIT: u32 = ticks(0.2);

/// What was measured in one tick.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Facts {
    // Counts are whole numbers in `f32`, as they were summed.
    pub frames: f32,
    pub missing: f32,
    pub bad: f32,
    pub steps: f32,
    /// A large slew may still turn out to be a step.
    pub undecided: bool,
    pub railed: f32,
    pub rails_known: bool,
    /// Equal samples in a row at the end of the tick.
    pub run: f32,
    /// Equal samples that make a flat line.
    pub flat_run: f32,
    /// Mean of the signal without steps.
    pub mean: f32,
    /// Whether the sensor sends raw EMG.
    pub raw: bool,
    /// Root mean square of the display band.
    pub rms: f32,
    /// Envelope over 100 ms one tick ago, and at rest, if known.
    pub envelope: Option<f32>,
    pub baseline: Option<f32>,
    pub mains: bool,
    /// Below this level there is nothing but the converter.
    pub floor: f32,
}

/// What follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub quality: Quality,
    /// The tick must not enter any window.
    pub contaminated: bool,
    /// It is left out only because it may hold the beginning of a step, or holds a heart beat, or the windows are filling again after
    /// one: what was known before still holds.
    pub undecided: bool,
    /// A beat has just been noticed: its beginning is in the ticks before.
    pub begins: bool,
    /// The tick enters the windows, but no state can be told from it.
    pub untrusted: bool,
    /// The filters must start again.
    pub restart: bool,
    /// The search for the rest of a step ends.
    pub close_step: bool,
    /// Steps have gone on for too long: learn their limit anew.
    pub relearn: bool,
}

impl Verdict {
    pub const NONE: Self = Self {
        quality: Quality::NONE,
        contaminated: false,
        undecided: false,
        begins: false,
        untrusted: false,
        restart: false,
        close_step: false,
        relearn: false,
    };
}

/// Remembers what a channel is recovering from.
#[derive(Debug, Clone, Default)]
pub(crate) struct QualityGate {
    hold: u32,
    cause: Quality,
    unusable: u32,
    low: u32,
    off: bool,
    steps: u32,
    /// Credit of ticks at a rail, at low rates.
    rails: u32,
    means: [f32; 5],
    motion: u32,
    /// Ticks since the bends began, and ticks without any.
    moved: u32,
    unmoved: u32,
    is_movement: bool,
    refill: u32,
    beats: BeatFinder,
    settled: u32,
}

impl QualityGate {
    /// Filters start: everything is settling.
    pub fn start(&mut self, cause: Quality) {
        self.hold = WARMUP;
        self.cause = Quality::WARMUP | cause;
        self.settled = 0;
        self.motion = 0;
        (self.low, self.off) = (0, false);
        (self.unusable, self.rails) = (0, 0);
    }

    /// Settling after a short gap.
    pub fn joined(&mut self) {
        if self.hold < AFTER_GAP {
            self.hold = AFTER_GAP;
            self.cause |= Quality::GAP;
        }
    }

    /// Ticks since the filters last started.
    pub const fn settled(&self) -> u32 {
        self.settled
    }

    /// Lets ticks without a sample go by, once nothing is being recovered from.
    pub fn pass(&mut self, ticks: u64, raw: bool) {
        let ticks = u32::try_from(ticks).unwrap_or(u32::MAX);
        self.settled = self.settled.saturating_add(ticks);
        if raw {
            self.beats.since = self.beats.since.saturating_add(ticks);
        }
    }

    pub fn tick(&mut self, facts: &Facts) -> Verdict {
        let mut quality = Quality::NONE;
        let mut verdict = Verdict::NONE;
        self.settled = self.settled.saturating_add(1);
        if facts.missing > 0.0 {
            quality |= Quality::GAP;
        }
        if facts.bad > 0.0 {
            quality |= Quality::NONFINITE;
        }
        let is_touched = facts.railed > 0.0;
        let (railed, is_seen) = if facts.frames < FEW {
            let railed = self.swings(is_touched) || (is_touched && facts.rails_known);
            (railed, railed)
        } else {
            (2.0 * facts.railed > facts.frames, is_touched)
        };
        if is_seen {
            quality |= Quality::SATURATED;
        }
        let flat = facts.run >= facts.flat_run;
        if flat && facts.railed == 0.0 {
            quality |= Quality::FLAT;
        }
        // One or two lost frames are flagged and joined; more of a tick than a quarter leaves too little of it.
        let lost = 4.0 * facts.missing > facts.frames + facts.missing;
        verdict.contaminated = lost || facts.bad > 0.0 || railed || flat;
        let unusable = facts.frames > 0.0 && facts.bad + facts.railed >= facts.frames;
        if unusable {
            self.unusable = self.unusable.saturating_add(1);
        } else {
            verdict.restart = self.unusable > RESTART_AFTER;
            self.unusable = 0;
        }
        if facts.raw {
            quality |= self.steps(facts, &mut verdict);
            quality |= self.motion(facts, &mut verdict);
            quality |= self.lead_off(facts, &mut verdict);
            if facts.mains {
                quality |= Quality::MAINS;
            }
            // Beats are looked for at rest: a contraction is full of spikes.
            let resting = facts.envelope.zip(facts.baseline).is_some_and(|(e, rest)| e < BEATS_BELOW * rest);
            if self.beats.tick(self.slope(facts.mean), verdict.contaminated || self.hold > 0 || !resting) {
                quality |= Quality::ECG;
            }
        }
        self.means = [facts.mean, self.means[0], self.means[1], self.means[2], self.means[3]];
        if self.hold > 0 {
            self.hold -= 1;
            quality |= self.cause;
            (verdict.contaminated, verdict.undecided) = (true, false);
        } else {
            self.cause = Quality::NONE;
        }
        if facts.undecided && !verdict.contaminated {
            (verdict.contaminated, verdict.undecided) = (true, true);
        }
        verdict.quality = quality;
        verdict
    }

    /// Whether a tick of few samples belongs to a swing from rail to rail.
    fn swings(&mut self, is_touched: bool) -> bool {
        let (credit, enough, most) = RAIL;
        self.rails = if is_touched { (self.rails + credit).min(most) } else { self.rails.saturating_sub(1) };
        self.rails >= enough
    }

    /// Change of the 20-ms mean, which is blind to mains.
    fn slope(&self, mean: f32) -> f32 {
        let [m1, m2, m3, ..] = self.means;
        0.5 * ((mean + m1) - (m2 + m3))
    }

    fn steps(&mut self, facts: &Facts, verdict: &mut Verdict) -> Quality {
        if facts.steps == 0.0 {
            verdict.close_step = !facts.undecided;
            self.steps = 0;
            return Quality::NONE;
        }
        self.steps += 1;
        if self.steps > STEPS_LIMIT {
            verdict.relearn = true;
            self.steps = 0;
        }
        self.hold = self.hold.max(AFTER_STEP);
        self.cause |= Quality::POP;
        verdict.contaminated = true;
        Quality::POP
    }

    /// Movement: the slow signal bends further than muscle bends it. Means over 20 ms are blind to 50 Hz and nearly so to
    /// 60 Hz.
    fn motion(&mut self, facts: &Facts, verdict: &mut Verdict) -> Quality {
        let [m1, m2, m3, m4, m5] = self.means;
        let bend = 0.5 * ((facts.mean + m1) - 2.0 * (m2 + m3) + (m4 + m5)).abs();
        let (Some(envelope), Some(baseline)) = (facts.envelope, facts.baseline) else { return Quality::NONE };
        let bends = bend > (MOTION_RATIO.0 * baseline).max(MOTION_RATIO.1 * envelope.max(facts.rms)) && self.hold == 0;
        if bends {
            self.is_movement |= self.moved >= BEAT || (self.moved == 0 && self.unmoved < BETWEEN_BEATS);
            self.motion = if self.is_movement { AFTER_MOTION } else { AFTER_BEAT };
        }
        if self.motion == 0 {
            (self.moved, self.is_movement) = (0, false);
            self.unmoved = self.unmoved.saturating_add(1);
            verdict.undecided = self.refill > 0 && !verdict.contaminated;
            self.refill = self.refill.saturating_sub(1);
            return Quality::NONE;
        }
        self.motion -= 1;
        self.moved += 1;
        self.unmoved = 0;
        verdict.begins = self.moved == 1 && !verdict.contaminated;
        self.refill = if self.is_movement { 0 } else { REFILL };
        verdict.undecided = !self.is_movement && !verdict.contaminated;
        verdict.contaminated = true;
        if self.is_movement { Quality::MOTION } else { Quality::NONE }
    }

    fn lead_off(&mut self, facts: &Facts, verdict: &mut Verdict) -> Quality {
        let (Some(envelope), Some(baseline)) = (facts.envelope, facts.baseline) else { return Quality::NONE };
        let is_low =
            envelope < NO_MUSCLE_RATIO * baseline || (envelope < LEAD_OFF_RATIO * baseline && envelope < facts.floor);
        // One tick on the other side of a limit proves nothing, neither way.
        self.low = if is_low { (self.low + 1).min(LEAD_OFF_TICKS) } else { self.low.saturating_sub(2) };
        self.off = self.low == LEAD_OFF_TICKS || (self.off && self.low > 0);
        if !self.off {
            return Quality::NONE;
        }
        verdict.untrusted = true;
        Quality::LEAD_OFF
    }
}

/// Longest and shortest time between heart beats, in ticks (40 to 180 a minute).
const BEAT_TICKS: (u32, u32) = (33, 150);
/// Regular beats in a row that are reported.
const BEATS: u32 = 5;
/// Ticks over which the usual slope is learned, and its memory.
const LEARNING: u32 = ticks(2.0);
/// A spike exceeds this multiple of the usual slope.
const SPIKE: f32 = 6.0;
/// Beats are looked for while the envelope is below this multiple of rest.
const BEATS_BELOW: f32 = 3.0;

/// Finds heart beats: spikes of the slope that come regularly.
#[derive(Debug, Clone, Default)]
struct BeatFinder {
    /// Slow mean of the slope's size.
    usual: f32,
    seen: u32,
    since: u32,
    interval: u32,
    regular: u32,
}

impl BeatFinder {
    fn tick(&mut self, slope: f32, masked: bool) -> bool {
        self.since = self.since.saturating_add(1);
        if self.since > BEAT_TICKS.1 {
            self.regular = 0;
        }
        let size = slope.abs();
        if !masked && self.seen > LEARNING && size > SPIKE * self.usual && self.since > BEAT_TICKS.0 {
            let similar = self.since.abs_diff(self.interval) * 6 < self.interval;
            self.regular = if similar { (self.regular + 1).min(2 * BEATS) } else { self.regular / 2 };
            self.interval = self.since;
            self.since = 0;
        }
        // A spike counts at most threefold, so that beats do not raise the bar for themselves.
        if !masked && size.is_finite() {
            self.seen = self.seen.saturating_add(1);
            let learned = self.seen > LEARNING;
            let limited = if learned { size.min(3.0 * self.usual) } else { size };
            // A plain mean at first, then an exponential one.
            self.usual += (limited - self.usual) / if learned { LEARNING as f32 } else { self.seen as f32 };
        }
        self.regular >= BEATS
    }
}

//! The three states: rest, controlled contraction, overactivity, with reasons.
//!
//! A machine over 10-ms ticks that is told what was asked for and whether the muscle is active. It knows no µV.
//!
//! ```text
//! work, reference   above the work band for 0.5 s       overactive (overshoot)
//!                   else active                         controlled
//!                   else                                rest
//! rest, quiet       not active                          rest
//!                   active since the work cue, ≤ 2 s    controlled (releasing)
//!                   active since the work cue, > 2 s    overactive (slow_release)
//!                   active again for ≥ 1 s              overactive (tone)
//!                   active again for less               rest (a cough)
//! free              above the work band for 0.5 s       overactive (overshoot)
//!                   active for more than 10 s           overactive (too_long)
//!                   else active                         controlled
//! ```
//!
//! Without a cue, uninvited tone and a weak wanted contraction look alike on one channel; `free` therefore calls short
//! activity controlled.
//!
//! Reference: docs/STATES.md; the dwell times are engineering choices guided by the literature, not clinical limits.

use crate::calibration::ticks;
use crate::config::PipelineConfig;
use crate::decision::{Reasons, State};
use crate::input::Cue;
use tonus_dsp::ring::Ring;
use tonus_dsp::stats::quantile_in_place;

/// Invalid ticks after which what was known about the muscle is forgotten.
const FORGET_AFTER: u32 = ticks(1.0);
/// Rest above this multiple of the baseline over 10 s is elevated.
const ELEVATED_RATIO: f32 = 1.25;
/// Rest after a contraction above this multiple of the baseline is a residual.
const RESIDUAL_RATIO: f32 = 1.15;
/// When after the rest cue the residual is looked at.
const RESIDUAL_FROM: u32 = ticks(3.0);
/// Coefficient of variation of 1-s means above which a hold is unstable.
const INSTABILITY_CV: f32 = 0.15;
/// One envelope value in so many ticks is remembered.
const STRIDE: u32 = 10;
/// The remembered values are looked at once a second.
const LOOK_EVERY: u32 = ticks(1.0);
/// Values remembered: 10 s.
const REMEMBERED: usize = 100;
/// Values needed for the residual: 2 s.
const RESIDUAL_VALUES: usize = 20;
/// Co-contraction counts after this long.
const CO_CONTRACTION: u32 = ticks(0.5);

/// Dwell times in ticks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dwell {
    grace: u32,
    tone: u32,
    high: u32,
    free: u32,
}

impl Dwell {
    pub fn new(config: &PipelineConfig) -> Self {
        Self {
            grace: ticks(config.grace_s),
            tone: ticks(config.tone_dwell_s),
            high: ticks(config.overshoot_dwell_s),
            free: ticks(config.free_limit_s),
        }
    }
}

/// What the machine is told at a tick.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Observation {
    pub cue: Cue,
    /// Whether a state can be told at all.
    pub valid: bool,
    pub active: bool,
    /// Active over the slow window, whatever the last ticks say.
    pub sustained: bool,
    /// Power of the level over that of the threshold at which activity starts.
    pub power: f32,
    /// Above the work band; unknown where too little of its window is valid.
    pub high: Option<bool>,
    pub envelope: Option<f32>,
    pub baseline: f32,
    /// A muscle that should be quiet contracts along.
    pub accompanied: bool,
}

/// Activity at rest that was not asked for, from its first active tick on.
///
/// A motor unit that fires 7 to 10 times a second leaves pauses in which nothing is active: the slow window bridges them. A tone
/// that creeps up crosses the threshold many times before it lies above: the mean over the dwell decides.
#[derive(Debug, Clone, Copy)]
struct Tone {
    /// Ticks since it began; 0 while there is none.
    ticks: u32,
    /// Inactive ticks since the last active one, and the most there were before another one.
    pause: u32,
    longest_pause: u32,
    /// Mean power over about the last dwell, 1 at the threshold.
    mean: f32,
    /// It has lasted long enough, and above the threshold.
    is_held: bool,
}

impl Tone {
    const NONE: Self = Self { ticks: 0, pause: 0, longest_pause: 0, mean: 0.0, is_held: false };

    /// Takes a tick; whether tone is to be reported.
    fn step(&mut self, dwell: u32, o: &Observation) -> bool {
        if o.active {
            self.longest_pause = self.longest_pause.max(self.pause);
            self.pause = 0;
        } else if self.ticks > 0 && o.sustained {
            self.pause += 1;
        } else {
            *self = Self::NONE;
            return false;
        }
        self.ticks = self.ticks.saturating_add(1);
        // A plain mean at first, then an exponential one.
        self.mean += (o.power - self.mean) / self.ticks.min(dwell.max(1)) as f32;
        self.is_held |= self.ticks >= dwell && self.mean >= 1.0;
        // A pause no longer than those before belongs to it; a longer one may be its end.
        self.is_held && self.pause <= self.longest_pause
    }
}

/// The machine of one channel.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    high: u32,
    rest: u32,
    tone: Tone,
    releasing: bool,
    free: u32,
    invalid: u32,
    accompanied: u32,
    cue: Cue,
    in_cue: u32,
    recent: Ring<f32, REMEMBERED>,
    elevated: bool,
    residual: bool,
    unstable: bool,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            high: 0,
            rest: u32::MAX / 2,
            tone: Tone::NONE,
            releasing: false,
            free: 0,
            invalid: 0,
            accompanied: 0,
            cue: Cue::Free,
            in_cue: 0,
            recent: Ring::new(),
            elevated: false,
            residual: false,
            unstable: false,
        }
    }
}

impl Machine {
    /// Ticks since rest was asked for.
    pub const fn rested(&self) -> u32 {
        self.rest
    }

    /// Whether so much invalid signal has passed that the muscle's activity must be learned anew.
    pub const fn has_forgotten(&self) -> bool {
        self.invalid == FORGET_AFTER
    }

    /// Lets invalid ticks go by, once there have been enough to forget all.
    pub fn pass(&mut self, ticks: u64) {
        let ticks = u32::try_from(ticks).unwrap_or(u32::MAX);
        self.in_cue = self.in_cue.saturating_add(ticks);
        if self.cue.is_rest() {
            self.rest = self.rest.saturating_add(ticks);
        }
    }

    pub fn step(&mut self, dwell: &Dwell, o: &Observation) -> (State, Reasons) {
        if o.cue == self.cue {
            self.in_cue = self.in_cue.saturating_add(1);
        } else {
            self.enter(o.cue);
        }
        self.rest = if o.cue.is_rest() { self.rest.saturating_add(1) } else { 0 };
        if !o.valid {
            // Dwell times stand still: nothing is held against the person that was not seen.
            self.invalid = (self.invalid + 1).min(FORGET_AFTER + 1);
            if self.has_forgotten() {
                (self.high, self.tone, self.free, self.accompanied, self.releasing) = (0, Tone::NONE, 0, 0, false);
            }
            return (State::Invalid, Reasons::NONE);
        }
        self.invalid = 0;
        self.high = match o.high {
            Some(true) => self.high + 1,
            Some(false) => 0,
            None => self.high,
        };
        let (state, mut reasons) = match o.cue {
            Cue::Work | Cue::Reference => self.work(dwell, o),
            Cue::Rest | Cue::Quiet => self.resting(dwell, o),
            Cue::Free => self.unasked(dwell, o),
        };
        reasons |= self.remarks(o);
        (state, reasons)
    }

    fn enter(&mut self, cue: Cue) {
        self.cue = cue;
        self.in_cue = 1;
        self.recent.clear();
        self.unstable = false;
        self.elevated = false;
        if cue.is_work() {
            self.residual = false;
        }
    }

    fn work(&mut self, dwell: &Dwell, o: &Observation) -> (State, Reasons) {
        (self.tone, self.free, self.releasing) = (Tone::NONE, 0, o.active);
        if self.high >= dwell.high {
            (State::Overactive, Reasons::OVERSHOOT)
        } else if o.active {
            (State::Controlled, Reasons::NONE)
        } else {
            (State::Rest, Reasons::NONE)
        }
    }

    fn resting(&mut self, dwell: &Dwell, o: &Observation) -> (State, Reasons) {
        self.free = 0;
        // A slow release may be as spiky as a tone: until it has faded for good, what comes again still belongs to it.
        self.releasing &= o.active || o.sustained;
        if self.releasing && o.active {
            return if self.rest <= dwell.grace {
                (State::Controlled, Reasons::NONE)
            } else {
                (State::Overactive, Reasons::SLOW_RELEASE)
            };
        }
        if self.tone.step(dwell.tone, o) { (State::Overactive, Reasons::TONE) } else { (State::Rest, Reasons::NONE) }
    }

    fn unasked(&mut self, dwell: &Dwell, o: &Observation) -> (State, Reasons) {
        (self.tone, self.releasing) = (Tone::NONE, o.active);
        self.free = if o.active { self.free.saturating_add(1) } else { 0 };
        if self.high >= dwell.high {
            (State::Overactive, Reasons::OVERSHOOT)
        } else if self.free > dwell.free {
            (State::Overactive, Reasons::TOO_LONG)
        } else if o.active {
            (State::Controlled, Reasons::NONE)
        } else {
            (State::Rest, Reasons::NONE)
        }
    }

    /// What is noticed beside the state. It does not change the state.
    fn remarks(&mut self, o: &Observation) -> Reasons {
        let mut reasons = Reasons::NONE;
        self.accompanied = if o.accompanied { self.accompanied + 1 } else { 0 };
        if self.accompanied >= CO_CONTRACTION {
            reasons |= Reasons::CO_CONTRACTION;
        }
        let relevant = if o.cue.is_rest() { !o.active && self.in_cue > RESIDUAL_FROM } else { o.active };
        if let Some(envelope) = o.envelope.filter(|_| relevant && self.in_cue % STRIDE == 0) {
            self.recent.push(envelope);
            if self.in_cue % LOOK_EVERY == 0 {
                self.look_back(o);
            }
        }
        if self.elevated {
            reasons |= Reasons::ELEVATED_REST;
        }
        if self.residual && o.cue.is_rest() {
            reasons |= Reasons::RESIDUAL;
        }
        if self.unstable {
            reasons |= Reasons::INSTABILITY;
        }
        reasons
    }

    fn look_back(&mut self, o: &Observation) {
        if !(o.baseline > 0.0) {
            return;
        }
        if o.cue.is_rest() {
            let mut values = [0.0; REMEMBERED];
            let mut count = 0;
            for (slot, value) in values.iter_mut().zip(self.recent.iter()) {
                *slot = *value;
                count += 1;
            }
            let Some(median) = quantile_in_place(&mut values[..count], 0.5) else { return };
            self.elevated = count == REMEMBERED && median > ELEVATED_RATIO * o.baseline;
            self.residual = count >= RESIDUAL_VALUES && median > RESIDUAL_RATIO * o.baseline;
        } else if o.cue == Cue::Work && self.recent.is_full() {
            // Ten 1-s means of ten values each.
            let mut means = [0.0_f32; 10];
            for (i, value) in self.recent.iter().enumerate() {
                means[i / 10] += value / 10.0;
            }
            let median = quantile_in_place(&mut means.clone(), 0.5).unwrap_or(0.0);
            let mut distances = means.map(|mean| (mean - median).abs());
            let mad = quantile_in_place(&mut distances, 0.5).unwrap_or(0.0);
            self.unstable = 1.4826 * mad > INSTABILITY_CV * median;
        }
    }
}

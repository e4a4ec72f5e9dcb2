//! A repetition: one contraction and the release after it, measured in ticks of 10 ms.

use super::phase::Phase;
use super::target::Target;
use crate::calibration::ticks;
use crate::decision::{Decision, Reasons, State};
use crate::summary::RELEASE_HELD_S;
use tonus_dsp::ring::Ring;
use tonus_dsp::stats::{Extremes, Reservoir, Welford};
use tonus_dsp::units::tick_seconds;

/// Inactivity that counts as let go.
const HELD: u32 = ticks(RELEASE_HELD_S);
/// Activity that counts as a contraction.
const SHORTEST: u32 = ticks(crate::summary::SHORTEST_S);
/// Invalid signal after which a release cannot be timed.
const BRIDGED: u32 = ticks(crate::summary::BRIDGED_INVALID_S);
/// The level before the release cue is taken over this long.
const LEVEL: usize = 50;
/// Natural logarithm of 9: from 90 % to 10 %.
const LN_9: f64 = 2.197_224_577_336_22;

/// Why a repetition does not count. None of these is a judgement; each says what to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Rejection {
    /// The phase did not run to its end.
    Interrupted,
    /// There was no resting level to compare with.
    NoBaseline,
    /// Less than half of it was valid signal.
    TooLittleSignal,
    /// The muscle was not seen to contract.
    NoContraction,
    /// Another muscle, which should be quiet, contracted along.
    CoContraction,
    /// Stronger than the work band for half a second.
    Overshoot,
    /// Less of it was on target than the programme asks for.
    OffTarget,
}

impl Rejection {
    /// Every reason, in the order in which they are looked at.
    pub const ALL: [Self; 7] = [
        Self::Interrupted,
        Self::NoBaseline,
        Self::TooLittleSignal,
        Self::NoContraction,
        Self::CoContraction,
        Self::Overshoot,
        Self::OffTarget,
    ];

    /// The word used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Interrupted => "interrupted",
            Self::NoBaseline => "no_baseline",
            Self::TooLittleSignal => "too_little_signal",
            Self::NoContraction => "no_contraction",
            Self::CoContraction => "co_contraction",
            Self::Overshoot => "overshoot",
            Self::OffTarget => "off_target",
        }
    }
}

/// How a contraction was let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// Before the rest cue came.
    BeforeCue,
    /// So many ticks after the rest cue, and for at least 0.25 s; as decided, with the delay of the detector in it.
    After(u32),
    /// Not within the rest that was given.
    Never,
    /// Cannot be said: too much of it is invalid, it was cut short, or no rest followed.
    Unknown,
}

impl Release {
    /// The word used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BeforeCue => "before_cue",
            Self::After(_) => "after",
            Self::Never => "never",
            Self::Unknown => "unknown",
        }
    }
}

/// A contraction and what followed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Repetition {
    /// The phase that asked for it.
    pub phase: Phase,
    /// Number of the repetition in the session, from 1.
    pub number: u32,
    /// Why it does not count; none if it does.
    pub rejection: Option<Rejection>,
    /// Ticks of the contraction phase, and how many of them are valid.
    pub ticks: u32,
    /// See `ticks`.
    pub valid_ticks: u32,
    /// From the cue to activity, in ticks.
    pub reaction_ticks: Option<u32>,
    /// Largest envelope.
    pub peak_uv: Option<f32>,
    /// Mean envelope, the first second left out (the first quarter of shorter steps).
    pub mean_uv: Option<f64>,
    /// Standard deviation of the envelope over the same time.
    pub sd_uv: Option<f64>,
    /// Standard deviation over mean.
    pub cv: Option<f64>,
    /// Share of the valid time of `mean_uv` that was within the band; none without a band or a reference.
    pub on_target_share: Option<f32>,
    /// From activity to the peak, in ticks.
    pub rise_ticks: Option<u32>,
    /// From the peak to inactivity, in ticks.
    pub fall_ticks: Option<u32>,
    /// How it was let go.
    pub release: Release,
    /// Delay of the detector in a release, in ticks.
    pub delay_ticks: u32,
    /// Time constant of the release: the fall from 90 % to 10 % over ln 9. The envelope's own window sets a floor of about
    /// 0.03 s.
    pub decay_s: Option<f64>,
    /// Median envelope of the rest after it over the baseline, its first 3 s left out.
    pub residual_ratio: Option<f32>,
    /// Whether it was let go within the allowance, and fully; none if that cannot be said.
    pub complete_release: Option<bool>,
    /// First sample of the rest after it; none if no rest followed.
    pub rest_start: Option<u64>,
}

impl Repetition {
    /// From the rest cue to letting go, in seconds: the muscle's own time, the delay of the detector taken off.
    ///
    /// That delay is between half of the detection window (a slow release) and all of it (a sudden one); three quarters and a
    /// tick leave less than 0.03 s either way at the usual window of 80 ms.
    pub fn release_s(&self) -> Option<f64> {
        match self.release {
            Release::After(after) => Some(tick_seconds(u64::from(after.saturating_sub(self.delay_ticks)))),
            Release::BeforeCue | Release::Never | Release::Unknown => None,
        }
    }
}

/// What decides whether a release is complete.
#[derive(Debug, Clone, Copy)]
pub(super) struct Complete {
    pub grace_ticks: u32,
    pub residual: f32,
    /// Delay of the detector in a release.
    pub delay_ticks: u32,
}

/// A repetition under way.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    phase: Phase,
    number: u32,
    lead: u32,
    ticks: u32,
    valid: u32,
    active: u32,
    sums: Welford,
    extremes: Extremes,
    on_target: u32,
    counted: u32,
    has_target: bool,
    reasons: Reasons,
    onset: Option<u32>,
    /// Ticks from the cue to the peak.
    peak: u32,
    /// Ticks from the cue to inactivity that has lasted `inactive` ticks.
    offset: Option<u32>,
    inactive: u32,
    let_go: bool,
    was_active: bool,
    level: Ring<f32, LEVEL>,
    rest: Option<Rest>,
    cut: bool,
}

/// The rest after a contraction.
#[derive(Debug, Clone)]
struct Rest {
    start: u64,
    lead: u32,
    ticks: u32,
    valid: u32,
    invalid_before_release: u32,
    was_active: bool,
    candidate: Option<u32>,
    run: u32,
    released: Option<u32>,
    from_level: Option<f32>,
    high: Option<u32>,
    low: Option<u32>,
    residual: Reservoir<128>,
}

impl Draft {
    pub fn new(phase: Phase, number: u32, lead: u32) -> Self {
        Self {
            phase,
            number,
            lead,
            ticks: 0,
            valid: 0,
            active: 0,
            sums: Welford::new(),
            extremes: Extremes::new(),
            on_target: 0,
            counted: 0,
            has_target: false,
            reasons: Reasons::NONE,
            onset: None,
            peak: 0,
            offset: None,
            inactive: 0,
            let_go: false,
            was_active: false,
            level: Ring::new(),
            rest: None,
            cut: false,
        }
    }

    /// Whether this phase asked for it.
    pub fn is_of(&self, phase: &Phase) -> bool {
        self.phase.number == phase.number
    }

    /// The contraction phase was left before its end.
    pub fn cut(&mut self) {
        self.cut = true;
    }

    /// Takes a decision of the contraction phase.
    pub fn contract(&mut self, d: &Decision, has_reference: bool) {
        self.ticks += 1;
        if d.state == State::Invalid {
            return;
        }
        self.valid += 1;
        self.reasons |= d.reasons;
        let is_active = matches!(d.state, State::Controlled | State::Overactive);
        self.was_active = is_active;
        self.active += u32::from(is_active);
        self.follow(is_active);
        if self.extremes.max().is_none_or(|max| d.envelope_uv > max) {
            self.peak = self.ticks;
        }
        self.extremes.push(d.envelope_uv);
        self.level.push(d.envelope_uv);
        if self.ticks > self.lead {
            self.sums.push(f64::from(d.envelope_uv));
            self.counted += 1;
            match self.phase.step.target {
                Target::Band { low, high } if has_reference => {
                    self.has_target = true;
                    self.on_target += u32::from(d.activation >= low && d.activation <= high);
                }
                _ => {}
            }
        }
    }

    /// Keeps track of where activity began and where it ended for good.
    fn follow(&mut self, is_active: bool) {
        if self.let_go {
            return;
        }
        let at = self.ticks + self.rest.as_ref().map_or(0, |rest| rest.ticks);
        if is_active {
            self.onset.get_or_insert(at);
            (self.offset, self.inactive) = (None, 0);
        } else if self.onset.is_some() {
            self.offset.get_or_insert(at);
            self.inactive += 1;
            // Within the contraction phase a second try may follow; in the rest after it the first end is the end.
            self.let_go = self.inactive >= HELD && self.rest.is_some();
        }
    }

    /// The rest after it begins.
    pub fn begin_rest(&mut self, start: u64, lead: u32) {
        let mut values = [0.0; LEVEL];
        let mut count = 0;
        for (slot, value) in values.iter_mut().zip(self.level.iter()) {
            *slot = *value;
            count += 1;
        }
        let from_level = tonus_dsp::stats::quantile_in_place(&mut values[..count], 0.5);
        self.rest = Some(Rest {
            start,
            lead,
            ticks: 0,
            valid: 0,
            invalid_before_release: 0,
            was_active: self.was_active,
            candidate: None,
            run: 0,
            released: None,
            from_level,
            high: None,
            low: None,
            residual: Reservoir::new(),
        });
    }

    /// Takes a decision of the rest after it.
    pub fn let_go(&mut self, d: &Decision, baseline_uv: Option<f32>) {
        let Some(rest) = &mut self.rest else { return };
        rest.ticks += 1;
        if !d.is_measurable() {
            rest.invalid_before_release += u32::from(rest.released.is_none());
            return;
        }
        rest.valid += 1;
        let is_active = matches!(d.state, State::Controlled | State::Overactive);
        if rest.released.is_none() {
            if is_active {
                (rest.candidate, rest.run) = (None, 0);
            } else {
                let candidate = *rest.candidate.get_or_insert(rest.ticks);
                rest.run += 1;
                if rest.run >= HELD {
                    // The tick before the first inactive one is the last of the contraction.
                    rest.released = Some(candidate - 1);
                }
            }
        }
        if let Some((level, baseline)) = rest.from_level.zip(baseline_uv).filter(|(level, baseline)| level > baseline) {
            let share = (d.envelope_uv - baseline) / (level - baseline);
            if share < 0.9 {
                rest.high.get_or_insert(rest.ticks);
            }
            if share < 0.1 {
                rest.low.get_or_insert(rest.ticks);
            }
        }
        if rest.ticks > rest.lead {
            rest.residual.push(d.envelope_uv);
        }
        self.follow(is_active);
    }

    /// Ends it.
    pub fn finish(self, baseline_uv: Option<f32>, complete: Complete) -> Repetition {
        let on_target_share =
            (self.has_target && self.counted > 0).then(|| self.on_target as f32 / self.counted as f32);
        let residual_ratio = self.rest.as_ref().and_then(|rest| {
            let median = rest.residual.median().filter(|_| rest.residual.count() >= u64::from(ticks(1.0)))?;
            baseline_uv.filter(|baseline| *baseline > 0.0).map(|baseline| median / baseline)
        });
        let release = self.release();
        let in_time = match release {
            Release::BeforeCue => Some(true),
            Release::After(after) => Some(after <= complete.grace_ticks),
            Release::Never => Some(false),
            Release::Unknown => None,
        };
        let enough = self.rest.as_ref().is_some_and(|rest| 2 * rest.valid >= rest.ticks);
        let complete_release = in_time
            .filter(|_| enough)
            .map(|in_time| in_time && residual_ratio.is_none_or(|ratio| ratio <= complete.residual));
        let decay = self.rest.as_ref().and_then(|rest| Some((rest.high?, rest.low?)));
        let rise_ticks = self.onset.and_then(|onset| self.peak.checked_sub(onset));
        let ended = self.offset.filter(|_| self.inactive >= HELD);
        Repetition {
            phase: self.phase,
            number: self.number,
            rejection: self.rejection(on_target_share, baseline_uv.is_some()),
            ticks: self.ticks,
            valid_ticks: self.valid,
            reaction_ticks: self.onset.map(|onset| onset - 1),
            peak_uv: self.extremes.max(),
            mean_uv: self.sums.mean(),
            sd_uv: self.sums.sd(),
            cv: self.sums.cv(),
            on_target_share,
            rise_ticks,
            fall_ticks: ended.and_then(|offset| offset.checked_sub(self.peak)),
            release,
            delay_ticks: complete.delay_ticks,
            decay_s: decay.map(|(high, low)| tick_seconds(u64::from(low.saturating_sub(high))) / LN_9),
            residual_ratio,
            complete_release,
            rest_start: self.rest.as_ref().map(|rest| rest.start),
        }
    }

    fn release(&self) -> Release {
        let Some(rest) = &self.rest else { return Release::Unknown };
        if self.active < SHORTEST {
            return Release::Unknown;
        }
        if !rest.was_active {
            return Release::BeforeCue;
        }
        match rest.released {
            _ if rest.invalid_before_release > BRIDGED => Release::Unknown,
            Some(after) => Release::After(after),
            // Let go at the very end, or a rest too short to tell.
            None if rest.candidate.is_some() || rest.ticks < 2 * HELD => Release::Unknown,
            None => Release::Never,
        }
    }

    fn rejection(&self, on_target_share: Option<f32>, has_baseline: bool) -> Option<Rejection> {
        let pass = self.phase.step.pass_share;
        let holds = |rejection: Rejection| match rejection {
            Rejection::Interrupted => self.cut,
            Rejection::NoBaseline => !has_baseline,
            Rejection::TooLittleSignal => 2 * self.valid < self.ticks || self.ticks == 0,
            Rejection::NoContraction => self.active < SHORTEST,
            Rejection::CoContraction => self.reasons.intersects(Reasons::CO_CONTRACTION),
            Rejection::Overshoot => self.reasons.intersects(Reasons::OVERSHOOT),
            Rejection::OffTarget => pass > 0.0 && on_target_share.is_some_and(|share| share < pass),
        };
        Rejection::ALL.into_iter().find(|rejection| holds(*rejection))
    }
}

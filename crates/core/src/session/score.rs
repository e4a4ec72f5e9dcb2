//! What one channel did: phase by phase, repetition by repetition, and in all.
//!
//! Everything is counted on valid time only; while a baseline is being measured, when no state can be told yet, that is time
//! whose envelope is known and whose only flag is the missing calibration. Where less than half of the time that matters is valid there is no score, and where
//! fewer than five repetitions were timed there is no median.
//!
//! | number | over |
//! |---|---|
//! | relaxation | rest and breathing under a ceiling: share of valid time below it, the release (3 s, or half of a shorter rest) left out |
//! | hold | contractions with a band: share of valid time within it, the first second left out (the first quarter of shorter steps) |
//! | releases | contractions that count and their rest: complete if let go within the allowance and down to 1.15 × baseline |

use super::breath::BreathPhase;
use super::phase::{Cause, Phase, PhaseChange, Purpose, Stage};
use super::program::StepKind;
use super::repetition::{Complete, Draft, Rejection, Repetition};
use super::target::{AdaptiveCeiling, Target, TargetMove};
use crate::calibrate::{Calibration, ticks};
use crate::event::{Decision, Quality, Reasons, State};
use crate::stats::{Extremes, Reservoir, Welford};
use crate::units::tick_seconds;

/// Least share of valid time for a score.
pub const MIN_VALID_SHARE: f64 = 0.5;
/// Fewest repetitions for a median: single releases vary too much between trials (docs/REFERENCES.md, R24).
pub const MIN_REPETITIONS: u64 = 5;
/// Rest after a contraction is measured from here on.
pub const SETTLED_S: f64 = 3.0;
/// A release is complete if the rest after it comes down to this multiple of the baseline.
pub const COMPLETE_RESIDUAL: f32 = 1.15;
/// A contraction is measured from here on, and a baseline, whose filters settle first.
const ONSET_S: f64 = 1.0;

/// What a phase came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PhaseResult {
    /// The phase; its end is where it really ended.
    pub phase: Phase,
    /// Whether it was left before its end.
    pub is_cut: bool,
    /// Its ticks (pauses left out), and how many of them are valid.
    pub ticks: u32,
    /// See `ticks`.
    pub valid_ticks: u32,
    /// Ticks that are measured: valid, and after what is left out at the beginning.
    pub counted_ticks: u32,
    /// How many of the counted ticks were on target; none without a target, or without the calibration that it refers to.
    pub on_target_ticks: Option<u32>,
    /// The envelope (RMS over 100 ms, one value per 10 ms) over the counted ticks, µV. Its standard deviation and its
    /// variation are kept apart: the two answer different questions, and both depend on the window.
    pub envelope: Welford,
    /// Median envelope over the counted ticks, µV.
    pub median_uv: Option<f32>,
    /// Largest envelope of the whole phase, µV.
    pub peak_uv: Option<f32>,
    /// The ceiling at the end, in multiples of the baseline.
    pub ceiling_ratio: Option<f32>,
    /// Mean envelope while breathing in and while breathing out, µV.
    pub breath_uv: Option<(f64, f64)>,
}

impl PhaseResult {
    /// Share of the phase that is valid.
    pub fn valid_share(&self) -> f64 {
        if self.ticks == 0 { 0.0 } else { f64::from(self.valid_ticks) / f64::from(self.ticks) }
    }

    /// Share of the counted time on target; none if too little is valid.
    pub fn on_target_share(&self) -> Option<f64> {
        let on_target = f64::from(self.on_target_ticks?);
        (self.valid_share() >= MIN_VALID_SHARE && self.counted_ticks > 0)
            .then(|| on_target / f64::from(self.counted_ticks))
    }
}

/// What a [`Scorer`] finds out on the way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measured {
    /// A phase is over.
    Phase(PhaseResult),
    /// A repetition and the rest after it are over.
    Repetition(Repetition),
    /// The ceiling moved.
    Target(TargetMove),
}

/// Time on target, in points from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Points {
    /// All ticks that matter.
    pub ticks: u64,
    /// How many of them are valid.
    pub valid_ticks: u64,
    /// How many of the valid ones are measured.
    pub counted_ticks: u64,
    /// How many of the measured ones were on target.
    pub on_target_ticks: u64,
}

impl Points {
    /// Share of valid time.
    pub fn valid_share(&self) -> Option<f64> {
        (self.ticks > 0).then(|| self.valid_ticks as f64 / self.ticks as f64)
    }

    /// 100 × the share of measured time on target; none below [`MIN_VALID_SHARE`].
    pub fn points(&self) -> Option<f64> {
        let enough = self.valid_share()? >= MIN_VALID_SHARE && self.counted_ticks > 0;
        enough.then(|| 100.0 * self.on_target_ticks as f64 / self.counted_ticks as f64)
    }

    fn add(&mut self, result: &PhaseResult) {
        let Some(on_target) = result.on_target_ticks else { return };
        self.ticks += u64::from(result.ticks);
        self.valid_ticks += u64::from(result.valid_ticks);
        self.counted_ticks += u64::from(result.counted_ticks);
        self.on_target_ticks += u64::from(on_target);
    }
}

/// What a session came to, on one channel.
#[derive(Debug, Clone, Default)]
pub struct Scores {
    /// Time below the relaxation ceiling.
    pub relaxation: Points,
    /// Time within the work band.
    pub hold: Points,
    /// The envelope at rest in the phases that ask for it, releases left out.
    pub rest: Welford,
    /// Repetitions that count.
    pub counted: u32,
    /// Repetitions that do not, by reason, in the order of [`Rejection::ALL`].
    pub rejected: [u32; Rejection::ALL.len()],
    /// Releases that could be judged, and how many were complete.
    pub releases: u32,
    /// See `releases`.
    pub complete_releases: u32,
    release: Reservoir<64>,
    residual: Reservoir<64>,
    rise: Reservoir<64>,
    fall: Reservoir<64>,
    hold_cv: Reservoir<64>,
    inhale: Welford,
    exhale: Welford,
    contraction_ticks: u64,
    co_contraction_ticks: u64,
}

fn median(values: &Reservoir<64>) -> Option<f64> {
    values.median().filter(|_| values.count() >= MIN_REPETITIONS).map(f64::from)
}

impl Scores {
    /// Median time from the rest cue to letting go, s; none below [`MIN_REPETITIONS`] timed releases.
    pub fn release_s(&self) -> Option<f64> {
        median(&self.release).map(|ticks| ticks / 100.0)
    }

    /// How many releases were timed.
    pub fn releases_timed(&self) -> u64 {
        self.release.count()
    }

    /// Median of rest after a contraction over baseline; none below [`MIN_REPETITIONS`].
    pub fn residual_ratio(&self) -> Option<f64> {
        median(&self.residual)
    }

    /// Median time from activity to the peak of quick contractions, s; none below [`MIN_REPETITIONS`].
    pub fn rise_s(&self) -> Option<f64> {
        median(&self.rise).map(|ticks| ticks / 100.0)
    }

    /// Median time from the peak to inactivity of quick contractions, s; none below [`MIN_REPETITIONS`].
    pub fn fall_s(&self) -> Option<f64> {
        median(&self.fall).map(|ticks| ticks / 100.0)
    }

    /// Median variation (SD over mean) of holds; none below [`MIN_REPETITIONS`].
    pub fn hold_cv(&self) -> Option<f64> {
        median(&self.hold_cv)
    }

    /// Mean envelope while breathing in and out, µV, once both have been seen for a second.
    pub fn breath_uv(&self) -> Option<(f64, f64)> {
        let enough = |sums: &Welford| sums.mean().filter(|_| sums.count() >= u64::from(ticks(1.0)));
        Some((enough(&self.inhale)?, enough(&self.exhale)?))
    }

    /// Share of valid contraction time in which another muscle contracted along.
    pub fn co_contraction_share(&self) -> Option<f64> {
        (self.contraction_ticks > 0).then(|| self.co_contraction_ticks as f64 / self.contraction_ticks as f64)
    }

    /// All repetitions, counted or not.
    pub fn repetitions(&self) -> u32 {
        self.counted + self.rejected.iter().sum::<u32>()
    }

    fn phase(&mut self, result: &PhaseResult) {
        let kind = result.phase.kind();
        if kind.is_relaxation() {
            self.relaxation.add(result);
        } else if kind.is_contraction() && kind != StepKind::Flick {
            self.hold.add(result);
        }
    }

    fn repetition(&mut self, repetition: &Repetition) {
        if let Some(reason) = repetition.rejection {
            let slots = self.rejected.iter_mut().zip(Rejection::ALL);
            slots.for_each(|(count, one)| *count += u32::from(one == reason));
            return;
        }
        let keep = |reservoir: &mut Reservoir<64>, value: Option<f32>| value.map(|value| reservoir.push(value));
        self.counted += 1;
        if let Some(complete) = repetition.complete_release {
            self.releases += 1;
            self.complete_releases += u32::from(complete);
        }
        keep(&mut self.release, repetition.release_s().map(|seconds| (100.0 * seconds) as f32));
        let kind = repetition.phase.step.kind;
        keep(&mut self.residual, repetition.residual_ratio);
        if kind == StepKind::Flick {
            keep(&mut self.rise, repetition.rise_ticks.map(|ticks| ticks as f32));
            keep(&mut self.fall, repetition.fall_ticks.map(|ticks| ticks as f32));
        } else {
            keep(&mut self.hold_cv, repetition.cv.map(|cv| cv as f32));
        }
    }
}

/// Whether something can be measured at a decision.
fn is_valid(d: &Decision, kind: StepKind) -> bool {
    let is_uncalibrated = kind == StepKind::Quiet && d.quality == Quality::WARMUP && d.envelope_uv.is_finite();
    d.state != State::Invalid || is_uncalibrated
}

/// The ceiling of a phase, in multiples of the baseline.
fn ceiling_of(phase: &Phase, following: Option<&AdaptiveCeiling>) -> Option<f32> {
    match phase.step.target {
        _ if phase.purpose == Purpose::Break => None,
        Target::Ceiling { ratio } => Some(ratio),
        Target::Adaptive(_) => following.map(AdaptiveCeiling::ratio),
        Target::None | Target::Band { .. } => None,
    }
}

/// Sums over a phase.
#[derive(Debug, Clone)]
struct Sums {
    phase: Phase,
    lead: u32,
    ticks: u32,
    valid: u32,
    counted: u32,
    on_target: Option<u32>,
    envelope: Welford,
    kept: Reservoir<256>,
    extremes: Extremes,
    breath: [Welford; 2],
}

/// Measures one channel over a session.
///
/// Tell it every [`PhaseChange`] before the decisions that follow, every calibration, and every decision of its channel.
/// Memory is constant; results go to the caller as they come.
#[derive(Debug, Clone)]
pub struct Scorer {
    complete: Complete,
    calibration: Option<(f32, bool)>,
    running: bool,
    is_valid: bool,
    is_counted: bool,
    sums: Option<Sums>,
    draft: Option<Draft>,
    /// Whether the phase under way is the rest after the draft's contraction.
    is_release: bool,
    ceiling: Option<AdaptiveCeiling>,
    repetitions: u32,
    scores: Scores,
}

impl Scorer {
    /// A scorer for a pipeline with this allowance for releases.
    pub fn new(grace_s: f64) -> Self {
        Self {
            complete: Complete { grace_ticks: ticks(grace_s), residual: COMPLETE_RESIDUAL, delay_ticks: 0 },
            calibration: None,
            running: false,
            is_valid: false,
            is_counted: false,
            sums: None,
            draft: None,
            is_release: false,
            ceiling: None,
            repetitions: 0,
            scores: Scores::default(),
        }
    }

    /// A calibration of the channel is in force from now on.
    pub fn calibrated(&mut self, calibration: &Calibration) {
        self.calibration = Some((calibration.baseline_uv, calibration.reference_uv.is_some()));
        self.complete.delay_ticks = (3 * calibration.detection.window_ticks as u32).div_ceil(4) + 1;
    }

    /// What the session has come to so far; phases and repetitions under way are not in it.
    pub const fn scores(&self) -> &Scores {
        &self.scores
    }

    /// The baseline in force, µV.
    pub fn baseline_uv(&self) -> Option<f32> {
        self.calibration.map(|(baseline, _)| baseline)
    }

    /// The ceiling of the phase under way, in multiples of the baseline.
    pub fn ceiling_ratio(&self) -> Option<f32> {
        self.sums.as_ref().and_then(|sums| ceiling_of(&sums.phase, self.ceiling.as_ref()))
    }

    /// The adaptive ceiling, once a phase has asked for one.
    pub const fn adaptive(&self) -> Option<&AdaptiveCeiling> {
        self.ceiling.as_ref()
    }

    /// Whether the latest decision is valid signal in a phase.
    pub const fn is_valid(&self) -> bool {
        self.is_valid
    }

    /// Whether the latest decision is measured: valid, in a phase, and after what is left out at its beginning.
    pub const fn is_counted(&self) -> bool {
        self.is_counted
    }

    /// Another phase, or none.
    pub fn change(&mut self, change: &PhaseChange, out: &mut impl FnMut(&Measured)) {
        self.running = change.stage == Stage::Running;
        let is_new = match change.cause {
            Cause::Paused | Cause::Paced => return self.pace(change),
            // A calibration that was interrupted begins again: what came before is no part of it.
            Cause::Resumed => change.phase.is_some_and(|phase| phase.start == change.at),
            _ => true,
        };
        if !is_new {
            return self.pace(change);
        }
        let is_cut = matches!(change.cause, Cause::Skipped | Cause::Stopped | Cause::Resumed);
        let before = self.sums.as_ref().map(|sums| sums.phase.kind());
        let after_effort = before.is_some_and(|kind| kind.is_contraction() || kind == StepKind::Reference);
        self.end_phase(change.at, is_cut, out);
        let Some(phase) = change.phase else {
            self.end_repetition(out);
            return;
        };
        let kind = phase.kind();
        let after_contraction = self.draft.is_some() && kind.is_relaxation() && !self.is_release;
        let duration = phase.step.duration_ms / 10;
        let lead = if after_contraction || (after_effort && kind.is_relaxation()) {
            ticks(SETTLED_S).min(duration / 2)
        } else if kind.is_contraction() || kind == StepKind::Quiet {
            ticks(ONSET_S).min(duration / 4)
        } else {
            0
        };
        self.is_release = after_contraction;
        match &mut self.draft {
            Some(draft) if after_contraction => draft.begin_rest(phase.start, lead),
            _ => self.end_repetition(out),
        }
        if kind.is_contraction() {
            self.repetitions += 1;
            self.draft = Some(Draft::new(phase, self.repetitions, lead));
        }
        if let Target::Adaptive(config) = phase.step.target
            && phase.purpose != Purpose::Break
        {
            match &mut self.ceiling {
                Some(ceiling) => ceiling.follow(config),
                None => self.ceiling = Some(AdaptiveCeiling::new(config)),
            }
        }
        self.sums = Some(Sums {
            phase,
            lead,
            ticks: 0,
            valid: 0,
            counted: 0,
            on_target: None,
            envelope: Welford::new(),
            kept: Reservoir::new(),
            extremes: Extremes::new(),
            breath: [Welford::new(); 2],
        });
    }

    /// The phase is the same, its end or pacer is not.
    fn pace(&mut self, change: &PhaseChange) {
        if let (Some(sums), Some(phase)) = (&mut self.sums, change.phase) {
            sums.phase = phase;
        }
    }

    /// Takes a decision of the channel, with the way the breath goes, if there is a pacer.
    pub fn push(&mut self, d: &Decision, breath: Option<BreathPhase>, out: &mut impl FnMut(&Measured)) {
        (self.is_valid, self.is_counted) = (false, false);
        if !self.running {
            return;
        }
        let Some(sums) = &mut self.sums else { return };
        let kind = sums.phase.kind();
        let baseline = self.calibration.map(|(baseline, _)| baseline);
        let has_reference = self.calibration.is_some_and(|(_, has_reference)| has_reference);
        let ceiling = ceiling_of(&sums.phase, self.ceiling.as_ref());
        sums.ticks += 1;
        let is_valid = is_valid(d, kind);
        self.is_valid = is_valid;
        self.is_counted = is_valid && sums.ticks > sums.lead;
        if let (Some(_), Some(_)) = (ceiling, baseline) {
            sums.on_target.get_or_insert(0);
        }
        if let (Target::Band { .. }, true) = (sums.phase.step.target, has_reference) {
            sums.on_target.get_or_insert(0);
        }
        if is_valid {
            sums.valid += 1;
            sums.extremes.push(d.envelope_uv);
            if self.is_counted {
                sums.counted += 1;
                sums.envelope.push(f64::from(d.envelope_uv));
                sums.kept.push(d.envelope_uv);
                let is_on_target = match (sums.phase.step.target, ceiling, baseline) {
                    (Target::Band { low, high }, _, _) => d.activation >= low && d.activation <= high,
                    (_, Some(ratio), Some(baseline)) => d.envelope_uv <= ratio * baseline,
                    _ => false,
                };
                if let Some(on_target) = &mut sums.on_target {
                    *on_target += u32::from(is_on_target);
                }
                if let Some(phase) = breath {
                    let value = f64::from(d.envelope_uv);
                    let all =
                        if phase == BreathPhase::Inhale { &mut self.scores.inhale } else { &mut self.scores.exhale };
                    all.push(value);
                    sums.breath[usize::from(phase == BreathPhase::Exhale)].push(value);
                }
                if kind.is_relaxation() {
                    self.scores.rest.push(f64::from(d.envelope_uv));
                }
            }
            if kind.is_contraction() {
                self.scores.contraction_ticks += 1;
                let along = d.reasons.intersects(Reasons::CO_CONTRACTION);
                self.scores.co_contraction_ticks += u64::from(along);
            }
        }
        if let Some(draft) = &mut self.draft {
            if self.is_release {
                draft.let_go(d, baseline);
            } else if kind.is_contraction() {
                draft.contract(d, has_reference);
            }
        }
        // The release is no rest yet: the ceiling does not follow it.
        if let (Target::Adaptive(_), Some(following), Some(baseline)) =
            (sums.phase.step.target, &mut self.ceiling, baseline)
            && sums.phase.purpose != Purpose::Break
            && sums.ticks > sums.lead
            && let Some(moved) = following.push(d, baseline)
        {
            out(&Measured::Target(moved));
        }
    }

    /// The recording is over at sample `at`: ends what is still open.
    pub fn finish(&mut self, at: u64, out: &mut impl FnMut(&Measured)) {
        let is_cut = self.sums.as_ref().is_some_and(|sums| at < sums.phase.end);
        self.end_phase(at, is_cut, out);
        self.end_repetition(out);
        self.running = false;
    }

    fn end_phase(&mut self, at: u64, is_cut: bool, out: &mut impl FnMut(&Measured)) {
        let Some(sums) = self.sums.take() else { return };
        if at <= sums.phase.start {
            // Left before its first sample: it never was.
            if self.draft.as_ref().is_some_and(|draft| draft.is_of(&sums.phase)) {
                self.draft = None;
                self.repetitions -= 1;
            }
            return;
        }
        let ceiling_ratio = ceiling_of(&sums.phase, self.ceiling.as_ref());
        let means = sums.breath[0].mean().zip(sums.breath[1].mean());
        let mut phase = sums.phase;
        phase.end = at.max(phase.start);
        let result = PhaseResult {
            phase,
            is_cut,
            ticks: sums.ticks,
            valid_ticks: sums.valid,
            counted_ticks: sums.counted,
            on_target_ticks: sums.on_target,
            envelope: sums.envelope,
            median_uv: sums.kept.median(),
            peak_uv: sums.extremes.max(),
            ceiling_ratio,
            breath_uv: means,
        };
        if is_cut
            && !self.is_release
            && let Some(draft) = &mut self.draft
        {
            draft.cut();
        }
        self.scores.phase(&result);
        out(&Measured::Phase(result));
    }

    fn end_repetition(&mut self, out: &mut impl FnMut(&Measured)) {
        let Some(draft) = self.draft.take() else { return };
        self.is_release = false;
        let repetition = draft.finish(self.baseline_uv(), self.complete);
        self.scores.repetition(&repetition);
        out(&Measured::Repetition(repetition));
    }
}

/// Seconds in ticks, for results that are counted in ticks.
impl PhaseResult {
    /// Length of the phase in seconds, pauses left out.
    pub fn seconds(&self) -> f64 {
        tick_seconds(u64::from(self.ticks))
    }
}

//! The [`Scorer`]: measures one channel over a session, decision by decision.

use super::breath::BreathPhase;
use super::phase::{Cause, Phase, PhaseChange, Purpose, Stage};
use super::program::StepKind;
use super::repetition::{Complete, Draft, Repetition};
use super::score::{COMPLETE_RESIDUAL, PhaseResult, SETTLED_S, Scores};
use super::target::{AdaptiveCeiling, Target, TargetMove};
use crate::calibration::{Calibration, ticks};
use crate::decision::{Decision, Reasons};
use crate::input::Cue;
use tonus_dsp::stats::{Extremes, Reservoir, Welford};

/// A contraction is measured from here on, and a baseline, whose filters settle first.
const ONSET_S: f64 = 1.0;

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

/// Whether something can be measured at a decision: also in a quiet step of which the pipeline was told that it is rest.
fn is_valid(d: &Decision, kind: StepKind) -> bool {
    let cue = if kind == StepKind::Quiet { Cue::Quiet } else { d.cue };
    Decision { cue, ..*d }.is_measurable()
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
        self.complete.delay_ticks = (3 * u32::from(calibration.detection.fast_ticks())).div_ceil(4) + 1;
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
        match (phase.step.target, &mut self.ceiling) {
            _ if phase.purpose == Purpose::Break => {}
            (Target::Adaptive(config), Some(ceiling)) => ceiling.follow(config),
            (Target::Adaptive(config), empty) => *empty = Some(AdaptiveCeiling::new(config)),
            _ => {}
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
        let is_rest = sums.phase.purpose != Purpose::Break && sums.ticks > sums.lead;
        match (sums.phase.step.target, &mut self.ceiling, baseline) {
            (Target::Adaptive(_), Some(following), Some(baseline)) if is_rest => {
                if let Some(moved) = following.push(d, baseline) {
                    out(&Measured::Target(moved));
                }
            }
            _ => {}
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
        if let Some(draft) = self.draft.as_mut().filter(|_| is_cut && !self.is_release) {
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

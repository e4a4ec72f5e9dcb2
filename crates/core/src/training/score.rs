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

use super::phase::Phase;
use super::program::StepKind;
use super::repetition::{Rejection, Repetition};
use crate::calibration::ticks;
use tonus_dsp::stats::{Reservoir, Welford};
use tonus_dsp::units::tick_seconds;

/// Least share of valid time for a score.
pub const MIN_VALID_SHARE: f64 = 0.5;
/// Fewest repetitions for a median: single releases vary too much between trials (docs/REFERENCES.md, R24).
pub const MIN_REPETITIONS: u64 = 5;
/// Rest after a contraction is measured from here on.
pub const SETTLED_S: f64 = 3.0;
/// A release is complete if the rest after it comes down to this multiple of the baseline.
pub const COMPLETE_RESIDUAL: f32 = 1.15;

/// Result of a phase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PhaseResult {
    /// The phase; its end is where it really ended.
    pub phase: Phase,
    /// Whether it was left before its end.
    pub is_cut: bool,
    /// Ticks of the phase, pauses left out.
    pub ticks: u32,
    /// Ticks of the phase that are valid.
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

    /// Length of the phase in seconds, pauses left out.
    pub fn seconds(&self) -> f64 {
        tick_seconds(u64::from(self.ticks))
    }
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

/// Result of a session on one channel.
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
    /// Releases that could be judged.
    pub releases: u32,
    /// Releases that were complete.
    pub complete_releases: u32,
    release: Reservoir<64>,
    residual: Reservoir<64>,
    rise: Reservoir<64>,
    fall: Reservoir<64>,
    hold_cv: Reservoir<64>,
    pub(super) inhale: Welford,
    pub(super) exhale: Welford,
    pub(super) contraction_ticks: u64,
    pub(super) co_contraction_ticks: u64,
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

    /// Share of valid contraction time during which another muscle contracted too.
    pub fn co_contraction_share(&self) -> Option<f64> {
        (self.contraction_ticks > 0).then(|| self.co_contraction_ticks as f64 / self.contraction_ticks as f64)
    }

    /// All repetitions, counted or not.
    pub fn repetitions(&self) -> u32 {
        self.counted + self.rejected.iter().sum::<u32>()
    }

    pub(super) fn phase(&mut self, result: &PhaseResult) {
        let kind = result.phase.kind();
        if kind.is_relaxation() {
            self.relaxation.add(result);
        } else if kind.is_contraction() && kind != StepKind::Flick {
            self.hold.add(result);
        }
    }

    pub(super) fn repetition(&mut self, repetition: &Repetition) {
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

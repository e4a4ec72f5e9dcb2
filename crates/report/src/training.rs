//! What `summary.json` says about a training session: phases, repetitions, targets, segments and scores.
//!
//! Every number that a report shows stands here. Seconds count from the first frame of the recording; a value that could
//! not be determined is `null`, and never a zero.

use serde::{Deserialize, Serialize};
use tonus_core::training::{
    Action, MIN_REPETITIONS, MIN_VALID_SHARE, MoveReason, PhaseResult, Purpose, Rejection, Repetition, Scores, Stage,
    StepKind, TargetMove,
};
use tonus_dsp::units::{SampleRate, tick_seconds};

use crate::release::ReleaseKind;
use crate::words::score as words;

/// Window of the envelope, in seconds.
pub(crate) const WINDOW_S: f64 = 0.1;

/// A training session, as far as it went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainingReport {
    /// Name of the programme, such as `glazer`.
    pub program: String,
    /// Its title for people.
    pub title: String,
    /// SHA-256 of the programme's text, in hex: two sessions with the same one asked for the same.
    pub program_sha256: String,
    /// How far it went; ready, running and paused mean that the recording ended before the programme did.
    pub stage: Stage,
    /// Begin and end of what was done.
    pub start_s: f64,
    /// See `start_s`.
    pub end_s: f64,
    /// Length of the programme without pauses and repeated calibrations.
    pub planned_s: f64,
    /// What the person or the program did on the way, other than letting time pass.
    pub commands: Vec<CommandReport>,
    /// Every phase, in the order of time.
    pub phases: Vec<PhaseReport>,
    /// What was measured, channel by channel; the first is the muscle that is trained.
    pub channels: Vec<TrainingChannel>,
}

/// A command during a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommandReport {
    /// Sample from which it holds.
    pub n: u64,
    /// The same in seconds.
    pub t_s: f64,
    /// What.
    pub input: Action,
    /// Breaths per minute, of `pace`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaths_per_min: Option<f64>,
}

/// A phase, as far as it is the same for all channels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhaseReport {
    /// From 1.
    pub number: u32,
    /// What was asked for.
    pub kind: StepKind,
    /// What it was for.
    pub purpose: Purpose,
    /// Segment that its measurements are gathered in.
    pub segment: Option<String>,
    /// What was shown.
    pub prompt: String,
    /// Turn of the innermost repeat, and how many there are.
    pub turn: u16,
    /// See `turn`.
    pub turns: u16,
    /// Begin and end.
    pub start_s: f64,
    /// See `start_s`.
    pub end_s: f64,
    /// Whether it was left before its end.
    pub cut: bool,
    /// What to aim for.
    pub target: TargetReport,
    /// Pace of the pacer at the end.
    pub breaths_per_min: Option<f64>,
}

/// What a phase aims for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct TargetReport {
    /// Ceiling in multiples of the own baseline; of an adaptive one, where it ended.
    pub ceiling_ratio: Option<f32>,
    /// Whether the ceiling follows what was reached.
    pub adaptive: bool,
    /// Lower edge of the band, in shares of the own reference.
    pub band_low: Option<f32>,
    /// Upper edge of the band, in shares of the own reference.
    pub band_high: Option<f32>,
}

/// What one channel did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainingChannel {
    /// Its name.
    pub name: String,
    /// Measurements of each phase, in the order of [`TrainingReport::phases`].
    pub phases: Vec<PhaseMeasures>,
    /// Contractions that were asked for, with the rest after each.
    pub repetitions: Vec<RepetitionReport>,
    /// Every move of the adaptive ceiling.
    pub target_moves: Vec<TargetMoveReport>,
    /// Deep rest that took the place of the baseline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adoptions: Vec<AdoptionReport>,
    /// The segments of the programme, such as the six of a Glazer assessment.
    pub segments: Vec<SegmentReport>,
    /// What it came to.
    pub scores: ScoreReport,
}

/// What one phase measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PhaseMeasures {
    /// Number of the phase.
    pub number: u32,
    /// Seconds without pauses.
    pub seconds: f64,
    /// How many of them are valid.
    pub valid_s: f64,
    /// How many of the valid ones are measured: a release or an onset is left out.
    pub counted_s: f64,
    /// Mean of the envelope over the measured time.
    pub mean_uv: Option<f64>,
    /// Standard deviation of the envelope.
    pub sd_uv: Option<f64>,
    /// Standard deviation over mean.
    pub cv: Option<f64>,
    /// Median of the envelope.
    pub median_uv: Option<f32>,
    /// Largest envelope.
    pub peak_uv: Option<f32>,
    /// Share of the measured time on target; `null` without a target or with less than half of it valid.
    pub on_target_share: Option<f64>,
    /// Mean envelope while breathing in.
    pub inhale_uv: Option<f64>,
    /// Mean envelope while breathing out.
    pub exhale_uv: Option<f64>,
}

/// A contraction that was asked for, and the rest after it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RepetitionReport {
    /// From 1.
    pub number: u32,
    /// Number of its phase.
    pub phase: u32,
    /// What was asked for: [`StepKind::Work`], [`StepKind::Flick`] or [`StepKind::Hold`].
    pub kind: StepKind,
    /// Segment that it belongs to.
    pub segment: Option<String>,
    /// When it was asked for.
    pub start_s: f64,
    /// When rest was asked for; `null` if it was not.
    pub rest_s: Option<f64>,
    /// Whether it counts.
    pub counts: bool,
    /// Why it does not.
    pub rejected: Option<Rejection>,
    /// Share of it that is valid signal.
    pub valid_share: f64,
    /// From the cue to activity.
    pub reaction_s: Option<f64>,
    /// Mean envelope, the onset left out.
    pub mean_uv: Option<f64>,
    /// Largest envelope.
    pub peak_uv: Option<f32>,
    /// Standard deviation of the envelope.
    pub sd_uv: Option<f64>,
    /// Standard deviation over mean.
    pub cv: Option<f64>,
    /// Share of it within the band.
    pub on_target_share: Option<f32>,
    /// From activity to the peak of a quick contraction; the peak of a hold lies anywhere in it.
    pub rise_s: Option<f64>,
    /// From the peak to inactivity, likewise.
    pub fall_s: Option<f64>,
    /// How it was let go.
    pub release: ReleaseKind,
    /// From the rest cue to letting go; `null` unless that came after the cue.
    pub release_s: Option<f64>,
    /// Time constant of the release.
    pub decay_s: Option<f64>,
    /// Median of the rest after it over the baseline.
    pub residual_ratio: Option<f32>,
    /// Whether it was let go within the allowance, and fully; `null` if that cannot be said.
    pub complete_release: Option<bool>,
}

/// A move of the adaptive ceiling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TargetMoveReport {
    /// When.
    pub t_s: f64,
    /// From, in multiples of the baseline.
    pub from_ratio: f32,
    /// To, in multiples of the baseline.
    pub to_ratio: f32,
    /// Why.
    pub reason: MoveReason,
    /// Share of the valid window below the ceiling before.
    pub success_share: f32,
    /// Share of the window that was invalid.
    pub invalid_share: f32,
}

/// Deep rest that was measured in a step of rest, and took the place of the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AdoptionReport {
    /// From when on.
    pub t_s: f64,
    /// The baseline before.
    pub from_uv: f32,
    /// The baseline from then on.
    pub to_uv: f32,
}

/// All phases of one segment together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SegmentReport {
    /// Its name in the programme, such as `tonic`.
    pub name: String,
    /// What its phases ask for.
    pub kind: SegmentKind,
    /// Phases in it.
    pub phases: u32,
    /// Repetitions in it that count, of a contraction.
    pub counted: u32,
    /// Seconds, and how many of them are valid and measured.
    pub seconds: f64,
    /// See `seconds`.
    pub valid_s: f64,
    /// See `seconds`.
    pub counted_s: f64,
    /// Mean of the envelope; of a contraction, the mean of the repetitions that count.
    pub mean_uv: Option<f64>,
    /// Standard deviation of the envelope (RMS over 100 ms); of a contraction, the mean over repetitions.
    pub sd_uv: Option<f64>,
    /// Standard deviation over mean, likewise.
    pub cv: Option<f64>,
    /// Window behind `sd_uv` and `cv`, in seconds: both depend on it.
    pub window_s: f64,
    /// Mean of the peaks.
    pub peak_uv: Option<f64>,
    /// Mean time before the peak of quick contractions.
    pub rise_s: Option<f64>,
    /// Mean time after the peak of quick contractions.
    pub fall_s: Option<f64>,
    /// Median time from the rest cue to letting go.
    pub release_s: Option<f64>,
    /// Median frequency.
    pub mdf_hz: Option<f64>,
    /// Mean of the envelope in percent of the own reference; `null` without one.
    pub percent_reference: Option<f64>,
}

/// What a session came to. Points go from 0 to 100, on valid time only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreReport {
    /// Share of valid time in all phases of the programme.
    pub valid_share: Option<f64>,
    /// Time below the relaxation ceiling; `null` where it could not be determined.
    pub relaxation_points: Option<f64>,
    /// Time within the work band; `null` where it could not be determined.
    pub hold_points: Option<f64>,
    /// Repetitions, counted or not.
    pub repetitions: u32,
    /// Repetitions that count.
    pub repetitions_counted: u32,
    /// Releases that could be judged.
    pub releases: u32,
    /// Complete ones among them.
    pub complete_releases: u32,
    /// Median time from the rest cue to letting go; `null` below five.
    pub release_s: Option<f64>,
    /// Median of rest after a contraction over the baseline; `null` below five.
    pub residual_ratio: Option<f64>,
    /// Median rise of quick contractions; `null` below five.
    pub rise_s: Option<f64>,
    /// Median fall of quick contractions; `null` below five.
    pub fall_s: Option<f64>,
    /// Mean envelope at rest, where rest was asked for.
    pub rest_mean_uv: Option<f64>,
    /// Its standard deviation.
    pub rest_sd_uv: Option<f64>,
    /// Standard deviation over mean.
    pub rest_cv: Option<f64>,
    /// Median variation of holds; `null` below five.
    pub hold_cv: Option<f64>,
    /// Window behind the standard deviations, in seconds.
    pub window_s: f64,
    /// Share of valid contraction time in which another muscle contracted along; `null` if none was named.
    pub co_contraction_share: Option<f64>,
    /// Mean envelope while breathing in.
    pub inhale_uv: Option<f64>,
    /// Mean envelope while breathing out.
    pub exhale_uv: Option<f64>,
    /// Breathing out over breathing in: below 1, the muscle softens with the breath out.
    pub breath_ratio: Option<f64>,
    /// What could not be determined, and why, in sentences.
    pub undetermined: Vec<String>,
}

/// What a segment of a programme asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SegmentKind {
    /// Rest.
    Rest,
    /// Contractions.
    Contraction,
}

impl From<&PhaseResult> for PhaseMeasures {
    fn from(result: &PhaseResult) -> Self {
        Self {
            number: result.phase.number,
            seconds: tick_seconds(result.ticks.into()),
            valid_s: tick_seconds(result.valid_ticks.into()),
            counted_s: tick_seconds(result.counted_ticks.into()),
            mean_uv: result.envelope.mean(),
            sd_uv: result.envelope.sd(),
            cv: result.envelope.cv(),
            median_uv: result.median_uv,
            peak_uv: result.peak_uv,
            on_target_share: result.on_target_share(),
            inhale_uv: result.breath_uv.map(|breath| breath.0),
            exhale_uv: result.breath_uv.map(|breath| breath.1),
        }
    }
}

impl RepetitionReport {
    /// A repetition of a segment, in seconds.
    pub fn new(repetition: &Repetition, segment: Option<&str>, rate: SampleRate) -> Self {
        let ticks = |ticks: Option<u32>| ticks.map(|ticks| tick_seconds(ticks.into()));
        Self {
            number: repetition.number,
            phase: repetition.phase.number,
            kind: repetition.phase.step.kind,
            segment: segment.map(str::to_owned),
            start_s: rate.seconds(repetition.phase.start),
            rest_s: repetition.rest_start.map(|start| rate.seconds(start)),
            counts: repetition.rejection.is_none(),
            rejected: repetition.rejection,
            valid_share: f64::from(repetition.valid_ticks) / f64::from(repetition.ticks.max(1)),
            reaction_s: ticks(repetition.reaction_ticks),
            mean_uv: repetition.mean_uv,
            peak_uv: repetition.peak_uv,
            sd_uv: repetition.sd_uv,
            cv: repetition.cv,
            on_target_share: repetition.on_target_share,
            rise_s: ticks(repetition.rise_ticks).filter(|_| is_quick(repetition)),
            fall_s: ticks(repetition.fall_ticks).filter(|_| is_quick(repetition)),
            release: repetition.release.into(),
            release_s: repetition.release_s(),
            decay_s: repetition.decay_s,
            residual_ratio: repetition.residual_ratio,
            complete_release: repetition.complete_release,
        }
    }
}

/// Whether the time of the peak says something.
pub(crate) fn is_quick(repetition: &Repetition) -> bool {
    repetition.phase.step.kind == StepKind::Flick
}

impl From<&TargetMove> for TargetMoveReport {
    fn from(moved: &TargetMove) -> Self {
        Self {
            t_s: tick_seconds(moved.tick),
            from_ratio: moved.from_ratio,
            to_ratio: moved.to_ratio,
            reason: moved.reason,
            success_share: moved.success_share,
            invalid_share: moved.invalid_share,
        }
    }
}

impl ScoreReport {
    /// What a channel came to.
    pub fn new(scores: &Scores, valid_share: Option<f64>) -> Self {
        let breath = scores.breath_uv();
        Self {
            valid_share,
            relaxation_points: scores.relaxation.points(),
            hold_points: scores.hold.points(),
            repetitions: scores.repetitions(),
            repetitions_counted: scores.counted,
            releases: scores.releases,
            complete_releases: scores.complete_releases,
            release_s: scores.release_s(),
            residual_ratio: scores.residual_ratio(),
            rise_s: scores.rise_s(),
            fall_s: scores.fall_s(),
            rest_mean_uv: scores.rest.mean(),
            rest_sd_uv: scores.rest.sd(),
            rest_cv: scores.rest.cv(),
            hold_cv: scores.hold_cv(),
            window_s: WINDOW_S,
            co_contraction_share: scores.co_contraction_share(),
            inhale_uv: breath.map(|breath| breath.0),
            exhale_uv: breath.map(|breath| breath.1),
            breath_ratio: breath.filter(|breath| breath.0 > 0.0).map(|breath| breath.1 / breath.0),
            undetermined: undetermined(scores),
        }
    }
}

impl ScoreReport {
    /// What was measured as rest was none: nothing that is compared with it can be said.
    pub(crate) fn doubt(&mut self) {
        (self.relaxation_points, self.hold_points, self.residual_ratio) = (None, None, None);
        self.undetermined.push(words::NO_REST.to_owned());
    }
}

/// What could not be determined although the programme asks for it.
fn undetermined(scores: &Scores) -> Vec<String> {
    let mut out = Vec::new();
    for (points, what) in [(scores.relaxation, words::BELOW_CEILING), (scores.hold, words::WITHIN_BAND)] {
        if points.ticks > 0 && points.points().is_none() {
            out.push(words::too_little(what, points.valid_share().unwrap_or(0.0), MIN_VALID_SHARE));
        }
    }
    let timed = scores.releases_timed();
    if scores.counted > 0 && timed > 0 && scores.release_s().is_none() {
        out.push(words::too_few_releases(timed, MIN_REPETITIONS));
    }
    out
}

//! What the history reads of `summary.json` and `session.json`. Keys that an older tonus did not write are simply absent.

use serde::Deserialize;
use tonus_core::normalize::{activation, activation_linear};
use tonus_report::median;

use crate::entry::Numbers;

/// Fewest releases behind a release time.
const MIN_RELEASES: usize = 5;

/// `session.json`.
#[derive(Deserialize)]
pub(crate) struct SessionView {
    pub schema_version: u32,
    pub started_unix_s: Option<f64>,
    pub device: Option<DeviceView>,
}

#[derive(Deserialize)]
pub(crate) struct DeviceView {
    pub id: String,
}

/// `summary.json`.
#[derive(Deserialize)]
pub(crate) struct SummaryView {
    pub schema_version: u32,
    pub input: InputView,
    #[serde(default)]
    config: ConfigView,
    #[serde(default)]
    channels: Vec<ChannelView>,
    pub training: Option<TrainingView>,
    pub digest: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct InputView {
    pub duration_s: Option<f64>,
    #[serde(default)]
    channels: Vec<InputChannelView>,
}

#[derive(Deserialize)]
struct InputChannelView {
    name: String,
    uv_per_unit: Option<f64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ConfigView {
    kind: String,
}

#[derive(Deserialize)]
struct ChannelView {
    name: String,
    #[serde(default)]
    calibration: CalibrationView,
    #[serde(default)]
    contractions: Vec<ContractionView>,
    #[serde(default)]
    rest: RestView,
    seconds: Option<SecondsView>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CalibrationView {
    baseline_uv: Option<f64>,
    reference_uv: Option<f64>,
}

#[derive(Deserialize)]
struct ContractionView {
    mean_uv: Option<f64>,
    release_s: Option<f64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RestView {
    mean_uv: Option<f64>,
    cv: Option<f64>,
}

#[derive(Deserialize)]
struct SecondsView {
    rest: f64,
    controlled: f64,
    overactive: f64,
    invalid: f64,
}

#[derive(Deserialize)]
pub(crate) struct TrainingView {
    pub program: Option<String>,
    program_sha256: Option<String>,
    #[serde(default)]
    stage: String,
    planned_s: Option<f64>,
    #[serde(default)]
    phases: Vec<PhaseView>,
    #[serde(default)]
    channels: Vec<TrainingChannelView>,
}

#[derive(Deserialize)]
struct PhaseView {
    number: u32,
    #[serde(default)]
    purpose: String,
}

#[derive(Deserialize)]
struct TrainingChannelView {
    name: String,
    #[serde(default)]
    phases: Vec<MeasuresView>,
    #[serde(default)]
    repetitions: Vec<RepetitionView>,
    #[serde(default)]
    segments: Vec<SegmentView>,
    scores: ScoreView,
}

#[derive(Deserialize)]
struct MeasuresView {
    number: u32,
    seconds: f64,
}

#[derive(Deserialize)]
struct RepetitionView {
    kind: String,
    counts: bool,
    mean_uv: Option<f64>,
}

#[derive(Deserialize)]
struct SegmentView {
    name: String,
    kind: String,
    mean_uv: Option<f64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ScoreView {
    valid_share: Option<f64>,
    relaxation_points: Option<f64>,
    hold_points: Option<f64>,
    releases: u32,
    complete_releases: u32,
    release_s: Option<f64>,
    residual_ratio: Option<f64>,
    rest_mean_uv: Option<f64>,
    rest_cv: Option<f64>,
}

impl SummaryView {
    /// The channel that numbers are taken from: `wanted`, else that of the muscle that is trained, else the first.
    /// None if there is no such channel.
    pub(crate) fn channel(&self, wanted: Option<&str>) -> Option<String> {
        let trained = self.training.iter().flat_map(|training| &training.channels).map(|channel| &channel.name);
        let mut names = trained.chain(self.channels.iter().map(|channel| &channel.name));
        names.find(|name| wanted.is_none_or(|wanted| wanted == *name)).cloned()
    }

    /// Whether the levels of a channel are µV.
    pub(crate) fn is_scaled(&self, channel: &str) -> bool {
        self.input.channels.iter().any(|input| input.name == channel && input.uv_per_unit.is_some())
    }

    /// What was measured on a channel.
    pub(crate) fn numbers(&self, name: &str) -> Numbers {
        let channel = self.channels.iter().find(|channel| channel.name == name);
        let training = self.training.as_ref();
        let trained = training.and_then(|training| training.channels.iter().find(|channel| channel.name == name));
        let mut numbers = match (trained, channel) {
            (Some(trained), _) => trained.numbers(),
            (None, Some(channel)) => channel.numbers(),
            (None, None) => Numbers::default(),
        };
        numbers.digest.clone_from(&self.digest);
        numbers.contraction_activation =
            channel.zip(numbers.contraction_uv).and_then(|(c, level)| self.activation(c, level));
        if let Some(training) = training {
            numbers.done_share = training.done_share();
            numbers.program_sha256.clone_from(&training.program_sha256);
        }
        numbers
    }

    fn activation(&self, channel: &ChannelView, level: f64) -> Option<f64> {
        let (baseline, reference) = (channel.calibration.baseline_uv?, channel.calibration.reference_uv?);
        let between = if self.config.kind == "envelope" { activation_linear } else { activation };
        Some(f64::from(between(level as f32, baseline as f32, reference as f32))).filter(|value| value.is_finite())
    }
}

impl TrainingView {
    fn done_share(&self) -> Option<f64> {
        if self.stage == "finished" {
            return Some(1.0);
        }
        let steps: Vec<u32> = self.phases.iter().filter(|p| p.purpose == "step").map(|p| p.number).collect();
        let measures = self.channels.first().map_or(&[][..], |channel| &channel.phases);
        let done: f64 = measures.iter().filter(|m| steps.contains(&m.number)).map(|m| m.seconds).sum();
        self.planned_s.filter(|planned| *planned > 0.0).map(|planned| (done / planned).clamp(0.0, 1.0))
    }
}

impl TrainingChannelView {
    fn numbers(&self) -> Numbers {
        let scores = &self.scores;
        let tonic = self.segments.iter().find(|s| s.name == "tonic" && s.kind == "contraction").and_then(|s| s.mean_uv);
        let held = self.repetitions.iter().filter(|r| r.counts && matches!(r.kind.as_str(), "work" | "hold"));
        Numbers {
            rest_mean_uv: scores.rest_mean_uv,
            rest_cv: scores.rest_cv,
            contraction_uv: tonic.or_else(|| median(held.filter_map(|r| r.mean_uv))),
            release_s: scores.release_s,
            residual_ratio: scores.residual_ratio,
            releases: scores.releases,
            complete_releases: scores.complete_releases,
            complete_release_share: (scores.releases > 0)
                .then(|| f64::from(scores.complete_releases) / f64::from(scores.releases)),
            relaxation_points: scores.relaxation_points,
            hold_points: scores.hold_points,
            valid_share: scores.valid_share,
            ..Numbers::default()
        }
    }
}

impl ChannelView {
    /// Without a programme, what the states of the recording say.
    fn numbers(&self) -> Numbers {
        let releases: Vec<f64> = self.contractions.iter().filter_map(|c| c.release_s).collect();
        let valid_share = self.seconds.as_ref().and_then(|s| {
            let valid = s.rest + s.controlled + s.overactive;
            (valid + s.invalid > 0.0).then(|| valid / (valid + s.invalid))
        });
        Numbers {
            rest_mean_uv: self.rest.mean_uv,
            rest_cv: self.rest.cv,
            contraction_uv: median(self.contractions.iter().filter_map(|c| c.mean_uv)),
            release_s: if releases.len() < MIN_RELEASES { None } else { median(releases) },
            valid_share,
            ..Numbers::default()
        }
    }
}

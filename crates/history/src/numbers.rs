//! The numbers of a session out of its summary.

use tonus_core::normalize::{activation, activation_linear};
use tonus_core::training::{Purpose, Stage, StepKind};
use tonus_record::Kind;
use tonus_report::training::{SegmentKind, TrainingChannel, TrainingReport};
use tonus_report::{ChannelReport, Summary, median};

use crate::entry::Numbers;

/// Fewest releases behind a release time.
const MIN_RELEASES: usize = 5;

/// The channel that numbers are taken from: `wanted`, else that of the muscle that is trained, else the first. None if there is
/// no such channel.
pub(crate) fn channel<'a>(summary: &'a Summary, wanted: Option<&str>) -> Option<&'a str> {
    let trained = summary.training.iter().flat_map(|training| &training.channels).map(|channel| channel.name.as_str());
    let mut names = trained.chain(summary.channels.iter().map(|channel| channel.name.as_str()));
    names.find(|name| wanted.is_none_or(|wanted| wanted == *name))
}

impl Numbers {
    /// What was measured on a channel.
    pub(crate) fn of(summary: &Summary, name: &str) -> Self {
        let channel = summary.channels.iter().find(|channel| channel.name == name);
        let training = summary.training.as_ref();
        let trained = training.and_then(|training| training.channels.iter().find(|channel| channel.name == name));
        let mut numbers = match (trained, channel) {
            (Some(trained), _) => Self::trained(trained),
            (None, Some(channel)) => Self::untrained(channel),
            (None, None) => Self::default(),
        };
        numbers.digest = Some(summary.digest.clone());
        numbers.deepest_uv = channel.and_then(|channel| channel.calibration.deepest_uv).map(as_written);
        numbers.contraction_activation = channel.zip(numbers.contraction_uv).and_then(|(channel, level)| {
            let (baseline, reference) = (channel.calibration.baseline_uv?, channel.calibration.reference_uv?);
            let between = if summary.config.kind == Kind::Envelope { activation_linear } else { activation };
            Some(f64::from(between(level as f32, baseline, reference))).filter(|value| value.is_finite())
        });
        if let Some(training) = training {
            numbers.done_share = done_share(training);
            numbers.program_sha256 = Some(training.program_sha256.clone());
        }
        numbers
    }

    fn trained(channel: &TrainingChannel) -> Self {
        let scores = &channel.scores;
        let is_tonic = |kind, name: &str| kind == SegmentKind::Contraction && name == "tonic";
        let tonic = channel.segments.iter().find(|one| is_tonic(one.kind, &one.name)).and_then(|one| one.mean_uv);
        let is_held = |kind| matches!(kind, StepKind::Work | StepKind::Hold);
        let held = channel.repetitions.iter().filter(|one| one.counts && is_held(one.kind));
        Self {
            rest_mean_uv: scores.rest_mean_uv,
            rest_cv: scores.rest_cv,
            contraction_uv: tonic.or_else(|| median(held.filter_map(|one| one.mean_uv))),
            release_s: scores.release_s,
            residual_ratio: scores.residual_ratio,
            releases: scores.releases,
            complete_releases: scores.complete_releases,
            complete_release_share: (scores.releases > 0)
                .then(|| f64::from(scores.complete_releases) / f64::from(scores.releases)),
            relaxation_points: scores.relaxation_points,
            hold_points: scores.hold_points,
            valid_share: scores.valid_share,
            ..Self::default()
        }
    }

    /// Without a programme, what the states of the recording say.
    fn untrained(channel: &ChannelReport) -> Self {
        let releases: Vec<f64> = channel.contractions.iter().filter_map(|one| one.release_s).collect();
        let seconds = &channel.seconds;
        let valid = seconds.rest + seconds.controlled + seconds.overactive;
        let all = valid + seconds.invalid;
        Self {
            rest_mean_uv: channel.rest.mean_uv,
            rest_cv: channel.rest.cv,
            contraction_uv: median(channel.contractions.iter().filter_map(|one| one.mean_uv.map(as_written))),
            release_s: if releases.len() < MIN_RELEASES { None } else { median(releases) },
            valid_share: (all > 0.0).then(|| valid / all),
            ..Self::default()
        }
    }
}

/// The number that stands in the file for a single-precision value: 0.1, not 0.10000000149.
fn as_written(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::NAN)
}

fn done_share(training: &TrainingReport) -> Option<f64> {
    if training.stage == Stage::Finished {
        return Some(1.0);
    }
    let is_step = |number| training.phases.iter().any(|one| one.number == number && one.purpose == Purpose::Step);
    let measures = training.channels.first().map_or(&[][..], |channel| &channel.phases);
    let done: f64 = measures.iter().filter(|one| is_step(one.number)).map(|one| one.seconds).sum();
    (training.planned_s > 0.0).then(|| (done / training.planned_s).clamp(0.0, 1.0))
}

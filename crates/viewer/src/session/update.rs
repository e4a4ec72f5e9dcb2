//! What a session says.

use std::path::PathBuf;
use std::sync::Arc;

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::config::Kind;
use tonus_core::training::{Entry, Phase, Scorer, Stage, Target};
use tonus_device::State;
use tonus_engine::Training;
use tonus_report::training::RepetitionReport;
use tonus_report::{RestFigures, RestHint, Summary, hex, prompt};

/// What is done with the signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Purpose {
    /// It is looked at; nothing is kept.
    #[default]
    Check,
    /// A programme is followed.
    Train,
    /// A recording is played.
    Replay,
}

/// Something that happened, told once.
#[derive(Debug)]
#[non_exhaustive]
pub enum SessionUpdate {
    /// A pipeline begins: index 0 follows.
    Began(Box<Began>),
    /// A calibration of a channel (from 0) was accepted.
    Calibrated(u8, Box<Calibration>),
    /// A calibration of a channel was refused.
    Refused(u8, Refusal),
    /// Rest of a channel was measured.
    Rest(u8, RestFigures),
    /// Rest should be measured again.
    MeasureRest(RestHint),
    /// Something is not as it should be; in the words of the library.
    Warning(String),
    /// A pipeline ended.
    Ended(Box<Ended>),
    /// The session is in the store.
    Kept(Box<Summary>, PathBuf),
    /// It could not go on, or could not be kept: what happened, and what to do.
    Failed(String, String),
    /// The sensor did not come, or is gone and did not come back.
    Gone,
    /// The thread ends.
    Over,
}

/// A pipeline that begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Began {
    /// What for.
    pub purpose: Purpose,
    /// Name of the sensor, or of the file.
    pub device: String,
    /// Names of the channels.
    pub channels: Vec<String>,
    /// Whether each should stay quiet.
    pub accessory: Vec<bool>,
    /// Whether values are µV.
    pub is_scaled: bool,
    /// Whether samples are the muscle's own waveform.
    pub is_raw: bool,
    /// Sampling rate.
    pub rate_hz: f64,
    /// Who says so.
    pub rate_source: String,
}

/// A pipeline that ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    /// What it was for.
    pub purpose: Purpose,
    /// Frames that came.
    pub frames: u64,
    /// Frames that are missing.
    pub lost: u64,
    /// Interruptions.
    pub gaps: u64,
    /// SHA-256 over all decisions.
    pub digest: [u8; 32],
}

impl Ended {
    /// The digest in hex.
    pub fn digest_hex(&self) -> String {
        hex(&self.digest)
    }
}

/// Where a session stands.
#[derive(Debug, Clone, Default)]
pub struct Status {
    /// Index of the next frame.
    pub index: u64,
    /// What the sensor is doing.
    pub link: State,
    /// No frame has come for a while.
    pub is_silent: bool,
    /// How late decisions are, without the transport.
    pub latency_ms: Option<f64>,
    /// Things to draw that were dropped, as nobody looked.
    pub dropped: u64,
    /// The programme, while there is one.
    pub training: Option<TrainingStatus>,
}

/// Where a programme stands.
#[derive(Debug, Clone)]
pub struct TrainingStatus {
    /// Running, paused, over.
    pub stage: Stage,
    /// The phase under way, or the one that waits.
    pub phase: Option<Phase>,
    /// What the programme says in it, or that there is a break.
    pub prompt: Arc<str>,
    /// The sample at which the session ends, once its last phase is under way.
    pub ends_at: Option<u64>,
    /// The ceiling in µV.
    pub ceiling_uv: Option<f32>,
    /// The work band in µV.
    pub band_uv: Option<(f32, f32)>,
    /// Repetitions so far.
    pub repetitions: Arc<[RepetitionReport]>,
    /// Phases of the programme, repeats counted out.
    pub phases: u64,
    /// A step that measures rest or a hold is still to come.
    pub is_calibrating: bool,
    /// Deep rest is being measured, to take the place of the baseline.
    pub is_measuring: bool,
}

impl TrainingStatus {
    /// Where a session stands, for a first channel that is calibrated like this.
    pub fn of(training: &Training, calibration: Option<&Calibration>) -> Self {
        let (session, recorder) = (training.session(), training.recorder());
        let phase = session.phase().copied();
        let scorer = recorder.scorer(0);
        let baseline_uv = scorer.and_then(Scorer::baseline_uv);
        let ratio = scorer.and_then(Scorer::ceiling_ratio);
        let band = phase.and_then(|phase| band_uv(phase.step.target, calibration?));
        Self {
            stage: session.stage(),
            phase,
            prompt: phase.as_ref().map_or("", |phase| prompt(recorder.file(), phase)).into(),
            ends_at: session.ends_at(),
            ceiling_uv: baseline_uv.zip(ratio).map(|(baseline, ratio)| baseline * ratio),
            band_uv: band,
            repetitions: recorder.repetitions(0).into(),
            phases: session.program().phases(),
            is_calibrating: phase.is_some_and(|phase| is_calibrating(session.program().entries(), &phase)),
            is_measuring: training.is_measuring(),
        }
    }
}

/// Whether a calibration step is under way or to come; in a repeat also if one comes again.
fn is_calibrating(entries: &[Entry], phase: &Phase) -> bool {
    let from = phase.entry - usize::from(phase.turn.number < phase.turn.of && phase.entry > 0);
    let is_calibration = |entry: &Entry| matches!(entry, Entry::Step(step) if step.kind.is_calibration());
    entries.get(from..).is_some_and(|rest| rest.iter().any(is_calibration))
}

/// The work band in µV.
fn band_uv(target: Target, calibration: &Calibration) -> Option<(f32, f32)> {
    let Target::Band { low, high } = target else { return None };
    Some((level_uv(calibration, low)?, level_uv(calibration, high)?))
}

/// The envelope that an activation is of.
fn level_uv(calibration: &Calibration, activation: f32) -> Option<f32> {
    let (rest, reference) = (calibration.baseline_uv, calibration.reference_uv?);
    Some(match calibration.kind {
        Kind::Raw => (rest * rest + activation * activation * (reference * reference - rest * rest)).max(0.0).sqrt(),
        Kind::Envelope => rest + activation * (reference - rest),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonus_core::calibration::detection::Detection;

    #[test]
    fn a_level_gives_its_activation_again() {
        for kind in [Kind::Raw, Kind::Envelope] {
            let calibration = Calibration {
                kind,
                rate_hz: 1000.0,
                highpass_hz: 20.0,
                mains: None,
                baseline_uv: 2.0,
                spread_uv: 0.2,
                reference_uv: Some(16.0),
                detection: Detection::envelope(),
                warnings: tonus_core::calibration::Warnings::default(),
            };
            for activation in [0.0, 0.2, 0.5, 1.0] {
                let level = level_uv(&calibration, activation).unwrap();
                assert!((calibration.activation(level) - activation).abs() < 1e-5, "{kind:?} {activation}");
            }
        }
    }
}

//! What a session says.

use std::path::PathBuf;
use std::sync::Arc;

use tonus_core::calibrate::{Calibration, Refusal};
use tonus_core::session::{Phase, Stage};
use tonus_report::training::RepetitionReport;
use tonus_report::{Summary, hex};
use tonus_serial::State;

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
pub enum News {
    /// A pipeline begins: index 0 follows.
    Began(Box<Began>),
    /// A calibration of a channel (from 0) was accepted.
    Calibrated(u8, Box<Calibration>),
    /// A calibration of a channel was refused.
    Refused(u8, Refusal),
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
    /// What the programme says in it.
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
}

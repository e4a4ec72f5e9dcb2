//! The one error of the façade.

use tonus_dsp::error::{ConfigError, ShapeError};
use tonus_engine::AnalysisError;
use tonus_engine::live::LiveError;
use tonus_record::ReadError;

/// What can go wrong. A bad signal is not an error: decisions are then `invalid`, with the reason.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A number lies outside its limits, or a calibration was made with other settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A block that is not a whole number of frames, or a channel that does not exist.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The channel has no calibration yet.
    #[error("channel {channel} is not calibrated; load a calibration, or give the cue `quiet` and then `rest`")]
    NotCalibrated {
        /// The channel, from 0.
        channel: usize,
    },
    /// Thresholds are ratios to rest, which an envelope sensor does not have.
    #[error(
        "channel {channel} is an envelope sensor, whose thresholds follow from its spread at rest; calibrate again"
    )]
    EnvelopeThresholds {
        /// The channel, from 0.
        channel: usize,
    },
    /// A recording that cannot be read, or not without guessing.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A recording that cannot be analyzed.
    #[error(transparent)]
    Analysis(#[from] AnalysisError),
    /// A port whose name cannot be one.
    #[error("port {port:?}: {help}")]
    Port {
        /// The port that was given.
        port: String,
        /// What to give.
        help: String,
    },
    /// A sensor that cannot be opened, or that failed.
    #[error("{source}{}", live_help(source))]
    Live {
        /// What happened.
        #[from]
        source: LiveError,
    },
}

/// What to do about an error of a sensor, where it knows.
fn live_help(error: &LiveError) -> String {
    error.help().map(|help| format!("; {help}")).unwrap_or_default()
}

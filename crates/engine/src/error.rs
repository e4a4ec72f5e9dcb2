//! What can go wrong on the way from a recording to its summary.

use std::io;
use std::path::PathBuf;

use thiserror::Error;
use tonus_dsp::error::{ConfigError, ShapeError};
use tonus_record::{ReadError, Wording};

use crate::span::Span;

/// A recording that was not analyzed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AnalysisError {
    /// It cannot be read, or not without guessing.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The thread that reads it ended before it did: a defect of this library.
    #[error("reading the recording stopped before its end; please report this")]
    Interrupted,
    /// The pipeline does not suit it.
    #[error("{file}: {source}")]
    Config {
        /// The recording.
        file: String,
        /// What does not fit.
        source: ConfigError,
    },
    /// Seconds that are no stretch of a recording.
    #[error("{field} is {} to {} s; give a begin and a later end, in seconds from the first frame", span.start_s, span.end_s)]
    Span {
        /// `baseline` or `reference`.
        field: &'static str,
        /// What was given.
        span: Span,
    },
    /// Seconds to measure, beside calibrations that are given.
    #[error("{field} measures what the given calibration holds already; leave one of them out")]
    Measured {
        /// `baseline` or `reference`.
        field: &'static str,
    },
    /// A configuration file that cannot be read, or states what cannot be.
    #[error("{}: {found}", place.display())]
    ConfigFile {
        /// The file.
        place: PathBuf,
        /// What is wrong, with the key.
        found: String,
    },
    /// A file of calibrations that cannot be read, or states what cannot be.
    #[error("{}: {found}", place.display())]
    CalibrationFile {
        /// The file.
        place: PathBuf,
        /// What is wrong, with the field.
        found: String,
    },
    /// Calibrations that do not belong to these channels.
    #[error("{file}: {found}")]
    Calibrations {
        /// The recording.
        file: String,
        /// What does not fit.
        found: String,
    },
    /// The shape of a call is wrong: a defect of this program.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The channels that should stay quiet are no such channels.
    #[error("{found}")]
    Accessory {
        /// What was asked for.
        found: Wording,
        /// What to ask for instead.
        help: Wording,
    },
    /// The programme that it was recorded with cannot be read.
    #[error(transparent)]
    Program(#[from] tonus_program::ProgramFileError),
    /// The folder of a session whose writer died, or is still writing.
    #[error("{}: found a journal that was not finalised", folder.display())]
    Unrecovered {
        /// The folder.
        folder: PathBuf,
    },
    /// A result cannot be stored.
    #[error("{}: {source}", place.display())]
    Storage {
        /// The file or folder.
        place: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Whoever asked for it wants it no more; see [`crate::AnalysisOptions::stops`].
    #[error("stopped")]
    Stopped,
    /// Decoded frames cannot be kept for a second pass.
    #[error("temporary file: {0}")]
    Spool(#[source] io::Error),
}

//! What can go wrong with a live session.

use std::io;
use std::path::PathBuf;

use crate::AnalysisError;
use thiserror::Error;
use tonus_device::link::LinkError;
use tonus_dsp::error::{ConfigError, ShapeError};
use tonus_history::HistoryError;
use tonus_program::ProgramFileError;
use tonus_record::Wording;
use tonus_record::journal::RecoverError;

/// A live session that cannot begin, go on, or be kept.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LiveError {
    /// What is asked for cannot be.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: Wording,
        /// What to do instead.
        help: Wording,
    },
    /// A profile file that cannot be read, or says what cannot be.
    #[error("{message}")]
    Profile {
        /// What is wrong, with the key.
        message: Wording,
        /// What to do instead.
        help: Wording,
    },
    /// The sensor cannot be reached.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The sensor is there and sends nothing that can be used.
    #[error("{message}")]
    Device {
        /// What was seen.
        message: Wording,
        /// What to do.
        help: Wording,
    },
    /// The pipeline does not suit the sensor.
    #[error("{place}: {source}")]
    Config {
        /// The sensor's address.
        place: String,
        /// What does not fit.
        source: ConfigError,
    },
    /// The shape of a call is wrong: a defect of this program.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// A programme that is not known, or cannot be read.
    #[error(transparent)]
    Program(#[from] ProgramFileError),
    /// Nothing can be stored in this place.
    #[error("{}: {source}", place.display())]
    Storage {
        /// The file or folder.
        place: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A recording was not stored to its end; what came before is kept.
    #[error("{}: {source}", place.display())]
    Kept {
        /// The journal.
        place: PathBuf,
        /// What the system says.
        source: io::Error,
        /// What is there, and what to do.
        help: String,
    },
    /// The journal of a recording cannot be finalised.
    #[error("{}: {source}", folder.display())]
    Recover {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: RecoverError,
    },
    /// The store of sessions.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The recording, read again.
    #[error(transparent)]
    Analysis(#[from] AnalysisError),
    /// What shows the session does not take any more.
    #[error("{0}")]
    Output(#[source] io::Error),
}

impl LiveError {
    /// What to do about it, where it knows.
    pub fn help(&self) -> Option<Wording> {
        match self {
            Self::Usage { help, .. } | Self::Profile { help, .. } | Self::Device { help, .. } => Some(help.clone()),
            Self::Kept { help, .. } => Some(help.clone().into()),
            _ => None,
        }
    }

    pub(crate) fn usage<T>(message: impl Into<Wording>, help: impl Into<Wording>) -> Result<T, Self> {
        Err(Self::Usage { message: message.into(), help: help.into() })
    }
}

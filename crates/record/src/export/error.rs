//! Why a recording cannot be written.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::error::ReadError;

/// A recording that cannot be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The recording cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The file is there already.
    #[error("{}: the file is there already", place.display())]
    Exists {
        /// The file.
        place: PathBuf,
    },
    /// The system does not store it.
    #[error("{}: {source}", place.display())]
    Storage {
        /// Where.
        place: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The format cannot hold it.
    #[error("{0}")]
    Unfit(String),
    /// Channels of several sampling rates that one file cannot hold.
    #[error("{0}")]
    Rates(String),
    /// What was written is not what was read: a defect, or a disk that lies.
    #[error("{}: read again after writing, {found}; nothing was kept", place.display())]
    Differs {
        /// The file.
        place: PathBuf,
        /// What differs.
        found: String,
    },
}

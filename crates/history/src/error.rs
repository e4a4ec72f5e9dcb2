//! What can go wrong, each with what to do about it.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::id::Id;
use crate::words;

/// Why the history could not do what was asked.
///
/// No message repeats a note or another private text.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// The operating system refused: no space, no permission, a file that went away.
    #[error("{}", words::error::storage(path, source))]
    Storage {
        /// Where.
        path: PathBuf,
        /// The refusal.
        source: io::Error,
    },
    /// The system does not say where the person's files are.
    #[error("{}", words::error::NO_HOME)]
    NoHome,
    /// A field holds what it cannot.
    #[error("{}", words::error::field(field, limits))]
    Field {
        /// Which one.
        field: &'static str,
        /// What it takes.
        limits: &'static str,
    },
    /// A text that cannot be the name of a session.
    #[error("{}", words::error::NO_NAME)]
    NoName,
    /// There is no such session.
    #[error("{}", words::error::no_session(id))]
    NoSession {
        /// Its name.
        id: Id,
    },
    /// There is no such entry in the diary.
    #[error("{}", words::error::NO_ENTRY)]
    NoEntry,
    /// There is no such file in a session.
    #[error("{}", words::error::no_file(id, name))]
    NoFile {
        /// The session.
        id: Id,
        /// The file.
        name: &'static str,
    },
    /// The recording is in the store already.
    #[error("{}", words::error::already_there(id))]
    AlreadyThere {
        /// Its name.
        id: Id,
    },
    /// A folder that holds neither `session.csv` nor `summary.json`.
    #[error("{}", words::error::no_recording(path))]
    NoRecording {
        /// The folder.
        path: PathBuf,
    },
    /// Nothing says when a session began.
    #[error("{}", words::error::no_start(path))]
    NoStart {
        /// The folder.
        path: PathBuf,
    },
    /// A place that is to be new is taken.
    #[error("{}", words::error::taken(path))]
    Taken {
        /// The place.
        path: PathBuf,
    },
    /// An export into the store itself.
    #[error("{}", words::error::inside_store(path))]
    InsideStore {
        /// The place.
        path: PathBuf,
    },
}

/// Names the place of an error of the operating system.
pub(crate) fn storage(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> HistoryError {
    let path = path.into();
    move |source| HistoryError::Storage { path, source }
}

//! What can go wrong, each with what to do about it.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::id::{Id, NoName};

/// Why the history could not do what was asked.
///
/// No message repeats a note or another private text.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// The operating system refused: no space, no permission, a file that went away.
    #[error("{}: {source}", path.display())]
    Storage {
        /// Where.
        path: PathBuf,
        /// The refusal.
        source: io::Error,
    },
    /// The system does not say where the person's files are.
    #[error("no folder for the history is known; set TONUS_HOME to one")]
    NoHome,
    /// A field holds what it cannot.
    #[error("{field} takes {limits}")]
    Field {
        /// Which one.
        field: &'static str,
        /// What it takes.
        limits: &'static str,
    },
    /// A text that cannot be the name of a session.
    #[error(transparent)]
    NoName(#[from] NoName),
    /// There is no such session.
    #[error("there is no session {id}; 'tonus history' shows the names")]
    NoSession {
        /// Its name.
        id: Id,
    },
    /// There is no such entry in the diary.
    #[error("the diary has no entry of this name; 'tonus diary list' shows the names")]
    NoEntry,
    /// There is no such file in a session.
    #[error("session {id} has no {name} that can be read")]
    NoFile {
        /// The session.
        id: Id,
        /// The file.
        name: &'static str,
    },
    /// The recording is in the store already.
    #[error("this recording is in the history already, as {id}")]
    AlreadyThere {
        /// Its name.
        id: Id,
    },
    /// A folder that holds neither `session.csv` nor `summary.json`.
    #[error("{}: found neither session.csv nor summary.json in this folder", path.display())]
    NoRecording {
        /// The folder.
        path: PathBuf,
    },
    /// Nothing says when a session began.
    #[error("{}: nothing says when this session began", path.display())]
    NoStart {
        /// The folder.
        path: PathBuf,
    },
    /// A place that is to be new is taken.
    #[error("{}: is there already; name a new folder", path.display())]
    Taken {
        /// The place.
        path: PathBuf,
    },
    /// An export into the store itself.
    #[error("{}: is inside the history itself; name a folder outside of it", path.display())]
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

/// What fields take.
pub(crate) mod limits {
    pub(crate) const SCALE: &str = "whole numbers from 0 to 10";
    pub(crate) const HOURS: &str = "hours from 0 to 24";
    pub(crate) const NOTE: &str = "at most 2000 characters";
    pub(crate) const TEXT: &str = "at most 120 characters, without line ends";
    pub(crate) const STAGE: &str = "whole numbers from 1";
    pub(crate) const TIME: &str = "seconds since 1970, up to the year 9999";
    pub(crate) const ENTRY: &str = "at least one of pain, mood, sleep, stress, sensitivity and note";
}

//! Free text of a person.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A note as a person wrote it. It is stored and given back, and never part of a log or an error: its debug form says how
/// long it is, and nothing else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Note(String);

/// Most characters of a note.
pub const MAX_NOTE: usize = 2_000;

impl Note {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it fits.
    pub(crate) fn fits(&self) -> bool {
        self.0.chars().count() <= MAX_NOTE
    }
}

impl From<&str> for Note {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Note {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Note({})", self.0.chars().count())
    }
}

//! How a contraction was let go.

use serde::{Deserialize, Serialize};
use tonus_core::training::Release;

/// How a contraction was let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseKind {
    /// Before the rest cue came.
    BeforeCue,
    /// After the rest cue.
    After,
    /// Not within the rest that was given.
    Never,
    /// Cannot be said.
    Unknown,
}

impl From<Release> for ReleaseKind {
    fn from(release: Release) -> Self {
        match release {
            Release::BeforeCue => Self::BeforeCue,
            Release::After(_) => Self::After,
            Release::Never => Self::Never,
            Release::Unknown => Self::Unknown,
        }
    }
}

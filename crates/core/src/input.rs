//! What goes into a pipeline. A recording is the list of these values, so live, replay and offline cannot differ.

use core::fmt;

use crate::calibration::Calibration;

/// What the person is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
#[repr(u8)]
pub enum Cue {
    /// Nothing in particular.
    #[default]
    Free = 0,
    /// Rest for the baseline calibration.
    Quiet = 1,
    /// A comfortable hold for the reference calibration.
    Reference = 2,
    /// Let go.
    Rest = 3,
    /// Contract.
    Work = 4,
}

impl Cue {
    /// The word used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Quiet => "quiet",
            Self::Reference => "reference",
            Self::Rest => "rest",
            Self::Work => "work",
        }
    }

    /// The cue of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Free, Self::Quiet, Self::Reference, Self::Rest, Self::Work].into_iter().find(|cue| cue.name() == name)
    }

    /// Whether a contraction is asked for.
    pub const fn is_work(self) -> bool {
        matches!(self, Self::Work | Self::Reference)
    }

    /// Whether rest is asked for.
    pub const fn is_rest(self) -> bool {
        matches!(self, Self::Rest | Self::Quiet)
    }
}

/// The word used in files; width and alignment of the format apply.
impl fmt::Display for Cue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What an operator (or a program) does to a running pipeline.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Command {
    /// From the next sample on, this is asked for. Leaving `quiet` or `reference` closes that calibration step.
    Cue(Cue),
    /// Use this calibration for one channel (counted from 0) from the next sample on.
    Calibration {
        /// The channel, from 0.
        channel: u8,
        /// The calibration.
        calibration: Calibration,
    },
}

/// Longest gap of a recording, in seconds (a day).
pub const LONGEST_GAP_S: f64 = 86_400.0;
/// Most seconds that may be missing in a recording, all gaps together (seven days): however few bytes declare a gap, every 10 ms of it
/// is decided and enters the digest.
pub const MOST_MISSING_S: f64 = 7.0 * 86_400.0;

/// One input of a pipeline, in the order of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Input<'a> {
    /// Whole frames, interleaved, in the pipeline's unit (µV where the scale is known), each channel minus its anchor.
    Frames(&'a [f32]),
    /// Frames that are known to be missing.
    Gap {
        /// How many; at most [`MOST_MISSING_S`] seconds of them.
        frames: u64,
    },
    /// An operator's command; takes effect at the next sample.
    Command(Command),
    /// The source went silent for an unknown time. The index does not move; filters start again.
    Stalled,
}

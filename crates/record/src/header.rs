//! What a recording says about itself.

use std::fmt;

use serde::{Deserialize, Serialize};
use tonus_dsp::units::SampleRate;

use crate::options::{Kind, Unit};
use crate::session::SessionInfo;
use crate::setting::{Setting, Wording};
pub use crate::time_axis::StampKind;
use crate::wording;

/// Everything known about a recording before its first frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// The file as the caller named it.
    pub file: String,
    /// The format that was recognised, such as `csv`.
    pub format: &'static str,
    /// Sampling rate, within the limits of [`SampleRate`].
    pub rate: SampleRate,
    /// Who said so.
    pub rate_source: RateSource,
    /// By how much, as a share, the rate may be off; of a rate that a time column shows.
    pub rate_uncertainty: Option<f64>,
    /// What kind of readings of time the stamps are, if there are any.
    pub stamps: Option<Stamps>,
    /// The column that carries time, if one is used.
    pub time: Option<TimeColumn>,
    /// The channels of each frame, in its order.
    pub channels: Vec<ChannelInfo>,
    /// Every column of the file and what it was taken for.
    pub columns: Vec<ColumnInfo>,
    /// What the signal is.
    pub kind: Kind,
    /// Whether cues come with the frames.
    pub has_cues: bool,
    /// What was noticed and settled.
    pub notes: Vec<Note>,
    /// For a recording of a live sensor: what `session.json` says.
    pub session: Option<Box<SessionInfo>>,
}

/// A sentence for the reader of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The sentence.
    pub text: Wording,
    /// Whether it changes a number, so that a person should be told at once: a setting that overrides the file, what of the
    /// file is not there or not read, a header that its time column contradicts.
    pub is_warning: bool,
}

impl Note {
    pub(crate) fn warning(text: impl Into<Wording>) -> Self {
        Self { text: text.into(), is_warning: true }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl<T: Into<Wording>> From<T> for Note {
    fn from(text: T) -> Self {
        Self { text: text.into(), is_warning: false }
    }
}

/// How the note begins that says, once for all channels, that nobody knows a unit.
const NO_UNIT: &str = "no unit: ";

/// Says, once for all channels, that nobody knows a unit.
pub(crate) fn note_no_unit(notes: &mut Vec<Note>, found: &str) {
    if !notes.iter().any(|note| note.to_string().starts_with(NO_UNIT)) {
        let what = format!("{NO_UNIT}{found}; states need none, levels are left out: tell it with ");
        notes.push(Note::warning(wording![what, Setting::Unit, " uV, mV, V, counts or au"]));
    }
}

impl Header {
    /// Sampling rate in Hz.
    pub fn rate_hz(&self) -> f64 {
        self.rate.hz()
    }
}

/// Where the sampling rate comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateSource {
    /// A line of the file's header.
    Header,
    /// The steps of the time column.
    TimeColumn,
    /// The caller.
    Option,
}

impl RateSource {
    /// The word used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::TimeColumn => "time_column",
            Self::Option => "option",
        }
    }
}

/// The stamps of a time column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stamps {
    /// How they lie about the line that the samples lie on.
    pub kind: StampKind,
    /// The step in which they are written, in seconds: 0.001 for milliseconds. `None` where the column's unit is not known,
    /// and for numbers of full precision.
    pub unit_s: Option<f64>,
}

/// The column that carries time.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeColumn {
    /// Its place among the file's columns, from 1.
    pub column: usize,
    /// Its unit; `None` where only the rate is known (from an option) and gaps are counted in its own steps.
    pub unit: Option<TimeUnit>,
    /// Whether the stamps are even enough to show single missing frames.
    pub regular: bool,
}

/// Unit of a time column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeUnit {
    /// Seconds.
    Second,
    /// Milliseconds.
    Milli,
    /// Microseconds.
    Micro,
    /// Minutes.
    Minute,
}

impl TimeUnit {
    /// Seconds in one of these.
    pub const fn seconds(self) -> f64 {
        match self {
            Self::Second => 1.0,
            Self::Milli => 1e-3,
            Self::Micro => 1e-6,
            Self::Minute => 60.0,
        }
    }

    /// The word used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Second => "s",
            Self::Milli => "ms",
            Self::Micro => "us",
            Self::Minute => "min",
        }
    }
}

/// One channel of a frame.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelInfo {
    /// Its name: as in the file, unique in the recording; `column 2` where the file names none.
    pub name: String,
    /// Its unit in the file.
    pub unit: Unit,
    /// What its column was taken for.
    pub role: Role,
    /// Its place among the file's columns, from 1.
    pub column: usize,
    /// Microvolts per unit of the file; 1 where [`ChannelInfo::scaled`] is false.
    pub uv_per_unit: f64,
    /// Whether the frames are in microvolts; otherwise they keep the unit of the file.
    pub scaled: bool,
    /// Its first valid value, in the unit of the file, or 0 for an envelope: subtracted from every value. `None` before that
    /// row was read.
    pub anchor: Option<f64>,
}

/// One column of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnInfo {
    /// Its name, as [`ChannelInfo::name`].
    pub name: String,
    /// What it was taken for.
    pub role: Role,
}

/// What a column was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Electromyogram.
    Emg,
    /// Time.
    Time,
    /// A counter of rows or packets.
    Index,
    /// What the person was asked to do, in the words of [`tonus_core::input::Cue`].
    Cue,
    /// Text or a class number that marks stretches.
    Label,
    /// Another signal: acceleration, force, angle, …
    Aux,
    /// A value that never changes.
    Constant,
}

impl Role {
    /// The word used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Emg => "emg",
            Self::Time => "time",
            Self::Index => "index",
            Self::Cue => "cue",
            Self::Label => "label",
            Self::Aux => "aux",
            Self::Constant => "constant",
        }
    }
}

//! Recordings of tonus: one streaming reader for text tables of any origin, EDF, BDF, WFDB and WAV, packed or not; [`export`] writes tables, EDF and BDF.
//!
//! [`Recording::open`] looks at the head of a file, settles format, rate, channels and units (or says which option is
//! needed), and then hands out [`Chunk`]s: frames in microvolts less each channel's anchor, gaps where the time column
//! jumps, and changes of the cue between frames. [`CueList`] reads cues from a file of their own.
//!
//! [`Recording::from_frames`] plays values that are in memory already, with the same blocks.
//!
//! [`session`] writes recordings of live sensors, and reads back what they need to give the decisions that were shown.
//!
//! [`journal`] keeps a live session while it happens, so that a killed program or a loss of power costs only the end.
//!
//! What is opened, and how each awkward kind of file is treated, stands in `docs/FORMATS.md`.
//!
//! Deliberately not here: filters, decisions, and anything that prints.

mod chunk;
mod cues;
mod digits;
mod error;
pub mod export;
mod fast_rows;
mod fields;
pub mod file;
mod format;
mod header;
pub mod journal;
mod number;
mod number_template;
mod options;
mod packed;
mod recording;
mod rows;
pub mod session;
mod session_writer;
mod setting;
mod sniff;
mod source;
mod time_axis;

pub use chunk::{Chunk, Counts, Reject};
pub use cues::{CueInterval, CueList};
pub use error::{Place, RateGroup, ReadError};
pub use format::csv::{LineColumn, LineRole, is_unit, line_roles, says_role};
pub use header::{ChannelInfo, ColumnInfo, Header, Note, RateSource, Role, StampKind, Stamps, TimeColumn, TimeUnit};
pub use options::{ChannelSelector, Kind, OpenOptions, Unit, UnknownWord};
pub use recording::{Anchors, Memory, Recording};
pub use session::{CalibrationSource, CueSource};
pub use session_writer::SessionWriter;
pub use setting::{Setting, SettingNames, Wording};
pub use time_axis::StreamClock;
pub use tonus_core::input::Cue;

//! What comes out of a recording.

use tonus_core::input::Cue;

/// A piece of a recording, in the order of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Chunk<'a> {
    /// Whole frames, interleaved: µV (or the file's unit where [`crate::ChannelInfo::scaled`] is false) less the
    /// channel's anchor, NaN where the file has no value.
    Frames(&'a [f32]),
    /// Frames that are missing here.
    Gap {
        /// How many.
        frames: u64,
    },
    /// The clock started again: an unknown time is missing.
    Stalled,
    /// From the next frame on, this is asked for.
    Cue(Cue),
}

/// How many rows there were and what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Rows of data: every line after the names that is neither blank nor a comment.
    pub rows_read: u64,
    /// Rows of which something could not be read: the whole row, or a cell of a channel or cue.
    pub rows_rejected: u64,
    /// Empty, `nan`, infinite or oversized values of channels, each of them a NaN in its frame.
    pub cells_missing: u64,
    /// Frames handed out, missing ones not counted.
    pub frames: u64,
    /// Frames missing in gaps.
    pub frames_missing: u64,
}

/// A rejected row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Line of the file, from 1.
    pub line: u64,
    /// Column to blame, from 1, if it is one.
    pub column: Option<usize>,
    /// What stood there, shortened and made printable.
    pub found: String,
    /// Why it was rejected.
    pub reason: String,
}

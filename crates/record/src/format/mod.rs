//! Formats: the head of a file in, a [`Layout`] out.
//!
//! A text format is one module with one function `layout(&Head, &OpenOptions) -> Result<Layout, ReadError>`; the rows are
//! read by one reader for all of them ([`crate::rows`]). A vendor's format knows more about its columns (names, units,
//! rate) and therefore needs fewer options, but nothing downstream can tell the difference. Formats are asked in order,
//! the plain table last; a vendor's header ([`vendor`]) tells what its columns are.

pub(crate) mod binary;
pub(crate) mod csv;
pub(crate) mod edf;
mod session;
pub(crate) mod signals;
pub(crate) mod text;
mod vendor;
pub(crate) mod wav;
pub(crate) mod wfdb;

use crate::error::ReadError;
use crate::fields::Dialect;
use crate::header::Header;
use crate::options::OpenOptions;
use crate::session::SessionInfo;
use crate::time_axis::Axis;
use crate::time_axis::daytime::Daytime;

/// The first block of a file.
pub(crate) struct Head<'a> {
    /// The file as the caller named it.
    pub(crate) file: &'a str,
    /// Its first bytes, without a byte-order mark.
    pub(crate) bytes: &'a [u8],
    /// Whether these are all.
    pub(crate) is_whole: bool,
    /// What `session.json` says about it, for a recording of a live sensor.
    pub(crate) session: Option<&'a SessionInfo>,
}

/// How the rows of a text table are to be read.
pub(crate) struct Layout {
    /// What is said to the caller.
    pub(crate) header: Header,
    /// Delimiter and decimal point.
    pub(crate) dialect: Dialect,
    /// Bytes and lines before the first row.
    pub(crate) preamble: (usize, u64),
    /// What to do with each column of a row.
    pub(crate) actions: Vec<Action>,
    /// The line of the time column, if there is one.
    pub(crate) axis: Option<Axis>,
    /// How its times of day are read.
    pub(crate) daytime: Daytime,
    /// Decimals in every value of the last column, where that is always the same number: a last line that was cut off
    /// shows fewer.
    pub(crate) last_decimals: Option<usize>,
    /// The names row, to recognise it when it comes again.
    pub(crate) names_row: Option<Vec<u8>>,
    /// The line of a row in front of the table that is only a place holder.
    pub(crate) place_holder: Option<u64>,
    /// Rows after which the channels are only filled up.
    pub(crate) rows: Option<u64>,
    /// Rows without time and values only fill up the table.
    pub(crate) is_padded: bool,
    /// A row without values, but with a text in this column, tells of an event and is no frame.
    pub(crate) events: Option<usize>,
    /// The lines that head each block of rows.
    pub(crate) block: Vec<Vec<u8>>,
    /// Rows may end in a comment behind this mark.
    pub(crate) comment: Option<&'static [u8]>,
}

/// What to do with one column of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// Nothing.
    Skip,
    /// It is the time stamp.
    Time,
    /// It is the time of day, as text.
    Daytime,
    /// It is the cue.
    Cue,
    /// It says what is missing: a number of frames, or `stall`.
    Gap,
    /// It is this channel (from 0) of the frame.
    Channel(usize),
}

/// Recognises the format of a text file.
///
/// # Errors
/// [`ReadError`] when the file is no table, or leaves something open that would change a number.
pub(crate) fn layout(head: &Head<'_>, options: &OpenOptions) -> Result<Layout, ReadError> {
    match head.session {
        Some(info) => session::layout(head, info, options),
        None => csv::layout(head, options),
    }
}

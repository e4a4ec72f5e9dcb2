//! Rows into numbers: a fast way for plain lines, a careful one for all others. Both give the same bits.

use tonus_core::input::Cue;

use crate::fields::{Dialect, Splitter};
use crate::format::Action;
use crate::format::csv::{Below, cue_of};
use crate::format::text::dialect::is_comment;
use crate::number::{Cell, parse_cell, scan};
use crate::number_template::NumberTemplate;
use crate::time_axis::daytime::Daytime;

/// One row, as numbers.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its time stamp, in the unit of the file.
    pub(crate) stamp: f64,
    /// One value per channel, in the unit of the file; NaN where there is none.
    pub(crate) values: Vec<f64>,
    /// Its cue; as in the row before where a cell is damaged, free where the word is unknown.
    pub(crate) cue: Cue,
    /// It is no frame, but says what is missing.
    pub(crate) gap: Option<Missing>,
}

/// What is missing where a row says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// So many frames.
    Frames(u64),
    /// An unknown time.
    Unknown,
}

/// Unknown cues in a row that may be damage; more of them are a word of their own, and free.
const DAMAGED_CUES: u32 = 3;

/// What is wrong with a row or a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Column to blame, from 1.
    pub(crate) column: Option<usize>,
    pub(crate) reason: Reason,
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    Text(&'static str),
    Columns { found: usize, expected: usize },
}

/// What became of a row that was read with care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Careful {
    /// All there; so many channels have no value.
    Read { missing: u32, fault: Option<Fault> },
    /// Nothing of it can be used.
    Lost(Fault),
    /// It is no row of the signal: it fills up the table behind its end, or tells of an event.
    Padding,
}

/// What a line says of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Peeked {
    /// A row with this stamp; NaN where it cannot be read.
    Row(f64),
    /// It declares what is missing.
    Gap,
    /// A comment, or a row that is lost.
    NoRow,
}

/// Reads rows as a layout says.
#[derive(Debug)]
pub(crate) struct RowReader {
    pub(crate) actions: Vec<Action>,
    pub(crate) dialect: Dialect,
    splitter: Splitter,
    last_decimals: Option<usize>,
    /// How each column wrote its last number.
    pub(crate) shapes: Vec<NumberTemplate>,
    /// Unknown cues in a row.
    unknown_cues: u32,
    daytime: Daytime,
    /// A row without time and without values only fills up the table.
    is_padded: bool,
    /// A row without values, but with a text in this column, tells of an event and is no frame.
    pub(crate) events: Option<usize>,
}

impl RowReader {
    pub(crate) fn new(actions: Vec<Action>, dialect: Dialect, last_decimals: Option<usize>, is_padded: bool) -> Self {
        let shapes = vec![NumberTemplate::NONE; actions.len()];
        Self {
            actions,
            dialect,
            splitter: Splitter::new(dialect),
            last_decimals,
            shapes,
            unknown_cues: 0,
            daytime: Daytime::default(),
            is_padded,
            events: None,
        }
    }

    /// With times of day that are read like this.
    pub(crate) fn with_daytime(mut self, daytime: Daytime) -> Self {
        self.daytime = daytime;
        self
    }

    /// Reads the row at the start of `bytes` if it is nothing but plain numbers; gives the length of its line with its end.
    ///
    /// `None` leaves the row half filled: the careful way then fills it anew.
    #[inline]
    pub(crate) fn plain(&mut self, bytes: &[u8], row: &mut Row) -> Option<usize> {
        let Dialect { delimiter, point, .. } = self.dialect;
        let mut at = 0;
        let mut left = self.actions.len();
        for (action, shape) in self.actions.iter().zip(&mut self.shapes) {
            while *bytes.get(at)? == b' ' {
                at += 1;
            }
            match *action {
                Action::Channel(n) => {
                    let (value, end) = scan(bytes, at, point, shape)?;
                    *row.values.get_mut(n)? = value;
                    at = end;
                }
                Action::Time => (row.stamp, at) = scan(bytes, at, point, shape)?,
                // The line may be a comment.
                Action::Skip | Action::Cue if matches!(bytes.get(at), Some(b'#' | b'%')) => return None,
                Action::Skip => at = end_of_cell(bytes, at, delimiter)?,
                Action::Gap if matches!(bytes.get(at), Some(b'\r' | b'\n')) => {}
                Action::Gap | Action::Daytime => return None,
                Action::Cue => {
                    let end = end_of_cell(bytes, at, delimiter)?;
                    let text = bytes.get(at..end)?;
                    if text != row.cue.name().as_bytes() {
                        row.cue = cue_of(text)?;
                    }
                    at = end;
                }
            }
            left -= 1;
            if left > 0 {
                if *bytes.get(at)? != delimiter {
                    return None;
                }
                at += 1;
            }
        }
        if *bytes.get(at)? == delimiter {
            at += 1;
        }
        let length = match *bytes.get(at)? {
            b'\r' if *bytes.get(at + 1)? == b'\n' => at + 2,
            b'\n' | b'\r' => at + 1,
            _ => return None,
        };
        self.knew_cue();
        Some(length)
    }

    /// A row with a known cue was read: unknown ones behind it are no longer in a row with those before.
    pub(crate) fn knew_cue(&mut self) {
        self.unknown_cues = 0;
    }

    /// Reads a line that the plain way did not take. `is_cut` says that the file ended without a line end.
    pub(crate) fn careful(&mut self, line: &[u8], is_cut: bool, row: &mut Row) -> Careful {
        let lost = |column, reason| Careful::Lost(Fault { column, reason });
        let expected = self.actions.len();
        match self.splitter.split_to(line, expected) {
            Err(_) => return lost(None, Reason::Text("a quote that does not close, or stands inside a cell")),
            Ok(Err(found)) if is_cut && found < expected => {
                return lost(Some(found), Reason::Text("the last line is cut off"));
            }
            Ok(Err(found)) => {
                return lost(
                    Some(found.min(expected) + usize::from(found > expected)),
                    Reason::Columns { found, expected },
                );
            }
            Ok(Ok(())) => {}
        }
        if is_cut && self.is_shortened(line) {
            return lost(Some(expected), Reason::Text("the last line is cut off"));
        }
        if (0..expected).all(|n| self.splitter.cell(line, n).is_none_or(<[u8]>::is_empty)) {
            return lost(None, Reason::Text("no value in any column"));
        }
        let is_wanted = |action: &Action| matches!(action, Action::Time | Action::Channel(_));
        let mut wanted = self.actions.iter().enumerate().filter(|(_, action)| is_wanted(action));
        if self.is_padded && wanted.all(|(n, _)| self.splitter.cell(line, n).is_none_or(<[u8]>::is_empty)) {
            return Careful::Padding;
        }
        let is_empty = |n: usize| self.splitter.cell(line, n).is_none_or(<[u8]>::is_empty);
        let mut channels = self.actions.iter().enumerate().filter(|(_, action)| matches!(action, Action::Channel(_)));
        if self.events.is_some_and(|column| !is_empty(column)) && channels.all(|(n, _)| is_empty(n)) {
            return Careful::Padding;
        }
        let (mut missing, mut fault, mut untimed) = (0, None, None);
        row.gap = None;
        for (n, action) in self.actions.iter().enumerate() {
            let cell = self.splitter.cell(line, n).unwrap_or_default();
            let column = Some(n + 1);
            match *action {
                Action::Skip => {}
                Action::Time => match parse_cell(cell, self.dialect.point) {
                    Cell::Number(stamp) => row.stamp = stamp,
                    Cell::Missing => (row.stamp, untimed) = (f64::NAN, Some((column, "no time stamp"))),
                    Cell::Bad(reason) => (row.stamp, untimed) = (f64::NAN, Some((column, reason))),
                },
                Action::Daytime => {
                    let reason = if cell.is_empty() { "no time stamp" } else { "not a time of day" };
                    let stamp = self.daytime.read(cell);
                    row.stamp = stamp.unwrap_or(f64::NAN);
                    untimed = if stamp.is_none() { Some((column, reason)) } else { untimed };
                }
                Action::Cue => {
                    if let Some(cue) = cue_of(cell) {
                        (row.cue, self.unknown_cues) = (cue, 0);
                    } else {
                        self.unknown_cues = self.unknown_cues.saturating_add(1);
                        fault = fault.or(Some(Fault { column, reason: Reason::Text("an unknown cue") }));
                    }
                    // One damaged cell changes nothing; an unknown word asks for something else than what came before.
                    if self.unknown_cues > DAMAGED_CUES {
                        row.cue = Cue::Free;
                    }
                }
                Action::Gap => match missing_of(cell) {
                    Ok(gap) => row.gap = gap,
                    Err(reason) => return lost(column, Reason::Text(reason)),
                },
                Action::Channel(channel) => {
                    let value = match parse_cell(cell, self.dialect.point) {
                        Cell::Number(value) => value,
                        Cell::Missing => {
                            missing += 1;
                            f64::NAN
                        }
                        Cell::Bad(reason) => {
                            fault = fault.or(Some(Fault { column, reason: Reason::Text(reason) }));
                            f64::NAN
                        }
                    };
                    if let Some(slot) = row.values.get_mut(channel) {
                        *slot = value;
                    }
                }
            }
        }
        // A value is never thrown away for its stamp.
        if let Some((column, reason)) = untimed
            && (row.gap.is_some() || row.values.iter().all(|value| value.is_nan()))
        {
            return lost(column, Reason::Text(reason));
        }
        if row.gap.is_some() {
            missing = 0;
        }
        Careful::Read { missing, fault }
    }

    /// What a line that is still to be read says of time. Its times of day follow `daytime`.
    pub(crate) fn peek(&mut self, line: &[u8], daytime: &mut Daytime) -> Peeked {
        if is_comment(line) || !self.splitter.fits(line, self.actions.len()) {
            return Peeked::NoRow;
        }
        let place = |wanted: fn(&Action) -> bool| self.actions.iter().position(wanted);
        let is_declared = place(|action| *action == Action::Gap)
            .and_then(|column| self.splitter.cell(line, column))
            .is_some_and(|cell| !cell.is_empty());
        if is_declared {
            return Peeked::Gap;
        }
        let column = place(|action| matches!(action, Action::Time | Action::Daytime));
        let stamp = column.and_then(|column| {
            let cell = self.splitter.cell(line, column)?;
            match self.actions.get(column)? {
                Action::Daytime => daytime.read(cell),
                _ => parse_cell(cell, self.dialect.point).number(),
            }
        });
        Peeked::Row(stamp.unwrap_or(f64::NAN))
    }

    /// How times of day go on from the row last read.
    pub(crate) fn daytime(&self) -> Daytime {
        self.daytime
    }

    /// Whether a line ends inside a quoted cell.
    pub(crate) fn is_open(&self, line: &[u8]) -> bool {
        self.splitter.is_open(line)
    }

    /// Whether lines that a quoted cell joins are a row: the line ends stand in a cell that is not read.
    pub(crate) fn is_row(&mut self, lines: &[u8]) -> bool {
        if !self.splitter.fits(lines, self.actions.len()) {
            return false;
        }
        let has_end =
            |n: usize| self.splitter.cell(lines, n).is_none_or(|cell| cell.iter().any(|b| matches!(b, b'\r' | b'\n')));
        self.actions.iter().enumerate().all(|(n, action)| *action == Action::Skip || !has_end(n))
    }

    /// Tells [`Below`] of a line.
    pub(crate) fn look_below(&mut self, below: &mut Below, line: &[u8], names: Option<&[u8]>) -> Option<bool> {
        below.take(line, names, &mut self.splitter)
    }

    /// The text of a cell (column from 1) of the line last read with care; the line itself for none.
    pub(crate) fn text<'a>(&'a self, line: &'a [u8], column: Option<usize>) -> &'a [u8] {
        column.and_then(|column| self.splitter.cell(line, column - 1)).unwrap_or(line)
    }

    /// Whether the last cell shows fewer decimals than every other row: `1.` where `1.25` was meant.
    fn is_shortened(&self, line: &[u8]) -> bool {
        let cell =
            self.actions.len().checked_sub(1).and_then(|last| self.splitter.cell(line, last)).unwrap_or_default();
        let point = self.dialect.point;
        let decimals = cell.iter().position(|b| *b == point).map_or(0, |at| cell.len() - at - 1);
        let open = matches!(cell.last(), Some(b'-' | b'+' | b'e' | b'E')) || cell.last() == Some(&point);
        open || self.last_decimals.is_some_and(|usual| decimals < usual)
    }
}

/// What a cell of a gap column says.
fn missing_of(cell: &[u8]) -> Result<Option<Missing>, &'static str> {
    if cell.is_empty() {
        return Ok(None);
    }
    if cell == crate::session::STALL.as_bytes() {
        return Ok(Some(Missing::Unknown));
    }
    let frames = std::str::from_utf8(cell).ok().and_then(|text| text.parse().ok());
    let frames = frames.filter(|frames| *frames > 0);
    frames.map(|frames| Some(Missing::Frames(frames))).ok_or("neither a number of frames nor 'stall'")
}

/// The end of an unquoted cell that starts at `at`.
#[inline]
pub(crate) fn end_of_cell(bytes: &[u8], at: usize, delimiter: u8) -> Option<usize> {
    for (n, byte) in bytes.get(at..)?.iter().enumerate() {
        if *byte == delimiter || matches!(byte, b'\n' | b'\r') {
            return Some(at + n);
        }
        if matches!(byte, b'"' | 0) {
            return None;
        }
    }
    None
}

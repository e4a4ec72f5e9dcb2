//! Cue lists: `start_s,end_s,cue`, in seconds from the first frame.

use std::io::Read;
use std::path::Path;

use tonus_core::input::Cue;

use crate::error::{Place, ReadError, quoted, the_nearest};
use crate::format::csv::cue_of;
use crate::number::{Cell, parse_cell};
use crate::setting::Setting;
use crate::source::open_regular;

/// Largest cue list in bytes.
const MAX_BYTES: u64 = 4 << 20;
/// The columns a list has.
const COLUMNS: [&str; 3] = ["start_s", "end_s", "cue"];
/// Words of cues.
const CUES: [Cue; 5] = [Cue::Quiet, Cue::Reference, Cue::Work, Cue::Rest, Cue::Free];

/// From when to when something is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CueInterval {
    /// Begin in seconds from the first frame.
    pub start_s: f64,
    /// End in seconds from the first frame.
    pub end_s: f64,
    /// What is asked for.
    pub cue: Cue,
}

/// Cues in the order of time, without overlap; `free` between them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CueList {
    intervals: Vec<CueInterval>,
}

impl CueList {
    /// Reads a list from a file.
    ///
    /// # Errors
    /// [`ReadError`] with the line of anything that is no interval, ends before it starts, or overlaps another.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        Self::from_reader(open_regular(path, &name)?, &name)
    }

    /// Reads a list from anything that gives bytes; `name` stands for it in messages.
    ///
    /// # Errors
    /// As [`CueList::open`].
    pub fn from_reader(reader: impl Read, name: &str) -> Result<Self, ReadError> {
        let mut text = Vec::new();
        let file = || name.to_owned();
        reader.take(MAX_BYTES + 1).read_to_end(&mut text).map_err(|source| ReadError::Io { file: file(), source })?;
        if text.len() as u64 > MAX_BYTES {
            let fix = "a cue list holds a line per cue; is this the right file?";
            return Err(ReadError::NotText { file: file(), found: "more than 4 MiB", fix });
        }
        crate::sniff::check_text(&text, name)?;
        let names = text.split(|b| *b == b'\n').next().unwrap_or_default();
        let delimiter = [b';', b'\t'].into_iter().find(|b| names.contains(b)).unwrap_or(b',');
        let mut rows = ::csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .comment(Some(b'#'))
            .trim(::csv::Trim::All)
            .from_reader(text.as_slice());
        let malformed = |line, column, found: &[u8], fix: &str| ReadError::Malformed {
            file: file(),
            place: Place { line, column },
            found: quoted(found),
            fix: fix.to_owned().into(),
        };
        let damaged = |error: &::csv::Error| {
            let line = error.position().map_or(1, ::csv::Position::line);
            malformed(line, None, error.to_string().as_bytes(), "write start_s,end_s,cue in each line")
        };
        let header = rows.byte_headers().map_err(|error| damaged(&error))?.clone();
        let place = |name: &str| header.iter().position(|cell| cell.eq_ignore_ascii_case(name.as_bytes()));
        let [Some(start), Some(end), Some(word)] = COLUMNS.map(place) else {
            return Err(malformed(1, None, names, "name the columns start_s,end_s,cue"));
        };
        let mut found: Vec<(u64, CueInterval)> = Vec::new();
        for record in rows.byte_records() {
            let record = record.map_err(|error| damaged(&error))?;
            let line = record.position().map_or(0, ::csv::Position::line);
            let cell = |column: usize| record.get(column).unwrap_or_default();
            let seconds = |column: usize| match parse_cell(cell(column), b'.') {
                Cell::Number(value) if value >= 0.0 => Ok(value),
                _ => {
                    Err(malformed(line, Some(column + 1), cell(column), "give seconds from the first frame, 0 or more"))
                }
            };
            let interval = CueInterval {
                start_s: seconds(start)?,
                end_s: seconds(end)?,
                cue: cue_of(cell(word)).filter(|_| !cell(word).is_empty()).ok_or_else(|| {
                    let asked = String::from_utf8_lossy(cell(word));
                    let near = the_nearest(&asked, CUES.map(Cue::name));
                    malformed(
                        line,
                        Some(word + 1),
                        cell(word),
                        &format!("use quiet, reference, work, rest or free; {near}"),
                    )
                })?,
            };
            if interval.end_s <= interval.start_s {
                return Err(malformed(line, Some(end + 1), cell(end), "a cue ends after its start"));
            }
            found.push((line, interval));
        }
        found.sort_by(|a, b| a.1.start_s.total_cmp(&b.1.start_s));
        for pair in found.windows(2) {
            if let [(first, a), (line, b)] = pair
                && b.start_s < a.end_s
            {
                let what = b.start_s.to_string();
                return Err(malformed(
                    *line,
                    Some(start + 1),
                    what.as_bytes(),
                    &format!("it overlaps the cue of line {first}"),
                ));
            }
        }
        Ok(Self { intervals: found.into_iter().map(|(_, interval)| interval).collect() })
    }

    /// A list of intervals in any order; `name` stands for it in messages, and intervals count from 1.
    ///
    /// # Errors
    /// [`ReadError::BadOption`] where one is not finite, starts before the first frame, ends before it starts,
    /// or overlaps another.
    pub fn from_intervals(intervals: Vec<CueInterval>, name: &str) -> Result<Self, ReadError> {
        let bad = |reason| Err(ReadError::BadOption { file: name.to_owned(), option: Setting::Cues, reason });
        let mut numbered: Vec<(usize, CueInterval)> = intervals.into_iter().enumerate().collect();
        for (n, CueInterval { start_s, end_s, .. }) in &numbered {
            if !(start_s.is_finite() && end_s.is_finite() && *start_s >= 0.0) {
                let reason = format!("cue {} is from {start_s} to {end_s}; give seconds from the first frame", n + 1);
                return bad(reason);
            }
            if end_s <= start_s {
                return bad(format!("cue {} is from {start_s} to {end_s} s; a cue ends after its start", n + 1));
            }
        }
        numbered.sort_by(|a, b| a.1.start_s.total_cmp(&b.1.start_s));
        for pair in numbered.windows(2) {
            if let [(first, a), (second, b)] = pair
                && b.start_s < a.end_s
            {
                let at = b.start_s;
                return bad(format!("cue {} starts at {at} s and overlaps cue {}", second + 1, first + 1));
            }
        }
        Ok(Self { intervals: numbered.into_iter().map(|(_, interval)| interval).collect() })
    }

    /// The intervals, in the order of time.
    pub fn intervals(&self) -> &[CueInterval] {
        &self.intervals
    }

    /// Frame index and new cue of every change at a rate, `free` after each interval that no other follows at once.
    pub fn changes(&self, rate_hz: f64) -> Vec<(u64, Cue)> {
        let index = |seconds: f64| (seconds * rate_hz).round() as u64;
        let mut changes: Vec<(u64, Cue)> = Vec::new();
        for interval in &self.intervals {
            let (start, end) = (index(interval.start_s), index(interval.end_s));
            if end == start {
                continue;
            }
            if changes.last().is_some_and(|last| last.0 >= start) {
                changes.pop();
            }
            changes.push((start, interval.cue));
            changes.push((end, Cue::Free));
        }
        let mut cue = Cue::Free;
        changes.retain(|change| std::mem::replace(&mut cue, change.1) != change.1);
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &'static str) -> Result<CueList, String> {
        CueList::from_reader(text.as_bytes(), "cues.csv").map_err(|error| error.to_string())
    }

    #[test]
    fn intervals_come_out_sorted_and_become_changes() {
        let list = read("cue, start_s ,end_s\nwork,2,3\nQuiet,0,2\nrest,4,4.5\n").unwrap();
        assert_eq!(list.intervals().iter().map(|i| i.cue).collect::<Vec<_>>(), [Cue::Quiet, Cue::Work, Cue::Rest]);
        let expected = [(0, Cue::Quiet), (2000, Cue::Work), (3000, Cue::Free), (4000, Cue::Rest), (4500, Cue::Free)];
        assert_eq!(list.changes(1000.0), expected);
        assert_eq!(read("\u{feff}start_s;end_s;cue\n0;1;free\n").unwrap().changes(10.0), []);
        assert_eq!(read("start_s,end_s,cue\n").unwrap(), CueList::default());
    }

    #[test]
    fn intervals_of_a_caller_are_sorted_and_checked() {
        let cue = |start_s, end_s| CueInterval { start_s, end_s, cue: Cue::Work };
        let list = |cues: &[CueInterval]| CueList::from_intervals(cues.to_vec(), "list").map_err(|e| e.to_string());
        assert_eq!(list(&[cue(2.0, 3.0), cue(0.0, 2.0)]).unwrap().intervals()[0].start_s, 0.0);
        let said = list(&[cue(2.0, 3.0), cue(0.0, 2.5)]).unwrap_err();
        assert_eq!(said, "list: cues: cue 1 starts at 2 s and overlaps cue 2");
        for wrong in [cue(1.0, 1.0), cue(-1.0, 1.0), cue(0.0, f64::INFINITY), cue(f64::NAN, 1.0)] {
            assert!(list(&[wrong]).is_err());
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let cases = [
            (
                "start_s,end_s,cue\n0,2,work\n1,3,rest\n",
                "cues.csv:line 3, column 1: found '1'; it overlaps the cue of line 2",
            ),
            ("start_s,end_s,cue\n2,2,work\n", "cues.csv:line 2, column 2: found '2'; a cue ends after its start"),
            (
                "start_s,end_s,cue\n0,2,wrok\n",
                "cues.csv:line 2, column 3: found 'wrok'; use quiet, reference, work, rest or free; the nearest are work, free, rest",
            ),
            (
                "start_s,end_s,cue\n-1,2,work\n",
                "cues.csv:line 2, column 1: found '-1'; give seconds from the first frame, 0 or more",
            ),
            ("a,b\n0,2\n", "cues.csv:line 1: found 'a,b'; name the columns start_s,end_s,cue"),
        ];
        for (text, message) in cases {
            assert_eq!(read(text).unwrap_err(), message);
        }
        assert!(read("start_s,end_s,cue\n0,2\n").unwrap_err().starts_with("cues.csv:line 2: "));
    }
}

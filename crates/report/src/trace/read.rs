//! A trace out of a `states.csv`.

use std::io::{self, BufRead, Read};

use tonus_core::decision::{Decision, Quality, Reasons, State};
use tonus_core::input::Cue;
use tonus_dsp::units::TICKS_PER_S;

use super::Trace;
use crate::words;

/// Longest row, in bytes; a longer one is none of a `states.csv`.
const MAX_ROW: u64 = 1 << 20;

const STATES: [State; 4] = [State::Rest, State::Controlled, State::Overactive, State::Invalid];

/// Where the needed columns are.
struct Columns {
    time: usize,
    channel: usize,
    state: usize,
    envelope: usize,
    cue: usize,
}

pub(super) fn states(reader: impl BufRead) -> io::Result<Trace> {
    let mut rows = Rows { reader, line: 0, row: Vec::new() };
    let mut cells = Vec::new();
    if !rows.next(&mut cells)? {
        return Err(rows.error("t_s", ""));
    }
    let place = |name: &str| cells.iter().position(|cell| cell == name).ok_or_else(|| rows.error(name, ""));
    let columns = Columns {
        time: place("t_s")?,
        channel: place("channel")?,
        state: place("state")?,
        envelope: place("envelope_uv")?,
        cue: place("cue")?,
    };
    let (mut trace, mut tick, mut seen) = (Trace::default(), 0, Vec::new());
    while rows.next(&mut cells)? {
        let cell = |place: usize, name: &str| cells.get(place).ok_or_else(|| rows.error(name, ""));
        let invalid = |name: &str, cell: &str| rows.error(name, cell);
        let time = cell(columns.time, "t_s")?;
        let seconds: f64 = time.parse().ok().filter(|s: &f64| *s >= 0.0).ok_or_else(|| invalid("t_s", time))?;
        let now = (seconds * f64::from(TICKS_PER_S)).round() as u64;
        if now != tick {
            (tick, seen) = (now, vec![false; trace.channels().len()]);
        }
        let state = cell(columns.state, "state")?;
        let state = STATES.into_iter().find(|one| one.name() == state).ok_or_else(|| invalid("state", state))?;
        let cue = cell(columns.cue, "cue")?;
        let cue = Cue::from_name(cue).ok_or_else(|| invalid("cue", cue))?;
        let envelope = cell(columns.envelope, "envelope_uv")?;
        let envelope_uv = match envelope.as_str() {
            "" => f32::NAN,
            text => text.parse().map_err(|_| invalid("envelope_uv", text))?,
        };
        let name = cell(columns.channel, "channel")?;
        let channel = channel(&mut trace, &mut seen, name);
        let channel = u8::try_from(channel).map_err(|_| invalid("channel", name))?;
        let (reasons, quality, activation) = (Reasons::NONE, Quality::NONE, f32::NAN);
        let index = tick;
        trace.push(&Decision {
            tick,
            index,
            channel,
            state,
            reasons,
            quality,
            envelope_uv,
            activation,
            cue,
            tense: None,
        });
    }
    Ok(trace)
}

/// The channel of this name that has no row at this tick yet: names may come twice.
fn channel(trace: &mut Trace, seen: &mut Vec<bool>, name: &str) -> usize {
    let known = trace.channels().iter().zip(&*seen).position(|(channel, seen)| channel.name == name && !seen);
    let place = known.unwrap_or_else(|| {
        trace.add(name);
        seen.push(false);
        seen.len() - 1
    });
    seen[place] = true;
    place
}

/// Rows of a CSV table: cells between commas, quoted where they hold commas, quotes or line ends.
struct Rows<R> {
    reader: R,
    line: u64,
    row: Vec<u8>,
}

impl<R: BufRead> Rows<R> {
    /// Reads the next row that is not empty into cells; says whether there was one.
    fn next(&mut self, cells: &mut Vec<String>) -> io::Result<bool> {
        loop {
            self.row.clear();
            loop {
                let left = MAX_ROW.saturating_sub(self.row.len() as u64);
                let read = self.reader.by_ref().take(left).read_until(b'\n', &mut self.row)?;
                self.line += 1;
                let is_quoted = is_open(&self.row);
                if read == 0 || (self.row.ends_with(b"\n") && !is_quoted) {
                    break;
                }
            }
            if self.row.len() as u64 >= MAX_ROW {
                return Err(self.error("t_s", ""));
            }
            if self.row.is_empty() {
                return Ok(false);
            }
            let text = String::from_utf8_lossy(&self.row);
            let text = text.trim_end_matches(['\n', '\r']);
            if !text.is_empty() {
                split(text, cells);
                return Ok(true);
            }
        }
    }

    fn error(&self, column: &str, found: &str) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, words::not_states(self.line, column, found))
    }
}

/// Whether a quoted cell goes on after these bytes.
fn is_open(row: &[u8]) -> bool {
    row.iter().fold(false, |is_open, byte| is_open ^ (*byte == b'"'))
}

fn split(row: &str, cells: &mut Vec<String>) {
    cells.clear();
    let (mut cell, mut is_quoted) = (String::new(), false);
    let mut characters = row.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if is_quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    cells.push(cell);
}

#[cfg(test)]
mod tests {
    use super::super::tests::decision;
    use super::*;
    use crate::StatesWriter;

    #[test]
    fn what_was_written_reads_back_as_the_same_trace() {
        let names = ["left, \"upper\"\nhalf", "twin", "twin"];
        let (mut trace, mut states) = (Trace::new(names), StatesWriter::new(Vec::new(), names));
        for tick in 1..=5000 {
            for channel in 0..3 {
                let cue = if tick % 800 < 300 { Cue::Work } else { Cue::Rest };
                let mut d = decision(tick, channel, cue, (tick % 97) as f32 * 0.13 + f32::from(channel));
                if tick % 50 == 0 {
                    (d.state, d.envelope_uv) = (State::Invalid, f32::NAN);
                }
                trace.push(&d);
                states.push(&d).unwrap();
            }
        }
        let read = Trace::from_states(states.finish().unwrap().as_slice()).unwrap();
        // NaN differs from itself; the text of both does not.
        assert_eq!(format!("{read:?}"), format!("{trace:?}"));
    }

    #[test]
    fn columns_are_found_by_name() {
        let text = "cue,new,envelope_uv,state,channel,t_s\r\nrest,?,1.5,rest,emg,0.01\r\n\r\n";
        let trace = Trace::from_states(text.as_bytes()).unwrap();
        assert_eq!(trace.channels()[0].bins.bins()[0].valid.mean(), Some(1.5));
    }

    #[test]
    fn an_error_says_line_column_and_what_was_found() {
        let header = "t_s,channel,state,envelope_uv,cue\n";
        for (text, part) in [
            ("", "t_s"),
            ("t_s,channel,state,cue\n", "envelope_uv"),
            (&*format!("{header}x,emg,rest,1,rest\n"), "`x`"),
            (&*format!("{header}-1,emg,rest,1,rest\n"), "`-1`"),
            (&*format!("{header}0.01,emg,rest,1,rest\n0.02,emg,tired,1,rest\n"), "line 3"),
            (&*format!("{header}0.01,emg,rest,much,rest\n"), "envelope_uv"),
            (&*format!("{header}0.01,emg,rest,1\n"), "cue"),
        ] {
            let error = Trace::from_states(text.as_bytes()).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData);
            assert!(error.to_string().contains(part), "{error}");
        }
    }

    #[test]
    fn a_row_without_an_end_is_refused() {
        let mut text = String::from("t_s,channel,state,envelope_uv,cue\n0.01,\"");
        text.push_str(&"x".repeat(2 << 20));
        assert_eq!(Trace::from_states(text.as_bytes()).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}

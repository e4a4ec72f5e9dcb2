//! A trace out of a `states.csv`.

use std::io::{self, BufRead};

use csv::{DeserializeErrorKind, ErrorKind, Position, ReaderBuilder, StringRecord};
use serde::Deserialize;
use tonus_core::decision::{Decision, Quality, Reasons, State};
use tonus_core::input::{Cue, MOST_MISSING_S};
use tonus_dsp::units::TICKS_PER_S;

use super::Trace;
use crate::words;

/// Ticks of the longest stretch without samples (7 days).
const LONGEST_STRETCH: u64 = MOST_MISSING_S as u64 * TICKS_PER_S as u64;

/// What a trace needs of a row.
#[derive(Deserialize)]
struct Row<'a> {
    t_s: f64,
    channel: &'a str,
    state: State,
    envelope_uv: Option<f32>,
    cue: Cue,
}

/// The names of the columns of [`Row`].
const COLUMNS: [&str; 5] = ["t_s", "channel", "state", "envelope_uv", "cue"];

pub(super) fn states(reader: impl BufRead) -> io::Result<Trace> {
    let mut table = ReaderBuilder::new().flexible(true).from_reader(reader);
    let names = table.headers().map_err(io::Error::from)?.clone();
    if let Some(missing) = COLUMNS.into_iter().find(|name| names.iter().all(|found| found != *name)) {
        return Err(invalid(1, missing, ""));
    }
    let (mut trace, mut tick, mut seen) = (Trace::default(), 0, Vec::new());
    let mut before: Vec<Decision> = Vec::new();
    let mut record = StringRecord::new();
    while table.read_record(&mut record)? {
        let line = record.position().map_or(0, Position::line);
        let row: Row<'_> =
            record.deserialize(Some(&names)).map_err(|error| malformed(&error, line, &names, &record))?;
        if !(row.t_s >= 0.0) {
            return Err(invalid(line, "t_s", &row.t_s.to_string()));
        }
        let now = (row.t_s * f64::from(TICKS_PER_S)).round() as u64;
        if now != tick {
            // Of a long stretch without samples there are the first and the last row.
            if now > tick + 1 && !before.is_empty() && before.iter().all(|d| d.state == State::Invalid) {
                for tick in tick + 1..now.min(tick + LONGEST_STRETCH) {
                    for d in &before {
                        trace.push(&Decision { tick, index: tick, ..*d });
                    }
                }
            }
            before.clear();
            (tick, seen) = (now, vec![false; trace.channels().len()]);
        }
        let channel = channel(&mut trace, &mut seen, row.channel);
        let channel = u8::try_from(channel).map_err(|_| invalid(line, "channel", row.channel))?;
        let (state, cue, envelope_uv) = (row.state, row.cue, row.envelope_uv.unwrap_or(f32::NAN));
        let (reasons, quality, activation) = (Reasons::NONE, Quality::NONE, f32::NAN);
        let index = tick;
        let d = Decision { tick, index, channel, state, reasons, quality, envelope_uv, activation, cue, tense: None };
        trace.push(&d);
        before.push(d);
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

fn invalid(line: u64, column: &str, found: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, words::not_states(line, column, found))
}

/// What is wrong with a row: the column, and what stands there.
fn malformed(error: &csv::Error, line: u64, names: &StringRecord, record: &StringRecord) -> io::Error {
    let ErrorKind::Deserialize { err, .. } = error.kind() else { return invalid(line, COLUMNS[0], "") };
    // A row that is cut short has no such field.
    let cut = || COLUMNS.into_iter().find(|name| !names.iter().zip(record).any(|(found, _)| found == *name));
    let place = err.field().and_then(|field| usize::try_from(field).ok());
    match place.filter(|_| !matches!(err.kind(), DeserializeErrorKind::UnexpectedEndOfRow)) {
        Some(place) => invalid(line, &names[place], &record[place]),
        None => invalid(line, cut().unwrap_or(COLUMNS[0]), ""),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::decision;
    use super::*;
    use crate::StatesWriter;

    #[test]
    fn what_was_written_reads_back_as_the_same_trace() {
        let names = ["left, \"upper\" half", "twin", "twin"];
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

//! `states.csv` and `events.csv`, written as the decisions come.

use std::io::{self, Write};

use tonus_core::decision::{Decision, Quality, Reasons, State};
use tonus_core::input::Cue;
use tonus_core::summary::{Segment, SegmentKind};
use tonus_dsp::units::TICKS_PER_S;

use crate::text::{csv_cell, push_f32, push_milliseconds, push_names, push_tick};

/// Bytes gathered before they are handed on.
const BLOCK: usize = 64 * 1024;
/// More than a row can need beside the channel's name.
const ROW: usize = 512;

/// Rows of a table, gathered into blocks.
#[derive(Debug)]
struct Rows<W> {
    out: W,
    buffer: Vec<u8>,
    /// Names of the channels as cells.
    names: Vec<Vec<u8>>,
}

impl<W: Write> Rows<W> {
    fn new<'a>(out: W, header: &str, names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut buffer = Vec::with_capacity(BLOCK + ROW);
        buffer.extend_from_slice(header.as_bytes());
        Self { out, buffer, names: names.into_iter().map(|name| csv_cell(name).into_bytes()).collect() }
    }

    fn end_row(&mut self) -> io::Result<()> {
        self.buffer.push(b'\n');
        if self.buffer.len() >= BLOCK {
            self.out.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }

    fn finish(mut self) -> io::Result<W> {
        self.out.write_all(&self.buffer)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Writes `states.csv`: one row per decision.
///
/// Columns: `t_s,channel,state,reason,envelope_uv,activation,quality,cue,tense`; `tense` is 1 or 0. A value that is not known is an empty cell.
/// A stretch without samples that is longer than 60 s is written as its first and its last row: a table is no longer than
/// what was recorded, however long the gaps are. Memory: one block of 64 KiB; no allocation per row.
#[derive(Debug)]
pub struct StatesWriter<W> {
    rows: Rows<W>,
    /// The time of the last row, which many channels share.
    tick: Option<u64>,
    time: Vec<u8>,
    /// What each channel's last row said in words.
    said: Vec<Words>,
    /// The decisions of the tick that is coming in, and of the one before.
    now: Vec<Decision>,
    before: Vec<Decision>,
    /// Ticks without samples, up to `before`, that say the same and are not written yet.
    held: u64,
}

/// What of a decision is said in words.
type Said = (State, Reasons, Quality, Cue, Option<bool>);

/// Ticks without samples that are written one by one (60 s); of a longer stretch the first and the last are.
pub const LONGEST_STRETCH: u64 = 60 * TICKS_PER_S as u64;

/// The words of a row, which seldom change from one to the next.
#[derive(Debug)]
struct Words {
    of: Said,
    /// From the name of the channel to the reason.
    before: Vec<u8>,
    /// From the quality to the end of the row.
    after: Vec<u8>,
}

impl Words {
    fn new(name: &[u8], of: Said) -> Self {
        let (state, reasons, quality, cue, tense) = of;
        let mut before = [b",", name, b",", state.name().as_bytes(), b","].concat();
        push_names(&mut before, reasons.names());
        before.push(b',');
        let mut after = b",".to_vec();
        if quality.is_empty() {
            after.extend_from_slice(b"ok");
        } else {
            push_names(&mut after, quality.names());
        }
        after.push(b',');
        after.extend_from_slice(cue.name().as_bytes());
        after.extend_from_slice(match tense {
            None => b",",
            Some(false) => b",0",
            Some(true) => b",1",
        });
        Self { of, before, after }
    }
}

impl<W: Write> StatesWriter<W> {
    /// Starts the table.
    pub fn new<'a>(out: W, names: impl IntoIterator<Item = &'a str>) -> Self {
        let rows = Rows::new(out, "t_s,channel,state,reason,envelope_uv,activation,quality,cue,tense\n", names);
        let nothing = (State::Invalid, Reasons::NONE, Quality::NONE, Cue::Free, None);
        let said = rows.names.iter().map(|name| Words::new(name, nothing)).collect();
        let (now, before) = (Vec::new(), Vec::new());
        Self { rows, tick: None, time: Vec::new(), said, now, before, held: 0 }
    }

    /// Appends a decision.
    ///
    /// # Errors
    /// What the writer behind says.
    pub fn push(&mut self, d: &Decision) -> io::Result<()> {
        if self.now.first().is_some_and(|first| first.tick != d.tick) {
            self.end_tick()?;
        }
        self.now.push(*d);
        Ok(())
    }

    /// Writes a tick, or holds it back where it says of a gap what the one before said.
    fn end_tick(&mut self) -> io::Result<()> {
        let goes_on = |(now, before): (&Decision, &Decision)| {
            let is_missing = now.state == State::Invalid && now.quality.intersects(Quality::GAP);
            let is_unknown = is_missing && now.envelope_uv.is_nan() && now.activation.is_nan();
            let said = |d: &Decision| (d.channel, d.state, d.reasons, d.quality, d.cue);
            is_unknown && now.tick == before.tick + 1 && said(now) == said(before)
        };
        let is_same = self.now.len() == self.before.len() && self.now.iter().zip(&self.before).all(goes_on);
        if is_same {
            self.held += 1;
        } else {
            self.release()?;
            for n in 0..self.now.len() {
                let Some(d) = self.now.get(n).copied() else { break };
                self.row(&d)?;
            }
        }
        std::mem::swap(&mut self.now, &mut self.before);
        self.now.clear();
        Ok(())
    }

    /// Writes what was held back: all of a short stretch, the end of a long one.
    fn release(&mut self) -> io::Result<()> {
        // The first of the stretch is written.
        let count = if self.held >= LONGEST_STRETCH { 1 } else { self.held };
        self.held = 0;
        for back in (0..count).rev() {
            for n in 0..self.before.len() {
                let Some(d) = self.before.get(n).copied() else { break };
                self.row(&Decision { tick: d.tick - back, ..d })?;
            }
        }
        Ok(())
    }

    fn row(&mut self, d: &Decision) -> io::Result<()> {
        let Self { rows: Rows { buffer: row, names, .. }, tick, time, said, .. } = self;
        if *tick != Some(d.tick) {
            *tick = Some(d.tick);
            time.clear();
            push_tick(time, d.tick);
        }
        let of = (d.state, d.reasons, d.quality, d.cue, d.tense);
        let channel = usize::from(d.channel);
        let unknown;
        let words = if let (Some(words), Some(name)) = (said.get_mut(channel), names.get(channel)) {
            if words.of != of {
                *words = Words::new(name, of);
            }
            words
        } else {
            unknown = Words::new(b"", of);
            &unknown
        };
        row.extend_from_slice(time);
        row.extend_from_slice(&words.before);
        push_f32(row, d.envelope_uv);
        row.push(b',');
        push_f32(row, d.activation);
        row.extend_from_slice(&words.after);
        self.rows.end_row()
    }

    /// Writes what is left and gives the writer back.
    ///
    /// # Errors
    /// What the writer behind says.
    pub fn finish(mut self) -> io::Result<W> {
        self.end_tick()?;
        self.release()?;
        self.rows.finish()
    }
}

/// Writes `events.csv`: one row per segment, in the order in which the segments end.
///
/// Columns: `channel,kind,start_s,end_s,peak_uv,mean_uv,release_s,reason,onset_s,offset_s`. The reason of an `invalid` row is its
/// quality flags; the muscle's own times are those of contractions.
#[derive(Debug)]
pub struct EventsWriter<W> {
    rows: Rows<W>,
}

impl<W: Write> EventsWriter<W> {
    /// Starts the table.
    pub fn new<'a>(out: W, names: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            rows: Rows::new(
                out,
                "channel,kind,start_s,end_s,peak_uv,mean_uv,release_s,reason,onset_s,offset_s\n",
                names,
            ),
        }
    }

    /// Appends a segment of a channel (from 0).
    ///
    /// # Errors
    /// What the writer behind says.
    pub fn push(&mut self, channel: usize, segment: &Segment) -> io::Result<()> {
        let Rows { buffer: row, names, .. } = &mut self.rows;
        if let Some(name) = names.get(channel) {
            row.extend_from_slice(name);
        }
        row.push(b',');
        row.extend_from_slice(segment.kind.name().as_bytes());
        row.push(b',');
        push_tick(row, segment.start_tick.saturating_sub(1));
        row.push(b',');
        push_tick(row, segment.end_tick);
        row.push(b',');
        push_f32(row, segment.peak_uv.unwrap_or(f32::NAN));
        row.push(b',');
        push_f32(row, segment.mean_uv.unwrap_or(f32::NAN));
        row.push(b',');
        if let Some(ticks) = segment.release_ticks {
            push_tick(row, ticks);
        }
        row.push(b',');
        if segment.kind == SegmentKind::Invalid {
            push_names(row, segment.quality.names());
        } else {
            push_names(row, segment.reasons.names());
        }
        for own in [segment.onset_s, segment.offset_s] {
            row.push(b',');
            if let Some(seconds) = own {
                push_milliseconds(row, seconds);
            }
        }
        self.rows.end_row()
    }

    /// Writes what is left and gives the writer back.
    ///
    /// # Errors
    /// What the writer behind says.
    pub fn finish(self) -> io::Result<W> {
        self.rows.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_one_row() {
        let mut states = StatesWriter::new(Vec::new(), ["left, upper", "right"]);
        let mut d = Decision {
            tick: 123,
            index: 1229,
            channel: 0,
            state: State::Overactive,
            reasons: Reasons::TONE | Reasons::ELEVATED_REST,
            quality: Quality::NONE,
            envelope_uv: 4.25,
            activation: f32::NAN,
            tense: Some(true),
            cue: Cue::Rest,
        };
        states.push(&d).unwrap();
        d = Decision {
            channel: 1,
            state: State::Invalid,
            reasons: Reasons::NONE,
            envelope_uv: f32::NAN,
            tense: None,
            ..d
        };
        states.push(&Decision { quality: Quality::WARMUP | Quality::GAP, ..d }).unwrap();
        let text = String::from_utf8(states.finish().unwrap()).unwrap();
        assert_eq!(
            text,
            "t_s,channel,state,reason,envelope_uv,activation,quality,cue,tense\n\
             1.23,\"left, upper\",overactive,tone+elevated_rest,4.25,,ok,rest,1\n\
             1.23,right,invalid,,,,warmup+gap,rest,\n"
        );
    }

    #[test]
    fn a_row_says_what_its_decision_says_whatever_came_before() {
        let all = (0..400_u64).map(|n| Decision {
            tick: 99 + n / 3,
            index: n,
            channel: (n % 3) as u8,
            state: [State::Rest, State::Controlled, State::Invalid][(n / 7 % 3) as usize],
            reasons: [Reasons::NONE, Reasons::TONE, Reasons::TONE | Reasons::OVERSHOOT][(n / 11 % 3) as usize],
            quality: [Quality::NONE, Quality::GAP, Quality::POP | Quality::GAP][(n / 13 % 3) as usize],
            envelope_uv: n as f32 / 8.0,
            activation: if n % 5 == 0 { f32::NAN } else { n as f32 / 16.0 },
            tense: [None, Some(false), Some(true)][(n / 19 % 3) as usize],
            cue: [Cue::Rest, Cue::Work, Cue::Free][(n / 17 % 3) as usize],
        });
        let mut states = StatesWriter::new(Vec::new(), ["one", "two"]);
        let mut expected = String::from("t_s,channel,state,reason,envelope_uv,activation,quality,cue,tense\n");
        for d in all {
            states.push(&d).unwrap();
            let join = |names: Vec<&str>| names.join("+");
            let row = format!(
                "{}.{:02},{},{},{},{},{},{},{},{}\n",
                d.tick / 100,
                d.tick % 100,
                ["one", "two", ""][usize::from(d.channel)],
                d.state.name(),
                join(d.reasons.names().collect()),
                serde_json::to_string(&d.envelope_uv).unwrap(),
                if d.activation.is_nan() { String::new() } else { serde_json::to_string(&d.activation).unwrap() },
                if d.quality.is_empty() { "ok".to_owned() } else { join(d.quality.names().collect()) },
                d.cue.name(),
                d.tense.map_or(String::new(), |tense| u8::from(tense).to_string()),
            );
            expected.push_str(&row);
        }
        assert_eq!(String::from_utf8(states.finish().unwrap()).unwrap(), expected);
    }

    #[test]
    fn a_long_stretch_without_samples_is_its_first_and_its_last_row() {
        let rows = |missing: u64| {
            let mut states = StatesWriter::new(Vec::new(), ["one", "two"]);
            for n in 0..missing + 20 {
                for channel in 0..2 {
                    let is_missing = (10..10 + missing).contains(&n);
                    let value = if is_missing { f32::NAN } else { 1.0 };
                    states
                        .push(&Decision {
                            tick: n + 1,
                            index: 10 * n,
                            channel,
                            state: if is_missing { State::Invalid } else { State::Rest },
                            reasons: Reasons::NONE,
                            quality: if is_missing { Quality::GAP } else { Quality::NONE },
                            envelope_uv: value,
                            activation: value,
                            cue: Cue::Free,
                            tense: None,
                        })
                        .unwrap();
                }
            }
            String::from_utf8(states.finish().unwrap()).unwrap()
        };
        for missing in [1, 2, 100, 5999, 6000] {
            let text = rows(missing);
            assert_eq!(text.lines().count() as u64, 1 + 2 * (missing + 20), "{missing} ticks");
            assert!(
                (1..)
                    .zip(text.lines().skip(1).step_by(2))
                    .take(6000)
                    .all(|(n, row)| { row.starts_with(&format!("{}.{:02},one,", n / 100, n % 100)) })
            );
        }
        for missing in [6001, 100_000] {
            let text = rows(missing);
            let gap: Vec<&str> = text.lines().filter(|row| row.contains(",gap,")).collect();
            let end = 10 + missing;
            let last = format!("{}.{:02}", end / 100, end % 100);
            let expected = ["0.11".to_owned(), "0.11".to_owned(), last.clone(), last];
            assert!(gap.iter().map(|row| row.split(',').next().unwrap()).eq(expected), "{gap:?}");
            assert_eq!(text.lines().count(), 1 + 2 * 22);
        }
    }

    #[test]
    fn a_segment_is_one_row() {
        let mut events = EventsWriter::new(Vec::new(), ["emg"]);
        let segment = Segment {
            kind: SegmentKind::Contraction,
            start_tick: 11,
            end_tick: 60,
            peak_uv: Some(9.5),
            mean_uv: Some(7.0),
            release_ticks: Some(31),
            onset_s: Some(0.0605),
            offset_s: Some(0.58),
            reasons: Reasons::OVERSHOOT,
            quality: Quality::POP,
        };
        events.push(0, &segment).unwrap();
        let invalid = Segment {
            kind: SegmentKind::Invalid,
            peak_uv: None,
            mean_uv: None,
            release_ticks: None,
            onset_s: None,
            offset_s: None,
            ..segment
        };
        events.push(0, &invalid).unwrap();
        let text = String::from_utf8(events.finish().unwrap()).unwrap();
        assert_eq!(
            text,
            "channel,kind,start_s,end_s,peak_uv,mean_uv,release_s,reason,onset_s,offset_s\n\
             emg,contraction,0.10,0.60,9.5,7.0,0.31,overshoot,0.061,0.580\n\
             emg,invalid,0.10,0.60,,,,pop,,\n"
        );
    }

    #[test]
    fn a_full_disk_is_an_error() {
        #[derive(Debug)]
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let error = StatesWriter::new(Full, ["emg"]).finish().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}

//! `states.csv` and `events.csv`, written as the decisions come.

use std::io::{self, Write};

use tonus_core::event::Decision;
use tonus_core::summary::{Segment, SegmentKind};

use crate::text::{csv_cell, push_f32, push_names, push_tick};

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
        Self { out, buffer, names: names.into_iter().map(csv_cell).collect() }
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
/// Columns: `t_s,channel,state,reason,envelope_uv,activation,quality,cue`. A value that is not known is an empty cell.
/// Memory: one block of 64 KiB; no allocation per row.
#[derive(Debug)]
pub struct StatesWriter<W> {
    rows: Rows<W>,
}

impl<W: Write> StatesWriter<W> {
    /// Starts the table.
    pub fn new<'a>(out: W, names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { rows: Rows::new(out, "t_s,channel,state,reason,envelope_uv,activation,quality,cue\n", names) }
    }

    /// Appends a decision.
    ///
    /// # Errors
    /// What the writer behind says.
    pub fn push(&mut self, d: &Decision) -> io::Result<()> {
        let Rows { buffer: row, names, .. } = &mut self.rows;
        push_tick(row, d.tick);
        row.push(b',');
        if let Some(name) = names.get(usize::from(d.channel)) {
            row.extend_from_slice(name);
        }
        row.push(b',');
        row.extend_from_slice(d.state.name().as_bytes());
        row.push(b',');
        push_names(row, d.reasons.names());
        row.push(b',');
        push_f32(row, d.envelope_uv);
        row.push(b',');
        push_f32(row, d.activation);
        row.push(b',');
        if d.quality.is_empty() {
            row.extend_from_slice(b"ok");
        } else {
            push_names(row, d.quality.names());
        }
        row.push(b',');
        row.extend_from_slice(d.cue.name().as_bytes());
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

/// Writes `events.csv`: one row per segment, in the order in which the segments end.
///
/// Columns: `channel,kind,start_s,end_s,peak_uv,mean_uv,release_s,reason`. The reason of an `invalid` row is its quality
/// flags.
#[derive(Debug)]
pub struct EventsWriter<W> {
    rows: Rows<W>,
}

impl<W: Write> EventsWriter<W> {
    /// Starts the table.
    pub fn new<'a>(out: W, names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { rows: Rows::new(out, "channel,kind,start_s,end_s,peak_uv,mean_uv,release_s,reason\n", names) }
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
    use tonus_core::event::{Quality, Reasons, State};
    use tonus_core::input::Cue;

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
            cue: Cue::Rest,
        };
        states.push(&d).unwrap();
        d = Decision { channel: 1, state: State::Invalid, reasons: Reasons::NONE, envelope_uv: f32::NAN, ..d };
        states.push(&Decision { quality: Quality::WARMUP | Quality::GAP, ..d }).unwrap();
        let text = String::from_utf8(states.finish().unwrap()).unwrap();
        assert_eq!(
            text,
            "t_s,channel,state,reason,envelope_uv,activation,quality,cue\n\
             1.23,\"left, upper\",overactive,tone+elevated_rest,4.25,,ok,rest\n\
             1.23,right,invalid,,,,warmup+gap,rest\n"
        );
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
            reasons: Reasons::OVERSHOOT,
            quality: Quality::POP,
        };
        events.push(0, &segment).unwrap();
        let invalid =
            Segment { kind: SegmentKind::Invalid, peak_uv: None, mean_uv: None, release_ticks: None, ..segment };
        events.push(0, &invalid).unwrap();
        let text = String::from_utf8(events.finish().unwrap()).unwrap();
        assert_eq!(
            text,
            "channel,kind,start_s,end_s,peak_uv,mean_uv,release_s,reason\n\
             emg,contraction,0.10,0.60,9.5,7.0,0.31,overshoot\n\
             emg,invalid,0.10,0.60,,,,pop\n"
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

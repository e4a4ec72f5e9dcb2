//! A recording that can be wound back: what was read of it is kept as decoded frames, so text is parsed once.
//!
//! Two megabytes stay in memory; beyond that the frames go to an unnamed temporary file, so memory does not grow with the
//! recording and standard input can be read twice.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use tempfile::SpooledTempFile;
use tonus_record::{Chunk, Cue, Recording};

use crate::error::AnalysisError;

/// Decoded bytes that stay in memory.
const IN_MEMORY: usize = 2 << 20;
/// Bytes written and read at once.
const BLOCK: usize = 64 << 10;
/// Places remembered for seeking; when there are more, every second one is forgotten.
const MARKS: usize = 1024;

/// A recording that can be wound back.
#[derive(Debug)]
pub(crate) struct Rewindable {
    recording: Recording,
    channels: usize,
    spool: Option<Spool>,
    keeping: bool,
    /// Asked before every piece: true ends the work.
    stops: Option<fn() -> bool>,
}

impl Rewindable {
    /// At its beginning, keeping nothing.
    pub(crate) fn new(recording: Recording, stops: Option<fn() -> bool>) -> Self {
        Self { channels: recording.header().channels.len().max(1), recording, spool: None, keeping: false, stops }
    }

    /// The recording behind it.
    pub(crate) fn inner(&self) -> &Recording {
        &self.recording
    }

    /// From here on (the beginning), keep what is read.
    pub(crate) fn keep(&mut self) {
        self.spool = Some(Spool::new());
        self.keeping = true;
    }

    /// The last time round: what is read beyond the kept part need not be kept.
    pub(crate) fn rewind_for_good(&mut self) -> Result<(), AnalysisError> {
        self.seek(0)?;
        self.keeping = false;
        Ok(())
    }

    /// Goes to a kept place at or before this frame and says which.
    pub(crate) fn seek(&mut self, frame: u64) -> Result<u64, AnalysisError> {
        match &mut self.spool {
            Some(spool) => spool.seek(frame).map_err(AnalysisError::Spool),
            None => Ok(0),
        }
    }

    /// The next piece; none at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Chunk<'_>>, AnalysisError> {
        if self.stops.is_some_and(|stops| stops()) {
            return Err(AnalysisError::Stopped);
        }
        // Two steps, as the borrow of a piece that is returned lasts to the end.
        if self.spool.as_ref().is_some_and(Spool::has_more) {
            let Some(spool) = &mut self.spool else { return Ok(None) };
            return spool.read().map(Some).map_err(AnalysisError::Spool);
        }
        let chunk = self.recording.next_chunk()?;
        if self.keeping
            && let (Some(spool), Some(chunk)) = (&mut self.spool, &chunk)
        {
            spool.append(chunk, self.channels).map_err(AnalysisError::Spool)?;
        }
        Ok(chunk)
    }
}

/// The kept part: records of one tag byte, one `u64`, and the values of frames.
#[derive(Debug)]
struct Spool {
    file: BufReader<SpooledTempFile>,
    /// Appended, not yet written.
    batch: Vec<u8>,
    /// Bytes appended.
    length: u64,
    /// Bytes read; equal to `length` while appending.
    at: u64,
    /// Index of the frame that comes next when appending.
    frame: u64,
    /// Frame and place of the start of some records.
    marks: Vec<(u64, u64)>,
    stride: usize,
    records: usize,
    bytes: Vec<u8>,
    frames: Vec<f32>,
}

const FRAMES: u8 = 0;
const GAP: u8 = 1;
const STALLED: u8 = 2;
const CUE: u8 = 3;

impl Spool {
    fn new() -> Self {
        Self {
            file: BufReader::with_capacity(BLOCK, SpooledTempFile::new(IN_MEMORY)),
            batch: Vec::with_capacity(2 * BLOCK),
            length: 0,
            at: 0,
            frame: 0,
            marks: vec![],
            stride: 1,
            records: 0,
            bytes: Vec::new(),
            frames: Vec::new(),
        }
    }

    const fn has_more(&self) -> bool {
        self.at < self.length
    }

    fn append(&mut self, chunk: &Chunk<'_>, channels: usize) -> io::Result<()> {
        if self.records.is_multiple_of(self.stride) {
            if self.marks.len() == MARKS {
                let mut n = 0;
                self.marks.retain(|_| {
                    n += 1;
                    n % 2 == 1
                });
                self.stride *= 2;
            }
            if self.records.is_multiple_of(self.stride) {
                self.marks.push((self.frame, self.length));
            }
        }
        self.records += 1;
        let before = self.batch.len();
        let (tag, number) = match *chunk {
            Chunk::Frames(values) => (FRAMES, values.len() as u64),
            Chunk::Gap { frames } => (GAP, frames),
            Chunk::Stalled => (STALLED, 0),
            Chunk::Cue(cue) => (CUE, cue as u64),
        };
        self.batch.push(tag);
        self.batch.extend_from_slice(&number.to_le_bytes());
        if let Chunk::Frames(values) = chunk {
            let start = self.batch.len();
            self.batch.resize(start + 4 * values.len(), 0);
            let (room, _) = self.batch.split_at_mut(start).1.as_chunks_mut::<4>();
            room.iter_mut().zip(*values).for_each(|(bytes, value)| *bytes = value.to_le_bytes());
            self.frame += (values.len() / channels) as u64;
        } else if tag == GAP {
            self.frame += number;
        }
        self.length += (self.batch.len() - before) as u64;
        self.at = self.length;
        if self.batch.len() >= BLOCK { self.write() } else { Ok(()) }
    }

    /// Writes what was appended at the end of the file.
    fn write(&mut self) -> io::Result<()> {
        if !self.batch.is_empty() {
            self.file.seek(SeekFrom::End(0))?;
            self.file.get_mut().write_all(&self.batch)?;
            self.batch.clear();
        }
        Ok(())
    }

    fn seek(&mut self, frame: u64) -> io::Result<u64> {
        self.write()?;
        let after = self.marks.partition_point(|mark| mark.0 <= frame);
        // Of several records at one frame (cues, then frames) the first is wanted.
        let mut place = after.checked_sub(1).and_then(|n| self.marks.get(n)).copied().unwrap_or_default();
        if let Some(first) = self.marks.iter().find(|mark| mark.0 == place.0) {
            place = *first;
        }
        self.at = place.1;
        self.file.seek(SeekFrom::Start(self.at))?;
        Ok(place.0)
    }

    fn read(&mut self) -> io::Result<Chunk<'_>> {
        let mut head = [0; 9];
        self.file.read_exact(&mut head)?;
        self.at += head.len() as u64;
        let [tag, number @ ..] = head;
        let number = u64::from_le_bytes(number);
        Ok(match tag {
            FRAMES => {
                self.bytes.resize(4 * number as usize, 0);
                self.file.read_exact(&mut self.bytes)?;
                self.at += self.bytes.len() as u64;
                self.frames.clear();
                let (values, _) = self.bytes.as_chunks::<4>();
                self.frames.extend(values.iter().map(|value| f32::from_le_bytes(*value)));
                Chunk::Frames(&self.frames)
            }
            GAP => Chunk::Gap { frames: number },
            STALLED => Chunk::Stalled,
            _ => {
                let cues = [Cue::Free, Cue::Quiet, Cue::Reference, Cue::Rest, Cue::Work];
                Chunk::Cue(cues.into_iter().find(|cue| *cue as u64 == number).unwrap_or_default())
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;
    use tonus_record::OpenOptions;

    fn recording(rows: u32) -> Rewindable {
        let mut text = "time_s,emg_uv,two_uv,cue\n".to_owned();
        for n in 0..rows {
            let at = if n < 3000 { n } else { n + 700 };
            let cue = if (500..2500).contains(&n) { "work" } else { "rest" };
            writeln!(text, "{:.3},{},{},{cue}", f64::from(at) / 1000.0, n % 97, n).unwrap();
        }
        let recording = Recording::from_reader(io::Cursor::new(text), "t.csv", &OpenOptions::default()).unwrap();
        Rewindable::new(recording, None)
    }

    fn all(recording: &mut Rewindable) -> Vec<String> {
        let mut out = Vec::new();
        while let Some(chunk) = recording.next().unwrap() {
            out.push(format!("{chunk:?}"));
        }
        out
    }

    #[test]
    fn the_second_time_is_as_the_first() {
        for rows in [4000, 200_000] {
            let first = all(&mut recording(rows));
            let mut kept = recording(rows);
            kept.keep();
            // Wind back half way through, and again at the end.
            for _ in 0..5 {
                kept.next().unwrap();
            }
            assert_eq!(kept.seek(0).unwrap(), 0);
            assert!(all(&mut kept) == first);
            kept.rewind_for_good().unwrap();
            assert!(all(&mut kept) == first);
        }
    }

    #[test]
    fn seeking_lands_at_or_before_the_frame() {
        let mut recording = recording(200_000);
        recording.keep();
        all(&mut recording);
        for frame in [0, 499, 500, 3000, 3700, 123_456, 500_000] {
            let found = recording.seek(frame).unwrap();
            assert!(found <= frame && frame.min(200_700) - found <= 4096, "{frame}: {found}");
        }
        let found = recording.seek(100_000).unwrap();
        let Some(Chunk::Frames(values)) = recording.next().unwrap() else { panic!() };
        assert_eq!(values[1] as u64, found - 700);
    }
}

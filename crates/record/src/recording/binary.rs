//! Binary recordings: what their readers hand out, on the way to the blocks that every recording has.

use std::io::{Cursor, Read};
use std::path::Path;

use crate::chunk::{Chunk, Reject};
use crate::error::ReadError;
use crate::format::binary::{Frames, Item, Opened, Refused, read_full};
use crate::format::{edf, wav, wfdb};
use crate::header::Note;
use crate::options::OpenOptions;
use crate::packed::{Files, packed, unpack};
use crate::source::open_regular;
use crate::time_axis::Step;

use super::position::LISTED;
use super::{Parts, Recording};

/// Bytes that tell what is packed or binary from text.
const START: usize = 256;

/// A recording that is no text, or the reader as it was.
pub(super) enum Found {
    Binary(Box<Opened>),
    Text(Box<dyn Read + Send>),
}

/// Recognises a binary recording by its first bytes, or by the header that lies beside it. A packed file is unpacked
/// first; how it was packed comes with it.
pub(super) fn recognise(
    reader: Box<dyn Read + Send>,
    path: Option<&Path>,
    file: &str,
    options: &OpenOptions,
) -> Result<(Found, Option<&'static str>), ReadError> {
    if let Some(path) = path
        && let Some(record) = wfdb::find(path, file)?
    {
        let opened = wfdb::open(record, reader, file, options)?;
        return Ok((Found::Binary(Box::new(opened)), None));
    }
    let (start, whole) = peek(reader, file)?;
    let Some(kind) = packed(&start) else { return Ok((unpacked(&start, whole, path, file, options)?, None)) };
    let mut again = path.map(|path| open_regular(path, file)).transpose()?;
    let inside = unpack(kind, whole, again.as_mut().map(|file| file as &mut dyn Files), file)?;
    let (start, whole) = peek(inside, file)?;
    Ok((unpacked(&start, whole, None, file, options)?, Some(kind)))
}

/// The first bytes, and a reader that gives them again.
fn peek(mut reader: Box<dyn Read + Send>, file: &str) -> Result<(Vec<u8>, Box<dyn Read + Send>), ReadError> {
    let mut start = vec![0; START];
    let count = read_full(&mut reader, &mut start).map_err(|source| ReadError::Io { file: file.to_owned(), source })?;
    start.truncate(count);
    let whole = Box::new(Cursor::new(start.clone()).chain(reader));
    Ok((start, whole))
}

/// Recognises what is not packed.
fn unpacked(
    start: &[u8],
    whole: Box<dyn Read + Send>,
    path: Option<&Path>,
    file: &str,
    options: &OpenOptions,
) -> Result<Found, ReadError> {
    let opened = if wav::is_wav(start) {
        wav::open(whole, file, options)?
    } else if edf::is_edf(start) {
        let again = path.map(|path| open_regular(path, file)).transpose()?;
        let again = again.map(|file| Box::new(file) as Box<dyn edf::Again>);
        edf::open(whole, again, file, options)?
    } else {
        return Ok(Found::Text(whole));
    };
    Ok(Found::Binary(Box::new(opened)))
}

impl Recording {
    /// A recording whose frames come from a reader of their own.
    pub(crate) fn from_binary(opened: Opened) -> Result<Self, ReadError> {
        let Opened { header, frames, started_unix_s } = opened;
        let mut recording = Self::assemble(Parts::empty(header)?);
        recording.started_unix_s = started_unix_s;
        recording.binary = Some(frames);
        Ok(recording)
    }

    /// Reads frames until the block is full, an event comes, or the file ends.
    pub(super) fn read_frames(&mut self) -> Result<(), ReadError> {
        let Some(mut frames) = self.binary.take() else { return Ok(()) };
        let mut refused = Vec::new();
        let mut outcome = Ok(());
        while self.frames.len() < self.full && self.events.is_empty() && !self.is_ended {
            if self.anchors.is_complete() && self.read_block(&mut *frames) {
                continue;
            }
            match frames.next(&mut self.row.values, &mut refused) {
                Ok(Item::Frame) => {
                    self.counts.rows_read += 1;
                    self.counts.cells_missing += self.row.values.iter().filter(|value| value.is_nan()).count() as u64;
                    if self.index < self.next_change {
                        self.push_row();
                    } else {
                        self.place(Step::Next, 0)?;
                    }
                }
                Ok(Item::Gap(missing)) => {
                    if let Err(error) = self.gap(missing) {
                        outcome = Err(error);
                        break;
                    }
                }
                Ok(Item::Stalled) => self.events.push_back(Chunk::Stalled),
                Ok(Item::Cue(cue)) if self.own_cues => {
                    self.cue = cue;
                    self.row.cue = cue;
                    self.events.push_back(Chunk::Cue(cue));
                }
                Ok(Item::Cue(_)) => {}
                Ok(Item::End) => {
                    self.is_ended = true;
                    self.header.notes.extend(frames.remarks().into_iter().map(Note::from));
                }
                Err(error) => {
                    outcome = Err(error);
                    break;
                }
            }
        }
        self.binary = Some(frames);
        for Refused { record, reason } in refused {
            self.counts.rows_rejected += 1;
            if self.rejects.len() < LISTED {
                let reason = reason.to_owned();
                self.rejects.push(Reject { line: record, column: None, found: String::new(), reason });
            }
        }
        outcome
    }

    /// Reads many frames at once, where the reader can; says whether there were any.
    fn read_block(&mut self, frames: &mut dyn Frames) -> bool {
        let channels = self.row.values.len().max(1);
        let room = (self.full - self.frames.len()) / channels;
        let most = usize::try_from(self.next_change.saturating_sub(self.index)).unwrap_or(room).min(room);
        self.wide.clear();
        let count = if most > 0 { frames.block(most, &mut self.wide) } else { 0 };
        if count > 0 {
            self.counts.rows_read += count as u64;
            self.counts.frames += count as u64;
            self.counts.cells_missing += self.wide.iter().map(|value| u64::from(value.is_nan())).sum::<u64>();
            self.anchors.narrow_frames(&self.wide, &mut self.frames);
            if let Some(raw) = &mut self.raw {
                raw.extend_from_slice(&self.wide);
            }
            self.index += count as u64;
        }
        count > 0
    }
}

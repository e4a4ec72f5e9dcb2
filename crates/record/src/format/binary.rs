//! Recordings that are no text: what their readers hand out, and the bytes they read.

use std::io::{ErrorKind, Read};

use sha2::{Digest, Sha256};
use tonus_core::input::Cue;

use crate::error::ReadError;
use crate::header::Header;

/// Bytes read at once when the rest of a file only counts for its hash.
const REST: usize = 64 * 1024;

/// A binary recording before its first frame.
pub(crate) struct Opened {
    /// What is said to the caller.
    pub(crate) header: Header,
    /// The frames.
    pub(crate) frames: Box<dyn Frames>,
    /// When it began, in seconds since 1970 by the clock on the wall, if the file says so.
    pub(crate) started_unix_s: Option<f64>,
}

/// What comes next, in the order of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Item {
    /// A frame.
    Frame,
    /// Frames that are missing.
    Gap(u64),
    /// An unknown time is missing.
    Stalled,
    /// From the next frame on, this is asked for.
    Cue(Cue),
    /// Nothing more.
    End,
}

/// A part of the file that could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused {
    /// The record, from 1.
    pub(crate) record: u64,
    /// Why.
    pub(crate) reason: &'static str,
}

/// A reader of frames.
pub(crate) trait Frames: Send {
    /// Reads on. A frame's values are in the unit of the file, NaN where there is none.
    fn next(&mut self, values: &mut [f64], refused: &mut Vec<Refused>) -> Result<Item, ReadError>;

    /// Reads at most `most` frames that follow each other without anything between them, and appends their values; gives
    /// how many. None is not the end: [`Frames::next`] says what comes.
    fn block(&mut self, _most: usize, _values: &mut Vec<f64>) -> usize {
        0
    }

    /// What is to be said of it at its end.
    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }

    /// SHA-256 of the bytes read so far: of the whole file after [`Item::End`]; none where there are no bytes.
    fn sha256(&self) -> Option<[u8; 32]>;
}

/// Bytes of a file, read once, front to back, and hashed.
pub(crate) struct Bytes {
    reader: Box<dyn Read + Send>,
    file: String,
    hash: Sha256,
    /// Bytes that were looked at and are still to be handed out.
    ahead: std::collections::VecDeque<u8>,
}

impl Bytes {
    /// Reads from a reader; `file` stands for it in messages.
    pub(crate) fn new(reader: Box<dyn Read + Send>, file: &str) -> Self {
        Self { reader, file: file.to_owned(), hash: Sha256::new(), ahead: std::collections::VecDeque::new() }
    }

    /// The file as the caller named it.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// The next `most` bytes, or as many as there are; they stay to be read.
    pub(crate) fn look_ahead(&mut self, most: usize) -> Result<&[u8], ReadError> {
        let mut room = vec![0; most.saturating_sub(self.ahead.len())];
        let count = self.read(&mut room)?;
        self.ahead.extend(room.get(..count).unwrap_or_default());
        Ok(self.ahead.make_contiguous())
    }

    fn read(&mut self, room: &mut [u8]) -> Result<usize, ReadError> {
        read_full(&mut self.reader, room).map_err(|source| ReadError::Io { file: self.file.clone(), source })
    }

    /// Reads until the room is full or the file ends; says how much there was.
    pub(crate) fn fill(&mut self, room: &mut [u8]) -> Result<usize, ReadError> {
        let seen = room.len().min(self.ahead.len());
        for (slot, byte) in room.iter_mut().zip(self.ahead.drain(..seen)) {
            *slot = byte;
        }
        let count = seen + self.read(room.get_mut(seen..).unwrap_or_default())?;
        self.hash.update(room.get(..count).unwrap_or_default());
        Ok(count)
    }

    /// Reads what is left, for the hash.
    pub(crate) fn drain(&mut self) -> Result<u64, ReadError> {
        let mut room = vec![0; REST];
        let mut total = 0;
        loop {
            match self.fill(&mut room)? {
                0 => return Ok(total),
                count => total += count as u64,
            }
        }
    }

    /// SHA-256 of all bytes read so far.
    pub(crate) fn hash(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }
}

/// Reads until the room is full or the input ends.
pub(crate) fn read_full(reader: &mut dyn Read, room: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = room.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled.min(room.len()))
}

//! The records of a chunk, read.

use serde::{Deserialize, Serialize};
use tonus_core::input::Cue;

use super::layout::{cue_of, u32_at, u64_at};
use crate::session::{ProgramCommand, SessionEnd, SessionEvent};

/// Frames as 16-bit whole numbers.
pub(super) const SHORT: u8 = 1;
/// Frames as 32-bit whole numbers.
pub(super) const LONG: u8 = 2;
/// Frames as the bits of `f64`.
pub(super) const FLOAT: u8 = 3;
/// Frames that the sensor did not deliver.
pub(super) const GAP: u8 = 16;
/// An unknown time is missing.
pub(super) const STALL: u8 = 17;
/// From here on, this is asked for.
pub(super) const CUE: u8 = 18;
/// Frames that came and could not be stored.
pub(super) const NOT_STORED: u8 = 19;
/// What the person did.
pub(super) const COMMAND: u8 = 32;
/// What happened.
pub(super) const EVENT: u8 = 33;
/// The end.
pub(super) const END: u8 = 34;
/// Bytes of a record before its body: what it is, and how long.
pub(super) const RECORD: usize = 5;

/// How a session ended, and what is known only then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ending {
    /// Counts and digest, as they were shown.
    pub end: SessionEnd,
    /// Sampling rate as measured by arrival times.
    #[serde(default)]
    pub measured_hz: Option<f64>,
}

/// A record of a chunk.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry<'a> {
    /// Frames, as the sensor sent them.
    Frames(Frames<'a>),
    /// Frames that the sensor did not deliver.
    Gap(u64),
    /// Frames that came and could not be stored.
    NotStored(u64),
    /// An unknown time is missing.
    Stall,
    /// From here on, this is asked for.
    Cue(Cue),
    /// What the person did.
    Command(ProgramCommand),
    /// What happened.
    Event(SessionEvent),
    /// The end.
    End(Ending),
    /// Something of a newer tonus, or a text that cannot be understood.
    Unknown,
}

impl Entry<'_> {
    /// How far it moves the index.
    pub const fn frames(&self) -> u64 {
        match self {
            Self::Frames(frames) => frames.count() as u64,
            Self::Gap(frames) | Self::NotStored(frames) => *frames,
            _ => 0,
        }
    }
}

/// Values of whole frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frames<'a> {
    bytes: &'a [u8],
    width: usize,
    channels: usize,
}

impl Frames<'_> {
    /// How many frames.
    pub const fn count(&self) -> usize {
        self.bytes.len() / (self.width * self.channels)
    }

    /// The frames, one after the other, each into `frame`, which is emptied before.
    ///
    /// # Errors
    /// What `take` says.
    pub fn each<E>(&self, frame: &mut Vec<f64>, mut take: impl FnMut(&[f64]) -> Result<(), E>) -> Result<(), E> {
        for bytes in self.bytes.chunks_exact(self.width * self.channels) {
            frame.clear();
            match self.width {
                2 => frame.extend(bytes.as_chunks().0.iter().map(|b| f64::from(i16::from_le_bytes(*b)))),
                4 => frame.extend(bytes.as_chunks().0.iter().map(|b| f64::from(i32::from_le_bytes(*b)))),
                _ => frame.extend(bytes.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b))),
            }
            take(frame)?;
        }
        Ok(())
    }
}

/// The records of a payload, one after the other, up to the first that is not whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries<'a> {
    payload: &'a [u8],
    channels: usize,
}

impl<'a> Entries<'a> {
    /// The records of a payload of frames of `channels` channels.
    pub(super) const fn new(payload: &'a [u8], channels: usize) -> Self {
        Self { payload, channels }
    }

    /// The index behind records that begin at `first`; none if one is not whole, or no index can count them. Texts are not
    /// looked into.
    pub(super) fn index_after(mut self, first: u64) -> Option<u64> {
        let mut index = first;
        while !self.payload.is_empty() {
            let (tag, body, rest) = self.split()?;
            let frames =
                if matches!(tag, COMMAND | EVENT | END) { 0 } else { entry(tag, body, self.channels)?.frames() };
            index = index.checked_add(frames)?;
            self.payload = rest;
        }
        Some(index)
    }

    /// The first record: what it is, its body, and what comes after it.
    fn split(&self) -> Option<(u8, &'a [u8], &'a [u8])> {
        let length = u32_at(self.payload, 1)? as usize;
        let (tag, rest) = (*self.payload.first()?, self.payload.get(RECORD..)?);
        let (body, rest) = rest.split_at_checked(length)?;
        Some((tag, body, rest))
    }

    fn read(&mut self) -> Option<Entry<'a>> {
        let (tag, body, rest) = self.split()?;
        let entry = entry(tag, body, self.channels)?;
        self.payload = rest;
        Some(entry)
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        self.read()
    }
}

fn entry(tag: u8, body: &[u8], channels: usize) -> Option<Entry<'_>> {
    let frames = |width: usize| {
        let is_whole = channels > 0 && body.len().is_multiple_of(width * channels);
        is_whole.then_some(Entry::Frames(Frames { bytes: body, width, channels }))
    };
    match tag {
        SHORT => frames(2),
        LONG => frames(4),
        FLOAT => frames(8),
        GAP => u64_at(body, 0).map(Entry::Gap),
        NOT_STORED => u64_at(body, 0).map(Entry::NotStored),
        STALL => Some(Entry::Stall),
        CUE => cue_of(*body.first()?).map(Entry::Cue),
        // A text that says nothing that is known stands beside frames that are whole.
        COMMAND => Some(serde_json::from_slice(body).map_or(Entry::Unknown, Entry::Command)),
        EVENT => Some(serde_json::from_slice(body).map_or(Entry::Unknown, Entry::Event)),
        END => Some(serde_json::from_slice(body).map_or(Entry::Unknown, Entry::End)),
        _ => Some(Entry::Unknown),
    }
}

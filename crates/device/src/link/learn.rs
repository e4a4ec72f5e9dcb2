//! The first second of a text sensor, kept until its columns are known. Every byte is decoded afterwards, with the time at which
//! it came.

use std::time::{Duration, Instant};

use tonus_record::ChannelSelector;
use tonus_wire::Layout;

use crate::columns::{self, Reading, Unread};

/// How long lines are looked at, and how many they must be.
const ENOUGH: (Duration, usize) = (Duration::from_secs(1), 24);
/// What comes is looked at after so long, however little it is.
const LONGEST: Duration = Duration::from_secs(3);
/// Bytes that are enough, however fast they came.
const MOST: usize = 1 << 16;
/// Bytes after which what is no text is seen to be none, and the share of them that text has not.
const GARBAGE: (usize, f64) = (256, 0.3);

/// Bytes that wait for their columns.
#[derive(Debug, Default)]
pub(super) struct Learner {
    chunks: Vec<(Instant, Vec<u8>)>,
    bytes: usize,
    lines: usize,
    odd: usize,
    /// When the first line with a number had come.
    begin: Option<Instant>,
    /// Times that it could not be read.
    tries: u32,
}

impl Learner {
    /// Keeps what has come.
    pub(super) fn push(&mut self, now: Instant, bytes: &[u8]) {
        if self.begin.is_none() && bytes.iter().any(u8::is_ascii_digit) {
            self.begin = Some(now);
        }
        self.bytes += bytes.len();
        self.lines += bytes.iter().filter(|byte| **byte == b'\n' || **byte == b'\r').count();
        let is_text = |byte: &&u8| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        self.odd += bytes.len() - bytes.iter().filter(is_text).count();
        self.chunks.push((now, bytes.to_vec()));
    }

    /// Whether enough has come to be looked at, once more after another second.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        let time = ENOUGH.0 * (self.tries + 1);
        let is_enough = self.lines >= ENOUGH.1 && self.begin.is_some_and(|begin| now - begin >= time);
        is_enough || self.is_last(now)
    }

    /// Whether waiting longer helps nothing.
    pub(super) fn is_last(&self, now: Instant) -> bool {
        let Some(first) = self.chunks.first() else { return false };
        let is_garbage = self.bytes >= GARBAGE.0 && self.odd as f64 > GARBAGE.1 * self.bytes as f64;
        is_garbage || self.bytes >= MOST || now - first.0 >= LONGEST
    }

    /// It could not be read yet.
    pub(super) fn failed(mut self) -> Self {
        self.tries += 1;
        self
    }

    /// The columns of what has come.
    pub(super) fn read(&self, layout: &Layout, wanted: &[ChannelSelector]) -> Result<Reading, Unread> {
        let bytes: Vec<u8> = self.chunks.iter().flat_map(|chunk| chunk.1.iter().copied()).collect();
        columns::read(&bytes, layout, wanted)
    }

    /// Everything that has come, and when.
    pub(super) fn into_chunks(self) -> Vec<(Instant, Vec<u8>)> {
        self.chunks
    }
}

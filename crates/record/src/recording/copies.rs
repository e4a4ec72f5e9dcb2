//! Rows that come again: a logger or a transfer that writes a block twice.

use std::collections::VecDeque;

use super::Recording;

/// Values that are remembered, of all channels: 65 s of one channel at 1000 Hz.
const VALUES: usize = 65_536;

/// The frames read last, block by block.
#[derive(Debug)]
pub(super) struct Copies {
    channels: usize,
    /// The index of the first frame of each block, and its frames.
    blocks: VecDeque<(u64, Vec<f32>)>,
    values: usize,
    /// Index of the first frame of the block that is being read.
    pub(super) begin: u64,
    narrowed: Vec<f32>,
}

impl Copies {
    pub(super) fn new(channels: usize) -> Self {
        Self { channels, blocks: VecDeque::new(), values: 0, begin: 0, narrowed: Vec::new() }
    }

    /// Remembers the block that was read, and leaves an empty one in its place.
    pub(super) fn keep(&mut self, frames: &mut Vec<f32>) {
        if frames.is_empty() {
            return;
        }
        let mut spare = Vec::new();
        while self.values + frames.len() > VALUES {
            let Some((_, oldest)) = self.blocks.pop_front() else { break };
            self.values -= oldest.len();
            spare = oldest;
        }
        spare.clear();
        spare.reserve(frames.len());
        self.values += frames.len();
        self.blocks.push_back((self.begin, std::mem::replace(frames, spare)));
    }

    /// The frame of an index that was read before the current block.
    fn frame(&self, index: u64) -> Option<&[f32]> {
        let (begin, frames) = self.blocks.iter().rfind(|(begin, _)| *begin <= index)?;
        let at = usize::try_from(index - begin).ok()? * self.channels;
        frames.get(at..at + self.channels)
    }
}

impl Recording {
    /// Whether the row has the values of the frame so many places before its own.
    pub(super) fn is_copy(&mut self, back: u64) -> bool {
        if !self.anchors.is_complete() {
            return false;
        }
        let Some(index) = self.index.checked_sub(back) else { return false };
        let mut narrowed = std::mem::take(&mut self.copies.narrowed);
        narrowed.clear();
        self.anchors.narrow(&self.row.values, &mut narrowed);
        let begin = self.copies.begin;
        let frame = match index.checked_sub(begin).and_then(|at| usize::try_from(at).ok()) {
            Some(at) => {
                let at = at * self.copies.channels;
                self.frames.get(at..at + self.copies.channels)
            }
            None => self.copies.frame(index),
        };
        let is_copy = frame.is_some_and(|frame| {
            frame.len() == narrowed.len() && frame.iter().zip(&narrowed).all(|(a, b)| a.to_bits() == b.to_bits())
        });
        self.copies.narrowed = narrowed;
        is_copy
    }
}

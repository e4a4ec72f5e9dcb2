//! COBS and SLIP blocks: a byte that data cannot contain ends each.
//!
//! A damaged delimiter glues a broken block to the intact one behind it. So when a block fails, its tail of one frame's
//! length is tried as well: the neighbour is not lost, and a CRC-32 still vouches for what is believed.

use super::emit::Context;
use crate::cobs;
use crate::frame::{Reject, Sink};
use crate::layout::{Framing, Layout, MAX_FRAME};
use crate::record::{Fault, checksum_fits, verify};
use crate::slip;

#[derive(Debug, Clone)]
pub(super) struct Delimited {
    slip: bool,
    /// Encoded length of the last good frame, delimiter left out; what a tail is tried with.
    tail: usize,
    /// The block is too long; only its end is kept.
    dropping: bool,
}

enum Block {
    /// Payload length, channels, counter.
    Frame(usize, usize, u32),
    Message(usize),
    Bad(Option<Reject>),
}

impl Delimited {
    pub fn new(layout: &Layout) -> Self {
        Self {
            slip: layout.framing == Framing::Slip,
            tail: cobs::encoded_len(layout.length()).saturating_sub(1),
            dropping: false,
        }
    }

    pub fn scan<S: Sink + ?Sized>(&mut self, view: &[u8], context: &mut Context<'_, S>) -> usize {
        let delimiter = if self.slip { slip::END } else { 0 };
        let mut at = 0_usize;
        // One place for all blocks, the damaged ones too.
        let mut payload = [0; MAX_FRAME];
        while let Some(rest) = view.get(at..) {
            let Some(end) = rest.iter().position(|byte| *byte == delimiter) else {
                if self.dropping || rest.len() > MAX_FRAME {
                    if !self.dropping {
                        context.reject(Reject::Overlong);
                    }
                    self.dropping = true;
                    let bytes = rest.len().saturating_sub(self.tail);
                    context.tally.skip(bytes as u64);
                    at = at.saturating_add(bytes);
                }
                break;
            };
            let block = rest.get(..end).unwrap_or_default();
            let bytes = end.saturating_add(1);
            at = at.saturating_add(bytes);
            if end == 0 && !self.dropping {
                context.tally.idle(1);
            } else if end > MAX_FRAME && !self.dropping {
                context.reject(Reject::Overlong);
                self.rescue(block, at, &mut payload, context);
            } else if self.dropping {
                self.rescue(block, at, &mut payload, context);
            } else {
                self.block(block, at, &mut payload, context);
            }
            self.dropping = false;
        }
        at
    }

    fn block<S: Sink + ?Sized>(
        &mut self,
        block: &[u8],
        at: usize,
        payload: &mut [u8; MAX_FRAME],
        context: &mut Context<'_, S>,
    ) {
        let bytes = block.len().saturating_add(1);
        match self.read(block, payload, context.layout) {
            Block::Frame(length, channels, counter) => {
                self.tail = block.len();
                context.record(payload.get(..length).unwrap_or_default(), channels, counter, bytes, at);
            }
            Block::Message(length) => context.message(body(payload, length, context.layout), bytes),
            Block::Bad(reject) => {
                if let Some(reject) = reject {
                    context.reject(reject);
                }
                self.rescue(block, at, payload, context);
            }
        }
    }

    /// Tries the end of a bad block as a frame of its own.
    fn rescue<S: Sink + ?Sized>(
        &self,
        block: &[u8],
        at: usize,
        payload: &mut [u8; MAX_FRAME],
        context: &mut Context<'_, S>,
    ) {
        let front = block.len().saturating_sub(self.tail);
        let tail = block.get(front..).unwrap_or_default();
        let vouched = context.layout.record.checksum.is_some_and(|sum| sum.kind.bits() >= 16);
        if vouched && !self.slip && tail.len() == self.tail && (front > 0 || self.dropping) {
            if let Block::Frame(length, channels, counter) = self.read(tail, payload, context.layout) {
                context.tally.skip(front as u64);
                let payload = payload.get(..length).unwrap_or_default();
                context.record(payload, channels, counter, tail.len().saturating_add(1), at);
                return;
            }
        }
        context.tally.skip(block.len().saturating_add(1) as u64);
    }

    fn read(&self, block: &[u8], payload: &mut [u8; MAX_FRAME], layout: &Layout) -> Block {
        let decoded = if self.slip { slip::decode(block, payload) } else { cobs::decode(block, payload) };
        let Some(length) = decoded else { return Block::Bad(Some(Reject::Length)) };
        let payload = payload.get(..length).unwrap_or_default();
        // The usual length first; it is nearly always right.
        let channels = if length == layout.length() {
            Some(usize::from(layout.channels))
        } else {
            layout.lengths.iter().position(|&known| usize::from(known) == length).map(|i| i.saturating_add(1))
        };
        if let Some(channels) = channels {
            match verify(layout, payload, channels) {
                Ok(counter) => return Block::Frame(length, channels, counter),
                Err(Fault::Reject(Reject::Checksum)) => return Block::Bad(Some(Reject::Checksum)),
                Err(_) => {}
            }
        }
        if !checksum_fits(&layout.record, payload) {
            return Block::Bad(Some(Reject::Checksum));
        }
        let kind = payload.first().copied();
        if layout.record.message_kind.is_some() && layout.record.message_kind == kind {
            return Block::Message(length);
        }
        Block::Bad(Some(if channels.is_some() { Reject::Trailer } else { Reject::Length }))
    }
}

/// A message without its kind byte and checksum.
fn body<'p>(payload: &'p [u8; MAX_FRAME], length: usize, layout: &Layout) -> &'p [u8] {
    let sum = layout.record.checksum.map_or(0, |sum| usize::from(sum.kind.bytes()));
    payload.get(1..length.saturating_sub(sum)).unwrap_or_default()
}

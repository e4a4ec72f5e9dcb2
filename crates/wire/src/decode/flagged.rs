//! Flag-bit framing: only a frame's first byte has bit 7 set. A frame is whole if exactly the right number of clear bytes
//! follows, so a frame is known to be whole only when the next one starts.

use super::emit::{Carried, Context};
use crate::frame::{Reject, Sink, Values};
use crate::layout::{Framing, MAX_CHANNELS, MsbFlagSpec};

/// Frame lengths within which the next flag is looked for.
const REACH: usize = 3;

#[derive(Debug, Clone, Default)]
pub(super) struct Flagged {
    in_step: bool,
    /// The stream's first bytes have been looked at.
    began: bool,
}

enum Escaped {
    No,
    Wait,
    /// Bytes before, inside and after the message.
    Message(usize, usize, usize),
}

impl Flagged {
    pub fn scan<S: Sink + ?Sized>(&mut self, view: &[u8], context: &mut Context<'_, S>) -> usize {
        let Framing::MsbFlag(spec) = context.layout.framing else { return view.len() };
        let length = context.layout.length();
        let mut at = 0_usize;
        if !self.began {
            match cut_escape(view, &spec, context.ended) {
                None => return 0,
                Some(bytes) => at = self.skip(bytes, None, at, context),
            }
            self.began = true;
        }
        while let Some(rest) = view.get(at..) {
            let Some(&first) = rest.first() else { break };
            if first & 0x80 == 0 {
                let bytes = rest.iter().position(|byte| byte & 0x80 != 0).unwrap_or(rest.len());
                at = self.skip(bytes, None, at, context);
                continue;
            }
            match escaped(rest, &spec, context.ended) {
                Escaped::Wait => break,
                Escaped::Message(before, inside, after) => {
                    let bytes = before.saturating_add(inside).saturating_add(after);
                    let end = before.saturating_add(inside);
                    context.message(rest.get(before..end).unwrap_or_default(), bytes);
                    at = at.saturating_add(bytes);
                    continue;
                }
                Escaped::No => {}
            }
            // The end of a message whose beginning is not there: its last byte looks like that of a frame.
            if !self.in_step && !spec.escape.end().is_empty() && rest.starts_with(spec.escape.end()) {
                at = self.skip(spec.escape.end().len(), None, at, context);
                continue;
            }
            // All up to the next flag. In step, two or three frame lengths: the flags between were damaged, this frame was not.
            // Out of step it may be any text.
            let reach = length.saturating_mul(REACH);
            let body = rest.get(1..).unwrap_or_default();
            let next = body.iter().take(reach).position(|byte| byte & 0x80 != 0).map(|clear| clear.saturating_add(1));
            match next {
                // One byte less than two frames, in step: the next frame has lost its flag byte, this one is whole. With one
                // byte too many inside this frame it would look the same, but lines drop bytes rather than add them.
                Some(bytes)
                    if bytes == length
                        || self.in_step && bytes % length.max(1) == 0
                        || self.in_step && bytes.saturating_add(1) == length.saturating_mul(2) =>
                {
                    at = at.saturating_add(length);
                    self.accept(rest, &spec, length, at, context);
                }
                Some(bytes) => {
                    let reject = if bytes < length { Reject::Cut } else { Reject::Overlong };
                    at = self.skip(bytes, Some(reject), at, context);
                }
                None if body.len() >= reach => at = self.skip(1, Some(Reject::Overlong), at, context),
                None if context.ended && rest.len() == length => {
                    at = at.saturating_add(length);
                    self.accept(rest, &spec, length, at, context);
                }
                None => break,
            }
        }
        at
    }

    fn skip<S: Sink + ?Sized>(
        &mut self,
        bytes: usize,
        reject: Option<Reject>,
        at: usize,
        context: &mut Context<'_, S>,
    ) -> usize {
        if let Some(reject) = reject.filter(|_| self.in_step) {
            context.reject(reject);
        }
        self.in_step = false;
        context.tally.skip(bytes as u64);
        at.saturating_add(bytes)
    }

    fn accept<S: Sink + ?Sized>(
        &mut self,
        rest: &[u8],
        spec: &MsbFlagSpec,
        length: usize,
        end: usize,
        context: &mut Context<'_, S>,
    ) {
        self.in_step = true;
        let mut counts = [0; MAX_CHANNELS];
        let mut count = 0_usize;
        let frame = rest.get(..length).unwrap_or_default();
        for (slot, bytes) in counts.iter_mut().zip(frame.chunks_exact(usize::from(spec.bytes_per_channel.max(1)))) {
            *slot = bytes.iter().fold(0, |value, byte| (value << 7) | i32::from(byte & 0x7F));
            count = count.saturating_add(1);
        }
        let carried = Carried { bytes: length, ..Carried::default() };
        context.frame(Values::Counts(counts.get(..count).unwrap_or_default()), &[], carried, end);
    }
}

/// Bytes at the beginning of a stream that are the rest of an escape sequence: it began in the middle of a message. None
/// while too little has come to say. A first frame that looks the same is left out: whether it was sent nobody can say.
fn cut_escape(view: &[u8], spec: &MsbFlagSpec, ended: bool) -> Option<usize> {
    let (start, end) = (spec.escape.start(), spec.escape.end());
    let longest = start.len().max(end.len());
    if view.len() < 2 * longest && !ended {
        return None;
    }
    // Where a whole message begins at once, what stands before it is no rest of one.
    if !start.is_empty() && view.windows(start.len()).take(longest).any(|bytes| bytes == start) {
        return Some(0);
    }
    let rests = |sequence: &[u8]| {
        let is_rest = |cut: &usize| sequence.get(*cut..).is_some_and(|rest| view.starts_with(rest));
        (0..sequence.len()).find(is_rest).map_or(0, |cut| sequence.len() - cut)
    };
    Some(rests(start).max(rests(end)))
}

/// Whether a message starts here. Must be asked before framing: its bytes look like frames.
fn escaped(rest: &[u8], spec: &MsbFlagSpec, ended: bool) -> Escaped {
    let (start, end) = (spec.escape.start(), spec.escape.end());
    if start.is_empty() || end.is_empty() {
        return Escaped::No;
    }
    let seen = start.iter().zip(rest).take_while(|(a, b)| a == b).count();
    if seen < start.len() {
        // Cut off by the end of what has come so far, or different?
        return if seen == rest.len() && !ended { Escaped::Wait } else { Escaped::No };
    }
    let max = usize::from(spec.escape.max);
    let body = rest.get(start.len()..).unwrap_or_default();
    let reach = max.saturating_add(end.len());
    let found = body.get(..reach.min(body.len())).unwrap_or_default().windows(end.len()).position(|w| w == end);
    match found {
        Some(inside) => Escaped::Message(start.len(), inside, end.len()),
        None if body.len() < reach && !ended => Escaped::Wait,
        None => Escaped::No,
    }
}

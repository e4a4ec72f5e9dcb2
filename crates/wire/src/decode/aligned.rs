//! Frames of one length: where does one start?
//!
//! In sequence (the next frame stands right behind the last and its counter is one on) a frame is believed at once. After
//! anything else:
//!
//! 1. *Phase.* If a frame one or two frame lengths on has exactly the counter that many steps on, the bytes before it were
//!    damaged in place.
//! 2. *Search*, from the next byte. A candidate is believed if its checksum vouches for it (`confirm` = 1), if its counter
//!    agrees with the bytes that have passed since the last frame (to a few bytes where 20 bits of framing or a second
//!    frame in sequence stand behind it, exactly otherwise), or if `confirm` frames in sequence start at it. The second
//!    frame may be the next or, if that one is damaged, the one after it: an intact frame is not lost to its neighbour.

use super::emit::{Carried, Context, read_all};
use crate::frame::{Reject, Sink, Values};
use crate::layout::{Framing, Layout, MAX_AUX, MAX_CHANNELS};
use crate::record::{Fault, distance, period, verify};

/// Frames looked ahead for the old phase.
const PHASES: usize = 2;
/// Frames after which a lone frame is no longer believed for its counter.
const COHERENT: usize = 8;
/// Bits of framing from which a lone frame is forgiven a few bytes more or less.
const STRONG_BITS: u32 = 20;
/// Bytes more or less.
const SLACK: usize = 2;

#[derive(Debug, Clone)]
pub(super) struct Aligned {
    length: usize,
    slack: usize,
    locked: bool,
    /// Bytes thrown away since the last frame.
    since: usize,
    /// Counter of the last frame or packet.
    counter: u32,
    half: Option<Half>,
}

/// The first half of a Cyton + Daisy sample.
#[derive(Debug, Clone, Copy)]
struct Half {
    counter: u32,
    counts: [i32; 8],
}

enum Decision {
    Wait,
    Accept(u32),
    Skip(usize, Option<Reject>),
}

impl Aligned {
    pub fn new(layout: &Layout) -> Self {
        let slack = if layout.framing_bits() >= STRONG_BITS { SLACK } else { 0 };
        Self { length: layout.length(), slack, locked: false, since: 0, counter: 0, half: None }
    }

    pub fn scan<S: Sink + ?Sized>(&mut self, view: &[u8], context: &mut Context<'_, S>) -> usize {
        let mut at = 0_usize;
        while let Some(rest) = view.get(at..) {
            if rest.len() < self.length {
                break;
            }
            match self.decide(rest, context.layout, context.ended) {
                Decision::Wait => break,
                Decision::Accept(counter) => {
                    at = at.saturating_add(self.length);
                    self.accept(rest.get(..self.length).unwrap_or_default(), counter, at, context);
                }
                Decision::Skip(bytes, reject) => {
                    if let Some(reject) = reject {
                        context.reject(reject);
                    }
                    at = at.saturating_add(bytes);
                    self.since = self.since.saturating_add(bytes);
                    context.tally.skip(bytes as u64);
                }
            }
        }
        at
    }

    fn candidate(&self, rest: &[u8], offset: usize, layout: &Layout) -> Option<Result<u32, Fault>> {
        let frame = rest.get(offset..offset.checked_add(self.length)?)?;
        Some(verify(layout, frame, usize::from(layout.channels)))
    }

    /// Whether `counter` is `frames` on from the last one (true where there is no counter).
    fn follows(&self, layout: &Layout, counter: u32, frames: usize) -> bool {
        layout
            .record
            .counter
            .as_ref()
            .is_none_or(|spec| distance(spec, self.counter, counter) == frames as u64 && (frames as u64) < period(spec))
    }

    fn decide(&self, rest: &[u8], layout: &Layout, ended: bool) -> Decision {
        let Some(here) = self.candidate(rest, 0, layout) else { return Decision::Wait };
        let sure = layout.confirm <= 1;
        let in_step = self.locked && self.since == 0;
        match here {
            Ok(counter) if sure || (in_step && self.follows(layout, counter, 1)) => return Decision::Accept(counter),
            _ => {}
        }
        if in_step && !sure {
            for frames in 1..=PHASES {
                let offset = frames.saturating_mul(self.length);
                match self.candidate(rest, offset, layout) {
                    Some(Ok(counter)) if self.follows(layout, counter, frames.saturating_add(1)) => {
                        return Decision::Skip(offset, reject_of(here));
                    }
                    None if !ended => return Decision::Wait,
                    _ => {}
                }
            }
        }
        if let Ok(counter) = here {
            if self.coheres(layout, counter, self.slack) {
                return Decision::Accept(counter);
            }
            let confirmed = if self.coheres(layout, counter, SLACK) {
                self.seconded(rest, layout, counter, ended)
            } else {
                self.confirmed(rest, layout, counter, ended)
            };
            match confirmed {
                None => return Decision::Wait,
                Some(true) => return Decision::Accept(counter),
                Some(false) => {}
            }
        }
        Decision::Skip(next_start(rest, layout), if in_step || sure { reject_of(here) } else { None })
    }

    /// Whether the counter agrees with the bytes since the last frame.
    fn coheres(&self, layout: &Layout, counter: u32, slack: usize) -> bool {
        let length = self.length.max(1);
        let frames = self.since.saturating_add(length / 2) / length;
        let off = self.since.abs_diff(frames.saturating_mul(length));
        let period = layout.record.counter.map_or(u64::MAX, |spec| period(&spec));
        // Each damaged frame may have gained or lost some.
        let slack = if slack == 0 { 0 } else { slack.saturating_add(frames / 2) };
        self.locked
            && self.since > 0
            && off <= slack
            && frames <= COHERENT
            && (frames as u64) < period / 2
            && self.follows(layout, counter, frames.saturating_add(1))
    }

    /// Whether a frame `frames` on has the counter so many steps on; `None` if that needs more bytes.
    fn continues(&self, rest: &[u8], layout: &Layout, first: u32, frames: usize, ended: bool) -> Option<bool> {
        let steps = |counter| layout.record.counter.map_or(frames as u64, |spec| distance(&spec, first, counter));
        match self.candidate(rest, frames.saturating_mul(self.length), layout) {
            Some(Ok(counter)) => Some(steps(counter) == frames as u64),
            None if !ended => None,
            _ => Some(false),
        }
    }

    /// Whether `confirm` frames in sequence start here, of which one may be damaged if there are three; `None` if that needs
    /// more bytes.
    fn confirmed(&self, rest: &[u8], layout: &Layout, first: u32, ended: bool) -> Option<bool> {
        let needed = usize::from(layout.confirm).saturating_sub(1);
        let mut holes = usize::from(needed > 1);
        let mut found = 0_usize;
        let mut frames = 0_usize;
        while found < needed {
            frames = frames.saturating_add(1);
            if self.continues(rest, layout, first, frames, ended)? {
                found = found.saturating_add(1);
            } else if holes == 0 {
                return Some(false);
            } else {
                holes = 0;
            }
        }
        Some(true)
    }

    /// Whether one of the next two frames is in sequence; `None` if that needs more bytes.
    fn seconded(&self, rest: &[u8], layout: &Layout, first: u32, ended: bool) -> Option<bool> {
        for frames in 1..=PHASES {
            if self.continues(rest, layout, first, frames, ended)? {
                return Some(true);
            }
        }
        Some(false)
    }

    fn accept<S: Sink + ?Sized>(&mut self, frame: &[u8], counter: u32, end: usize, context: &mut Context<'_, S>) {
        self.locked = true;
        self.since = 0;
        self.counter = counter;
        if context.layout.framing == Framing::CytonDaisy {
            self.pair(frame, counter, end, context);
        } else {
            context.record(frame, usize::from(context.layout.channels), counter, self.length, end);
        }
    }

    /// Odd packets carry channels 1–8, the even one after each carries 9–16. A half without its other half is no sample.
    fn pair<S: Sink + ?Sized>(&mut self, frame: &[u8], counter: u32, end: usize, context: &mut Context<'_, S>) {
        let fields = || context.layout.record.channels.iter().take(8);
        let mut second = [0; 8];
        read_all(&mut second, fields(), frame);
        let first = self.half.take();
        if counter % 2 == 1 {
            self.half = Some(Half { counter, counts: second });
            if first.is_some() {
                context.tally.skip(self.length as u64);
            }
            return;
        }
        match first {
            Some(first) if first.counter.wrapping_add(1) & 0xFF == counter => {
                let mut counts = [0; MAX_CHANNELS];
                for (slot, value) in counts.iter_mut().zip(first.counts.iter().chain(&second)) {
                    *slot = *value;
                }
                let mut aux = [0; MAX_AUX];
                let count = usize::from(context.layout.record.aux_count);
                let count = read_all(&mut aux, context.layout.record.aux.iter().take(count), frame);
                let carried = Carried {
                    counter: Some(counter / 2),
                    device_us: None,
                    bytes: self.length.saturating_mul(2),
                    modulus: 128,
                };
                let counts = counts.get(..16).unwrap_or_default();
                context.frame(Values::Counts(counts), aux.get(..count).unwrap_or_default(), carried, end);
            }
            other => {
                let halves = 1_u64.saturating_add(u64::from(other.is_some()));
                context.tally.skip(halves.saturating_mul(self.length as u64));
            }
        }
    }
}

fn reject_of(result: Result<u32, Fault>) -> Option<Reject> {
    match result {
        Err(Fault::Reject(reject)) => Some(reject),
        _ => None,
    }
}

/// Bytes to the next place where a frame could start.
#[inline]
fn next_start(rest: &[u8], layout: &Layout) -> usize {
    match layout.record.checks().first() {
        Some(check) if check.at == 0 => {
            let later = rest.get(1..).unwrap_or_default();
            let found = later.iter().position(|byte| byte & check.mask == check.value);
            found.unwrap_or(later.len()).saturating_add(1)
        }
        _ => 1,
    }
}

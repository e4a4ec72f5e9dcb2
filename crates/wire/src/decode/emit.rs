//! What all machines share: counting, losses, handing out.

use crate::field::Field;
use crate::frame::{Event, Frame, Reject, Sink, Stats, Values};
use crate::layout::{Layout, MAX_AUX, MAX_CHANNELS};
use crate::record::{distance, period};

/// Counters larger than this are trusted to tell a restart from a loss.
const SMALL_MODULUS: u64 = 256;

#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub stats: Stats,
    /// Bytes thrown away since the last frame.
    pub skipped: u64,
    /// Counter of the last frame.
    pub counter: Option<u32>,
    /// Clock of the last frame.
    device_us: Option<u32>,
    /// Bytes may be missing without a trace.
    pub uncertain: bool,
    locked: bool,
}

impl Tally {
    pub fn skip(&mut self, bytes: u64) {
        self.stats.skipped_bytes = self.stats.skipped_bytes.saturating_add(bytes);
        self.skipped = self.skipped.saturating_add(bytes);
    }

    pub fn idle(&mut self, bytes: u64) {
        self.stats.idle_bytes = self.stats.idle_bytes.saturating_add(bytes);
    }
}

/// What a frame carries besides its values.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Carried {
    pub counter: Option<u32>,
    pub device_us: Option<u32>,
    /// Bytes of the frame on the wire.
    pub bytes: usize,
    /// Modulus and step of the counter, as this frame counts.
    pub modulus: u64,
}

pub(crate) struct Context<'a, S: ?Sized> {
    pub layout: &'a Layout,
    pub tally: &'a mut Tally,
    pub sink: &'a mut S,
    /// Stream position of the view's first byte.
    pub start: u64,
    /// No more bytes will come.
    #[cfg_attr(not(feature = "framings"), expect(dead_code, reason = "blocks that end with a byte wait for nothing"))]
    pub ended: bool,
}

impl<S: Sink + ?Sized> Context<'_, S> {
    pub fn reject(&mut self, reject: Reject) {
        let stats = &mut self.tally.stats;
        let count = if reject == Reject::Checksum { &mut stats.bad_checksum } else { &mut stats.rejected };
        *count = count.saturating_add(1);
        self.sink.event(&Event::Rejected(reject));
    }

    pub fn message(&mut self, message: &[u8], bytes: usize) {
        self.tally.idle(bytes as u64);
        self.tally.stats.messages = self.tally.stats.messages.saturating_add(1);
        self.sink.event(&Event::Message(message));
    }

    /// Announces the first frame, once.
    pub fn lock(&mut self, line: &[u8]) {
        if !self.tally.locked {
            self.tally.locked = true;
            self.tally.skipped = 0;
            self.sink.event(&Event::Locked { line });
        }
    }

    /// Hands out one frame whose last byte is at `end` in the view.
    pub fn frame(&mut self, values: Values<'_>, aux: &[i32], carried: Carried, end: usize) {
        self.lock(&[]);
        let skipped = core::mem::take(&mut self.tally.skipped);
        if skipped > 0 {
            self.tally.stats.resyncs = self.tally.stats.resyncs.saturating_add(1);
            self.sink.event(&Event::Resync { skipped: u32::try_from(skipped).unwrap_or(u32::MAX) });
        }
        let (mut lost, mut ambiguous, mut restarted) = (0, false, self.clock_went_back(carried.device_us));
        self.tally.device_us = carried.device_us;
        if let (Some(from), Some(to)) = (self.tally.counter, carried.counter) {
            let step = self.layout.record.counter.map_or(1, |counter| counter.step);
            let modulus = carried.modulus.max(2);
            let counter = crate::layout::Counter { field: Field::NONE, modulus, step };
            let period = period(&counter);
            let moved = distance(&counter, from, to);
            if modulus > SMALL_MODULUS {
                restarted |= moved == 0 || moved > period / 2;
                lost = if restarted { 0 } else { moved.saturating_sub(1) };
            } else {
                // A counter that stands still has gone all the way round.
                lost = if moved == 0 { period.saturating_sub(1) } else { moved.saturating_sub(1) };
                let wrap = period.saturating_mul(carried.bytes as u64) / 2;
                ambiguous = moved == 0 || skipped >= wrap;
            }
            ambiguous |= self.tally.uncertain && !restarted && modulus <= SMALL_MODULUS;
        }
        self.tally.uncertain = false;
        self.tally.counter = carried.counter.or(self.tally.counter);
        let stats = &mut self.tally.stats;
        stats.frames = stats.frames.saturating_add(1);
        stats.frame_bytes = stats.frame_bytes.saturating_add(carried.bytes as u64);
        stats.lost = stats.lost.saturating_add(lost);
        stats.ambiguous = stats.ambiguous.saturating_add(u64::from(ambiguous));
        stats.restarts = stats.restarts.saturating_add(u64::from(restarted));
        self.sink.frame(&Frame {
            values,
            aux,
            counter: carried.counter,
            device_us: carried.device_us,
            lost_before: u32::try_from(lost).unwrap_or(u32::MAX),
            ambiguous,
            restarted,
            end: self.start.saturating_add(end as u64),
        });
    }

    /// Whether the device started again, by its clock: only where a checksum vouches for the clock and it has all of its
    /// 32 bits, so that a wrap is not a step back.
    fn clock_went_back(&self, now: Option<u32>) -> bool {
        let record = &self.layout.record;
        let trusted = record.clock.is_some_and(|clock| clock.field.width() == 32)
            && record.checksum.is_some_and(|sum| sum.kind.bits() >= 16);
        match (self.tally.device_us, now) {
            (Some(from), Some(to)) if trusted => (to.wrapping_sub(from) as i32) < 0,
            _ => false,
        }
    }

    /// Reads a binary record that passed its tests and hands it out.
    pub fn record(&mut self, payload: &[u8], channels: usize, counter: u32, bytes: usize, end: usize) {
        let record = &self.layout.record;
        let mut counts = [0; MAX_CHANNELS];
        let mut aux = [0; MAX_AUX];
        let count = read_all(&mut counts, record.channels.iter().take(channels), payload);
        let extra = read_all(&mut aux, record.aux.iter().take(usize::from(record.aux_count)), payload);
        let carried = Carried {
            counter: record.counter.map(|_| counter),
            device_us: record
                .clock
                .map(|clock| (clock.field.read(payload).unwrap_or(0) as u32).wrapping_mul(clock.tick_us)),
            bytes,
            modulus: record.counter.map_or(0, |counter| counter.modulus),
        };
        let counts = counts.get(..count).unwrap_or_default();
        self.frame(Values::Counts(counts), aux.get(..extra).unwrap_or_default(), carried, end);
    }
}

/// Reads fields into `out`; says how many.
#[inline]
pub(crate) fn read_all<'f>(out: &mut [i32], fields: impl Iterator<Item = &'f Field>, frame: &[u8]) -> usize {
    let mut count = 0_usize;
    for (slot, field) in out.iter_mut().zip(fields) {
        *slot = field.read(frame).unwrap_or(0) as i32;
        count = count.saturating_add(1);
    }
    count
}

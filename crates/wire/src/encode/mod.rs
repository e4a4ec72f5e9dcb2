//! Frames to bytes, for every format the decoder reads: simulators, firmware, tests.

mod text;

use crate::cobs;
use crate::error::{EncodeError, LayoutError};
use crate::field::position;
use crate::frame::Values;
use crate::layout::{Framing, Layout, MAX_AUX, MAX_CHANNELS, MAX_FRAME};
use crate::record::seal;
use crate::slip;

use text::Cursor;

/// Bytes that always suffice for one encoded frame, message or line.
pub const MAX_ENCODED: usize = 2 * MAX_FRAME + 2;

/// What goes with the values of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stamp<'a> {
    /// The device's clock in µs; dropped by formats without one.
    pub device_us: u32,
    /// Auxiliary values; missing ones are 0.
    pub aux: &'a [i32],
}

/// Encodes the frames of one device; keeps its counter.
#[derive(Debug, Clone)]
pub struct Encoder<'a> {
    layout: Layout,
    counter: u64,
    labels: &'a [&'a str],
}

impl<'a> Encoder<'a> {
    /// An encoder for this format; its counter starts at 0 (at 1 for the Cyton with Daisy, whose samples start odd).
    ///
    /// # Errors
    /// What [`Layout::validate`] finds.
    pub fn new(layout: &Layout) -> Result<Self, LayoutError> {
        layout.validate()?;
        Ok(Self { layout: *layout, counter: 0, labels: &[] })
    }

    /// Writes `label:` before the values of a text format.
    #[must_use]
    pub const fn with_labels(mut self, labels: &'a [&'a str]) -> Self {
        self.labels = labels;
        self
    }

    /// Frames encoded or passed over so far.
    pub const fn position(&self) -> u64 {
        self.counter
    }

    /// Passes over frames, as a device that overran its buffer does: their counters will be missing.
    pub const fn skip(&mut self, frames: u64) {
        self.counter = self.counter.wrapping_add(frames);
    }

    /// Writes one frame to `out` and gives its length. Text takes any number of values if the layout has 0 channels.
    ///
    /// # Errors
    /// [`EncodeError`]; the counter then stays where it is.
    pub fn encode(&mut self, values: Values<'_>, stamp: Stamp<'_>, out: &mut [u8]) -> Result<usize, EncodeError> {
        let expected = match self.layout.framing {
            Framing::Text(_) if self.layout.channels == 0 => values.len(),
            _ => usize::from(self.layout.channels),
        };
        if values.len() != expected || expected == 0 {
            return Err(EncodeError::Channels { expected, actual: values.len() });
        }
        let length = match (self.layout.framing, values) {
            (Framing::Text(spec), _) => self.text(&spec, values, stamp, out)?,
            (_, Values::Numbers(_)) => return Err(EncodeError::Numbers),
            (Framing::Fixed, Values::Counts(counts)) => self.fixed(counts, stamp, out)?,
            (Framing::MsbFlag(spec), Values::Counts(counts)) => {
                flagged(counts, usize::from(spec.bytes_per_channel), out)?
            }
            (Framing::Cobs, Values::Counts(counts)) => self.delimited(counts, stamp, out, cobs::encode)?,
            (Framing::Slip, Values::Counts(counts)) => self.delimited(counts, stamp, out, slip::encode)?,
            (Framing::CytonDaisy, Values::Counts(counts)) => self.daisy(counts, stamp, out)?,
        };
        self.counter = self.counter.wrapping_add(1);
        Ok(length)
    }

    /// Writes a message as the format carries it (a line, an escape sequence, a message block).
    ///
    /// # Errors
    /// [`EncodeError::Numbers`] if the format has no messages, [`EncodeError::Room`] if `out` is too short.
    pub fn message(&self, text: &[u8], out: &mut [u8]) -> Result<usize, EncodeError> {
        let mut cursor = Cursor { out, at: 0 };
        match self.layout.framing {
            Framing::Text(_) => {
                cursor.bytes(text);
                cursor.bytes(b"\r\n");
            }
            Framing::MsbFlag(spec) => {
                cursor.bytes(spec.escape.start());
                cursor.bytes(text);
                cursor.bytes(spec.escape.end());
            }
            Framing::Cobs | Framing::Slip => {
                let kind = self.layout.record.message_kind.ok_or(EncodeError::Numbers)?;
                let sum = self.layout.record.checksum.map_or(0, |sum| usize::from(sum.kind.bytes()));
                let length = text.len().saturating_add(1).saturating_add(sum);
                let mut payload = [0; MAX_FRAME];
                let room = EncodeError::Room { needed: length, given: MAX_FRAME };
                let payload = payload.get_mut(..length).ok_or(room)?;
                for (slot, byte) in payload.iter_mut().zip(core::iter::once(&kind).chain(text)) {
                    *slot = *byte;
                }
                seal(&self.layout.record, payload);
                let given = cursor.out.len();
                let encode = if self.layout.framing == Framing::Slip { slip::encode } else { cobs::encode };
                return encode(payload, cursor.out).ok_or(EncodeError::Room { needed: MAX_ENCODED, given });
            }
            _ => return Err(EncodeError::Numbers),
        }
        cursor.finish()
    }

    fn fixed(&self, counts: &[i32], stamp: Stamp<'_>, out: &mut [u8]) -> Result<usize, EncodeError> {
        let length = self.layout.length();
        let given = out.len();
        let frame = out.get_mut(..length).ok_or(EncodeError::Room { needed: length, given })?;
        let counter = self
            .layout
            .record
            .counter
            .map_or(0, |spec| self.counter.wrapping_mul(u64::from(spec.step)) % spec.modulus.max(1));
        self.fill(frame, counts, 0, counter, stamp)?;
        Ok(length)
    }

    fn daisy(&self, counts: &[i32], stamp: Stamp<'_>, out: &mut [u8]) -> Result<usize, EncodeError> {
        let length = self.layout.length();
        let (needed, given) = (length.saturating_mul(2), out.len());
        let mut frames = out.get_mut(..needed).ok_or(EncodeError::Room { needed, given })?.chunks_exact_mut(length);
        for (half, counts) in counts.chunks(8).enumerate() {
            let counter = self.counter.wrapping_mul(2).wrapping_add(1).wrapping_add(half as u64) % 256;
            self.fill(frames.next().unwrap_or_default(), counts, half.saturating_mul(8), counter, stamp)?;
        }
        Ok(needed)
    }

    fn delimited(
        &self,
        counts: &[i32],
        stamp: Stamp<'_>,
        out: &mut [u8],
        encode: fn(&[u8], &mut [u8]) -> Option<usize>,
    ) -> Result<usize, EncodeError> {
        let mut payload = [0; MAX_FRAME];
        let length = self.fixed(counts, stamp, &mut payload)?;
        let given = out.len();
        let room = EncodeError::Room { needed: MAX_ENCODED, given };
        encode(payload.get(..length).unwrap_or_default(), out).ok_or(room)
    }

    fn fill(
        &self,
        frame: &mut [u8],
        counts: &[i32],
        first: usize,
        counter: u64,
        stamp: Stamp<'_>,
    ) -> Result<(), EncodeError> {
        let record = &self.layout.record;
        frame.fill(0);
        for (i, (field, &count)) in record.channels.iter().zip(counts).enumerate() {
            let (min, max) = field.limits();
            let (low, high) = record.range.map_or((min, max), |(low, high)| (i64::from(low), i64::from(high)));
            let value = i64::from(count);
            if value < min.max(low) || value > max.min(high) {
                return Err(EncodeError::Value { channel: first.saturating_add(i) });
            }
            field.write(frame, value);
        }
        for (field, value) in record.aux.iter().take(usize::from(record.aux_count).min(MAX_AUX)).zip(stamp.aux) {
            field.write(frame, i64::from(*value));
        }
        if let Some(clock) = record.clock {
            let ticks = stamp.device_us.checked_div(clock.tick_us).unwrap_or(0);
            clock.field.write(frame, i64::from(ticks));
        }
        if let Some(spec) = record.counter {
            spec.field.write(frame, counter as i64);
        }
        let length = frame.len();
        for check in record.checks() {
            if let Some(byte) = frame.get_mut(position(check.at, length)) {
                *byte = (*byte & !check.mask) | check.value;
            }
        }
        seal(record, frame);
        Ok(())
    }
}

fn flagged(counts: &[i32], bytes: usize, out: &mut [u8]) -> Result<usize, EncodeError> {
    let bytes = bytes.clamp(1, 4);
    let needed = counts.len().min(MAX_CHANNELS).saturating_mul(bytes);
    let given = out.len();
    let frame = out.get_mut(..needed).ok_or(EncodeError::Room { needed, given })?;
    for (channel, (group, &count)) in frame.chunks_exact_mut(bytes).zip(counts).enumerate() {
        if count < 0 || i64::from(count) >> (7 * bytes) != 0 {
            return Err(EncodeError::Value { channel });
        }
        let mut rest = count;
        for byte in group.iter_mut().rev() {
            *byte = rest as u8 & 0x7F;
            rest >>= 7;
        }
    }
    if let Some(first) = frame.first_mut() {
        *first |= 0x80;
    }
    Ok(needed)
}

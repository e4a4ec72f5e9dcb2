//! Reading and testing one binary frame by its layout.

use crate::field::{Endian, position};
use crate::frame::Reject;
use crate::layout::{Counter, Layout, Record};

/// Why bytes are not a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The first fixed byte does not fit: not even the start of a frame.
    Sync,
    /// It starts like a frame and fails.
    Reject(Reject),
}

/// Tests `frame`; gives the counter (0 without one).
#[inline]
pub(crate) fn verify(layout: &Layout, frame: &[u8], channels: usize) -> Result<u32, Fault> {
    let record = &layout.record;
    for (i, check) in record.checks().iter().enumerate() {
        let byte = frame.get(position(check.at, frame.len())).copied().unwrap_or(!check.value);
        if byte & check.mask != check.value {
            return Err(if i == 0 { Fault::Sync } else { Fault::Reject(Reject::Trailer) });
        }
    }
    if !checksum_fits(record, frame) {
        return Err(Fault::Reject(Reject::Checksum));
    }
    if let Some((min, max)) = record.range {
        for field in record.channels.iter().take(channels) {
            let value = field.read(frame).unwrap_or(i64::MIN);
            if value < i64::from(min) || value > i64::from(max) {
                return Err(Fault::Reject(Reject::Range));
            }
        }
    }
    let Some(counter) = record.counter else { return Ok(0) };
    let value = counter.field.read(frame).unwrap_or(0) as u32;
    if u64::from(value) < counter.modulus { Ok(value) } else { Err(Fault::Reject(Reject::Range)) }
}

/// Whether the stored checksum is that of the bytes (true without one).
#[inline]
pub(crate) fn checksum_fits(record: &Record, frame: &[u8]) -> bool {
    let Some(sum) = record.checksum else { return true };
    let at = position(sum.at, frame.len());
    if sum.kind.bits() == 4 {
        // The nibble lies inside what it covers. The remainder is linear, so adding the stored nibble must give 0.
        return sum.kind.of(frame) == 0;
    }
    let covered = frame.get(position(sum.from, frame.len())..at);
    let stored = at.checked_add(usize::from(sum.kind.bytes())).and_then(|end| frame.get(at..end));
    let (Some(covered), Some(stored)) = (covered, stored) else { return false };
    let fold = |value: u32, byte: &u8| (value << 8) | u32::from(*byte);
    let stored = match sum.endian {
        Endian::Big => stored.iter().fold(0, fold),
        Endian::Little => stored.iter().rev().fold(0, fold),
    };
    sum.kind.of(covered) == stored
}

/// Writes the checksum of a finished frame.
pub(crate) fn seal(record: &Record, frame: &mut [u8]) {
    let Some(sum) = record.checksum else { return };
    let at = position(sum.at, frame.len());
    if sum.kind.bits() == 4 {
        if let Some(byte) = frame.get_mut(at) {
            *byte &= 0xF0;
        }
        let value = sum.kind.of(frame) as u8;
        if let Some(byte) = frame.get_mut(at) {
            *byte |= value & 0x0F;
        }
        return;
    }
    let value = frame.get(position(sum.from, frame.len())..at).map_or(0, |covered| sum.kind.of(covered));
    let bytes = usize::from(sum.kind.bytes());
    let stored = at.checked_add(bytes).and_then(|end| frame.get_mut(at..end)).unwrap_or_default();
    for (i, byte) in stored.iter_mut().enumerate() {
        let place = if sum.endian == Endian::Little { i } else { bytes.saturating_sub(1).saturating_sub(i) };
        *byte = (value >> (place * 8)) as u8;
    }
}

/// Frames from counter `from` to counter `to`, modulo what the counter can tell; 0 if they are equal.
#[inline]
pub(crate) fn distance(counter: &Counter, from: u32, to: u32) -> u64 {
    // Both are below the modulus: `verify` sees to that.
    let raw = match to.checked_sub(from) {
        Some(ahead) => u64::from(ahead),
        None => u64::from(to).wrapping_add(counter.modulus).wrapping_sub(u64::from(from)),
    };
    if counter.step == 1 { raw } else { raw / u64::from(counter.step.max(1)) }
}

/// Frames after which the counter is back where it was.
#[inline]
pub(crate) fn period(counter: &Counter) -> u64 {
    if counter.step == 1 { counter.modulus } else { counter.modulus / u64::from(counter.step.max(1)) }
}

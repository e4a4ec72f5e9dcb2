//! Samples in, frames out: format 16 (two bytes, little endian) and 212 (two samples of 12 bits in three bytes).

use crate::error::ReadError;
use crate::format::binary::{Bytes, Frames, Item, Refused};

use super::head::Group;

/// Bytes read at once: whole samples of either format.
const BLOCK: usize = 6 * 16 * 1024;

/// How samples are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// Format 16.
    Sixteen,
    /// Format 212.
    Twelve,
}

/// Where a channel stands in a frame of the file, and what its counts mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    pub(super) at: usize,
    pub(super) baseline: f64,
    pub(super) gain: f64,
}

/// Reads samples.
pub(super) struct Reader {
    bytes: Bytes,
    group: Group,
    scales: Vec<Scale>,
    said: Option<u64>,
    buffer: Vec<u8>,
    filled: usize,
    at: usize,
    /// The second of two samples that share a byte.
    second: Option<i32>,
    frame: Vec<i32>,
    sums: Vec<i16>,
    index: u64,
    is_ended: bool,
}

impl Reader {
    /// Reads the samples of a file; the header says how many frames there are.
    pub(super) fn new(
        mut bytes: Bytes,
        group: Group,
        scales: Vec<Scale>,
        said: Option<u64>,
    ) -> Result<Self, ReadError> {
        let mut left = group.offset;
        let mut buffer = vec![0; BLOCK];
        while left > 0 {
            let piece = left.min(BLOCK as u64) as usize;
            let count = bytes.fill(buffer.get_mut(..piece).unwrap_or_default())?;
            if count == 0 {
                break;
            }
            left -= count as u64;
        }
        let (frame, sums) = (vec![0; group.width], vec![0; group.width]);
        let (filled, at, second, index, is_ended) = (0, 0, None, 0, false);
        Ok(Self { bytes, group, scales, said, buffer, filled, at, second, frame, sums, index, is_ended })
    }

    /// The next bytes of a sample; `None` at the end.
    fn take<const N: usize>(&mut self) -> Result<Option<[u8; N]>, ReadError> {
        if self.at >= self.filled {
            self.filled = self.bytes.fill(&mut self.buffer)?;
            self.at = 0;
        }
        let found = self.buffer.get(self.at..self.filled).and_then(<[u8]>::first_chunk).copied();
        self.at = if found.is_some() { self.at + N } else { self.filled };
        Ok(found)
    }

    fn sample(&mut self) -> Result<Option<i32>, ReadError> {
        if self.group.coding == Coding::Sixteen {
            return Ok(self.take::<2>()?.map(|pair| i32::from(i16::from_le_bytes(pair))));
        }
        if let Some(second) = self.second.take() {
            return Ok(Some(second));
        }
        let signed = |bits: u16| i32::from((bits << 4).cast_signed() >> 4);
        Ok(self.take::<3>()?.map(|[low, middle, high]| {
            self.second = Some(signed(u16::from(high) | u16::from(middle & 0xf0) << 4));
            signed(u16::from(low) | u16::from(middle & 0x0f) << 8)
        }))
    }

    /// What the header promised and the file does not hold.
    fn finish(&mut self, cut: bool, refused: &mut Vec<Refused>) {
        let mut refuse = |record, reason| refused.push(Refused { record, reason });
        if cut {
            refuse(self.index + 1, "the last frame is cut off");
        }
        let Some(said) = self.said else { return };
        if said > self.index {
            refuse(self.index + 1, "the header says more frames than there are");
        }
        if said == self.index {
            let pairs = self.sums.iter().zip(&self.group.checksums);
            for _ in pairs.filter(|(sum, said)| said.is_some_and(|said| said != **sum)) {
                refuse(self.index, "the checksum of a signal differs");
            }
        }
    }
}

impl Frames for Reader {
    fn next(&mut self, values: &mut [f64], refused: &mut Vec<Refused>) -> Result<Item, ReadError> {
        if self.is_ended || self.group.width == 0 {
            return Ok(Item::End);
        }
        // Beyond what the header says there can only be the filling of a last pair.
        let is_filling = self.group.coding == Coding::Twelve && self.said == Some(self.index);
        for n in 0..self.frame.len() {
            let Some(sample) = self.sample()?.filter(|_| !is_filling) else {
                self.is_ended = true;
                self.bytes.drain()?;
                self.finish(n > 0, refused);
                return Ok(Item::End);
            };
            self.frame[n] = sample;
        }
        for (sum, sample) in self.sums.iter_mut().zip(&self.frame) {
            *sum = sum.wrapping_add(*sample as i16);
        }
        let none = if self.group.coding == Coding::Twelve { -2048 } else { -32768 };
        for (value, scale) in values.iter_mut().zip(&self.scales) {
            let sample = self.frame.get(scale.at).copied().unwrap_or(none);
            *value = if sample == none { f64::NAN } else { (f64::from(sample) - scale.baseline) / scale.gain };
        }
        self.index += 1;
        Ok(Item::Frame)
    }

    fn sha256(&self) -> Option<[u8; 32]> {
        Some(self.bytes.hash())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_bits_in_pairs() {
        let group = super::super::head::Head::parse(b"r 1 1000 3\nr.dat 212 1 12 0 0 4\n", "r").unwrap().group(0);
        let pack = |a: i16, b: i16| {
            let (a, b) = (a as u16 & 0xfff, b as u16 & 0xfff);
            [a as u8, (a >> 8) as u8 | ((b >> 8) << 4) as u8, b as u8]
        };
        let data = [pack(-2047, 2047), pack(4, 0)].concat();
        let scales = vec![Scale { at: 0, baseline: 0.0, gain: 1.0 }];
        let bytes = Bytes::new(Box::new(std::io::Cursor::new(data)), "r");
        let mut reader = Reader::new(bytes, group, scales, Some(3)).unwrap();
        let (mut value, mut refused, mut found) = ([0.0], Vec::new(), Vec::new());
        while reader.next(&mut value, &mut refused).unwrap() == Item::Frame {
            found.push(value[0]);
        }
        assert_eq!(found, [-2047.0, 2047.0, 4.0]);
        assert_eq!(refused, [], "the checksum is that of the header");
    }
}

//! Where a value lies inside a frame: a list of bit segments, most significant first. That one primitive covers every
//! layout from a plain big-endian integer to `BITalino`'s ten-bit values filled from the end of the frame.

/// Byte order of an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endian {
    /// Most significant byte first.
    Big,
    /// Least significant byte first.
    Little,
}

/// Bits `hi..=lo` (7 is the top bit) of one byte. A negative `byte` counts from the end of the frame (-1 is the last byte).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Segment {
    /// Byte position.
    pub byte: i16,
    /// Highest bit, 0 to 7.
    pub hi: u8,
    /// Lowest bit, 0 to `hi`.
    pub lo: u8,
}

impl Segment {
    const fn width(self) -> u8 {
        self.hi.saturating_sub(self.lo).saturating_add(1)
    }

    const fn mask(self) -> u8 {
        // hi and lo are at most 7 by construction of `Field`.
        0xFF >> ((8 - (self.width() & 7)) % 8)
    }
}

/// Most segments of one field.
pub const MAX_SEGMENTS: usize = 4;

/// One value of a frame: at most four segments and 32 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Field {
    segments: [Segment; MAX_SEGMENTS],
    count: u8,
    bits: u8,
    signed: bool,
    /// Whole bytes in order, which are read in one go.
    plain: Option<Endian>,
}

/// `byte` of a frame of `len` bytes, negative positions counted from the end.
#[inline]
pub(crate) const fn position(byte: i16, len: usize) -> usize {
    // A position outside the frame wraps to a huge number, which `get` refuses.
    if byte < 0 { len.wrapping_sub(byte.unsigned_abs() as usize) } else { byte as usize }
}

impl Field {
    /// No field at all (reads 0).
    pub const NONE: Self = Self {
        segments: [Segment { byte: 0, hi: 0, lo: 0 }; MAX_SEGMENTS],
        count: 0,
        bits: 0,
        signed: false,
        plain: None,
    };

    /// An integer of `bytes` (1 to 4) whole bytes that starts at `at`.
    ///
    /// A negative `at` counts from the end of the frame.
    #[expect(clippy::indexing_slicing, reason = "i < bytes <= MAX_SEGMENTS, and const evaluation has no `get_mut`")]
    pub const fn int(at: i16, bytes: u8, endian: Endian, signed: bool) -> Self {
        let bytes = if bytes as usize > MAX_SEGMENTS { MAX_SEGMENTS as u8 } else { bytes };
        let mut field = Self { count: bytes, bits: bytes * 8, signed, plain: Some(endian), ..Self::NONE };
        let mut i = 0;
        while i < bytes {
            let offset = match endian {
                Endian::Big => i,
                Endian::Little => bytes - 1 - i,
            };
            field.segments[i as usize] = Segment { byte: at.wrapping_add(offset as i16), hi: 7, lo: 0 };
            i += 1;
        }
        field
    }

    /// A value made of `segments`, most significant first. `None` for more than four segments, more than 32 bits, or a
    /// segment that is not inside a byte.
    #[expect(
        clippy::indexing_slicing,
        reason = "i < segments.len() <= MAX_SEGMENTS, and const evaluation has no `get`"
    )]
    pub const fn bits(segments: &[Segment], signed: bool) -> Option<Self> {
        if segments.is_empty() || segments.len() > MAX_SEGMENTS {
            return None;
        }
        let mut field = Self { count: segments.len() as u8, signed, ..Self::NONE };
        let mut i = 0;
        while i < segments.len() {
            let segment = segments[i];
            if segment.hi > 7 || segment.lo > segment.hi {
                return None;
            }
            field.segments[i] = segment;
            field.bits += segment.width();
            i += 1;
        }
        if field.bits <= 32 { Some(field) } else { None }
    }

    /// The same field `bytes` further on (or, with negative positions, towards the start).
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "i < MAX_SEGMENTS")]
    pub const fn moved(mut self, bytes: i16) -> Self {
        let mut i = 0;
        while i < MAX_SEGMENTS {
            if i < self.count as usize {
                self.segments[i].byte = self.segments[i].byte.wrapping_add(bytes);
            }
            i += 1;
        }
        self
    }

    /// How many bits the value has.
    pub const fn width(&self) -> u8 {
        self.bits
    }

    /// Whether the value is two's complement.
    pub const fn is_signed(&self) -> bool {
        self.signed
    }

    /// The segments, most significant first.
    pub fn segments(&self) -> &[Segment] {
        self.segments.get(..usize::from(self.count)).unwrap_or_default()
    }

    /// Smallest and largest value the bits can hold.
    pub const fn limits(&self) -> (i64, i64) {
        match (self.bits, self.signed) {
            (0, _) => (0, 0),
            (bits, false) => (0, (1_i64 << bits) - 1),
            (bits, true) => (-(1_i64 << (bits - 1)), (1_i64 << (bits - 1)) - 1),
        }
    }

    /// Whether every byte the field uses lies in a frame of `len` bytes.
    pub fn fits(&self, len: usize) -> bool {
        self.segments().iter().all(|segment| position(segment.byte, len) < len)
    }

    /// Reads the value; `None` if the frame is too short.
    #[inline]
    pub fn read(&self, frame: &[u8]) -> Option<i64> {
        let value = match self.plain {
            Some(endian) => self.read_plain(frame, endian)?,
            None => self.read_segments(frame)?,
        };
        let shift = 32_u32.saturating_sub(u32::from(self.bits)) & 31;
        Some(if self.signed { i64::from((value << shift) as i32 >> shift) } else { i64::from(value) })
    }

    #[inline]
    fn read_plain(&self, frame: &[u8], endian: Endian) -> Option<u32> {
        let [first, second, third, fourth] = &self.segments;
        let first = match endian {
            Endian::Big => first,
            Endian::Little => match self.count {
                1 => first,
                2 => second,
                3 => third,
                _ => fourth,
            },
        };
        let start = position(first.byte, frame.len());
        let bytes = frame.get(start..start.checked_add(usize::from(self.count))?)?;
        Some(match (endian, bytes) {
            (_, [a]) => u32::from(*a),
            (Endian::Big, [a, b]) | (Endian::Little, [b, a]) => u32::from(u16::from_be_bytes([*a, *b])),
            (Endian::Big, [a, b, c]) | (Endian::Little, [c, b, a]) => u32::from_be_bytes([0, *a, *b, *c]),
            (Endian::Big, [a, b, c, d]) | (Endian::Little, [d, c, b, a]) => u32::from_be_bytes([*a, *b, *c, *d]),
            _ => 0,
        })
    }

    #[inline]
    fn read_segments(&self, frame: &[u8]) -> Option<u32> {
        let mut value = 0_u32;
        for segment in self.segments() {
            let byte = *frame.get(position(segment.byte, frame.len()))?;
            // At most 8 bits each and 32 together.
            value = (value << segment.width()) | u32::from((byte >> segment.lo) & segment.mask());
        }
        Some(value)
    }

    /// Writes the low bits of `value`; bytes outside the frame are left out.
    pub fn write(&self, frame: &mut [u8], value: i64) {
        let len = frame.len();
        let mut rest = value as u64;
        for segment in self.segments().iter().rev() {
            if let Some(byte) = frame.get_mut(position(segment.byte, len)) {
                let mask = segment.mask() << segment.lo;
                *byte = (*byte & !mask) | (((rest as u8) << segment.lo) & mask);
            }
            rest >>= segment.width();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_of_every_width_and_order_survive_a_round_trip() {
        for bytes in 1..=4 {
            for endian in [Endian::Big, Endian::Little] {
                for signed in [false, true] {
                    let field = Field::int(1, bytes, endian, signed);
                    let (min, max) = field.limits();
                    for value in [min, max, min + 1, max - 1, 0, 1, 77] {
                        let mut frame = [0xAA; 6];
                        field.write(&mut frame, value);
                        assert_eq!(field.read(&frame), Some(value));
                        assert_eq!((frame[0], frame[5]), (0xAA, 0xAA));
                    }
                }
            }
        }
    }

    #[test]
    fn segments_from_the_end_are_bitalinos() {
        let a1 = Field::bits(&[Segment { byte: -2, hi: 3, lo: 0 }, Segment { byte: -3, hi: 7, lo: 2 }], false).unwrap();
        assert_eq!(a1.read(&[0x00, 0x88, 0x50]), Some(512));
        assert_eq!(a1.read(&[0x2C, 0x01, 0x88, 0x5A]), Some(512));
        assert_eq!(a1.width(), 10);
        assert!(a1.fits(3) && !a1.fits(2));
        assert_eq!(a1.read(&[0x88, 0x50]), None);
    }

    #[test]
    fn impossible_segments_are_refused() {
        assert!(Field::bits(&[], false).is_none());
        assert!(Field::bits(&[Segment { byte: 0, hi: 8, lo: 0 }], false).is_none());
        assert!(Field::bits(&[Segment { byte: 0, hi: 2, lo: 3 }], false).is_none());
        assert!(Field::bits(&[Segment::default(); 5], false).is_none());
    }
}

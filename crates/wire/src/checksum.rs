//! Checksums of serial frames.

/// Which checksum, over which bytes, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checksum {
    /// The algorithm.
    pub kind: ChecksumKind,
    /// Its first byte; negative counts from the end of the frame.
    pub at: i16,
    /// Byte order of the stored value.
    pub endian: super::Endian,
    /// First byte covered; everything from there up to `at` is summed.
    pub from: i16,
}

/// A checksum algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChecksumKind {
    /// Sum of the bytes, modulo 256.
    Sum8,
    /// Exclusive or of the bytes.
    Xor8,
    /// CRC-8/SMBUS: polynomial 0x07, start 0.
    Crc8,
    /// CRC-16/IBM-3740 ("CCITT-FALSE"): polynomial 0x1021, start 0xFFFF.
    Crc16Ibm3740,
    /// CRC-16/MODBUS: polynomial 0x8005 reflected, start 0xFFFF.
    Crc16Modbus,
    /// CRC-32/ISO-HDLC, the one of Ethernet and zip.
    Crc32,
    /// `BITalino`: x⁴ + x + 1 over the whole frame, kept in the low nibble of the last byte, which counts as 0.
    Crc4Bitalino,
}

impl ChecksumKind {
    /// Bytes the stored value takes (`BITalino`'s nibble shares one).
    pub const fn bytes(self) -> u8 {
        match self {
            Self::Sum8 | Self::Xor8 | Self::Crc8 | Self::Crc4Bitalino => 1,
            Self::Crc16Ibm3740 | Self::Crc16Modbus => 2,
            Self::Crc32 => 4,
        }
    }

    /// Bits that guard a frame.
    pub const fn bits(self) -> u32 {
        match self {
            Self::Crc4Bitalino => 4,
            other => other.bytes() as u32 * 8,
        }
    }

    /// The checksum of `bytes`. For [`ChecksumKind::Crc4Bitalino`] that is the remainder of all bits as they stand.
    #[inline]
    pub fn of(self, bytes: &[u8]) -> u32 {
        match self {
            Self::Sum8 => u32::from(bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte))),
            Self::Xor8 => u32::from(bytes.iter().fold(0_u8, |sum, byte| sum ^ byte)),
            Self::Crc8 => u32::from(bytes.iter().fold(0_u8, |crc, byte| look_up(&CRC8, crc ^ byte))),
            Self::Crc16Ibm3740 => u32::from(
                bytes
                    .iter()
                    .fold(0xFFFF_u16, |crc, byte| (crc << 8) ^ look_up(&CRC16_IBM_3740, (crc >> 8) as u8 ^ byte)),
            ),
            Self::Crc16Modbus => u32::from(
                bytes.iter().fold(0xFFFF_u16, |crc, byte| (crc >> 8) ^ look_up(&CRC16_MODBUS, crc as u8 ^ byte)),
            ),
            Self::Crc32 => crc32(bytes),
            Self::Crc4Bitalino => u32::from(bytes.chunks(8).fold(0_u8, |crc, part| {
                // Remainder of (crc · x⁸ⁿ + part); a frame has one part, so there is nothing to carry.
                let shifted = |crc: u8| (CRC4_SHIFTED >> (u32::from(crc) * 4)) as u8 & 0xF;
                let carry = if crc == 0 { 0 } else { part.iter().fold(crc, |crc, _| shifted(crc)) };
                let word = match part.first_chunk::<8>() {
                    Some(whole) => u64::from_be_bytes(*whole),
                    None => part.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte)),
                };
                carry ^ remainder4(word)
            })),
        }
    }
}

/// CRC-32/ISO-HDLC of `bytes`; `b"123456789"` gives 0xCBF43926.
pub fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| (crc >> 8) ^ look_up(&CRC32, crc as u8 ^ byte))
}

#[inline]
fn look_up<T: Copy + Default>(table: &[T; 256], index: u8) -> T {
    // A u8 is always inside; `get` only keeps the promise visible to the compiler and the lints.
    table.get(usize::from(index)).copied().unwrap_or_default()
}

#[expect(clippy::indexing_slicing, reason = "i < 256, in a constant")]
const CRC8: [u8; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut crc = i as u8;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x80 == 0 { crc << 1 } else { (crc << 1) ^ 0x07 };
            bit += 1;
        }
        table[i] = crc;
        i += 1;
    }
    table
};

#[expect(clippy::indexing_slicing, reason = "i < 256, in a constant")]
const CRC16_IBM_3740: [u16; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut crc = (i as u16) << 8;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 };
            bit += 1;
        }
        table[i] = crc;
        i += 1;
    }
    table
};

#[expect(clippy::indexing_slicing, reason = "i < 256, in a constant")]
const CRC16_MODBUS: [u16; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut crc = i as u16;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 0 { crc >> 1 } else { (crc >> 1) ^ 0xA001 };
            bit += 1;
        }
        table[i] = crc;
        i += 1;
    }
    table
};

#[expect(clippy::indexing_slicing, reason = "i < 256, in a constant")]
const CRC32: [u32; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut crc = i as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 0 { crc >> 1 } else { (crc >> 1) ^ 0xEDB8_8320 };
            bit += 1;
        }
        table[i] = crc;
        i += 1;
    }
    table
};

/// Remainder of 64 bits modulo x⁴ + x + 1. That divides x¹⁵ + 1, so the bits are folded to 15 first; then x⁸ ≡ x² + 1 and
/// x⁴ ≡ x + 1 fold them to 4.
const fn remainder4(word: u64) -> u8 {
    let folded = (word ^ (word >> 15) ^ (word >> 30) ^ (word >> 45) ^ (word >> 60)) & 0x7FFF;
    let high = folded >> 8;
    let nine = (folded & 0xFF) ^ high ^ (high << 2);
    let high = nine >> 4;
    let six = (nine & 0xF) ^ high ^ (high << 1);
    let high = six >> 4;
    ((six & 0xF) ^ high ^ (high << 1)) as u8
}

/// Remainders of 16 nibbles, each moved up by a byte.
const CRC4_SHIFTED: u64 = {
    let mut packed = 0;
    let mut i = 0;
    while i < 16 {
        packed |= (remainder4(i << 8) as u64) << (i * 4);
        i += 1;
    }
    packed
};

#[cfg(test)]
mod tests {
    use super::*;

    const CHECK: &[u8] = b"123456789";

    #[test]
    fn catalogue_check_values() {
        assert_eq!(ChecksumKind::Crc32.of(CHECK), 0xCBF4_3926);
        assert_eq!(ChecksumKind::Crc16Ibm3740.of(CHECK), 0x29B1);
        assert_eq!(ChecksumKind::Crc16Modbus.of(CHECK), 0x4B37);
        assert_eq!(ChecksumKind::Crc8.of(CHECK), 0xF4);
        assert_eq!(ChecksumKind::Sum8.of(CHECK), 0xDD);
        assert_eq!(ChecksumKind::Xor8.of(CHECK), 0x31);
    }

    #[test]
    fn bitalinos_nibble_is_the_bitwise_one() {
        // The device's description, bit by bit.
        let bitwise = |bytes: &[u8]| {
            let mut x = 0_u8;
            for byte in bytes {
                for bit in (0..8).rev() {
                    x <<= 1;
                    if x & 0x10 != 0 {
                        x ^= 0x03;
                    }
                    x = (x ^ ((byte >> bit) & 1)) & 0x1F;
                }
            }
            x & 0xF
        };
        for frame in [&[0x00, 0x88, 0x50][..], &[0x14, 0xFA, 0xFF, 0x7F, 0x2C, 0x01, 0x88, 0x54], CHECK, &[0xFF; 8]] {
            let mut zeroed = frame.to_vec();
            *zeroed.last_mut().unwrap() &= 0xF0;
            assert_eq!(ChecksumKind::Crc4Bitalino.of(&zeroed), u32::from(bitwise(&zeroed)));
        }
        assert_eq!(ChecksumKind::Crc4Bitalino.of(&[0x14, 0xFA, 0xFF, 0x7F, 0x2C, 0x01, 0x88, 0x50]), 4);
    }
}

//! Decimal digits, eight at a time.

/// Powers of ten that are exact in `f64`.
pub(crate) const EXACT: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Marks the bytes that are not below 10, in their highest bit; only the first mark is sure to be one.
///
/// Adding 0x76 leaves the high bit of a digit clear. A carry out of a byte can only come from a non-digit.
#[inline(always)]
pub(crate) fn strange_bytes(nibbles: u64) -> u64 {
    (nibbles.wrapping_add(0x7676_7676_7676_7676) | nibbles) & 0x8080_8080_8080_8080
}

/// The number that eight digits make, the first in the lowest byte.
///
/// Each product holds neighbours joined: the first ten, hundred, ten thousand times, and the second.
#[inline(always)]
pub(crate) fn eight_digits(digits: u64) -> i64 {
    let pairs = digits.wrapping_mul((10 << 8) + 1) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul((100 << 16) + 1) >> 16 & 0x0000_ffff_0000_ffff;
    (fours.wrapping_mul((10_000 << 32) + 1) >> 32).cast_signed()
}

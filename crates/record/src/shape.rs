//! The shape in which a column wrote its last number: sign, digits before and after the point, and the byte behind.
//!
//! Instruments write most numbers of a column in one shape. Where the next one has it too, its digits stand at known
//! places: they are checked and read all at once, and the next cell need not wait for the end of this one to be found.

use crate::number::{EXACT, digits_value, strange_bytes};

/// The lowest bytes of a word, so many of them.
const LOW: [u64; 9] = {
    let mut masks = [0; 9];
    let mut n = 1;
    while n < masks.len() {
        masks[n] = u64::MAX >> (64 - 8 * n);
        n += 1;
    }
    masks
};
/// A `0` in every byte.
const ZEROS: u64 = 0x3030_3030_3030_3030;
/// The shape of a number of at most eight digits (seven after a minus).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// Where digits stand before the point.
    whole: u64,
    /// Where digits stand after the point, counted without the point.
    part: u64,
    /// Minus and point, and where they stand.
    signs: u64,
    at_signs: u64,
    /// Taken from the digits: `0` where one stands.
    zeros: u64,
    /// Brings the digits to the end of the word.
    shift: u32,
    width: usize,
    /// The byte behind the number.
    stop: u8,
    /// The power of ten, negative after a minus.
    scale: f64,
}

impl Shape {
    /// The shape that no number has.
    pub(crate) const NONE: Self =
        Self { whole: 0, part: 0, signs: 0, at_signs: 0, zeros: u64::MAX, shift: 0, width: 0, stop: 0, scale: 1.0 };

    /// Remembers a number that has no exponent, and whose value is its digits over ten to the `decimals`.
    #[inline]
    pub(crate) fn learn(&mut self, minus: bool, point: Option<u8>, digits: usize, decimals: usize, stop: u8) {
        let first = usize::from(minus);
        let lead = first + digits - decimals;
        let all = first + digits;
        let (Some(whole), Some(part), Some(scale)) = (LOW.get(lead), LOW.get(all), EXACT.get(decimals)) else {
            return;
        };
        let (signs, at_signs) = match point {
            Some(_) if lead > 7 => return,
            Some(point) => (u64::from(point) << (8 * lead), 0xff << (8 * lead)),
            None => (0, 0),
        };
        *self = Self {
            whole: whole ^ LOW[first],
            part: part ^ whole,
            signs: signs | if minus { u64::from(b'-') } else { 0 },
            at_signs: at_signs | LOW[first],
            zeros: ZEROS & (part ^ LOW[first]),
            shift: 64 - 8 * all as u32,
            width: all + usize::from(point.is_some()),
            stop,
            scale: if minus { -scale } else { *scale },
        };
    }

    /// The number at `at` and the place of the byte behind it, if it has this shape.
    #[inline(always)]
    #[allow(clippy::inline_always)] // as for `scan`
    pub(crate) fn read(&self, bytes: &[u8], at: usize) -> Option<(f64, usize)> {
        let window = bytes.get(at..)?.first_chunk::<10>()?;
        let here = u64::from_le_bytes(*window.first_chunk()?);
        let beyond = u64::from_le_bytes(*window.get(1..)?.first_chunk()?);
        let digits = (here & self.whole | beyond & self.part) ^ self.zeros;
        let wrong = strange_bytes(digits) | (here ^ self.signs) & self.at_signs;
        if wrong != 0 || *window.get(self.width)? != self.stop {
            return None;
        }
        Some((digits_value(digits << self.shift) as f64 / self.scale, at + self.width))
    }
}

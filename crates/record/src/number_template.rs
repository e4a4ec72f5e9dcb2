//! The shape in which a column wrote its last number: sign, digits before and after the point, and the byte behind.
//!
//! Instruments write most numbers of a column in one shape. Where the next one has it too, its digits stand at known
//! places: they are checked and read all at once, and the next cell need not wait for the end of this one to be found.

use crate::digits::{EXACT, eight_digits, strange_bytes};

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
pub(crate) struct NumberTemplate {
    /// Where digits stand before the point.
    whole: u64,
    /// Where digits stand after the point, counted without the point.
    part: u64,
    /// Minus and point, and where they stand.
    signs: u64,
    at_signs: u64,
    /// Taken from the digits: `0` where one stands.
    zeros: u64,
    width: usize,
    /// The byte behind the number.
    stop: u8,
    /// What the eight digits are divided by: a power of ten, negative after a minus.
    divisor: f64,
}

impl NumberTemplate {
    /// The shape that no number has.
    pub(crate) const NONE: Self =
        Self { whole: 0, part: 0, signs: 0, at_signs: 0, zeros: u64::MAX, width: 0, stop: 0, divisor: 1.0 };

    /// Remembers a number that has no exponent, and whose value is its digits over ten to the `decimals`.
    #[inline]
    pub(crate) fn learn(&mut self, minus: bool, point: Option<u8>, digits: usize, decimals: usize, stop: u8) {
        let first = usize::from(minus);
        let lead = first + digits - decimals;
        let all = first + digits;
        let (Some(whole), Some(part)) = (LOW.get(lead), LOW.get(all)) else { return };
        // The digits stay where they stand: zeros behind them make eight.
        let Some(divisor) = EXACT.get(decimals + 8 - all) else { return };
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
            width: all + usize::from(point.is_some()),
            stop,
            divisor: if minus { -divisor } else { *divisor },
        };
    }

    /// The number at the start of `bytes`, the byte that ends it and what is behind that, if it has this shape.
    #[inline(always)]
    pub(crate) fn find<'b>(&self, bytes: &'b [u8]) -> Option<(f64, u8, &'b [u8])> {
        let window = bytes.first_chunk::<16>()?;
        let here = u64::from_le_bytes(*window.first_chunk()?);
        let beyond = u64::from_le_bytes(*window.get(1..)?.first_chunk()?);
        let digits = (here & self.whole | beyond & self.part) ^ self.zeros;
        let wrong = strange_bytes(digits) | (here ^ self.signs) & self.at_signs;
        let width = self.width & 15;
        let stop = window[width];
        if wrong != 0 || stop != self.stop {
            return None;
        }
        Some((eight_digits(digits) as f64 / self.divisor, stop, bytes.get(width + 1..)?))
    }
}

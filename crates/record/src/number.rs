//! Decimal numbers in text, to the very bits that `str::parse::<f64>` gives.
//!
//! [`scan`] is the hot path: eight digits at a time, and one correctly rounded division where the digits fit 53 bits and
//! the power of ten is exact in `f64`. Everything else takes the standard library's way. A number written in the
//! [`NumberTemplate`] of the one above it takes a shorter way to the same bits.

use crate::digits::{EXACT, eight_digits, strange_bytes};
use crate::number_template::NumberTemplate;

/// Powers of ten by which up to eight digits shift a mantissa.
const SHIFT: [u64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];
/// Integers up to here are exact in `f64`.
const EXACT_INTEGER: u64 = 1 << 53;
/// Decimal digits that surely fit a `u64`.
const MAX_DIGITS: usize = 19;

/// Reads a number that starts at `at`; gives it and the place of the first byte after it. `shape` is that of the column.
///
/// `None` where no plain finite number stands there, or where fewer than eight bytes follow its decimal point: the caller
/// then takes the careful way ([`parse_cell`]).
#[inline]
pub(crate) fn scan(bytes: &[u8], at: usize, point: u8, shape: &mut NumberTemplate) -> Option<(f64, usize)> {
    match shape.find(bytes.get(at..)?) {
        Some((value, _, rest)) => Some((value, bytes.len() - rest.len() - 1)),
        None => scan_any(bytes, at, point, shape),
    }
}

/// [`scan`] for any shape, which is remembered.
#[inline(never)]
pub(crate) fn scan_any(bytes: &[u8], at: usize, point: u8, shape: &mut NumberTemplate) -> Option<(f64, usize)> {
    let mut i = at;
    let mut byte = *bytes.get(i)?;
    let (negative, positive) = (byte == b'-', byte == b'+');
    if negative || positive {
        i += 1;
        byte = *bytes.get(i)?;
    }
    let first = i;
    let mut mantissa = 0_u64;
    let mut digit = byte.wrapping_sub(b'0');
    while digit < 10 {
        mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
        i += 1;
        byte = *bytes.get(i)?;
        digit = byte.wrapping_sub(b'0');
    }
    let mut digits = i - first;
    let mut decimals = 0;
    let pointed = byte == point;
    if pointed {
        i += 1;
        let start = i;
        loop {
            let chunk = u64::from_le_bytes(*bytes.get(i..)?.first_chunk::<8>()?);
            let (value, count) = leading_digits(chunk);
            mantissa = mantissa.wrapping_mul(*SHIFT.get(count)?).wrapping_add(value);
            i += count;
            if count < 8 {
                break;
            }
        }
        decimals = i - start;
        digits += decimals;
        byte = *bytes.get(i)?;
    }
    if digits.wrapping_sub(1) >= MAX_DIGITS || mantissa > EXACT_INTEGER || decimals > 22 {
        return scan_hard(bytes, at, point);
    }
    if byte | 0x20 == b'e' {
        return match scale_exponent(bytes, i, mantissa, decimals) {
            Some((magnitude, end)) => Some((if negative { -magnitude } else { magnitude }, end)),
            None => scan_hard(bytes, at, point),
        };
    }
    let magnitude = mantissa as f64 / EXACT.get(decimals)?;
    if !positive {
        shape.learn(negative, pointed.then_some(point), digits, decimals, byte);
    }
    Some((if negative { -magnitude } else { magnitude }, i))
}

/// The value of a mantissa with `decimals` and an exponent whose `e` stands at `at`, where both scales are exact; and the
/// end of the number.
#[inline(never)]
fn scale_exponent(bytes: &[u8], at: usize, mantissa: u64, decimals: usize) -> Option<(f64, usize)> {
    let sign = *bytes.get(at + 1)?;
    let first = at + 1 + usize::from(matches!(sign, b'+' | b'-'));
    let (mut exponent, mut i) = (0_usize, first);
    while let Some(digit) = bytes.get(i).map(|b| b.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
        exponent = exponent * 10 + usize::from(digit);
        i += 1;
        if i - first > 3 {
            return None;
        }
    }
    if i == first || i >= bytes.len() {
        return None;
    }
    let value = mantissa as f64;
    let scaled = match (sign == b'-', exponent >= decimals) {
        (false, true) => value * EXACT.get(exponent - decimals)?,
        (false, false) => value / EXACT.get(decimals - exponent)?,
        (true, _) => value / EXACT.get(decimals + exponent)?,
    };
    Some((scaled, i))
}

/// How many of the eight bytes are digits, counted from the first, and the number these make.
#[inline(always)]
fn leading_digits(chunk: u64) -> (u64, usize) {
    let nibbles = chunk ^ 0x3030_3030_3030_3030;
    let count = strange_bytes(nibbles).trailing_zeros() as usize / 8;
    if count == 0 {
        return (0, 0);
    }
    // Align the digits to the last byte; zeros come in as leading digits.
    (eight_digits(nibbles << (64 - 8 * count)).cast_unsigned(), count)
}

/// The rare numbers: large exponents, more than 19 digits, more than 53 bits.
#[cold]
fn scan_hard(bytes: &[u8], at: usize, point: u8) -> Option<(f64, usize)> {
    let rest = bytes.get(at..)?;
    let length = grammar(rest, point)?;
    let value = to_f64(rest.get(..length)?, point)?;
    (length < rest.len() && value.is_finite()).then_some((value, at + length))
}

/// The length of the decimal number at the start of `text`, if there is one.
fn grammar(text: &[u8], point: u8) -> Option<usize> {
    let digits_from = |from: usize| text.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
    let mut i = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let whole = digits_from(i);
    i += whole;
    let mut fraction = 0;
    if text.get(i) == Some(&point) {
        fraction = digits_from(i + 1);
        i += 1 + fraction;
    }
    if whole + fraction == 0 {
        return None;
    }
    if matches!(text.get(i), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(text.get(i + 1), Some(b'+' | b'-')));
        let exponent = digits_from(i + 1 + signed);
        if exponent > 0 {
            i += 1 + signed + exponent;
        }
    }
    Some(i)
}

/// The standard library's reading of text that passed [`grammar`].
fn to_f64(text: &[u8], point: u8) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?;
    if point == b'.' {
        return text.parse().ok();
    }
    let mut dotted = [0_u8; 64];
    match dotted.get_mut(..text.len()) {
        Some(short) => {
            short.copy_from_slice(text.as_bytes());
            short.iter_mut().filter(|b| **b == point).for_each(|b| *b = b'.');
            std::str::from_utf8(short).ok()?.parse().ok()
        }
        None => text.replace(char::from(point), ".").parse().ok(),
    }
}

/// What one cell holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell {
    /// A finite number.
    Number(f64),
    /// Nothing, `nan`, `inf`, or a number beyond `f64`: a missing value, not a mistake.
    Missing,
    /// Anything else, and what it looks like.
    Bad(&'static str),
}

impl Cell {
    pub(crate) fn number(self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(value),
            _ => None,
        }
    }
}

/// Reads a whole cell that is already trimmed.
pub(crate) fn parse_cell(cell: &[u8], point: u8) -> Cell {
    if cell.is_empty() {
        return Cell::Missing;
    }
    // With spaces behind it a short number can be scanned as in a row.
    let mut padded = [b' '; 32];
    if let Some(room) = padded.get_mut(..cell.len()).filter(|room| room.len() < 24) {
        room.copy_from_slice(cell);
        if let Some((value, end)) = scan_any(&padded, 0, point, &mut { NumberTemplate::NONE })
            && end == cell.len()
        {
            return Cell::Number(value);
        }
    }
    if grammar(cell, point) == Some(cell.len()) {
        return match to_f64(cell, point) {
            Some(value) if value.is_finite() => Cell::Number(value),
            _ => Cell::Missing,
        };
    }
    if let Some(value) = typeset(cell, point) {
        return Cell::Number(value);
    }
    let unsigned = cell.strip_prefix(b"-").or_else(|| cell.strip_prefix(b"+")).unwrap_or(cell);
    if [&b"nan"[..], b"inf", b"infinity"].iter().any(|word| unsigned.eq_ignore_ascii_case(word)) {
        return Cell::Missing;
    }
    Cell::Bad(complaint(cell, unsigned, point))
}

/// A number as it is set for print: a minus of its own (U+2212, or a dash), spaces that do not break around it or between
/// groups of three digits, an apostrophe between them; or the other of point and comma between groups, if decimals follow
/// (`1,234.5`): without them it could be the decimal point itself.
#[cold]
fn typeset(cell: &[u8], point: u8) -> Option<f64> {
    /// The longest that is looked at.
    const MOST: usize = 64;
    let mut plain = [0_u8; MOST];
    let (mut count, mut rest) = (0, cell);
    while let Some(byte) = rest.first() {
        let found = TYPE.iter().find(|(sign, _)| rest.starts_with(sign));
        let (meant, width) = found.map_or((*byte, 1), |(sign, meant)| (*meant, sign.len()));
        *plain.get_mut(count)? = meant;
        (count, rest) = (count + 1, rest.get(width..)?);
    }
    let text = plain.get(..count)?;
    let text = text.strip_prefix(b" ").unwrap_or(text);
    let text = text.strip_suffix(b" ").unwrap_or(text);
    let whole = text.iter().position(|b| !(b.is_ascii_digit() || b"+- ',.".contains(b)) || *b == point);
    let (whole, part) = text.split_at(whole.unwrap_or(text.len()));
    let sign = usize::from(matches!(whole.first(), Some(b'+' | b'-')));
    let digits = whole.get(sign..)?;
    let separator = digits.iter().find(|b| !b.is_ascii_digit());
    let mut joined = [0_u8; MOST];
    let mut length = 0;
    let mut keep = |bytes: &[u8]| -> Option<()> {
        joined.get_mut(length..length + bytes.len())?.copy_from_slice(bytes);
        length += bytes.len();
        Some(())
    };
    keep(whole.get(..sign)?)?;
    match separator {
        None => keep(digits)?,
        Some(separator) => {
            let is_sure = matches!(separator, b' ' | b'\'') || part.first() == Some(&point);
            for (n, group) in digits.split(|b| b == separator).enumerate() {
                let fits = if n == 0 { (1..=3).contains(&group.len()) } else { group.len() == 3 };
                if !(fits && is_sure && group.iter().all(u8::is_ascii_digit)) {
                    return None;
                }
                keep(group)?;
            }
        }
    }
    keep(part)?;
    let number = joined.get(..length)?;
    (cell != number && grammar(number, point) == Some(number.len())).then_some(())?;
    to_f64(number, point).filter(|value| value.is_finite())
}

/// Signs of print, as UTF-8 (and the space of Latin-1), and what they mean.
const TYPE: &[(&[u8], u8)] = &[
    ("\u{2212}".as_bytes(), b'-'),
    ("\u{2013}".as_bytes(), b'-'),
    ("\u{a0}".as_bytes(), b' '),
    ("\u{202f}".as_bytes(), b' '),
    ("\u{2009}".as_bytes(), b' '),
    ("\u{2007}".as_bytes(), b' '),
    ("\u{2019}".as_bytes(), b'\''),
    (b"\xa0", b' '),
    // A space that breaks stands between two numbers.
    (b" ", b'_'),
];

/// What a cell that is no number looks like.
fn complaint(cell: &[u8], unsigned: &[u8], point: u8) -> &'static str {
    let digits_and = |extra: &[u8]| unsigned.iter().all(|b| b.is_ascii_digit() || extra.contains(b));
    if cell.contains(&0) {
        "NUL bytes where a number is expected"
    } else if unsigned.starts_with(b"0x") || unsigned.starts_with(b"0X") {
        "a hexadecimal number; write it in decimal"
    } else if digits_and(b"_") {
        "a number with underscores"
    } else if digits_and(b",. '") && cell.contains(&b',') && point == b'.' {
        "a comma in a number: thousands or decimals?"
    } else if digits_and(b",. '") {
        "a number with more than one separator"
    } else if !cell.is_ascii() {
        "a number with characters that are not ASCII"
    } else {
        "not a number"
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scanned(text: &str) -> Option<(f64, usize)> {
        let text = format!("{text},padding.");
        let mut shape = NumberTemplate::NONE;
        let found = scan(text.as_bytes(), 0, b'.', &mut shape);
        // Read again, now in its own shape.
        assert_eq!(scan(text.as_bytes(), 0, b'.', &mut shape), found);
        found
    }

    #[test]
    fn numbers_as_instruments_print_them() {
        let cases: &[(&str, f64)] = &[
            ("0", 0.0),
            ("-0", -0.0),
            ("+1", 1.0),
            (".5", 0.5),
            ("1.", 1.0),
            ("1E-3", 1e-3),
            ("-2e-05", -2e-5),
            ("0.0006000000000000001", 0.0006000000000000001),
            ("1.706088515318075E9", 1.706088515318075e9),
            ("9007199254740993", 9007199254740992.0),
            ("123456789012345678901234567890", 123456789012345678901234567890.0),
            ("0.00000000000000000000000001", 1e-26),
            ("1e-400", 0.0),
            ("-0.0600000000000000", -0.06),
            ("1e22", 1e22),
            ("12345678.12345678", 12345678.12345678),
            ("0000000000000000000000001.5", 1.5),
        ];
        for &(text, value) in cases {
            let (found, end) = scanned(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((found.to_bits(), end), (value.to_bits(), text.len()), "{text}");
            assert_eq!(parse_cell(text.as_bytes(), b'.'), Cell::Number(value), "{text}");
            let comma = text.replace('.', ",");
            assert_eq!(parse_cell(comma.as_bytes(), b','), Cell::Number(value), "{comma}");
        }
    }

    #[test]
    fn missing_is_not_bad() {
        for text in ["", "NaN", "nan", "-inf", "+Infinity", "1e400", "-1e999"] {
            assert_eq!(parse_cell(text.as_bytes(), b'.'), Cell::Missing, "{text}");
        }
        for text in [
            "1_000",
            "0x1F",
            "1,5",
            "1,234",
            "1,234,567",
            "1,23.4",
            "1'23",
            "512 513",
            "1\u{a0}23",
            "\u{2212}",
            "1,234'567.5",
            "1.2.3",
            "e5",
            ".",
            "-",
            "1e",
            "١٢",
            "#N/A",
            "NULL",
            "5 5",
            "--1",
        ] {
            assert!(matches!(parse_cell(text.as_bytes(), b'.'), Cell::Bad(_)), "{text}");
        }
        assert_eq!(scanned("nan"), None);
        assert_eq!(scanned("."), None);
        assert_eq!(scanned("1e999"), None);
        assert_eq!(scan(b"1.5", 0, b'.', &mut { NumberTemplate::NONE }), None, "too close to the end to be sure");
    }

    #[test]
    fn numbers_as_they_are_printed() {
        let cases: &[(&str, u8, f64)] = &[
            ("\u{2212}5", b'.', -5.0),
            ("\u{2013}5.25", b'.', -5.25),
            ("1e\u{2212}3", b'.', 1e-3),
            ("\u{a0}12.5\u{a0}", b'.', 12.5),
            ("1\u{202f}234\u{202f}567,25", b',', 1_234_567.25),
            ("12\u{2009}345", b'.', 12_345.0),
            ("1'234.5", b'.', 1234.5),
            ("1\u{2019}234", b'.', 1234.0),
            ("1,234.5", b'.', 1234.5),
            ("\u{2212}1,234,567.", b'.', -1_234_567.0),
            ("1.234,5", b',', 1234.5),
        ];
        for &(text, point, value) in cases {
            assert_eq!(parse_cell(text.as_bytes(), point), Cell::Number(value), "{text}");
        }
        assert_eq!(parse_cell(b"1\xa0234,5", b','), Cell::Number(1234.5));
    }

    proptest! {
        #[test]
        fn scan_gives_the_standard_library_s_bits(text in "[+-]?([0-9]{0,21}\\.[0-9]{0,25}|[0-9]{1,25})([eE][+-]?[0-9]{1,3})?") {
            let expected: Result<f64, _> = text.parse();
            let found = scanned(&text);
            match expected {
                Ok(value) if value.is_finite() => prop_assert_eq!(found.map(|f| (f.0.to_bits(), f.1)), Some((value.to_bits(), text.len()))),
                _ => prop_assert_eq!(found, None),
            }
        }

        #[test]
        fn scan_gives_back_every_double(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            for text in [format!("{value}"), format!("{value:e}")] {
                prop_assert_eq!(scanned(&text).map(|f| f.0.to_bits()), Some(bits), "{}", text);
            }
        }

        #[test]
        fn the_shape_of_another_number_changes_nothing(
            before in "-?[0-9]{0,5}(\\.[0-9]{0,6})?[,;e]",
            text in "[+-]?[0-9]{0,5}(\\.[0-9]{0,6})?[,;ex. ]",
        ) {
            let (before, text) = (before + "12345678,", text + "12345678,");
            let mut shape = NumberTemplate::NONE;
            scan(before.as_bytes(), 0, b'.', &mut shape);
            let fresh = scan(text.as_bytes(), 0, b'.', &mut { NumberTemplate::NONE });
            let found = scan(text.as_bytes(), 0, b'.', &mut shape);
            prop_assert_eq!(found.map(|f| (f.0.to_bits(), f.1)), fresh.map(|f| (f.0.to_bits(), f.1)));
        }

        #[test]
        fn anything_may_stand_in_a_cell(bytes: Vec<u8>) {
            let cell = parse_cell(&bytes, b'.');
            let standard = std::str::from_utf8(&bytes).ok().and_then(|text| text.parse::<f64>().ok());
            match cell {
                Cell::Number(value) => {
                    prop_assert!(standard == Some(value) || standard.is_none() && typeset(&bytes, b'.') == Some(value));
                }
                Cell::Missing => prop_assert!(bytes.is_empty() || standard.is_some_and(|v| !v.is_finite())),
                Cell::Bad(_) => prop_assert_eq!(standard, None),
            }
            let mut padded = bytes.clone();
            padded.extend_from_slice(b",12345678");
            if let Some((_, end)) = scan(&padded, 0, b'.', &mut { NumberTemplate::NONE }) {
                prop_assert!(end <= padded.len());
            }
        }
    }
}

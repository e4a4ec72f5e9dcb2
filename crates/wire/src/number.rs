//! Numbers of text formats: strict, correctly rounded, nothing a sketch would not print (no NaN, no infinity, no `_`).

use crate::layout::{Labels, NumberStyle, TextSpec};

/// Powers of ten that an `f64` holds exactly.
const EXACT: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Reads one number; `None` for anything that is not a finite number in this style.
pub fn parse(token: &[u8], style: NumberStyle) -> Option<f64> {
    match style {
        NumberStyle::Hex => hex(token),
        NumberStyle::Int => decimal(token, false),
        NumberStyle::Float => decimal(token, true),
    }
}

fn hex(token: &[u8]) -> Option<f64> {
    let digits = token.strip_prefix(b"0x").or_else(|| token.strip_prefix(b"0X")).unwrap_or(token);
    if digits.is_empty() || digits.len() > 8 {
        return None;
    }
    let mut value = 0_u32;
    for byte in digits {
        value = (value << 4) | char::from(*byte).to_digit(16)?;
    }
    Some(f64::from(value))
}

fn decimal(token: &[u8], fraction: bool) -> Option<f64> {
    let (negative, body) = match token.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, token),
    };
    let mut mantissa = 0_u64;
    let mut digits = 0_u32;
    let mut places = 0_u32;
    let mut point = false;
    let mut bytes = body.iter();
    let mut exponent = false;
    for &byte in bytes.by_ref() {
        match byte {
            b'0'..=b'9' => {
                // Wraps beyond 19 digits; those numbers take the slow way below.
                mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(byte & 0xF));
                digits = digits.saturating_add(1);
                places = places.saturating_add(u32::from(point));
            }
            b'.' if fraction && !point => point = true,
            b'e' | b'E' if fraction && digits > 0 => {
                exponent = true;
                break;
            }
            _ => return None,
        }
    }
    if digits == 0 {
        return None;
    }
    if exponent {
        let rest = bytes.as_slice();
        let tail = rest.strip_prefix(b"-").or_else(|| rest.strip_prefix(b"+")).unwrap_or(rest);
        if tail.is_empty() || !tail.iter().all(u8::is_ascii_digit) {
            return None;
        }
    } else if digits <= 15 {
        // Both operands are exact, so one division rounds once: the correctly rounded value.
        let scale = EXACT.get(places as usize).copied()?;
        let value = if places == 0 { mantissa as f64 } else { mantissa as f64 / scale };
        return Some(if negative { -value } else { value });
    }
    let value: f64 = core::str::from_utf8(token).ok()?.parse().ok()?;
    value.is_finite().then_some(value)
}

/// The parts of a line, empty ones left out.
pub(crate) fn tokens<'l>(line: &'l [u8], spec: &TextSpec) -> impl Iterator<Item = &'l [u8]> {
    let separators = spec.separators;
    line.split(move |byte| separators.contains(byte)).filter(|token| !token.is_empty())
}

/// Label and value of one field.
pub(crate) fn field(token: &[u8], labels: Labels) -> Option<(&[u8], &[u8])> {
    if labels == Labels::Never {
        return Some((&[], token));
    }
    match token.iter().position(|byte| *byte == b':') {
        Some(at) if at > 0 => Some((token.get(..at)?, token.get(at.checked_add(1)?..)?)),
        Some(_) => None,
        None => (labels == Labels::Auto).then_some((&[], token)),
    }
}

/// The labels of a line's fields, in order; empty where a field has none. For [`crate::Event::Locked`].
pub fn labels<'l>(line: &'l [u8], spec: &TextSpec) -> impl Iterator<Item = &'l [u8]> {
    let mode = spec.labels;
    tokens(line, spec).map(move |token| field(token, mode).map_or(&[][..], |(label, _)| label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_sketches_print_is_read_and_nothing_else() {
        for (text, value) in
            [("512", 512.0), ("-12.34", -12.34), ("+1", 1.0), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("0.1", 0.1)]
        {
            assert_eq!(parse(text.as_bytes(), NumberStyle::Float), Some(value), "{text}");
        }
        for text in ["", "-", ".", "nan", "inf", "1_000", "1,5", "0x1F", "1e", "e5", "1.2.3", "1e400", "−1", " 1", "1-"]
        {
            assert_eq!(parse(text.as_bytes(), NumberStyle::Float), None, "{text}");
        }
        assert_eq!(parse(b"1.5", NumberStyle::Int), None);
        assert_eq!(parse(b"0x3fF", NumberStyle::Hex), Some(1023.0));
        assert_eq!(parse(b"123456789", NumberStyle::Hex), None);
    }

    proptest! {
        #[test]
        fn equals_the_standard_library(value in any::<f64>().prop_filter("finite", |v| v.is_finite()), places in 0_usize..18) {
            for text in [format!("{value}"), format!("{value:e}"), format!("{value:.places$}")] {
                prop_assert_eq!(parse(text.as_bytes(), NumberStyle::Float), text.parse().ok());
            }
        }

        #[test]
        fn short_numbers_equal_the_standard_library(text in "[-+]?[0-9]{0,17}\\.?[0-9]{0,10}") {
            let expected = text.parse::<f64>().ok();
            prop_assert_eq!(parse(text.as_bytes(), NumberStyle::Float), expected);
        }
    }
}

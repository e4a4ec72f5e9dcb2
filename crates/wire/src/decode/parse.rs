//! One line of text to numbers.

use crate::frame::Reject;
use crate::layout::{Column, Labels, MAX_CHANNELS, NumberStyle, TextSpec};
use crate::number;

#[cfg_attr(test, derive(Debug, PartialEq))]
pub(super) struct Parsed {
    pub values: [f64; MAX_CHANNELS],
    pub count: usize,
    pub fields: usize,
    pub counter: Option<u32>,
    pub device_us: Option<u32>,
}

#[cfg_attr(test, derive(Debug, PartialEq))]
#[expect(clippy::large_enum_variant, reason = "lives on the stack for one line; there is no heap to box it on")]
pub(super) enum Line {
    Numbers(Parsed),
    Message,
    Bad(Reject),
}

pub(super) fn parse(line: &[u8], spec: &TextSpec, range: Option<(i32, i32)>) -> Line {
    plain(line, spec, range).map_or_else(|| parse_any(line, spec, range), Line::Numbers)
}

/// The common case in one pass: digits, perhaps with sign and point, parted by separators. `None` is no verdict.
fn plain(line: &[u8], spec: &TextSpec, range: Option<(i32, i32)>) -> Option<Parsed> {
    let usual = spec.labels != Labels::Require && spec.number != NumberStyle::Hex;
    let odd = spec.separators.iter().any(|byte| byte.is_ascii_digit() || *byte == b'-');
    if !usual || odd || line.first() == Some(&spec.comment) {
        return None;
    }
    let mut parsed = Parsed { values: [0.0; MAX_CHANNELS], count: 0, fields: 0, counter: None, device_us: None };
    let mut bytes = line.iter();
    loop {
        let (mut mantissa, mut digits, mut negative, mut more) = (0_u64, 0_u32, false, false);
        for &byte in bytes.by_ref() {
            match byte {
                b'0'..=b'9' => {
                    mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(byte & 0xF));
                    digits = digits.saturating_add(1);
                }
                b'-' if digits == 0 && !negative => negative = true,
                _ if digits > 0 && spec.separators.contains(&byte) => {
                    more = true;
                    break;
                }
                _ => return None,
            }
        }
        if digits == 0 || digits > 15 || spec.columns.get(parsed.count) != Some(&Column::Value) {
            return None;
        }
        let value = if negative { -(mantissa as f64) } else { mantissa as f64 };
        if range.is_some_and(|(min, max)| value < f64::from(min) || value > f64::from(max)) {
            return None;
        }
        *parsed.values.get_mut(parsed.count)? = value;
        parsed.count = parsed.count.saturating_add(1);
        if !more {
            parsed.fields = parsed.count;
            return Some(parsed);
        }
    }
}

fn parse_any(line: &[u8], spec: &TextSpec, range: Option<(i32, i32)>) -> Line {
    if spec.comment != 0 && line.first() == Some(&spec.comment) {
        return Line::Message;
    }
    let mut parsed = Parsed { values: [0.0; MAX_CHANNELS], count: 0, fields: 0, counter: None, device_us: None };
    for token in number::tokens(line, spec) {
        let value = number::field(token, spec.labels).and_then(|(_, text)| number::parse(text, spec.number));
        let Some(value) = value else {
            // Words at the start are the device talking; a bad number further on is damage.
            let word = parsed.fields == 0 && line.iter().all(|byte| (0x20..0x7F).contains(byte) || *byte == b'\t');
            let digit = token.first().is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.'));
            return if word && !digit { Line::Message } else { Line::Bad(Reject::Number) };
        };
        match spec.columns.get(parsed.fields).copied().unwrap_or_default() {
            Column::Ignore => {}
            Column::Counter | Column::TimeUs if !(0.0..4_294_967_296.0).contains(&value) => {
                return Line::Bad(Reject::Range);
            }
            Column::Counter if value as u64 >= spec.counter_modulus => return Line::Bad(Reject::Range),
            Column::Counter => parsed.counter = Some(value as u32),
            Column::TimeUs => parsed.device_us = Some(value as u32),
            Column::Value => {
                if range.is_some_and(|(min, max)| value < f64::from(min) || value > f64::from(max)) {
                    return Line::Bad(Reject::Range);
                }
                let Some(slot) = parsed.values.get_mut(parsed.count) else { return Line::Bad(Reject::Fields) };
                *slot = value;
                parsed.count = parsed.count.saturating_add(1);
            }
        }
        parsed.fields = parsed.fields.saturating_add(1);
    }
    if parsed.count == 0 { Line::Bad(Reject::Number) } else { Line::Numbers(parsed) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_quick_way_agrees_with_the_strict_one(line in "[-+0-9,;. x#]{0,40}", int in any::<bool>(), ranged in any::<bool>()) {
            let number = if int { NumberStyle::Int } else { NumberStyle::Float };
            let spec = TextSpec { number, comment: if int { b'-' } else { b'#' }, ..TextSpec::ARDUINO };
            let range = ranged.then_some((-5, 1000));
            if let Some(parsed) = plain(line.as_bytes(), &spec, range) {
                prop_assert_eq!(Line::Numbers(parsed), parse_any(line.as_bytes(), &spec, range));
            }
        }
    }
}

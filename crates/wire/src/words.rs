//! Numbers among words: `EMG: 512 mV`, `EMG=512`, `{"t":12.5,"emg":512}`, `12:00:01.250 -> 512`. The words say what the numbers
//! are; they have to be the same in every line, so that a damaged line is refused and not read as another number.

use crate::layout::NumberStyle;
use crate::number;

/// One number of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number<'l> {
    /// What stands between it and the number before, or the start of the line.
    pub before: &'l [u8],
    /// The number as it is printed.
    pub text: &'l [u8],
    /// Its value: seconds for a time of day, 1 and 0 for `true` and `false`, none for `nan`, `null` and the like.
    pub value: Option<f64>,
}

/// The numbers of a line, in order.
#[derive(Debug, Clone)]
pub struct Numbers<'l> {
    line: &'l [u8],
    at: usize,
}

/// The numbers of a line: those that are no part of a word (`ch1` has none, `512mV` has one).
pub const fn numbers(line: &[u8]) -> Numbers<'_> {
    Numbers { line, at: 0 }
}

impl<'l> Numbers<'l> {
    /// What stands behind the last number that was taken.
    pub fn rest(&self) -> &'l [u8] {
        self.line.get(self.at..).unwrap_or_default()
    }

    fn byte(&self, at: usize) -> u8 {
        self.line.get(at).copied().unwrap_or(0)
    }

    /// Bytes from `at` on for which `is` holds.
    fn run(&self, at: usize, is: impl Fn(u8) -> bool) -> usize {
        self.line.get(at..).map_or(0, |rest| rest.iter().take_while(|byte| is(**byte)).count())
    }

    fn digits(&self, at: usize) -> usize {
        self.run(at, |byte| byte.is_ascii_digit())
    }

    /// The end of a number that begins here, if one does.
    fn end_of_number(&self, at: usize) -> Option<usize> {
        let sign = usize::from(matches!(self.byte(at), b'-' | b'+'));
        let whole = self.digits(at.saturating_add(sign));
        let mut end = at.saturating_add(sign).saturating_add(whole);
        if self.byte(end) == b'.' {
            let places = self.digits(end.saturating_add(1));
            if whole == 0 && places == 0 {
                return None;
            }
            end = end.saturating_add(1).saturating_add(places);
        } else if whole == 0 {
            return None;
        }
        if matches!(self.byte(end), b'e' | b'E') {
            let sign = usize::from(matches!(self.byte(end.saturating_add(1)), b'-' | b'+'));
            let from = end.saturating_add(1).saturating_add(sign);
            let digits = self.digits(from);
            let behind = from.saturating_add(digits);
            if digits > 0 && !is_word(self.byte(behind)) {
                end = behind;
            }
        }
        Some(end)
    }

    /// A time of day that begins here (`12:00:01.250`): its end and its seconds.
    fn time_of_day(&self, at: usize) -> Option<(usize, f64)> {
        let hours = self.digits(at);
        let minutes_at = at.checked_add(hours)?.checked_add(1)?;
        let seconds_at = minutes_at.checked_add(3)?;
        let parted = self.byte(minutes_at.checked_sub(1)?) == b':' && self.byte(seconds_at.checked_sub(1)?) == b':';
        if !(1..=2).contains(&hours) || !parted || self.digits(minutes_at) != 2 || self.digits(seconds_at) != 2 {
            return None;
        }
        let end = self.end_of_number(seconds_at)?;
        let part = |from: usize, to: usize| number::parse(self.line.get(from..to)?, NumberStyle::Float);
        let hours = part(at, minutes_at.checked_sub(1)?)?;
        let minutes = part(minutes_at, seconds_at.checked_sub(1)?)?;
        let seconds = part(seconds_at, end)?;
        Some((end, (hours * 60.0 + minutes) * 60.0 + seconds))
    }
}

impl<'l> Iterator for Numbers<'l> {
    type Item = Number<'l>;

    fn next(&mut self) -> Option<Number<'l>> {
        let from = self.at;
        let mut at = from;
        while at < self.line.len() {
            let is_inside = at.checked_sub(1).is_some_and(|before| is_word(self.byte(before)));
            let found = if is_inside {
                None
            } else if let Some((end, seconds)) = self.time_of_day(at) {
                Some((end, Some(seconds)))
            } else if let Some(end) = self.end_of_number(at) {
                Some((end, number::parse(self.line.get(at..end)?, NumberStyle::Float)))
            } else {
                let end = at.saturating_add(self.run(at, is_word));
                let value = special(self.line.get(at..end)?);
                value.map(|value| (end, value))
            };
            if let Some((end, value)) = found {
                self.at = end;
                return Some(Number { before: self.line.get(from..at)?, text: self.line.get(at..end)?, value });
            }
            at = at.saturating_add(if is_inside { 1 } else { self.run(at, is_word).max(1) });
        }
        None
    }
}

/// Whether a byte goes on with a word.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// A word that stands for a value.
#[expect(clippy::option_option, reason = "no such word, and a word for no value, are different answers")]
fn special(word: &[u8]) -> Option<Option<f64>> {
    let is = |other: &str| word.eq_ignore_ascii_case(other.as_bytes());
    if is("true") {
        Some(Some(1.0))
    } else if is("false") {
        Some(Some(0.0))
    } else {
        // Arduino prints `ovf` for what does not fit.
        ["nan", "null", "inf", "ovf"].into_iter().any(is).then_some(None)
    }
}

/// The words of a line as one number (FNV-1a, blanks left out), and how many numbers stand among them.
pub fn words_of(line: &[u8]) -> (u32, usize) {
    let mut hash = 0x811C_9DC5_u32;
    let mut mix = |bytes: &[u8]| {
        for byte in bytes.iter().filter(|byte| !matches!(byte, b' ' | b'\t' | b'\r')) {
            hash = (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        }
    };
    let mut all = numbers(line);
    let mut count = 0_usize;
    for number in all.by_ref() {
        mix(number.before);
        mix(&[0]);
        count = count.saturating_add(1);
    }
    mix(all.rest());
    (hash, count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(line: &str) -> Vec<Option<f64>> {
        numbers(line.as_bytes()).map(|number| number.value).collect()
    }

    #[test]
    fn numbers_stand_apart_from_words() {
        let cases: &[(&str, &[f64])] = &[
            ("EMG: 512", &[512.0]),
            ("EMG=512", &[512.0]),
            ("2.505 V", &[2.505]),
            ("512mV", &[512.0]),
            ("ch1:-5,ch2:+7", &[-5.0, 7.0]),
            ("{\"t\":12,\"emg\":[1,-2.5],\"off\":false}", &[12.0, 1.0, -2.5, 0.0]),
            ("12:00:01.25 -> 512", &[43_201.25, 512.0]),
            ("I (1234) EMG1: .5e-3", &[1234.0, 0.5e-3]),
            ("10-5", &[10.0, 5.0]),
            ("2026-11-29", &[2026.0, 11.0, 29.0]),
            ("0:512 1:300", &[0.0, 512.0, 1.0, 300.0]),
            ("5e", &[5.0]),
            ("no numbers here, ch1", &[]),
        ];
        for (line, expected) in cases {
            let expected: Vec<Option<f64>> = expected.iter().map(|value| Some(*value)).collect();
            assert_eq!(read(line), expected, "{line}");
        }
        assert_eq!(read("EMG: nan, null"), [None, None]);
    }

    #[test]
    fn words_are_the_same_whatever_the_numbers_and_blanks() {
        let same = |a: &str, b: &str| words_of(a.as_bytes()) == words_of(b.as_bytes());
        assert!(same("EMG: 512 mV", "EMG:   -7 mV\r"));
        assert!(same("{\"emg\":512,\"on\":true}", "{\"emg\":nan,\"on\":false}"));
        for other in ["EMG; 512 mV", "EMH: 512 mV", "EMG: 512 V", "EMG: 5 2 mV", "EMG: 5a2 mV", "EMG: mV", "512"] {
            assert!(!same("EMG: 512 mV", other), "{other}");
        }
    }

    proptest! {
        #[test]
        fn every_byte_is_in_a_number_or_beside_one(line: Vec<u8>) {
            let mut all = numbers(&line);
            let mut put: Vec<u8> = Vec::new();
            for number in all.by_ref() {
                prop_assert!(!number.text.is_empty());
                put.extend_from_slice(number.before);
                put.extend_from_slice(number.text);
            }
            put.extend_from_slice(all.rest());
            prop_assert_eq!(put, line);
        }
    }
}

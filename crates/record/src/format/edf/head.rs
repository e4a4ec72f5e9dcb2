//! The header: 256 bytes for the file, 256 for each signal, all of it text of fixed width.

use std::ops::Range;

use crate::error::ReadError;
use crate::format::binary::Bytes;
use crate::format::signals::{Signal, clean, role_of, unit_of};
use crate::header::Role;

use super::word;

/// Bytes of the fixed part, and of the part of each signal.
const PART: usize = 256;
/// Most signals.
const MAX_SIGNALS: usize = 4096;
/// Largest record, as in `EDFlib` for BDF.
const MAX_RECORD: usize = 15 << 20;

/// One signal of the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EdfSignal {
    label: String,
    unit: String,
    physical: Option<(f64, f64)>,
    digital: Option<(f64, f64)>,
    /// Samples per record.
    pub(super) samples: usize,
    /// Its bytes of a record.
    pub(super) bytes: Range<usize>,
}

impl EdfSignal {
    /// Digital values that it may have.
    pub(super) fn range(&self) -> (f64, f64) {
        self.digital.unwrap_or((f64::NEG_INFINITY, f64::INFINITY))
    }

    /// Physical value of the digital zero, and of one step.
    pub(super) fn line(&self) -> (f64, f64) {
        let ((low, high), (least, most)) = (self.physical.unwrap_or_default(), self.digital.unwrap_or((0.0, 1.0)));
        let step = (high - low) / (most - least);
        (low - least * step, step)
    }
}

/// How records are laid out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RecordLayout {
    pub(super) is_bdf: bool,
    is_plus: bool,
    pub(super) is_discontinuous: bool,
    pub(super) header_bytes: u64,
    pub(super) record_bytes: usize,
    /// As the header says; `None` for a recording that was not brought to its end.
    pub(super) records: Option<u64>,
    /// Bytes of the annotation signals in a record.
    pub(super) annotations: Vec<Range<usize>>,
}

impl RecordLayout {
    pub(super) fn name(&self) -> &'static str {
        match (self.is_bdf, self.is_plus) {
            (false, false) => "edf",
            (false, true) => "edf+",
            (true, false) => "bdf",
            (true, true) => "bdf+",
        }
    }

    /// Largest magnitude of a sample.
    fn largest(&self) -> f64 {
        if self.is_bdf { 8_388_608.0 } else { 32_768.0 }
    }

    /// Bytes of a sample.
    pub(super) fn width(&self) -> usize {
        if self.is_bdf { 3 } else { 2 }
    }
}

/// What the header says, less whom it is about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Head {
    pub(super) layout: RecordLayout,
    pub(super) signals: Vec<EdfSignal>,
    pub(super) started_unix_s: Option<f64>,
    record_s: f64,
    /// The exact rates, as tonus writes them.
    exact_hz: Vec<f64>,
}

impl Head {
    /// Reads the header.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] when a record cannot be cut into signals.
    pub(super) fn read(bytes: &mut Bytes) -> Result<Self, ReadError> {
        let file = bytes.file().to_owned();
        let damaged = |place: &str, found: &str| ReadError::Damaged {
            file: file.clone(),
            place: place.to_owned(),
            found: found.to_owned(),
            fix: "the file is damaged; try the program that wrote it".into(),
        };
        let mut fixed = [0; PART];
        if bytes.fill(&mut fixed)? < PART {
            return Err(damaged("header", "fewer than 256 bytes"));
        }
        let is_bdf = fixed.first() == Some(&0xff);
        let at = |range: Range<usize>| fixed.get(range).unwrap_or_default();
        let count = number(at(252..256)).filter(|n| n.fract() == 0.0 && (1.0..=MAX_SIGNALS as f64).contains(n));
        let Some(count) = count.map(|n| n as usize) else {
            return Err(damaged("number of signals", "no number from 1 to 4096"));
        };
        let record_s = number(at(244..252)).filter(|s| *s >= 0.0);
        let record_s = record_s.ok_or_else(|| damaged("duration of a record", "no number of seconds"))?;
        let reserved = at(192..236);
        let mut parts = vec![0; count * PART];
        if bytes.fill(&mut parts)? < parts.len() {
            return Err(damaged("header", "an end of the file before the last signal"));
        }
        let width = if is_bdf { 3 } else { 2 };
        // Fields of one kind stand together, for all signals.
        let field = |offset: usize, length: usize, n: usize| {
            let start = offset * count + length * n;
            parts.get(start..start + length).unwrap_or_default()
        };
        let (mut signals, mut annotations, mut start) = (Vec::new(), Vec::new(), 0_usize);
        for n in 0..count {
            let samples = number(field(216, 8, n)).filter(|s| s.fract() == 0.0 && (0.0..=1e8).contains(s));
            let samples = samples.ok_or_else(|| damaged(&format!("samples of signal {}", n + 1), "no whole number"))?;
            let length = samples as usize * width;
            let pair = |low: Option<f64>, high: Option<f64>| low.zip(high);
            let signal = EdfSignal {
                label: clean(field(0, 16, n)),
                unit: clean(field(96, 8, n)),
                physical: pair(number(field(104, 8, n)), number(field(112, 8, n))),
                digital: pair(number(field(120, 8, n)), number(field(128, 8, n))),
                samples: samples as usize,
                bytes: start..start + length,
            };
            start += length;
            if start > MAX_RECORD {
                return Err(damaged("samples of a record", "more than 15 MiB"));
            }
            if is_annotations(&signal.label) {
                annotations.push(signal.bytes.clone());
            }
            signals.push(signal);
        }
        if start == 0 {
            return Err(damaged("samples of a record", "none at all"));
        }
        let records = number(at(236..244)).filter(|n| *n >= 0.0).map(|n| n as u64);
        let layout = RecordLayout {
            is_bdf,
            is_plus: !annotations.is_empty(),
            is_discontinuous: matches!(reserved.get(..5), Some(b"EDF+D" | b"BDF+D")),
            header_bytes: (PART + count * PART) as u64,
            record_bytes: start,
            records,
            annotations,
        };
        let recording = String::from_utf8_lossy(at(88..168)).into_owned();
        let exact = recording.split_whitespace().find_map(|part| part.strip_prefix(word::RATE));
        let exact = exact.into_iter().flat_map(|list| list.split(',')).filter_map(|rate| rate.parse().ok()).collect();
        Ok(Self { layout, signals, started_unix_s: started(at(168..184), &recording), record_s, exact_hz: exact })
    }

    /// The signals as the options see them.
    pub(super) fn described(&self) -> Vec<Signal> {
        self.signals.iter().map(|signal| self.describe(signal)).collect()
    }

    fn describe(&self, signal: &EdfSignal) -> Signal {
        let is_text = is_annotations(&signal.label);
        let by_records = if self.record_s > 0.0 { signal.samples as f64 / self.record_s } else { 0.0 };
        // The exact rate only if it says what the records say, to the precision of their duration.
        let exact = self.exact_hz.iter().copied().find(|hz| (hz / by_records - 1.0).abs() < 2e-6);
        let fault = match (signal.physical, signal.digital) {
            _ if is_text => Some("it holds annotations"),
            _ if signal.samples == 0 => Some("it has no samples"),
            (Some((low, high)), _) if low == high => Some("its physical minimum and maximum are the same"),
            // 32768 of 16 bits is one too many, and what some programs write.
            (_, Some((least, most))) if least.min(-most) < -self.layout.largest() => {
                Some("its digital range is larger than its samples can be")
            }
            (_, Some((least, most))) if least >= most => Some("its digital minimum is not below its maximum"),
            (Some(_), Some(_)) => None,
            _ => Some("its physical or digital range is no pair of numbers"),
        };
        Signal {
            name: signal.label.clone(),
            role: if is_text { Role::Label } else { role_of(&signal.label) },
            unit: unit_of(&signal.unit),
            rate_hz: if is_text { 0.0 } else { exact.unwrap_or(by_records) },
            fault,
        }
    }
}

fn is_annotations(label: &str) -> bool {
    matches!(label, "EDF Annotations" | "BDF Annotations")
}

/// A number of a header: text padded with spaces (or NULs), a comma for a point is read too.
fn number(field: &[u8]) -> Option<f64> {
    let text: String = field.iter().map(|byte| if *byte == b',' { '.' } else { char::from(*byte) }).collect();
    let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    text.parse().ok().filter(|number: &f64| plain && number.is_finite())
}

/// Seconds since 1970 of `dd.mm.yyhh.mm.ss`; none for the date that stands for no date.
fn started(field: &[u8], recording: &str) -> Option<f64> {
    let text = std::str::from_utf8(field).ok()?;
    let mut parts = [0_i64; 6];
    for (n, part) in parts.iter_mut().enumerate() {
        let pair = text.get(n * 3 - usize::from(n > 2)..)?.get(..2)?;
        *part = pair.parse().ok()?;
    }
    let [day, month, year, hour, minute, second] = parts;
    if (day, month, year) == (1, 1, 85) && (hour, minute, second) == (0, 0, 0) || recording.starts_with("Startdate X") {
        return None;
    }
    let year = if year < 85 { 2000 + year } else { 1900 + year };
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Days since 1970 of a civil date.
    let (y, m) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468;
    Some((days * 86_400 + hour * 3600 + minute * 60 + second) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_header() {
        assert_eq!(number(b" -32768 "), Some(-32768.0));
        assert_eq!(number(b"1,5\0\0"), Some(1.5));
        assert_eq!(number(b"1E3     "), Some(1000.0));
        for wrong in [&b"        "[..], b"nan", b"inf", b"1 2", b"0x10", b"\xff"] {
            assert_eq!(number(wrong), None);
        }
    }

    #[test]
    fn dates_and_the_date_that_is_none() {
        assert_eq!(started(b"24.11.2606.30.15", ""), Some(1_795_501_815.0));
        assert_eq!(started(b"01.03.0000.00.00", ""), Some(951_868_800.0));
        assert_eq!(started(b"01.01.8500.00.00", ""), None);
        assert_eq!(started(b"24.11.2606.30.15", "Startdate X X X X"), None);
        assert_eq!(started(b"99.99.9999.99.99", ""), None);
        assert_eq!(started("é1.01.8500.00.00".as_bytes(), ""), None);
    }
}

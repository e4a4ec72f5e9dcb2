//! The header: a record line, a line for each signal, comments.

use crate::error::ReadError;
use crate::format::signals::{Signal, clean, role_of, unit_of};
use crate::options::Unit;

use super::read::{Coding, Scale};

/// Most signals.
const MAX_SIGNALS: usize = 4096;

/// One signal line.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    file: String,
    format: String,
    offset: u64,
    gain: f64,
    baseline: f64,
    unit: String,
    checksum: Option<i16>,
    description: String,
    fault: Option<&'static str>,
}

/// What the header says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Head {
    rate_hz: f64,
    /// Frames, if it says how many.
    pub(super) frames: Option<u64>,
    lines: Vec<Line>,
}

/// The signals that share a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    pub(super) file: String,
    pub(super) coding: Coding,
    /// Bytes before the first sample.
    pub(super) offset: u64,
    /// Signals of a frame of the file.
    pub(super) width: usize,
    /// Their checksums.
    pub(super) checksums: Vec<Option<i16>>,
    first: usize,
}

impl Head {
    /// Reads a header.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] with the line that is none.
    pub(super) fn parse(text: &[u8], file: &str) -> Result<Self, ReadError> {
        let damaged = |line: usize, found: &str, fix: &'static str| ReadError::Damaged {
            file: file.to_owned(),
            place: format!("header, line {line}"),
            found: found.to_owned(),
            fix: fix.into(),
        };
        let text: String = text.iter().map(|byte| char::from(*byte)).collect();
        let mut lines = (1..).zip(text.lines().map(str::trim)).filter(|(_, l)| !l.is_empty() && !l.starts_with('#'));
        let no_record = "no record line of a WFDB header";
        let is_it = "is this a WFDB header?";
        let (n, record) = lines.next().ok_or_else(|| damaged(1, no_record, is_it))?;
        let mut words = record.split_whitespace();
        if words.next().is_some_and(|name| name.contains('/')) {
            return Err(damaged(n, "a record of several segments", "name the header of one of its segments"));
        }
        let count = words.next().and_then(|word| word.parse().ok()).filter(|n| (1..=MAX_SIGNALS).contains(n));
        let count = count.ok_or_else(|| damaged(n, no_record, is_it))?;
        let rate_hz = match words.next() {
            None => 0.0,
            Some(word) => {
                let hz = word.split(['/', '(']).next().and_then(number).filter(|hz| *hz >= 0.0);
                hz.ok_or_else(|| damaged(n, "no sampling rate where it belongs", is_it))?
            }
        };
        let frames = words.next().and_then(|word| word.parse().ok()).filter(|frames| *frames > 0);
        let mut signals: Vec<Line> = Vec::new();
        for _ in 0..count {
            let (n, line) = lines.next().ok_or_else(|| damaged(n, "fewer signal lines than signals", is_it))?;
            let line = signal(line).ok_or_else(|| damaged(n, "no signal line", is_it))?;
            signals.push(line);
        }
        Ok(Self { rate_hz, frames, lines: signals })
    }

    /// Whether samples stand in this file.
    pub(super) fn names(&self, file: &str) -> bool {
        self.lines.iter().any(|line| line.file == file)
    }

    /// The signals as the options see them.
    pub(super) fn described(&self) -> Vec<Signal> {
        let mixed = |line: &Line| {
            let is_other = |other: &&Line| other.file == line.file && coding(other) != coding(line);
            self.lines
                .iter()
                .find(is_other)
                .map(|_| "its file holds signals of several formats or offsets, which is not read")
        };
        let one = |line: &Line| Signal {
            name: clean(line.description.as_bytes()),
            role: role_of(&line.description),
            // Without a gain, values are counts.
            unit: if line.gain > 0.0 { unit_of(&line.unit) } else { Some(Unit::Counts) },
            rate_hz: self.rate_hz,
            fault: line.fault.or(mixed(line)),
        };
        self.lines.iter().map(one).collect()
    }

    /// The signals that share the file of this one.
    pub(super) fn group(&self, place: usize) -> Group {
        let file = self.lines.get(place).map_or("", |line| line.file.as_str());
        let shared: Vec<&Line> = self.lines.iter().filter(|line| line.file == file).collect();
        let first = shared.first();
        Group {
            file: file.to_owned(),
            coding: if first.is_some_and(|line| line.format == "212") { Coding::Twelve } else { Coding::Sixteen },
            offset: first.map_or(0, |line| line.offset),
            width: shared.len(),
            checksums: shared.iter().map(|line| line.checksum).collect(),
            first: self.lines.iter().position(|line| line.file == file).unwrap_or_default(),
        }
    }

    /// Where a signal stands in a frame of its file, and what its counts mean.
    pub(super) fn scale(&self, place: usize, group: &Group) -> Scale {
        let before = self.lines.get(group.first..place).unwrap_or_default();
        let at = before.iter().filter(|line| line.file == group.file).count();
        let (baseline, gain) = self.lines.get(place).map_or((0.0, 0.0), |line| (line.baseline, line.gain));
        if gain > 0.0 { Scale { at, baseline, gain } } else { Scale { at, baseline: 0.0, gain: 1.0 } }
    }
}

/// How samples stand in their file, which all signals of it share.
fn coding(line: &Line) -> (&str, u64) {
    (&line.format, line.offset)
}

/// `FILE FORMAT[xN][:SKEW][+OFFSET] [GAIN[(BASELINE)][/UNIT] [BITS [ZERO [FIRST [CHECKSUM [BLOCK [TEXT]]]]]]]`.
fn signal(line: &str) -> Option<Line> {
    let mut words = line.split_whitespace();
    let file = words.next()?.to_owned();
    let coding = words.next()?;
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (format, mut rest) = coding.split_at(digits(coding));
    let (mut offset, mut fault) = (0, None);
    while let Some(sign) = rest.chars().next().filter(|c| matches!(c, 'x' | ':' | '+')) {
        let (value, behind) = rest[1..].split_at(digits(&rest[1..]));
        let value: u64 = value.parse().ok()?;
        match sign {
            'x' if value != 1 => fault = Some("it has several samples per frame, which are not read"),
            ':' if value != 0 => fault = Some("it is shifted against the others, which is not read"),
            '+' => offset = value,
            _ => {}
        }
        rest = behind;
    }
    if format.is_empty() || !rest.is_empty() {
        return None;
    }
    if !matches!(format, "16" | "212") {
        fault = fault.or(Some("its samples are not in format 16 or 212"));
    }
    // Samples stand beside the header, wherever a header says it wants them from.
    if file.contains(['/', '\\']) || matches!(file.as_str(), "-" | "~" | "." | "..") {
        fault = Some("its samples are not in a file beside the header");
    }
    let scale = words.next().unwrap_or_default();
    let (gain, unit) = scale.split_once('/').unwrap_or((scale, "mV"));
    let (gain, baseline) = match gain.split_once('(') {
        Some((gain, rest)) => (gain, Some(number(rest.strip_suffix(')')?)?)),
        None => (gain, None),
    };
    let gain = if gain.is_empty() { 0.0 } else { number(gain).filter(|gain| *gain >= 0.0)? };
    let mut next = |_| words.next().map(|word| number(word).ok_or(())).transpose();
    let (_bits, zero, _first) = (next("bits").ok()?, next("zero").ok()?, next("first").ok()?);
    let checksum = next("checksum").ok()?.map(|sum| (sum as i64 as u16).cast_signed());
    let _block = next("block").ok()?;
    let description = words.collect::<Vec<_>>().join(" ");
    let baseline = baseline.or(zero).unwrap_or(0.0);
    Some(Line {
        file,
        format: format.to_owned(),
        offset,
        gain,
        baseline,
        unit: unit.to_owned(),
        checksum,
        description,
        fault,
    })
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Result<Head, String> {
        Head::parse(text.as_bytes(), "r.hea").map_err(|error| error.to_string())
    }

    #[test]
    fn the_fields_of_a_signal_line() {
        let head = head("# of Jane Roe\nr 2 1000/500(3) 50 10:00:00 01/02/1990\nr.dat 16+4 2000(-5)/uV 16 7 0 -3 0 EMG left\nr.dat 16 0 12 3\n").unwrap();
        assert_eq!((head.rate_hz, head.frames), (1000.0, Some(50)));
        let signals = head.described();
        assert_eq!((signals[0].name.as_str(), signals[0].unit), ("EMG left", Some(Unit::MicroVolt)));
        assert_eq!(signals[1].unit, Some(Unit::Counts));
        let group = head.group(1);
        assert_eq!((group.width, group.offset, group.checksums[0]), (2, 4, Some(-3)));
        let scale = head.scale(0, &group);
        assert_eq!((scale.at, scale.baseline, scale.gain), (0, -5.0, 2000.0));
        assert_eq!(head.scale(1, &group).at, 1);
    }

    #[test]
    fn what_cannot_be_read_is_said_without_quoting_it() {
        for (text, line) in
            [("", 1), ("Jane Roe\n", 1), ("r 1 1000\n", 1), ("r 1 x\n", 1), ("r 1 9\nr.dat\n", 2), ("r/3 1 9 9\n", 1)]
        {
            let message = head(text).unwrap_err();
            assert!(message.contains(&format!("line {line}")) && !message.contains("Jane"), "{message}");
        }
        let fault = |line: &str| head(&format!("r 1 1000\n{line}\n")).unwrap().described()[0].fault;
        assert!(fault("r.dat 80").is_some() && fault("../r.dat 16").is_some() && fault("r.dat 16x2").is_some());
        assert!(fault("r.dat 16x1:0+12 5").is_none());
        for other in ["212", "16+24"] {
            let mixed = head(&format!("r 2 1000\nr.dat 16 5\nr.dat {other} 5\n")).unwrap().described();
            assert!(mixed.iter().all(|signal| signal.fault.is_some_and(|fault| fault.contains("several"))));
        }
        assert!(head("r 1 1000\nr.dat 16y\n").is_err() && head("r 1 1000\nr.dat 16é\n").is_err());
    }
}

//! EDF files made by hand, and recordings as lists.
#![allow(dead_code, unused_imports, reason = "each test file uses its own part")]

pub mod live;

use std::path::Path;

use tonus_record::{Chunk, Cue, OpenOptions, ReadError, Recording};

/// One signal of a header.
#[derive(Debug, Clone)]
pub struct Signal {
    pub label: String,
    pub unit: String,
    pub physical: (String, String),
    pub digital: (String, String),
    pub samples: usize,
}

/// A signal of 16 bits in µV whose step is 1.
pub fn emg(label: &str, samples: usize) -> Signal {
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    Signal {
        label: label.to_owned(),
        unit: "uV".to_owned(),
        physical: pair("-32768", "32767"),
        digital: pair("-32768", "32767"),
        samples,
    }
}

/// An annotation signal of so many bytes.
pub fn annotations(bytes: usize) -> Signal {
    Signal { unit: String::new(), ..emg("EDF Annotations", bytes / 2) }
}

/// A number of a signal, as the header has it.
type Field = fn(&Signal) -> String;

/// A file.
#[derive(Debug, Clone)]
pub struct Edf {
    pub version: Vec<u8>,
    pub patient: Vec<u8>,
    pub recording: String,
    pub start: String,
    pub reserved: String,
    pub records: String,
    pub duration: String,
    pub signals: Vec<Signal>,
    pub data: Vec<u8>,
}

impl Edf {
    pub fn new(reserved: &str, duration: &str, signals: Vec<Signal>) -> Self {
        Self {
            version: b"0       ".to_vec(),
            patient: b"MCH-0234567 F 02-MAY-1951 Haagse_Harry".to_vec(),
            recording: "Startdate 02-MAR-2002 EMG561 BK/JOP Sony".to_owned(),
            start: "02.03.0210.20.30".to_owned(),
            reserved: reserved.to_owned(),
            records: "-1".to_owned(),
            duration: duration.to_owned(),
            signals,
            data: Vec::new(),
        }
    }

    /// Appends a record: samples of each signal of numbers, and the bytes of each one of annotations.
    pub fn record(mut self, samples: &[&[i16]], text: &[u8]) -> Self {
        let mut samples = samples.iter();
        for signal in &self.signals {
            let width = 2 * signal.samples;
            let end = self.data.len() + width;
            if signal.label == "EDF Annotations" {
                self.data.extend_from_slice(text);
            } else {
                self.data.extend(samples.next().unwrap().iter().flat_map(|value| value.to_le_bytes()));
            }
            self.data.resize(end, 0);
        }
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut out = self.version.clone();
        let mut put = |text: &[u8], length: usize| {
            out.extend(text.iter().copied().chain(std::iter::repeat(b' ')).take(length));
        };
        put(&self.patient, 80);
        put(self.recording.as_bytes(), 80);
        put(self.start.as_bytes(), 16);
        let count = self.signals.len();
        put((256 * (count + 1)).to_string().as_bytes(), 8);
        put(self.reserved.as_bytes(), 44);
        put(self.records.as_bytes(), 8);
        put(self.duration.as_bytes(), 8);
        put(count.to_string().as_bytes(), 4);
        let fields: [(Field, usize); 10] = [
            (|s| s.label.clone(), 16),
            (|_| String::new(), 80),
            (|s| s.unit.clone(), 8),
            (|s| s.physical.0.clone(), 8),
            (|s| s.physical.1.clone(), 8),
            (|s| s.digital.0.clone(), 8),
            (|s| s.digital.1.clone(), 8),
            (|_| String::new(), 80),
            (|s| s.samples.to_string(), 8),
            (|_| String::new(), 32),
        ];
        for (field, length) in fields {
            for signal in &self.signals {
                put(field(signal).as_bytes(), length);
            }
        }
        out.extend_from_slice(&self.data);
        out
    }
}

/// Everything a recording gives, in the order of time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listed {
    /// Index of the frame and its values in the unit of the file.
    pub frames: Vec<(u64, Vec<f64>)>,
    pub cues: Vec<(u64, Cue)>,
    /// Neighbours are one.
    pub gaps: Vec<(u64, u64)>,
    pub stalls: Vec<u64>,
    pub end: u64,
}

pub fn list(recording: Recording) -> Result<Listed, ReadError> {
    let mut recording = recording.keep_raw();
    let width = recording.header().channels.len();
    let mut out = Listed::default();
    while let Some(chunk) = recording.next_chunk()? {
        let at = out.end;
        match chunk {
            Chunk::Frames(values) => {
                let count = values.len() / width;
                let rows = recording.raw().chunks(width);
                out.frames.extend(rows.enumerate().map(|(n, row)| (at + n as u64, row.to_vec())));
                out.end += count as u64;
            }
            Chunk::Gap { frames } => {
                match out.gaps.last_mut().filter(|gap| gap.1 == at) {
                    Some(gap) => gap.1 += frames,
                    None => out.gaps.push((at, at + frames)),
                }
                out.end += frames;
            }
            Chunk::Stalled => out.stalls.push(at),
            Chunk::Cue(cue) => {
                out.cues.retain(|change| change.0 < at);
                if out.cues.last().map_or(Cue::Free, |last| last.1) != cue {
                    out.cues.push((at, cue));
                }
            }
        }
    }
    Ok(out)
}

pub fn list_file(path: &Path, options: &OpenOptions) -> Result<Listed, String> {
    Recording::open(path, options).and_then(list).map_err(|error| error.to_string())
}

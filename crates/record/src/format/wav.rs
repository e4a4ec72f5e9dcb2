//! WAV: what `SpikeRecorder` and recorders of sound write. The rate is known; what a sample is worth is not.
//!
//! Samples of 8, 16, 24 and 32 bits are counts (8 bits less their middle, 128), samples of 32 and 64 bits in floating
//! point are as they stand. A file whose length was never written, as that of a recorder that was stopped, is read to its
//! end. Deliberately not here: compressed sound.

use std::io::Read;

use crate::error::ReadError;
use crate::format::binary::{Bytes, Frames, Item, Opened, Refused};
use crate::format::signals::{Signal, choose};
use crate::header::Role;
use crate::options::OpenOptions;

/// Frames that are read at once.
const BLOCK_FRAMES: usize = 4096;
/// Most channels.
const MOST_CHANNELS: u16 = 256;
/// Bytes of the part of a `fmt ` chunk that is looked at: with the extension that says what the samples are.
const FORMAT_BYTES: usize = 40;

/// Whether these first bytes are those of a WAV file.
pub(crate) fn is_wav(start: &[u8]) -> bool {
    start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WAVE")
}

/// How one sample is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sample {
    Byte,
    Whole(usize),
    Float,
    Double,
}

impl Sample {
    fn bytes(self) -> usize {
        match self {
            Self::Byte => 1,
            Self::Whole(bytes) => bytes,
            Self::Float => 4,
            Self::Double => 8,
        }
    }

    /// The value of little-endian bytes; NaN where it is no number.
    fn value(self, bytes: &[u8]) -> f64 {
        let value = match self {
            Self::Byte => f64::from(bytes.first().copied().unwrap_or_default()) - 128.0,
            Self::Whole(_) => {
                let bits = bytes.iter().rev().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
                let free = 32 - 8 * bytes.len() as u32;
                f64::from((bits << free).cast_signed() >> free)
            }
            Self::Float => bytes.first_chunk().map_or(f64::NAN, |bytes| f32::from_le_bytes(*bytes).into()),
            Self::Double => bytes.first_chunk().map_or(f64::NAN, |bytes| f64::from_le_bytes(*bytes)),
        };
        if value.is_finite() { value } else { f64::NAN }
    }
}

/// What the `fmt ` chunk says.
#[derive(Debug, Clone, Copy)]
struct Format {
    sample: Sample,
    channels: usize,
    rate_hz: u32,
}

/// Opens a recording.
pub(crate) fn open(reader: Box<dyn Read + Send>, file: &str, options: &OpenOptions) -> Result<Opened, ReadError> {
    let mut bytes = Bytes::new(reader, file);
    let mut start = [0; 12];
    bytes.fill(&mut start)?;
    let mut format = None;
    let (format, length) = loop {
        let mut head = [0; 8];
        if bytes.fill(&mut head)? < head.len() {
            return Err(refuse(file, "a WAV file without samples", "its header is cut off"));
        }
        let [a, b, c, d, size @ ..] = head;
        let size = u32::from_le_bytes(size);
        match (&[a, b, c, d], format) {
            (b"data", Some(format)) => break (format, size),
            (b"data", None) => return Err(refuse(file, "a WAV file without a format", "its header is damaged")),
            (b"fmt ", _) => {
                let mut body = [0; FORMAT_BYTES];
                let known = FORMAT_BYTES.min(size as usize);
                if bytes.fill(body.get_mut(..known).unwrap_or_default())? < known {
                    return Err(refuse(file, "a WAV file without samples", "its header is cut off"));
                }
                skip(&mut bytes, u64::from(size) - known as u64 + u64::from(size & 1))?;
                format = Some(parse(&body, file)?);
            }
            _ => skip(&mut bytes, u64::from(size) + u64::from(size & 1))?,
        }
    };
    let signal = |n: usize| Signal {
        name: format!("channel {}", n + 1),
        role: Role::Emg,
        unit: None,
        rate_hz: format.rate_hz.into(),
        fault: None,
    };
    let signals: Vec<Signal> = (0..format.channels).map(signal).collect();
    let chosen = choose(file, &signals, options)?;
    let places = chosen.places.clone();
    let header = chosen.header(file, "wav", options);
    // Lengths that a recorder leaves when it is stopped: nothing, or the most.
    let left = if matches!(length, 0 | u32::MAX) { u64::MAX } else { length.into() };
    let width = format.sample.bytes() * format.channels;
    let (buffer, filled, at, frames, is_ended) = (vec![0; BLOCK_FRAMES * width], 0, 0, 0, false);
    let reader = Reader { bytes, sample: format.sample, width, places, left, buffer, filled, at, frames, is_ended };
    Ok(Opened { header, frames: Box::new(reader), started_unix_s: None })
}

fn refuse(file: &str, found: &'static str, fix: &'static str) -> ReadError {
    ReadError::NotText { file: file.to_owned(), found, fix }
}

/// Reads a `fmt ` chunk.
fn parse(body: &[u8; FORMAT_BYTES], file: &str) -> Result<Format, ReadError> {
    let short = |at: usize| u16::from_le_bytes([body[at], body[at + 1]]);
    let rate_hz = u32::from_le_bytes([body[4], body[5], body[6], body[7]]);
    let (channels, bits) = (short(2), short(14));
    // An extended format says behind its extension what it is.
    let code = if short(0) == 0xfffe { short(24) } else { short(0) };
    let sample = match (code, bits) {
        (1, 8) => Sample::Byte,
        (1, 16 | 24 | 32) => Sample::Whole(usize::from(bits / 8)),
        (3, 32) => Sample::Float,
        (3, 64) => Sample::Double,
        _ => return Err(refuse(file, "a WAV file with compressed or unusual samples", "save it as PCM of 16 bits")),
    };
    let width = usize::from(channels) * sample.bytes();
    if !(1..=MOST_CHANNELS).contains(&channels) || usize::from(short(12)) != width {
        return Err(refuse(file, "a WAV file whose format contradicts itself", "its header is damaged"));
    }
    Ok(Format { sample, channels: channels.into(), rate_hz })
}

/// Steps over so many bytes.
fn skip(bytes: &mut Bytes, mut count: u64) -> Result<(), ReadError> {
    let mut room = [0; 4096];
    while count > 0 {
        let piece = count.min(room.len() as u64) as usize;
        if bytes.fill(room.get_mut(..piece).unwrap_or_default())? < piece {
            return Ok(()); // the next chunk is missed where it is looked for
        }
        count -= piece as u64;
    }
    Ok(())
}

/// Reads samples.
struct Reader {
    bytes: Bytes,
    sample: Sample,
    /// Bytes of a frame.
    width: usize,
    /// The wanted channels, in the order of the frame.
    places: Vec<usize>,
    /// Bytes of samples that are still to be read.
    left: u64,
    buffer: Vec<u8>,
    filled: usize,
    at: usize,
    frames: u64,
    is_ended: bool,
}

impl Reader {
    /// Whole frames in the buffer, filling it first if it holds none.
    fn available(&mut self) -> Result<usize, ReadError> {
        if self.at + self.width > self.filled && !self.is_ended {
            let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(self.buffer.len());
            self.filled = self.bytes.fill(self.buffer.get_mut(..most).unwrap_or_default())?;
            self.left -= self.filled as u64;
            self.at = 0;
        }
        Ok((self.filled - self.at) / self.width)
    }

    /// Hands out the next frame of the buffer.
    fn take(&mut self, mut put: impl FnMut(usize, f64)) {
        let frame = self.buffer.get(self.at..self.at + self.width).unwrap_or_default();
        let bytes = self.sample.bytes();
        for (n, place) in self.places.iter().enumerate() {
            put(n, self.sample.value(frame.get(place * bytes..(place + 1) * bytes).unwrap_or_default()));
        }
        self.at += self.width;
        self.frames += 1;
    }
}

impl Frames for Reader {
    fn next(&mut self, values: &mut [f64], refused: &mut Vec<Refused>) -> Result<Item, ReadError> {
        if self.available()? > 0 {
            self.take(|n, value| {
                if let Some(slot) = values.get_mut(n) {
                    *slot = value;
                }
            });
            return Ok(Item::Frame);
        }
        if !self.is_ended {
            self.is_ended = true;
            let is_short = self.left > 0 && self.left < u64::from(u32::MAX);
            if is_short || self.filled > self.at {
                let reason = "the file ends before its header says, or within a frame";
                refused.push(Refused { record: self.frames + 1, reason });
            }
            (self.filled, self.at) = (0, 0);
            self.bytes.drain()?;
        }
        Ok(Item::End)
    }

    fn block(&mut self, most: usize, values: &mut Vec<f64>) -> usize {
        // An error is met again, and told, by the next frame.
        let count = self.available().unwrap_or(0).min(most);
        for _ in 0..count {
            self.take(|_, value| values.push(value));
        }
        count
    }

    fn sha256(&self) -> Option<[u8; 32]> {
        Some(self.bytes.hash())
    }
}

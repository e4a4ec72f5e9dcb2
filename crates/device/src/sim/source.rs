//! Frames of counts for a simulated device.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use tonus_record::{Chunk, OpenOptions, ReadError, Recording};
use tonus_wire::Field;
use tonus_wire::layout::{Framing, NumberStyle};
use tonus_wire::profile::DeviceProfile;

use super::scenario::Scenario;
use super::signal::Signal;

/// A simulated signal has at least this many counts per µV, so that rest is not lost between two steps of the converter.
const MIN_COUNTS_PER_UV: f64 = 2.0;
/// … unless the strongest contraction would not fit.
const LARGEST_UV: f64 = 150.0;

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// A frame.
    Frame,
    /// Frames that the source does not have.
    Missing(u64),
    /// Nothing more.
    End,
}

/// Frames, one after the other.
pub trait Source {
    /// Puts the next frame's counts into `out`.
    ///
    /// # Errors
    /// [`ReadError`] of a file.
    fn next(&mut self, out: &mut Vec<f64>) -> Result<Next, ReadError>;

    /// Begins again.
    ///
    /// # Errors
    /// [`ReadError`] of a file.
    fn rewind(&mut self) -> Result<(), ReadError>;
}

/// How µV become the counts of one channel.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Converter {
    gain: f64,
    offset: f64,
    low: f64,
    high: f64,
    /// Text formats with fractions keep them.
    rounds: bool,
}

impl Converter {
    fn of(profile: &DeviceProfile, channel: usize, least_gain: f64) -> Self {
        let layout = &profile.layout;
        let scale = profile.channel(channel).scale;
        let (mut low, mut high) = match layout.framing {
            Framing::Text(_) => (f64::from(i32::MIN), f64::from(i32::MAX)),
            Framing::MsbFlag(spec) => (0.0, f64::from((1_u32 << (7 * u32::from(spec.bytes_per_channel.min(4)))) - 1)),
            Framing::CytonDaisy => (-8_388_608.0, 8_388_607.0),
            _ => {
                let limits = layout.record.channels.get(channel).map_or((0, 0), Field::limits);
                (limits.0 as f64, limits.1 as f64)
            }
        };
        if let Some(range) = layout.record.range {
            (low, high) = (low.max(f64::from(range.0)), high.min(f64::from(range.1)));
        }
        let rounds = match layout.framing {
            Framing::Text(spec) => spec.number != NumberStyle::Float,
            _ => true,
        };
        let half = (high - scale.offset_counts).min(scale.offset_counts - low).max(1.0);
        let gain = (1.0 / scale.uv_per_count).max(least_gain).min((half / LARGEST_UV).max(1.0 / scale.uv_per_count));
        Self { gain, offset: scale.offset_counts, low, high, rounds }
    }

    fn count(self, uv: f64) -> f64 {
        self.fit(uv * self.gain + self.offset)
    }

    /// As `count`, with the two decimals that sketches print.
    pub(crate) fn printed(self, uv: f64) -> f64 {
        let count = self.count(uv);
        if self.rounds { count } else { (count * 100.0).round() / 100.0 }
    }

    fn fit(self, count: f64) -> f64 {
        (if self.rounds { count.round() } else { count }).clamp(self.low, self.high)
    }
}

/// One for each channel in use, so that rest is not lost between two steps.
pub(crate) fn simulated(profile: &DeviceProfile) -> Vec<Converter> {
    converters(profile, MIN_COUNTS_PER_UV)
}

fn converters(profile: &DeviceProfile, least_gain: f64) -> Vec<Converter> {
    (0..profile.used_channels().max(1)).map(|channel| Converter::of(profile, channel, least_gain)).collect()
}

/// A scenario, quantised by the device.
#[derive(Debug)]
pub struct ScenarioSource {
    scenario: Scenario,
    channels: Vec<(Signal, Converter)>,
    rate_hz: f64,
    seed: u64,
    position: u64,
}

impl ScenarioSource {
    /// The scenario at this rate, on all channels the profile uses.
    pub fn new(scenario: Scenario, profile: &DeviceProfile, rate_hz: f64, seed: u64) -> Self {
        let channel = |(n, converter)| (Signal::new(rate_hz, seed, n), converter);
        let channels = simulated(profile).into_iter().enumerate().map(channel).collect();
        Self { scenario, channels, rate_hz, seed, position: 0 }
    }
}

impl Source for ScenarioSource {
    fn next(&mut self, out: &mut Vec<f64>) -> Result<Next, ReadError> {
        if self.position as f64 >= self.scenario.seconds() * self.rate_hz {
            return Ok(Next::End);
        }
        self.position += 1;
        out.clear();
        for (signal, converter) in &mut self.channels {
            out.push(converter.printed(signal.next_uv(self.scenario)));
        }
        Ok(Next::Frame)
    }

    fn rewind(&mut self) -> Result<(), ReadError> {
        self.position = 0;
        for (n, (signal, _)) in self.channels.iter_mut().enumerate() {
            *signal = Signal::new(self.rate_hz, self.seed, n);
        }
        Ok(())
    }
}

/// A file's samples: counts as they are, voltages as the device's converter would count them. A file with fewer channels
/// than the device is repeated over the others.
pub struct FileSource {
    path: PathBuf,
    options: OpenOptions,
    recording: Recording,
    columns: Vec<(f64, bool)>,
    converters: Vec<Converter>,
    rows: VecDeque<Vec<f64>>,
    missing: u64,
    last: Vec<f64>,
}

impl FileSource {
    /// Opens a file.
    ///
    /// # Errors
    /// [`ReadError`] as for an analysis.
    pub fn open(path: &Path, options: &OpenOptions) -> Result<Self, ReadError> {
        let recording = Recording::open(path, options)?.keep_raw();
        let columns = recording.header().channels.iter().map(|channel| {
            let is_voltage = channel.unit.microvolts().is_some();
            (channel.uv_per_unit, is_voltage)
        });
        Ok(Self {
            columns: columns.collect(),
            path: path.to_owned(),
            options: options.clone(),
            recording,
            converters: Vec::new(),
            rows: VecDeque::new(),
            missing: 0,
            last: Vec::new(),
        })
    }

    /// Converts for this device.
    #[must_use]
    pub fn for_device(mut self, profile: &DeviceProfile) -> Self {
        self.converters = converters(profile, 0.0);
        self.last = self.converters.iter().map(|converter| converter.fit(converter.offset)).collect();
        self
    }

    /// The file's sampling rate.
    pub fn rate_hz(&self) -> f64 {
        self.recording.header().rate_hz()
    }

    /// The file's channels.
    pub fn channels(&self) -> usize {
        self.columns.len()
    }

    /// The device's counts for a row of the file.
    fn convert(&mut self, row: &[f64]) -> Option<()> {
        for (n, (slot, converter)) in self.last.iter_mut().zip(&self.converters).enumerate() {
            let value = *row.get(n % row.len().max(1))?;
            let (uv_per_unit, is_voltage) = *self.columns.get(n % row.len().max(1))?;
            // A value that is missing in the file: the converter still shows the one before.
            if value.is_finite() {
                *slot = if is_voltage { converter.count(value * uv_per_unit) } else { converter.fit(value) };
            }
        }
        Some(())
    }
}

impl Source for FileSource {
    fn next(&mut self, out: &mut Vec<f64>) -> Result<Next, ReadError> {
        loop {
            if self.missing > 0 {
                return Ok(Next::Missing(std::mem::take(&mut self.missing)));
            }
            if let Some(row) = self.rows.pop_front() {
                self.convert(&row);
                out.clear();
                out.extend_from_slice(&self.last);
                return Ok(Next::Frame);
            }
            match self.recording.next_chunk()? {
                None => return Ok(Next::End),
                Some(Chunk::Gap { frames }) => self.missing = frames,
                Some(Chunk::Frames(_)) => {
                    let channels = self.columns.len().max(1);
                    self.rows.extend(self.recording.raw().chunks_exact(channels).map(<[f64]>::to_vec));
                }
                Some(_) => {}
            }
        }
    }

    fn rewind(&mut self) -> Result<(), ReadError> {
        self.recording = Recording::open(&self.path, &self.options)?.keep_raw();
        Ok(())
    }
}

impl std::fmt::Debug for FileSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileSource").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Channels a simulated device sends: those of the profile, or of the source where the stream itself tells them.
pub fn channels_for(profile: &DeviceProfile, of_source: usize) -> usize {
    match profile.layout.framing {
        Framing::Text(_) if profile.used_channels() == 0 => of_source,
        Framing::Cobs | Framing::Slip if of_source <= profile.layout.max_channels() => of_source,
        _ => profile.used_channels(),
    }
}

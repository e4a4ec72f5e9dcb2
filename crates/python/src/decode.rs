//! Bytes of a sensor to frames.

use std::path::PathBuf;

use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tonus_wire::hello::Hello;
use tonus_wire::profile::{BUILTIN, DeviceProfile, Unit};
use tonus_wire::{Decoder, Event, Frame, Sink, Stats, Timeline, Values};

use crate::error::{ReadError, config, is_interrupted, raised};

/// Frames as they come out of a decoder.
#[derive(Default)]
struct Found {
    channels: usize,
    counts: Vec<i32>,
    numbers: Vec<f64>,
    index: Vec<u64>,
    device_us: Vec<u32>,
    gaps: Vec<(u64, u64)>,
    restarts: Vec<u64>,
    /// Frames with another number of channels than the first.
    odd: u64,
    timeline: Timeline,
    hello: Option<Hello>,
    /// Gap before the next frame, of frames that were left out.
    owed: u64,
}

impl Sink for Found {
    fn frame(&mut self, frame: &Frame<'_>) {
        if self.channels == 0 {
            self.channels = frame.values.len();
        }
        let placed = self.timeline.place(frame);
        if frame.values.len() != self.channels {
            self.odd += 1;
            self.owed += placed.gap + 1;
            return;
        }
        let number = self.index.len() as u64;
        let gap = placed.gap + std::mem::take(&mut self.owed);
        if gap > 0 {
            self.gaps.push((number, gap));
        }
        if placed.restarted {
            self.restarts.push(number);
        }
        self.index.push(placed.index);
        self.device_us.extend(frame.device_us);
        match frame.values {
            Values::Counts(counts) => self.counts.extend_from_slice(counts),
            Values::Numbers(numbers) => self.numbers.extend_from_slice(numbers),
        }
    }

    fn event(&mut self, event: &Event<'_>) {
        if let Event::Message(text) = event {
            self.hello = Hello::parse(text).or(self.hello);
        }
    }
}

/// Bytes decoded between two looks at Ctrl-C.
const CHUNK: usize = 1 << 18;
/// Largest profile file.
const MAX_PROFILE: u64 = 1 << 20;

/// A built-in profile by its id, or a file.
fn find(device: &str) -> PyResult<DeviceProfile> {
    if let Some(profile) = DeviceProfile::builtin(device) {
        return Ok(profile);
    }
    let path = PathBuf::from(device);
    if !path.is_file() {
        let known: Vec<&str> = BUILTIN.iter().map(|(id, _)| *id).collect();
        return Err(config(format!("device is '{device}'; give a profile file or one of {}", known.join(", "))));
    }
    if path.extension().is_none_or(|extension| extension != "toml") {
        // What stands in a file of another kind is nobody's business.
        return Err(config(format!("device is '{device}'; a profile file ends in .toml")));
    }
    let text = tonus_record::file::read_text(&path, MAX_PROFILE);
    let text = text.map_err(|error| ReadError::new_err(format!("{device}: {error}")))?;
    DeviceProfile::parse(&text).map_err(|error| config(format!("{device}: {error}")))
}

fn stats<'py>(py: Python<'py>, stats: &Stats, odd: u64) -> PyResult<Bound<'py, PyDict>> {
    let said = PyDict::new(py);
    for (key, value) in [
        ("bytes", stats.bytes),
        ("frames", stats.frames),
        ("frame_bytes", stats.frame_bytes),
        ("idle_bytes", stats.idle_bytes),
        ("skipped_bytes", stats.skipped_bytes),
        ("bad_checksum", stats.bad_checksum),
        ("rejected", stats.rejected),
        ("resyncs", stats.resyncs),
        ("lost", stats.lost),
        ("ambiguous", stats.ambiguous),
        ("restarts", stats.restarts),
        ("messages", stats.messages),
        ("other_shape", odd),
    ] {
        said.set_item(key, value)?;
    }
    Ok(said)
}

/// Decodes the bytes of a device, all of them there are.
#[pyfunction]
pub(crate) fn decode<'py>(
    py: Python<'py>,
    data: &[u8],
    device: &str,
    channels: Option<usize>,
) -> PyResult<Bound<'py, PyDict>> {
    let mut profile = find(device)?;
    if let Some(channels) = channels {
        profile = profile.with_channels(channels).map_err(|error| config(format!("channels: {error}")))?;
    }
    let mut decoder = Decoder::new(&profile.layout).map_err(|error| config(error.to_string()))?;
    let found = py.detach(|| {
        let mut found = Found::default();
        for part in data.chunks(CHUNK) {
            if is_interrupted() {
                return Err(raised());
            }
            decoder.push(part, &mut found);
        }
        decoder.finish(&mut found);
        Ok(found)
    })?;
    let Found { channels, counts, numbers, index, device_us, gaps, restarts, odd, hello, .. } = found;
    let channels = if channels == 0 { profile.used_channels() } else { channels };
    let frames = index.len();
    let said = PyDict::new(py);
    let shape = [frames, channels];
    if numbers.is_empty() {
        said.set_item("counts", PyArray1::from_vec(py, counts).reshape(shape)?)?;
    } else {
        let numbers: Bound<'_, PyArray2<f64>> = PyArray1::from_vec(py, numbers).reshape(shape)?;
        said.set_item("counts", numbers)?;
    }
    said.set_item("index", PyArray1::from_vec(py, index))?;
    let has_clock = device_us.len() == frames && frames > 0;
    said.set_item("device_us", has_clock.then(|| PyArray1::from_vec(py, device_us)))?;
    said.set_item("gaps", gaps)?;
    said.set_item("restarts", restarts)?;
    let named: Vec<_> = (0..channels).map(|n| profile.channel(n)).collect();
    said.set_item("channels", named.iter().map(|channel| channel.name.as_str()).collect::<Vec<_>>())?;
    let told = hello.and_then(|hello| hello.uv_per_count);
    let scale = |channel: &tonus_wire::profile::Channel| {
        told.or((channel.unit == Unit::Uv).then_some(channel.scale.uv_per_count))
    };
    said.set_item("uv_per_count", named.iter().map(scale).collect::<Vec<_>>())?;
    let rate_hz = hello.and_then(|hello| hello.rate_hz).or(profile.rate_hz(channels));
    said.set_item("rate_hz", rate_hz)?;
    said.set_item("device", &profile.id)?;
    said.set_item("stats", stats(py, decoder.stats(), odd)?)?;
    Ok(said)
}

/// The built-in device profiles, a dict each: `id`, `name`, `summary`, `channels`, `rate_hz`, `uv_per_count`.
#[pyfunction]
pub(crate) fn devices(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyDict>>> {
    let one = |profile: DeviceProfile| {
        let said = PyDict::new(py);
        let channels = profile.used_channels();
        said.set_item("id", &profile.id)?;
        said.set_item("name", &profile.name)?;
        said.set_item("summary", &profile.summary)?;
        said.set_item("channels", Some(channels).filter(|channels| *channels > 0))?;
        said.set_item("rate_hz", profile.rate_hz(channels))?;
        let first = profile.channel(0);
        said.set_item("uv_per_count", (first.unit == Unit::Uv).then_some(first.scale.uv_per_count))?;
        Ok(said)
    };
    DeviceProfile::all().into_iter().map(one).collect()
}

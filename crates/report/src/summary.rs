//! `summary.json`: everything an analysis has to say about a recording.
//!
//! Numbers are finite or `null`. Keys are only added; [`SCHEMA_VERSION`] changes when a meaning does.

use std::io;

use serde::{Deserialize, Serialize};
use tonus_core::config::{BodySite, MainsMode, ReferenceKind};
use tonus_core::pipeline::Latency;
use tonus_record::{CalibrationSource, CueSource, Kind, RateSource, Role, Unit};

use crate::channel::ChannelReport;
use crate::training::TrainingReport;

/// Version of the layout of `summary.json`.
pub const SCHEMA_VERSION: u32 = 1;

/// The summary of one recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Version of tonus that wrote it.
    pub tonus_version: String,
    /// What was read.
    pub input: InputReport,
    /// Everything that took effect.
    pub config: ConfigReport,
    /// How late a live decision is with these settings.
    pub latency_ms: LatencyReport,
    /// The quality gate of `--strict`.
    pub gate: Gate,
    /// What was found, channel by channel.
    pub channels: Vec<ChannelReport>,
    /// The training session, if there was a programme.
    #[serde(default)]
    pub training: Option<TrainingReport>,
    /// What was settled without being asked, in sentences.
    pub notes: Vec<String>,
    /// SHA-256 over all decisions, in hex.
    pub digest: String,
}

impl Summary {
    /// The summary as an indented document with a line end.
    ///
    /// # Errors
    /// Never in practice: every field can be written as JSON.
    pub fn to_json(&self) -> io::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// The summary in one line, with a line end.
    ///
    /// # Errors
    /// As [`Summary::to_json`].
    pub fn to_json_line(&self) -> io::Result<String> {
        Ok(serde_json::to_string(self)? + "\n")
    }
}

/// The recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputReport {
    /// The file as it was named; `-` for standard input.
    pub file: String,
    /// Its format.
    pub format: String,
    /// SHA-256 of its bytes, in hex.
    pub sha256: Option<String>,
    /// When it began, in UTC, such as `2026-11-24 06:02 UTC`; of a live sensor only.
    #[serde(default)]
    pub started: Option<String>,
    /// The sensor; of a live sensor only.
    #[serde(default)]
    pub device: Option<String>,
    /// Sampling rate.
    pub rate_hz: f64,
    /// Who said so.
    pub rate_source: RateSource,
    /// By how much, as a share, it may be off; of a rate that the time column shows.
    #[serde(default)]
    pub rate_uncertainty: Option<f64>,
    /// The stamps of the time column, if one is used.
    #[serde(default)]
    pub stamps: Option<StampsReport>,
    /// From the first sample to the last, gaps included.
    pub duration_s: f64,
    /// Rows of data.
    pub rows_read: u64,
    /// Rows of which something could not be read.
    pub rows_rejected: u64,
    /// The first of them.
    pub rejects: Vec<RejectReport>,
    /// Values that were missing in rows that could be read.
    pub cells_missing: u64,
    /// Frames analyzed.
    pub frames: u64,
    /// Frames missing in gaps.
    pub frames_missing: u64,
    /// Gaps and restarts of the clock.
    pub gaps: u64,
    /// The channels analyzed.
    pub channels: Vec<InputChannel>,
    /// Every column of the file.
    pub columns: Vec<ColumnReport>,
}

/// The stamps of a time column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StampsReport {
    /// `even`, `rounded`, `jittered`, `late` or `packets`.
    pub kind: String,
    /// The step in which they are written, in seconds.
    pub unit_s: Option<f64>,
}

/// A row that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectReport {
    /// Line of the file, from 1.
    pub line: u64,
    /// Column to blame, from 1.
    pub column: Option<usize>,
    /// What stood there.
    pub found: String,
    /// Why it was rejected.
    pub reason: String,
}

/// A channel as it stands in the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputChannel {
    /// Its name.
    pub name: String,
    /// Its unit in the file.
    pub unit: Unit,
    /// What its column was taken for.
    pub role: Role,
    /// Its column, from 1.
    pub column: usize,
    /// Microvolts per unit of the file; none where levels keep the unit of the file.
    pub uv_per_unit: Option<f64>,
    /// Its first valid value, in the unit of the file: subtracted from all.
    pub anchor: Option<f64>,
    /// Its sampling rate, where channels have several; none where it is [`InputReport::rate_hz`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_hz: Option<f64>,
}

impl InputReport {
    /// The sampling rates, each once, with the channel (from 0) that it is first seen of; none if all have [`Self::rate_hz`].
    pub fn rates(&self) -> Vec<(usize, f64)> {
        let mut found: Vec<(usize, f64)> = Vec::new();
        for (n, channel) in self.channels.iter().enumerate() {
            if let Some(hz) = channel.rate_hz
                && !found.iter().any(|(_, known)| *known == hz)
            {
                found.push((n, hz));
            }
        }
        found
    }
}

/// A column of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnReport {
    /// Its name.
    pub name: String,
    /// What it was taken for.
    pub role: Role,
}

/// The settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConfigReport {
    /// What the sensor sends.
    pub kind: Kind,
    /// Where on the body, as far as filters care.
    pub profile: BodySite,
    /// Corner of the high-pass; none for envelope sensors.
    pub highpass_hz: Option<f64>,
    /// Corner of the low-pass; none where it does not fit the rate.
    pub lowpass_hz: Option<f64>,
    /// What is done about mains interference.
    pub mains: MainsMode,
    /// The notches at the end of the recording.
    pub notches_hz: Option<f64>,
    /// Where calibrations come from.
    pub calibration_source: CalibrationSource,
    /// Where cues come from.
    pub cue_source: CueSource,
    /// How the reference contraction was read.
    pub reference: ReferenceKind,
    /// Activity of a raw channel starts above this ratio to rest.
    #[serde(default = "usual_on_ratio")]
    pub on_ratio: f32,
    /// It ends below this one.
    #[serde(default = "usual_off_ratio")]
    pub off_ratio: f32,
    /// Upper edge of the work band, in units of the reference.
    pub overshoot_ratio: f32,
    /// How long a release may take.
    pub grace_s: f64,
    /// How long uninvited activity may last.
    pub tone_dwell_s: f64,
    /// How long the work band may be exceeded.
    pub overshoot_dwell_s: f64,
    /// How long a free contraction may last.
    pub free_limit_s: f64,
    /// Channels that should stay quiet while the first one works.
    #[serde(default)]
    pub accessory: Vec<String>,
    /// The norm profile: `personal_baseline` unless another was asked for.
    #[serde(default)]
    pub norms: String,
}

/// What held before it could be set, and was not written down.
const fn usual_on_ratio() -> f32 {
    tonus_core::config::ON_RATIO
}

/// As [`usual_on_ratio`].
const fn usual_off_ratio() -> f32 {
    tonus_core::config::OFF_RATIO
}

/// Parts of the delay from muscle to decision, transport left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct LatencyReport {
    /// Group delay of the filters at 100 Hz.
    pub filter: f64,
    /// Centre of mass of the detection window.
    pub window: f64,
    /// Longest wait for the next decision.
    pub tick: f64,
    /// The sum.
    pub total: f64,
}

impl From<Latency> for LatencyReport {
    fn from(latency: Latency) -> Self {
        let Latency { filter_ms: filter, window_ms: window, tick_ms: tick } = latency;
        Self { filter, window, tick, total: latency.total_ms() }
    }
}

/// The quality gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// Whether nothing is listed below.
    pub passed: bool,
    /// What failed, in sentences.
    pub failures: Vec<String>,
}

/// Bytes in hex.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from(b"0123456789abcdef"[usize::from(n & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_in_hex() {
        assert_eq!(hex(&[0, 0x1f, 0xa0]), "001fa0");
    }
}

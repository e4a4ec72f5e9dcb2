//! Everything a pipeline is told before the first sample.

use crate::design::{MAX_EDGE_FRACTION, Mains};
use crate::error::ConfigError;
use crate::units::SampleRate;

/// What a channel's sensor sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Kind {
    /// The EMG itself.
    #[default]
    Raw,
    /// An envelope made by the sensor: no filter, no rectification, no whitening, linear activation.
    Envelope,
}

/// What to do about mains interference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MainsMode {
    /// Measure at 50 and 60 Hz; notches go in where signal to mains is below 9 dB, until the baseline is accepted.
    #[default]
    Auto,
    /// No notches.
    Off,
    /// Notches for this mains frequency.
    Fixed(Mains),
}

impl MainsMode {
    /// The word used in options and reports: `auto`, `off`, `50`, `60`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Off => "off",
            Self::Fixed(Mains::Hz50) => "50",
            Self::Fixed(Mains::Hz60) => "60",
        }
    }

    /// The mode of a word.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Auto, Self::Off, Self::Fixed(Mains::Hz50), Self::Fixed(Mains::Hz60)]
            .into_iter()
            .find(|mode| mode.name() == name)
    }
}

/// How the reference contraction is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum ReferenceKind {
    /// Comfortable holds: the median of their middle parts. Nobody has to strain.
    #[default]
    Submaximal,
    /// Maximal voluntary contraction: the largest 500-ms mean.
    Mvc,
}

/// Where on the body, as far as filters care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Profile {
    /// High-pass at 20 Hz (R20 in docs/REFERENCES.md).
    #[default]
    Limb,
    /// High-pass at 30 Hz: heart and movement are near (R21 in docs/REFERENCES.md).
    Pelvic,
    /// As [`Profile::Pelvic`].
    Trunk,
}

impl Profile {
    /// The word used in options and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Limb => "limb",
            Self::Pelvic => "pelvic",
            Self::Trunk => "trunk",
        }
    }

    /// The profile of a word.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Limb, Self::Pelvic, Self::Trunk].into_iter().find(|profile| profile.name() == name)
    }

    /// Corner of the high-pass in Hz.
    pub const fn highpass_hz(self) -> f64 {
        match self {
            Self::Limb => 20.0,
            Self::Pelvic | Self::Trunk => 30.0,
        }
    }
}

/// One channel.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ChannelConfig {
    /// What the sensor sends.
    pub kind: Kind,
    /// Lowest and highest value the converter can give, minus the anchor; none if unknown (rails are then found as runs of
    /// equal values at the extremes of the stream).
    pub rails_uv: Option<(f32, f32)>,
    /// One step of the converter; none if unknown.
    pub lsb_uv: Option<f32>,
    /// A muscle that should stay quiet: its contraction is reported as co-contraction of the others.
    pub accessory: bool,
}

/// One pipeline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PipelineConfig {
    /// Sampling rate of all channels.
    pub rate: SampleRate,
    /// Corner of the Butterworth high-pass, order 2.
    pub highpass_hz: f64,
    /// Corner of the Butterworth low-pass, order 2; left out where it would lie above 0.45 × rate.
    pub lowpass_hz: f64,
    /// What to do about mains.
    pub mains: MainsMode,
    /// How the reference is read.
    pub reference: ReferenceKind,
    /// Upper edge of the work band, in units of the reference.
    pub overshoot_ratio: f32,
    /// How long a release may take after the rest cue.
    pub grace_s: f64,
    /// How long uninvited activity may last.
    pub tone_dwell_s: f64,
    /// How long the work band may be exceeded.
    pub overshoot_dwell_s: f64,
    /// How long a free contraction may last.
    pub free_limit_s: f64,
}

impl PipelineConfig {
    /// The defaults for a sampling rate.
    pub fn new(rate: SampleRate) -> Self {
        Self {
            rate,
            highpass_hz: Profile::Limb.highpass_hz(),
            lowpass_hz: 450.0,
            mains: MainsMode::Auto,
            reference: ReferenceKind::Submaximal,
            overshoot_ratio: 1.35,
            grace_s: 2.0,
            tone_dwell_s: 1.0,
            overshoot_dwell_s: 0.5,
            free_limit_s: 10.0,
        }
    }

    /// The low-pass edge that takes effect.
    pub fn effective_lowpass_hz(&self) -> Option<f64> {
        (self.lowpass_hz <= MAX_EDGE_FRACTION * self.rate.hz()).then_some(self.lowpass_hz)
    }

    /// Checks every number.
    ///
    /// # Errors
    /// [`ConfigError`] that names the field.
    pub fn check(&self, channels: &[ChannelConfig]) -> Result<(), ConfigError> {
        let raw = channels.iter().any(|channel| channel.kind == Kind::Raw);
        if raw && self.rate.hz() < SampleRate::MIN_RAW_HZ {
            let (value, max) = (self.rate.hz(), SampleRate::MAX_HZ);
            return Err(ConfigError::OutOfRange {
                field: "rate_hz of a raw channel",
                value,
                min: SampleRate::MIN_RAW_HZ,
                max,
            });
        }
        let limit_hz = MAX_EDGE_FRACTION * self.rate.hz();
        if raw && self.highpass_hz >= limit_hz {
            return Err(ConfigError::AboveNyquist { field: "highpass_hz", edge_hz: self.highpass_hz, limit_hz });
        }
        for (field, value, min, max) in [
            ("highpass_hz", self.highpass_hz, 1.0, 400.0),
            ("lowpass_hz", self.lowpass_hz, 30.0, SampleRate::MAX_HZ),
            ("overshoot_ratio", f64::from(self.overshoot_ratio), 1.05, 10.0),
            ("grace_s", self.grace_s, 0.1, 60.0),
            ("tone_dwell_s", self.tone_dwell_s, 0.1, 60.0),
            ("overshoot_dwell_s", self.overshoot_dwell_s, 0.05, 60.0),
            ("free_limit_s", self.free_limit_s, 0.5, 3600.0),
        ] {
            if !(value >= min && value <= max) {
                return Err(ConfigError::OutOfRange { field, value, min, max });
            }
        }
        if self.lowpass_hz <= self.highpass_hz {
            let (value, min) = (self.lowpass_hz, self.highpass_hz);
            return Err(ConfigError::OutOfRange { field: "lowpass_hz", value, min, max: SampleRate::MAX_HZ });
        }
        for channel in channels {
            if let Some((low, high)) = channel.rails_uv.filter(|(low, high)| !(low < high)) {
                let (value, min) = (f64::from(high), f64::from(low));
                return Err(ConfigError::OutOfRange { field: "rails_uv", value, min, max: f64::INFINITY });
            }
        }
        Ok(())
    }
}

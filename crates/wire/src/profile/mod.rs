//! Device profiles: a [`Layout`] with names, port settings, commands, rate and scale, read from TOML.
//!
//! Twenty-two are built in ([`BUILTIN`]); a maker adds a file of the same form ([`DeviceProfile::parse`]). Unknown keys are
//! refused, and every message names the key. `docs/DEVICES.md` explains the keys one by one.

mod build;
mod channels;
mod command;
mod frame;
mod raw;
mod settings;

use core::fmt;

use serde::Deserialize;

use crate::calibration::Scale;
use crate::error::LayoutError;
use crate::layout::Layout;

pub use command::{Identify, Ready, Startup, Step, Template, Variables};
pub use settings::{Fill, Flow, Line, Loss, Parity, Port, Rate, RateCode, Trust, UsbMatch};

/// A profile that cannot be used, with the key that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileError {
    /// The profile's `id`, where it could be read.
    pub id: String,
    /// The key, as `table.key`; empty where the file is not TOML.
    pub key: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = if self.id.is_empty() { "device profile" } else { &self.id };
        if self.key.is_empty() {
            write!(f, "{id}: {}", self.message)
        } else {
            write!(f, "{id}: {}: {}", self.key, self.message)
        }
    }
}

impl core::error::Error for ProfileError {}

/// What a channel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Raw EMG.
    #[default]
    Emg,
    /// An envelope made in the sensor.
    Envelope,
    /// Acceleration.
    Accelerometer,
    /// Lead-off bits.
    LeadOff,
    /// Digital inputs or outputs.
    Digital,
    /// Anything else.
    Other,
}

/// The unit of a channel after scaling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// µV at the electrodes.
    #[default]
    Uv,
    /// Arbitrary: counts as they are.
    Au,
}

/// One channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// Its name.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// Unit after scaling.
    pub unit: Unit,
    /// Size of a count, nominal offset, saturation limits.
    pub scale: Scale,
}

/// A device.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceProfile {
    /// Short name: lower-case letters, digits and `-`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// One line about it.
    pub summary: String,
    /// USB devices it is for.
    pub matches: Vec<UsbMatch>,
    /// Serial port settings.
    pub port: Port,
    /// Commands.
    pub startup: Startup,
    /// What decoder and encoder need.
    pub layout: Layout,
    /// Every channel the format describes; [`DeviceProfile::used_channels`] are in use.
    pub channels: Vec<Channel>,
    /// Auxiliary values, as in [`crate::Frame::aux`].
    pub aux: Vec<Channel>,
    /// Sampling rate.
    pub rate: Rate,
    /// Losses.
    pub loss: Loss,
}

impl DeviceProfile {
    /// Reads a profile file.
    ///
    /// # Errors
    /// [`ProfileError`] with the key and what would be right.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let raw: raw::RawProfile = toml::from_str(text).map_err(|error| {
            let start = error.span().unwrap_or_default().start;
            let before = text.get(..start).unwrap_or_default();
            let line = text.lines().nth(before.matches('\n').count()).unwrap_or_default().trim();
            // A sentence of its own, without the lines and arrows of a compiler.
            let message = format!("line {}, `{line}`: {}", before.matches('\n').count() + 1, error.message());
            ProfileError { id: String::new(), key: String::new(), message }
        })?;
        build::profile(raw)
    }

    /// The built-in profile of this id.
    pub fn builtin(id: &str) -> Option<Self> {
        BUILTIN.iter().find(|(name, _)| *name == id).and_then(|(_, text)| Self::parse(text).ok())
    }

    /// All built-in profiles.
    pub fn all() -> Vec<Self> {
        BUILTIN.iter().filter_map(|(_, text)| Self::parse(text).ok()).collect()
    }

    /// Channels in use; 0 where a text format learns them.
    pub fn used_channels(&self) -> usize {
        usize::from(self.layout.channels)
    }

    /// Channel `index`, also where the stream has more channels than the profile names.
    pub fn channel(&self, index: usize) -> Channel {
        if let Some(channel) = self.channels.get(index) {
            return channel.clone();
        }
        let fallback = Channel { name: "ch".into(), role: Role::Emg, unit: Unit::Au, scale: Scale::COUNTS };
        let last = self.channels.last().cloned().unwrap_or(fallback);
        let stem = last.name.trim_end_matches(|c: char| c.is_ascii_digit());
        Channel { name: format!("{stem}{}", index.saturating_add(1)), ..last }
    }

    /// Scales of the first `count` channels, for a [`crate::Calibrator`].
    pub fn scales(&self, count: usize) -> Vec<Scale> {
        (0..count).map(|index| self.channel(index).scale).collect()
    }

    /// The same device with another number of channels.
    ///
    /// # Errors
    /// [`LayoutError::Channels`] if the format has no such frame.
    pub fn with_channels(mut self, channels: usize) -> Result<Self, LayoutError> {
        self.layout = self.layout.with_channels(channels)?;
        Ok(self)
    }

    /// The nominal rate with `channels` channels in use.
    pub fn rate_hz(&self, channels: usize) -> Option<f64> {
        let share = if self.rate.divide_by_channels { channels.max(1) as f64 } else { 1.0 };
        self.rate.hz.map(|hz| hz / share)
    }

    /// What commands of this device are filled with, for the channels in use.
    pub fn variables(&self) -> Variables {
        let channels = u32::from(self.layout.channels);
        let code = self.rate.codes.iter().find(|known| Some(known.hz) == self.rate.hz);
        Variables {
            channels,
            mask: u32::try_from((1_u64 << channels.min(32)) - 1).unwrap_or(u32::MAX),
            rate: self.rate.hz.map_or(0, |hz| hz.round() as u32),
            rate_code: code.map_or(0, |known| known.code),
        }
    }
}

macro_rules! builtin {
    ($($id:literal),* $(,)?) => {
        &[$(($id, include_str!(concat!("../../profiles/", $id, ".toml")))),*]
    };
}

/// The built-in profiles: id and file.
pub const BUILTIN: &[(&str, &str)] = builtin![
    "tonus-cobs",
    "arduino-text",
    "arduino-plotter",
    "myoware-raw",
    "myoware-env",
    "bioamp-text",
    "chords-uno-r3",
    "chords-uno-r4",
    "chords-nano",
    "chords-mega",
    "chords-rp2040",
    "chords-stm32f4",
    "chords-stm32g4",
    "chords-giga-r1",
    "chords-npg-lite",
    "spikerbox-muscle",
    "openbci-cyton",
    "openbci-cyton-daisy",
    "openeeg-p2",
    "bitalino",
    "freeeeg32",
    "neuropawn-knight",
];

//! What the caller knows about a file.

use std::fmt;
use std::str::FromStr;

pub use tonus_core::config::Kind;

/// What the caller says about a recording; everything it leaves out must stand in the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OpenOptions {
    /// The columns to read, in this order; empty = every column that is EMG.
    pub channels: Vec<ChannelSelector>,
    /// Sampling rate in Hz; overrides the file.
    pub rate_hz: Option<f64>,
    /// Unit of every channel; overrides the names in the file.
    pub unit: Option<Unit>,
    /// Microvolts per count; implies [`Unit::Counts`] where nothing else names a unit.
    pub uv_per_count: Option<f64>,
    /// What the signal is; default [`Kind::Raw`].
    pub kind: Option<Kind>,
    /// Channels whose unit nobody states are read as [`Unit::Unknown`] and not refused: for what needs ratios only.
    pub unit_may_be_unknown: bool,
}

/// A column, as a caller names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelSelector {
    /// By its name in the file.
    Name(String),
    /// By its place among the file's columns, from 1.
    Index(usize),
}

impl fmt::Display for ChannelSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Index(index) => write!(f, "{index}"),
        }
    }
}

impl From<&str> for ChannelSelector {
    /// Digits alone are an index, all else is a name.
    fn from(text: &str) -> Self {
        match text.trim().parse() {
            Ok(index) if text.bytes().all(|b| b.is_ascii_digit()) => Self::Index(index),
            _ => Self::Name(text.to_owned()),
        }
    }
}

impl From<usize> for ChannelSelector {
    fn from(column: usize) -> Self {
        Self::Index(column)
    }
}

impl FromStr for ChannelSelector {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.into())
    }
}

/// Unit of a channel in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Unit {
    /// Microvolt.
    #[serde(rename = "uV")]
    MicroVolt,
    /// Millivolt.
    #[serde(rename = "mV")]
    MilliVolt,
    /// Volt.
    #[serde(rename = "V")]
    Volt,
    /// Converter counts.
    #[serde(rename = "counts")]
    Counts,
    /// No unit at all.
    #[serde(rename = "au")]
    Arbitrary,
    /// Nobody has said; see [`OpenOptions::unit_may_be_unknown`].
    #[serde(rename = "unknown")]
    Unknown,
}

impl Unit {
    /// Every unit that can be stated, in the order of the option's help.
    pub const ALL: [Self; 5] = [Self::MicroVolt, Self::MilliVolt, Self::Volt, Self::Counts, Self::Arbitrary];

    /// The word used in options and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MicroVolt => "uV",
            Self::MilliVolt => "mV",
            Self::Volt => "V",
            Self::Counts => "counts",
            Self::Arbitrary => "au",
            Self::Unknown => "unknown",
        }
    }

    /// Microvolts in one of these, where that is fixed.
    pub const fn microvolts(self) -> Option<f64> {
        match self {
            Self::MicroVolt => Some(1.0),
            Self::MilliVolt => Some(1e3),
            Self::Volt => Some(1e6),
            Self::Counts | Self::Arbitrary | Self::Unknown => None,
        }
    }
}

impl FromStr for Unit {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|unit| unit.name().eq_ignore_ascii_case(text));
        found.ok_or(UnknownWord { expected: "uV, mV, V, counts or au" })
    }
}

/// A word that is none of the accepted ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct UnknownWord {
    /// The accepted words.
    pub expected: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_parse_as_the_options_print_them() {
        for unit in Unit::ALL {
            assert_eq!(unit.name().parse(), Ok(unit));
        }
        assert_eq!("MV".parse(), Ok(Unit::MilliVolt));
        assert_eq!("kV".parse::<Unit>().unwrap_err().to_string(), "expected uV, mV, V, counts or au");
        assert_eq!("3".parse(), Ok(ChannelSelector::Index(3)));
        assert_eq!("+3".parse(), Ok(ChannelSelector::Name("+3".into())));
        assert_eq!("emg 3".parse(), Ok(ChannelSelector::Name("emg 3".into())));
    }
}

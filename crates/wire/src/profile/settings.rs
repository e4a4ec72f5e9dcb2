//! Port, rate and loss: what stands in a profile file as it is used.

use serde::Deserialize;

/// A USB device this profile is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsbMatch {
    /// Vendor id.
    pub vid: u16,
    /// Product id.
    pub pid: u16,
}

/// What to do with a control line when the port opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// Raise it.
    Assert,
    /// Lower it.
    Clear,
    /// Leave it.
    #[default]
    Preserve,
}

/// Parity bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Parity {
    /// None.
    #[default]
    None,
    /// Even.
    Even,
    /// Odd.
    Odd,
}

/// Flow control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Flow {
    /// None.
    #[default]
    None,
    /// RTS/CTS.
    Hardware,
    /// XON/XOFF; unusable for binary formats.
    Software,
}

/// Settings of the serial port.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// Bits per second.
    pub baud: u32,
    /// What to try, in order, if no frame comes; empty for `baud` only.
    #[serde(default)]
    pub baud_candidates: Vec<u32>,
    /// 5 to 8.
    #[serde(default = "eight")]
    pub data_bits: u8,
    /// Parity.
    #[serde(default)]
    pub parity: Parity,
    /// 1 or 2.
    #[serde(default = "one")]
    pub stop_bits: u8,
    /// Flow control.
    #[serde(default)]
    pub flow: Flow,
    /// Data terminal ready; boards with native USB send nothing without it.
    #[serde(default = "asserted")]
    pub dtr: Line,
    /// Request to send.
    #[serde(default)]
    pub rts: Line,
    /// How long one read may wait.
    #[serde(default = "fifteen")]
    pub read_timeout_ms: u32,
    /// Ask the driver for a short latency timer.
    #[serde(default)]
    pub low_latency: bool,
}

fn eight() -> u8 {
    8
}

fn one() -> u8 {
    1
}

fn fifteen() -> u32 {
    15
}

fn asserted() -> Line {
    Line::Assert
}

/// Which rate the signal is processed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// `hz`, unless the user adopts the estimate.
    #[default]
    Nominal,
    /// The estimate from arrival times; `hz` only says where it should be near.
    Estimate,
}

/// A rate the device can be told, and the code for it.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateCode {
    /// The rate.
    pub hz: f64,
    /// What `{rate_code}` stands for.
    pub code: u32,
}

/// The sampling rate.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Frames per second; `None` if only the device knows.
    pub hz: Option<f64>,
    /// Whether to believe it.
    #[serde(default)]
    pub trust: Trust,
    /// The ADC's rate is shared: `hz` is divided by the number of channels.
    #[serde(default)]
    pub divide_by_channels: bool,
    /// Rates the device can be told; empty if it has one.
    #[serde(default)]
    pub codes: Vec<RateCode>,
}

/// How short gaps are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fill {
    /// As missing values.
    #[default]
    Nan,
    /// Not at all.
    None,
}

/// What to do about losses in a recording; filters start again after 20 ms whatever stands here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Loss {
    /// How short gaps are stored.
    pub fill: Fill,
    /// Longest gap that is filled.
    pub max_fill_ms: u32,
}

//! A profile file as it is written. Every table refuses keys it does not know.

use serde::Deserialize;

use crate::layout::{Labels, NumberStyle, Terminator};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProfile {
    pub schema: u32,
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub summary: String,
    #[serde(default, rename = "match")]
    pub matches: Vec<super::UsbMatch>,
    pub port: super::Port,
    #[serde(default)]
    pub startup: RawStartup,
    pub frame: RawFrame,
    #[serde(default)]
    pub rate: super::Rate,
    pub channels: Vec<RawChannels>,
    #[serde(default)]
    pub aux: Vec<RawChannels>,
    #[serde(default)]
    pub loss: super::Loss,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawStartup {
    pub boot_delay_ms: u32,
    pub pre: Vec<RawStep>,
    pub identify: Option<RawIdentify>,
    pub ready: Option<RawReady>,
    pub start: Vec<RawStep>,
    pub stop: Vec<RawStep>,
    pub tx_gap_ms: u32,
    pub silent_while_streaming: bool,
    pub stall_ms: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStep {
    pub send: Option<String>,
    pub wait_ms: Option<u32>,
    pub expect: Option<String>,
    pub timeout_ms: Option<u32>,
    pub drain: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawIdentify {
    pub send: String,
    pub expect: String,
    pub timeout_ms: u32,
    #[serde(default)]
    pub retries: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReady {
    pub until: String,
    pub timeout_ms: u32,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Text,
    Fixed,
    MsbFlag,
    Cobs,
    Slip,
    Builtin,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFrame {
    pub kind: Kind,
    pub confirm: Option<u8>,
    // fixed, cobs, slip, builtin
    pub length: Option<u16>,
    pub lengths: Option<Vec<u16>>,
    pub length_fixed: Option<u16>,
    pub length_per_channel: Option<u16>,
    #[serde(default)]
    pub sync: Vec<u8>,
    #[serde(default)]
    pub sync_mask: Vec<u8>,
    #[serde(default)]
    pub check: Vec<RawCheck>,
    #[serde(default)]
    pub trailer: Vec<u8>,
    pub counter: Option<RawCounter>,
    pub checksum: Option<RawChecksum>,
    pub timestamp: Option<RawClock>,
    pub message_kind: Option<u8>,
    pub codec: Option<String>,
    // msbflag
    pub bytes_per_channel: Option<u8>,
    pub escape: Option<RawEscape>,
    // text
    pub terminator: Option<Terminator>,
    pub separators: Option<String>,
    pub labels: Option<Labels>,
    pub fields: Option<u8>,
    pub max_line: Option<u16>,
    pub skip_first: Option<bool>,
    pub number: Option<NumberStyle>,
    pub comment: Option<String>,
    pub columns: Option<Vec<crate::layout::Column>>,
    pub counter_modulus: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCheck {
    pub at: i16,
    #[serde(default = "all_bits")]
    pub mask: u8,
    pub value: u8,
}

fn all_bits() -> u8 {
    0xFF
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCounter {
    pub at: Option<i16>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub segments: Option<Vec<(i16, u8, u8)>>,
    pub modulus: Option<u64>,
    pub step: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawClock {
    pub at: i16,
    #[serde(rename = "type")]
    pub kind: String,
    pub tick_us: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawChecksum {
    pub kind: String,
    pub at: i16,
    pub endian: Option<String>,
    pub from: Option<i16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEscape {
    pub start: Vec<u8>,
    pub end: Vec<u8>,
    pub max: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawChannels {
    pub name: String,
    pub role: Option<super::Role>,
    pub repeat: Option<usize>,
    pub stride: Option<i16>,
    pub used: Option<usize>,
    pub at: Option<i16>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub segments: Option<Vec<(i16, u8, u8)>>,
    pub signed: Option<bool>,
    pub range: Option<(i32, i32)>,
    pub saturate: Option<(f64, f64)>,
    pub scale: Option<RawScale>,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(super) struct RawScale {
    pub vref: Option<f64>,
    pub full_scale_counts: Option<f64>,
    pub gain: Option<f64>,
    pub offset_counts: Option<f64>,
    pub uv_per_count: Option<f64>,
    pub unit: Option<super::Unit>,
}

//! `OpenSignals` (r)evolution, `biosignalsplux` and `BITalino`: a comment of JSON per file, keyed by the device's address.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::header::Role;

use super::super::text::dialect::Line;
use super::{Column, Columns, VendorHints, texts};

/// Lines in which the header ends.
const HEAD_LINES: usize = 16;
/// Sensors that are another signal.
const OTHERS: &[&str] =
    &["ECG", "EDA", "EEG", "ACC", "XYZ", "LUX", "LIGHT", "RESP", "RIP", "TEMP", "BVP", "EGG", "FNIRS", "SPO2", "FSR"];

/// Recognises `# OpenSignals Text File Format`.
pub(super) fn tell(lines: &[Line<'_>]) -> Option<VendorHints> {
    let head: Vec<(u64, String)> = texts(lines, HEAD_LINES).collect();
    if !head.first()?.1.starts_with("# OpenSignals Text File Format") {
        return None;
    }
    let last_line = head.iter().find(|(_, text)| text.starts_with("# EndOfHeader")).map_or(1, |(number, _)| *number);
    let json = head.iter().find_map(|(_, text)| text.strip_prefix('#').map(str::trim).filter(|t| t.starts_with('{')));
    let devices = json.and_then(|json| serde_json::from_str::<Ordered>(json).ok()).unwrap_or_default().0;
    let columns: Vec<Column> = devices.iter().flat_map(|(_, device)| device_columns(device)).collect();
    let mut rates: Vec<f64> = devices.iter().filter_map(|(_, device)| device.get("sampling rate")?.as_f64()).collect();
    rates.dedup();
    Some(VendorHints {
        format: "opensignals",
        columns: if columns.is_empty() { Columns::AsNamed } else { Columns::InOrder(columns) },
        // Devices of different rates leave it to the caller.
        rate_hz: rates.first().copied().filter(|rate| rates.len() == 1 && *rate > 0.0),
        last_line,
        ..VendorHints::default()
    })
}

/// The columns of one device: those of sensors are the last.
fn device_columns(device: &Value) -> Vec<Column> {
    let list = |key: &str| device.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let (names, sensors, bits) = (list("column"), list("sensor"), list("resolution"));
    let before = names.len().saturating_sub(sensors.len());
    let sensor = |n: usize| n.checked_sub(before).and_then(|n| sensors.get(n)?.as_str());
    let says_emg = sensors.iter().any(|sensor| sensor.as_str() == Some("EMG"));
    let column = |(n, name): (usize, &Value)| {
        let role = match sensor(n) {
            Some("EMG") => Role::Emg,
            Some(other) if says_emg || OTHERS.iter().any(|o| other.to_uppercase().starts_with(o)) => Role::Aux,
            Some(_) => Role::Emg,
            None if n == 0 || name == "nSeq" => Role::Index,
            None => Role::Aux,
        };
        let bits =
            if bits.len() == sensors.len() { n.checked_sub(before).map(|n| bits.get(n)) } else { Some(bits.get(n)) };
        let bits = bits.flatten().and_then(Value::as_u64);
        Column { role: Some(role), bits, ..Column::named(name.as_str().unwrap_or_default()) }
    };
    names.iter().enumerate().map(column).collect()
}

/// The members of an object, in the order of the text.
#[derive(Debug, Default)]
struct Ordered(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Ordered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Ordered;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Ordered(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

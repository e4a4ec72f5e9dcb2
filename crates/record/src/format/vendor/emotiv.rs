//! Emotiv: one line of `key:value` pairs, among them the rate and the names of all columns.

use crate::header::Role;

use super::super::text::dialect::Line;
use super::{Column, Columns, VendorHints, number, texts};

/// Recognises `title:…, recorded:…, sampling:128, subject:…, labels:COUNTER INTERPOLATED AF3 …, chan:36, units:emotiv`.
pub(super) fn tell(lines: &[Line<'_>]) -> Option<VendorHints> {
    let (last_line, line) = texts(lines, 1).next()?;
    let says = |key: &str| line.split(',').find_map(|pair| pair.trim().strip_prefix(key)).map(str::trim);
    if !line.starts_with("title:") {
        return None;
    }
    let column = |name: &str| {
        let lower = name.to_lowercase();
        let role = match lower.as_str() {
            "counter" => Role::Index,
            "interpolated" | "marker" | "marker_hardware" | "sync" => Role::Label,
            // Qualities of contact, gyroscope, stamps in two columns.
            _ if OTHERS.iter().any(|other| lower.starts_with(other) || lower.ends_with(other)) => Role::Aux,
            _ => Role::Emg,
        };
        Column::named(name).with_role(role)
    };
    let columns: Vec<Column> = says("labels:")?.split_whitespace().map(column).collect();
    Some(VendorHints {
        format: "emotiv",
        columns: Columns::InOrder(columns),
        rate_hz: says("sampling:").and_then(number),
        last_line,
        ..VendorHints::default()
    })
}

/// How names begin or end that are no electrodes.
const OTHERS: &[&str] = &["cq_", "_cq", "gyro", "acc", "mag", "mot", "time_stamp", "reserved", "etb", "ese"];

//! BTS `.emt`: lines of `Key: value` with the unit and the rate of all tracks, then their names.

use crate::header::{Role, TimeUnit};

use super::super::text::dialect::Line;
use super::{Column, Columns, VendorHints, number, texts};

/// Lines in which the header ends.
const HEAD_LINES: usize = 24;

/// Recognises `BTS ASCII format`.
pub(super) fn tell(lines: &[Line<'_>]) -> Option<VendorHints> {
    let head: Vec<(u64, String)> = texts(lines, HEAD_LINES).collect();
    if !head.first()?.1.starts_with("BTS ASCII format") {
        return None;
    }
    let says = |key: &str| head.iter().find_map(|(_, text)| Some(text.trim().strip_prefix(key)?.trim()));
    let (last_line, names) = head.iter().find(|(_, text)| text.trim_start().starts_with("Frame\t"))?;
    let is_emg = says("Type:").is_some_and(|kind| kind.to_lowercase().contains("emg"));
    let unit = says("Measure unit:").unwrap_or_default();
    let column = |name: &str| match name {
        "Frame" => Column::named(name).with_role(Role::Index),
        "Time" => Column::time(Some(TimeUnit::Second)),
        _ => Column::named(name).with_unit(unit).with_role(if is_emg { Role::Emg } else { Role::Aux }),
    };
    let columns = names.trim().split('\t').map(|name| column(name.trim())).collect();
    Some(VendorHints {
        format: "bts-emt",
        columns: Columns::InOrder(columns),
        rate_hz: says("Frequency:").and_then(number),
        last_line: *last_line,
        ..VendorHints::default()
    })
}

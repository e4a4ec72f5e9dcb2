//! `LabChart`: lines of `Key=` and tabs in front of every block of rows.

use super::super::text::dialect::Line;
use super::super::text::names::NamedUnit;
use super::{Column, Columns, VendorHints, only_emg, rate_of_interval, texts};
use crate::header::TimeUnit;

/// Keys of the header.
const KEYS: &[&str] = &[
    "Interval=",
    "ExcelDateTime=",
    "TimeFormat=",
    "DateFormat=",
    "ChannelTitle=",
    "Range=",
    "UnitName=",
    "TopValue=",
    "BottomValue=",
];
/// What later blocks may not change.
const FIXED: &[&str] = &["Interval=", "ChannelTitle=", "Range=", "UnitName="];

/// Recognises `Interval=`.
pub(super) fn tell(lines: &[Line<'_>]) -> Option<VendorHints> {
    let count = texts(lines, KEYS.len()).take_while(|(_, text)| is_key(text)).count();
    let head: Vec<(u64, String)> = texts(lines, count).collect();
    let line = |key: &str| head.iter().find_map(|(_, text)| text.strip_prefix(key));
    let interval = line("Interval=")?;
    let cells = |key: &str| -> Vec<String> {
        let cells = line(key).unwrap_or_default().split('\t').skip(1).map(|cell| cell.trim().to_owned());
        cells.collect()
    };
    let (titles, units, ranges) = (cells("ChannelTitle="), cells("UnitName="), cells("Range="));
    let column = |(n, title): (usize, &String)| {
        // `*`, or no row of units: not converted, and so in the unit of its range.
        let unit = match units.get(n).map_or("*", String::as_str) {
            "*" => ranges.get(n).and_then(|range| range.rsplit_once(' ')).map(|(_, unit)| unit).unwrap_or_default(),
            unit => unit,
        };
        Column::named(title.as_str()).with_unit(unit)
    };
    let mut columns: Vec<Column> = titles.iter().enumerate().map(column).collect();
    only_emg(&mut columns);
    // Time is counted from the start of each block, unless the format of times says otherwise.
    let is_counted = line("TimeFormat=").is_none_or(|format| format.trim().is_empty() || format.contains("StartOf"));
    let time = Column { unit: is_counted.then_some(NamedUnit::Time(TimeUnit::Second)), ..Column::time(None) };
    columns.insert(0, time);
    let fixed = |line: &&Line<'_>| FIXED.iter().any(|key| line.bytes.starts_with(key.as_bytes()));
    Some(VendorHints {
        format: "labchart",
        columns: if titles.is_empty() { Columns::AsNamed } else { Columns::InOrder(columns) },
        rate_hz: rate_of_interval(interval),
        last_line: head.last()?.0,
        block: lines.iter().take(count).filter(fixed).map(|line| line.bytes.to_vec()).collect(),
        comment: Some(b"#*"),
        ..VendorHints::default()
    })
}

/// Whether a line belongs to the header of a block.
fn is_key(line: &str) -> bool {
    KEYS.iter().any(|key| line.starts_with(key))
}

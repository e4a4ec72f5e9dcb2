//! `BrainFlow`: tabs, no names, every number with six decimals, and a column of seconds since 1970.

use super::super::text::dialect::Line;
use super::{VendorHints, texts};

/// Recognises rows that `BrainFlow` writes. They say neither what the columns are nor how fast they come.
pub(super) fn tell(lines: &[Line<'_>]) -> Option<VendorHints> {
    let rows: Vec<String> = texts(lines, 3).map(|(_, text)| text).collect();
    let is_row = |row: &String| {
        let cells: Vec<&str> = row.trim_end_matches('\t').split('\t').collect();
        let six = |cell: &&str| {
            cell.split_once('.').is_some_and(|(whole, part)| {
                part.len() == 6
                    && part.bytes().all(|b| b.is_ascii_digit())
                    && whole.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit())
            })
        };
        let since_1970 = |cell: &&str| cell.parse::<f64>().is_ok_and(|value| (9e8..4.2e9).contains(&value));
        cells.len() >= 4 && cells.iter().all(six) && cells.iter().any(since_1970)
    };
    (!rows.is_empty() && rows.iter().all(is_row)).then(|| VendorHints {
        format: "brainflow",
        note: Some("a BrainFlow file does not say what its columns are: those of EMG were taken by their values"),
        ..VendorHints::default()
    })
}

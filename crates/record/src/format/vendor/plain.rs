//! Formats that are plain tables with a mark of their own: the table says the rest.

use super::super::text::dialect::Line;
use super::super::text::rate::stated;
use super::{Column, Columns, VendorHints, texts};

/// Lines that are looked at.
const HEAD_LINES: usize = 8;

/// Recognises `BioSPPy`, Emteq, Chords, Mindware and the serial plotter.
pub(super) fn tell(lines: &[Line<'_>]) -> Option<VendorHints> {
    let head: Vec<(u64, String)> = texts(lines, HEAD_LINES).collect();
    let first = head.first()?.1.trim();
    let plain = |format| Some(VendorHints { format, ..VendorHints::default() });
    match first {
        _ if first.starts_with("# Simple Text Format") => Some(biosppy(&head)),
        _ if first.starts_with("#Format/Version,CSV") => plain("emteq"),
        _ if first.starts_with("Counter,Channel") || first.starts_with("Arduino Board:") => plain("chords"),
        _ if first.starts_with("Sample Rate:\t") => plain("mindware"),
        _ => plotter(&head),
    }
}

/// `# Labels:= EMG`, and as many columns.
fn biosppy(head: &[(u64, String)]) -> VendorHints {
    let labels = head.iter().find_map(|(_, text)| text.strip_prefix("# Labels:="));
    let columns: Vec<Column> = labels
        .map(|labels| labels.split(['\t', ',']).map(|name| Column::named(name.trim())).collect())
        .unwrap_or_default();
    VendorHints {
        format: "biosppy",
        columns: if columns.is_empty() { Columns::AsNamed } else { Columns::InOrder(columns) },
        rate_hz: head.iter().find_map(|(_, text)| stated(text)),
        ..VendorHints::default()
    }
}

/// `emg:512,envelope:30`: what the Arduino serial plotter draws.
fn plotter(head: &[(u64, String)]) -> Option<VendorHints> {
    let names = |text: &str| -> Option<Vec<String>> {
        let pair = |cell: &str| {
            let (name, value) = cell.trim().rsplit_once(':')?;
            let is_name = name.trim().starts_with(|c: char| c.is_alphabetic() || c == '_');
            (is_name && value.trim().parse::<f64>().is_ok()).then(|| name.trim().to_owned())
        };
        let cells = text.trim().split(['\t', ',', ' ']).filter(|cell| !cell.is_empty());
        cells.map(pair).collect::<Option<Vec<_>>>().filter(|names| !names.is_empty())
    };
    // The first line of a serial port may be half of one.
    let found = names(&head.get(1)?.1)?;
    let is_same = |n: usize| head.get(n).is_none_or(|(_, text)| names(text).is_some_and(|names| names == found));
    (is_same(2) && is_same(3)).then(|| VendorHints {
        format: "arduino-plotter",
        columns: Columns::InOrder(found.into_iter().map(Column::named).collect()),
        is_labelled: true,
        ..VendorHints::default()
    })
}

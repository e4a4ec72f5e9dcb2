//! `OpenBCI` GUI: `%` lines, then columns with or without names, in µV. Every generation
//! and board, and the card of the board.

use crate::error::ReadError;
use crate::header::{Role, TimeUnit};
use crate::options::Unit;

use super::super::text::dialect::Line;
use super::super::text::names::NamedUnit;
use super::super::text::rate::stated;
use super::{Column, Columns, VendorHints, texts};

/// Lines in which the marks of a card appear.
const CARD_LINES: usize = 64;

/// Recognises `%OpenBCI Raw EEG Data` and `%OpenBCI Raw EXG Data`.
pub(super) fn tell(lines: &[Line<'_>]) -> Option<VendorHints> {
    let (_, first) = texts(lines, 1).next()?;
    if !first.starts_with("%OpenBCI Raw E") {
        return None;
    }
    let comments = lines.iter().take_while(|line| line.bytes.starts_with(b"%")).count();
    let has_names = lines.get(comments).is_some_and(|line| line.bytes.first().is_some_and(u8::is_ascii_alphabetic));
    let head: Vec<String> = texts(lines, comments).map(|(_, text)| text).collect();
    let columns = if has_names { Columns::Rule(column) } else { unnamed(&head, lines.get(comments..)?) };
    Some(VendorHints {
        format: "openbci-gui",
        columns,
        rate_hz: head.iter().find_map(|line| stated(line)),
        last_line: comments as u64,
        may_begin_with_zeros: true,
        ..VendorHints::default()
    })
}

/// A column of the later generations.
fn column(name: &str) -> Column {
    if name.starts_with("EXG") { exg(name) } else { Column::default() }
}

fn exg(name: &str) -> Column {
    Column { unit: Some(NamedUnit::Signal(Unit::MicroVolt)), role: Some(Role::Emg), ..Column::named(name) }
}

/// Axes of the accelerometer, which stand behind the channels.
const AXES: usize = 3;

/// The columns of a file that does not name them: what leads (a sample index, a time), the channels, the accelerometer, and
/// what the generation and the board add, clocks among it.
fn unnamed(head: &[String], rows: &[Line<'_>]) -> Columns {
    let is_zeros = |text: &str| text.split(',').all(|cell| cell.trim().parse() == Ok(0.0));
    let Some(row) = texts(rows, 3).map(|(_, text)| text).find(|text| !text.trim().is_empty() && !is_zeros(text)) else {
        return Columns::AsNamed;
    };
    let cells: Vec<&str> = row.trim().trim_end_matches(',').split(',').map(str::trim).collect();
    let says = |key: &str| head.iter().find_map(|line| Some(line.split_once(key)?.1.trim()));
    let mut columns: Vec<Column> =
        [says("%First Column ="), says("%Second Column =")].into_iter().flatten().map(leading).collect();
    if columns.is_empty() {
        columns.push(leading("SampleIndex"));
    }
    let tail = cells.iter().rev().take_while(|cell| clock(cell).is_some()).count();
    let between = cells.len().saturating_sub(columns.len() + tail);
    let has_axes = says("%Other Columns =").is_none_or(|text| text.contains("Accel"));
    let told = says("%Number of channels =").and_then(|text| text.parse().ok());
    let channels: usize = told.unwrap_or(between.saturating_sub(if has_axes { AXES } else { 0 }));
    // A header that counts other channels than the rows can hold is found out by the number of columns.
    if channels == 0 || channels > MOST_CHANNELS {
        return Columns::AsNamed;
    }
    columns.extend((0..channels).map(|n| exg(&format!("EXG Channel {n}"))));
    for n in 0.. {
        let Some(cell) = cells.get(columns.len()) else { break };
        columns.push(match clock(cell) {
            Some(column) => column,
            None if n < AXES => Column::named(format!("Accel Channel {n}")).with_role(Role::Aux),
            None => Column::named("Other").with_role(Role::Aux),
        });
    }
    Columns::InOrder(columns)
}

/// Most channels that a header may count.
const MOST_CHANNELS: usize = 64;

/// A leading column, as the header describes it.
fn leading(text: &str) -> Column {
    if text.starts_with("Time") {
        Column { name: "Time".to_owned(), ..Column::time(Some(TimeUnit::Second)) }
    } else {
        Column::named("Sample Index").with_role(Role::Index)
    }
}

/// A column of clocks: text, or a number since 1970 in seconds or milliseconds.
fn clock(cell: &str) -> Option<Column> {
    if cell.contains(':') {
        return Some(Column::named("Timestamp (Formatted)").with_role(Role::Label));
    }
    let value: f64 = cell.parse().ok()?;
    let is_epoch = [1.0, 1e3].iter().any(|unit| (9e8 * unit..4.2e9 * unit).contains(&value));
    is_epoch.then(|| Column::named("Timestamp").with_role(Role::Time))
}

/// Refuses what the board writes on its card: hexadecimal.
///
/// # Errors
/// [`ReadError::NotText`] for such a file.
pub(super) fn refuse_card(lines: &[Line<'_>], file: &str) -> Result<(), ReadError> {
    let marks: [&[u8]; 3] = [b"%STOP AT", b"%START AT", b"%Total time mS"];
    if lines.iter().take(CARD_LINES).any(|line| marks.iter().any(|mark| line.bytes.starts_with(mark))) {
        return Err(ReadError::NotText {
            file: file.to_owned(),
            found: "a recording from the card of an OpenBCI board, in hexadecimal",
            fix: "convert it with the OpenBCI GUI first",
        });
    }
    Ok(())
}

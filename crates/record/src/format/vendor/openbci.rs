//! `OpenBCI` GUI: `%` lines, then columns with or without names, in µV. Three generations, and the card of the board.

use crate::error::ReadError;
use crate::header::Role;
use crate::options::Unit;

use super::super::csv::{Line, NamedUnit, stated};
use super::{Column, Columns, Told, texts};

/// Lines in which the marks of a card appear.
const CARD_LINES: usize = 64;

/// Recognises `%OpenBCI Raw EEG Data` and `%OpenBCI Raw EXG Data`.
pub(super) fn tell(lines: &[Line<'_>]) -> Option<Told> {
    let (_, first) = texts(lines, 1).next()?;
    if !first.starts_with("%OpenBCI Raw E") {
        return None;
    }
    let comments = lines.iter().take_while(|line| line.bytes.starts_with(b"%")).count();
    let has_names = lines.get(comments).is_some_and(|line| line.bytes.first().is_some_and(u8::is_ascii_alphabetic));
    let head: Vec<String> = texts(lines, comments).map(|(_, text)| text).collect();
    let channels = head.iter().find_map(|line| line.split_once("Number of channels =")?.1.trim().parse().ok());
    Some(Told {
        format: "openbci-gui",
        columns: match channels {
            _ if has_names => Columns::Rule(column),
            Some(channels) if channels <= 64 => Columns::InOrder(first_generation(channels)),
            _ => Columns::AsNamed,
        },
        rate_hz: head.iter().find_map(|line| stated(line)),
        last_line: comments as u64,
        may_begin_with_zeros: true,
        ..Told::default()
    })
}

/// A column of the later generations.
fn column(name: &str) -> Column {
    if name.starts_with("EXG") { exg(name) } else { Column::default() }
}

fn exg(name: &str) -> Column {
    Column { unit: Some(NamedUnit::Signal(Unit::MicroVolt)), role: Some(Role::Emg), ..Column::named(name) }
}

/// The columns of the first generation, which does not name them.
fn first_generation(channels: usize) -> Vec<Column> {
    let mut columns = vec![Column::named("Sample Index").with_role(Role::Index)];
    columns.extend((0..channels).map(|n| exg(&format!("EXG Channel {n}"))));
    columns.extend((0..3).map(|n| Column::named(format!("Accel Channel {n}")).with_role(Role::Aux)));
    columns.push(Column::named("Timestamp (Formatted)").with_role(Role::Label));
    columns.push(Column::named("Timestamp").with_role(Role::Time));
    columns
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

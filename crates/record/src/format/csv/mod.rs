//! Plain tables of text: a row per frame, a column per channel, with or without names.
//!
//! The head of the file is looked at once. What it does not say, an option has to; nothing is guessed that would change
//! a number by a unit or a rate. Deliberately not here: what vendors write in front of their tables ([`super::vendor`]).

mod above;
mod channels;
mod clock;
mod columns;
mod lines;
mod table;
mod vendor_hints;

pub(crate) use above::Below;
pub(crate) use columns::cue_of;
pub use lines::{LineColumn, LineRole, is_unit, line_roles, says_role};
pub(crate) use vendor_hints::before_comment;

use crate::error::{Place, ReadError};
use crate::format::{Action, Head, Layout};
use crate::header::{ColumnInfo, Header, Note, Role, TimeColumn};
use crate::options::OpenOptions;

use super::text::names;

use clock::Timing;

/// Name of the format.
pub(crate) const NAME: &str = "csv";

/// Recognises a plain table.
///
/// # Errors
/// [`ReadError`] when there is no table, or an option is needed.
pub(crate) fn layout(head: &Head<'_>, options: &OpenOptions) -> Result<Layout, ReadError> {
    let mut table = table::find(head)?;
    refuse_rows_of_channels(head, &table)?;
    let shapes = columns::shapes(&table);
    let roles = columns::roles(&table, &shapes);
    refuse_several_devices(head.file, &table, &shapes)?;
    let is_time = |n: usize| roles.get(n) == Some(&Role::Time);
    // A cue is asked for while it stands there, with a value or without.
    let may_be_event = |n: usize| matches!(roles.get(n), Some(Role::Label | Role::Constant));
    let events =
        (0..table.columns).find(|n| may_be_event(*n) && shapes.get(*n).is_some_and(columns::Shape::is_rare_text));
    if let Some(events) = events {
        table.drop_events(events, &shapes, is_time);
    }
    let mut notes = Vec::new();
    let columns: Vec<ColumnInfo> =
        unique_names(&table).into_iter().zip(&roles).map(|(name, role)| ColumnInfo { name, role: *role }).collect();
    let facts = clock::Facts { file: head.file, table: &table, shapes: &shapes, columns: &columns, options };
    let timing = facts.rate(&mut notes).map_err(|error| facts.asking_for_unit(error))?;
    let Timing { clock, rate, rate_source, rate_uncertainty } = timing;
    let channels = facts.channels(clock.map(|clock| clock.column), &mut notes)?;
    let cue = roles.iter().position(|role| *role == Role::Cue);

    let mut actions = vec![Action::Skip; table.columns];
    let mut act = |column: usize, action| {
        if let Some(slot) = actions.get_mut(column) {
            *slot = action;
        }
    };
    if let Some(clock) = clock {
        act(clock.column, clock.text.map_or(Action::Time, |_| Action::Daytime));
    }
    if let Some(cue) = cue {
        act(cue, Action::Cue);
    }
    for (n, channel) in channels.iter().enumerate() {
        act(channel.column - 1, Action::Channel(n));
    }
    let last = shapes.last().filter(|shape| shape.fixed_decimals && shape.numbers > 8);
    let mut rows = table.rows.iter().filter(|line| line.is_content());
    let mut first = table.rows.first();
    let mut place_holder = None;
    if facts.begins_with_zeros() {
        place_holder = rows.next().map(|line| line.number);
        first = rows.next();
    }
    let hints = table.hints.as_ref();
    notes.extend(hints.and_then(|hints| hints.note).map(Note::from));
    let chosen: Vec<usize> = channels.iter().map(|channel| channel.column - 1).collect();
    Ok(Layout {
        dialect: table.dialect,
        preamble: first.map_or((0, 0), |line| (line.start, line.number - 1)),
        actions,
        axis: clock.map(|clock| clock.axis),
        daytime: clock.and_then(|clock| clock.text).unwrap_or_default(),
        last_decimals: last.and_then(|shape| shape.decimals).filter(|places| *places > 0),
        names_row: table.names_row.clone(),
        place_holder,
        rows: table.rows_of(&chosen),
        is_padded: facts.is_padded(),
        events,
        block: hints.map(|hints| hints.block.clone()).unwrap_or_default(),
        comment: hints.and_then(|hints| hints.comment),
        header: Header {
            file: head.file.to_owned(),
            format: hints.map_or(NAME, |hints| hints.format),
            rate,
            rate_source,
            rate_uncertainty,
            stamps: clock.map(|clock| clock.stamps),
            time: clock.map(|clock| TimeColumn {
                column: clock.column + 1,
                unit: clock.unit,
                regular: clock.axis.is_regular(),
            }),
            channels,
            columns,
            kind: options.kind.unwrap_or_default(),
            has_cues: cue.is_some(),
            notes,
            session: None,
        },
    })
}

/// A row per channel: a few rows of very many numbers without names.
fn refuse_rows_of_channels(head: &Head<'_>, table: &table::Table<'_>) -> Result<(), ReadError> {
    let rows = table.rows.iter().filter(|line| line.is_content()).count();
    if !head.is_whole || table.names.is_some() || table.columns <= MOST_CHANNELS || rows * LYING > table.columns {
        return Ok(());
    }
    Err(ReadError::Malformed {
        file: head.file.to_owned(),
        place: Place { line: table.rows.first().map_or(1, |line| line.number), column: None },
        found: format!("{rows} rows of {} columns, as if each row were a channel", table.columns),
        fix: "transpose the table: a row per frame, a column per channel".into(),
    })
}

/// Columns that no recorder has channels for.
const MOST_CHANNELS: usize = 256;
/// A table that has so many times more columns than rows lies on its side.
const LYING: usize = 16;

/// Rows of several devices in turn: read as they follow each other they would be one signal that nobody recorded.
fn refuse_several_devices(file: &str, table: &table::Table<'_>, shapes: &[columns::Shape]) -> Result<(), ReadError> {
    let several = |(n, shape): (usize, &columns::Shape)| {
        let name = table.name(n).filter(|name| names::is_device(name))?;
        Some((n, name, shape.comes_in_turn()?))
    };
    let Some((n, name, count)) = shapes.iter().enumerate().find_map(several) else { return Ok(()) };
    Err(ReadError::Malformed {
        file: file.to_owned(),
        place: Place { line: table.rows.first().map_or(1, |line| line.number), column: Some(n + 1) },
        found: format!("rows of {count} devices in turn, by column '{name}'"),
        fix: "write the rows of each device into a file of their own".into(),
    })
}

/// Names of the columns, each one different: `column 3` without a name, `Other (column 14)` for a repeated one.
fn unique_names(table: &table::Table<'_>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    let mut name = |n: usize| {
        let plain = table.name(n).map_or_else(|| format!("column {}", n + 1), str::to_owned);
        let name = if seen.contains(&plain) { format!("{plain} (column {})", n + 1) } else { plain };
        seen.insert(name.clone());
        name
    };
    (0..table.columns).map(&mut name).collect()
}

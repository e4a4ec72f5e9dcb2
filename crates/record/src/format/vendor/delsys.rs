//! Delsys: `EMGworks` and Trigno Discover. Each signal has its own column of time, and its own rate.

use crate::header::{Role, TimeUnit};

use super::super::csv::{Line, NamedUnit};
use super::{Column, Columns, Told, number, texts};

/// Lines in which the header ends.
const HEAD_LINES: usize = 512;

/// Recognises `Label: … Sampling frequency: … Number of points: … Unit: …`.
pub(super) fn emgworks(lines: &[Line<'_>]) -> Option<Told> {
    let mut columns = Vec::new();
    let mut last_line = 0;
    for (number, text) in texts(lines, HEAD_LINES) {
        let Some(label) = text.strip_prefix("Label:") else { break };
        columns.push(signal(label)?);
        last_line = number;
    }
    if columns.is_empty() {
        return None;
    }
    columns
        .push(Column { unit: Some(NamedUnit::Time(TimeUnit::Second)), ..Column::named("X[s]").with_role(Role::Time) });
    Some(Told { format: "delsys-emgworks", columns: Columns::ByName(columns), last_line, ..Told::default() })
}

/// One line of the header.
fn signal(label: &str) -> Option<Column> {
    let (name, rest) = label.split_once("Sampling frequency:")?;
    let rate_hz = number(rest)?;
    let rows = rest.split_once("Number of points:").and_then(|(_, rest)| number(rest)).map(|points| points as u64);
    let unit = rest.split_once(" Unit:").map(|(_, rest)| rest.split(" Domain Unit:").next().unwrap_or(rest));
    let name = name.trim();
    let role = if name.to_lowercase().contains("emg") { Role::Emg } else { Role::Aux };
    let column = Column::named(name).with_unit(unit.unwrap_or_default().trim()).with_role(role);
    Some(Column { rate_hz: Some(rate_hz), rows, ..column })
}

/// Recognises `Application:, Trigno Discover`.
pub(super) fn discover(lines: &[Line<'_>]) -> Option<Told> {
    let (_, first) = texts(lines, 1).next()?;
    if !(first.starts_with("Application:") && first.contains("Trigno Discover")) {
        return None;
    }
    let head: Vec<(u64, String)> = texts(lines, HEAD_LINES).collect();
    let at = head.iter().position(|(_, text)| text.contains("Time Series (s)"))?;
    let cells = |n: usize| -> Vec<&str> {
        head.get(n)
            .map(|(_, text)| text.split(',').map(|cell| cell.trim().trim_matches('"')).collect())
            .unwrap_or_default()
    };
    let (names, rates) = (cells(at), cells(at + 1));
    let column = |(n, name): (usize, &&str)| {
        let rate_hz = rates.get(n).filter(|rate| rate.to_lowercase().ends_with("hz")).and_then(|rate| number(rate));
        let lower = name.to_lowercase();
        let role = match lower {
            _ if lower.contains("time series") => Role::Time,
            _ if lower.starts_with("emg") => Role::Emg,
            _ => Role::Aux,
        };
        let unit = super::super::csv::unit_of(name);
        Column { unit, rate_hz, role: Some(role), ..Column::named(*name) }
    };
    let mut columns: Vec<Column> = names.iter().enumerate().map(column).collect();
    // Names of a trailing comma.
    while columns.last().is_some_and(|column| column.name.is_empty()) {
        columns.pop();
    }
    // The rates, and below them the intervals.
    let is_text =
        |n: usize| cells(n).iter().any(|cell| cell.ends_with("Hz") || cell.ends_with(" s") || cell.ends_with("ms"));
    let last = (at + 1..at + 3).take_while(|n| is_text(*n)).last().unwrap_or(at);
    Some(Told {
        format: "delsys-discover",
        columns: Columns::InOrder(columns),
        last_line: head.get(last)?.0,
        ..Told::default()
    })
}

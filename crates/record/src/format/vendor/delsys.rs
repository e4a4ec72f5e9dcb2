//! Delsys: `EMGworks` and Trigno Discover. Each signal has its own column of time, and its own rate.

use crate::header::{Role, TimeUnit};
use crate::options::Unit;

use super::super::text::dialect::Line;
use super::super::text::names::NamedUnit;
use super::{Column, Columns, VendorHints, number, texts};

/// Lines in which the header ends.
const HEAD_LINES: usize = 512;

/// Recognises `Label: … Sampling frequency: … Number of points: … Unit: …`.
pub(super) fn emgworks(lines: &[Line<'_>]) -> Option<VendorHints> {
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
    Some(VendorHints {
        format: "delsys-emgworks",
        columns: Columns::ByName(columns),
        last_line,
        ..VendorHints::default()
    })
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

/// Recognises `Application:, Trigno Discover`: names, with a column of time per signal or without, a row of rates below
/// them or the rate in the name.
pub(super) fn discover(lines: &[Line<'_>]) -> Option<VendorHints> {
    let (_, first) = texts(lines, 1).next()?;
    if !(first.starts_with("Application:") && first.contains("Trigno Discover")) {
        return None;
    }
    let head: Vec<(u64, Vec<String>)> = texts(lines, HEAD_LINES).map(|(number, text)| (number, cells(&text))).collect();
    let is_rows = |cells: &[String]| {
        let mut filled = cells.iter().filter(|cell| !cell.is_empty()).peekable();
        filled.peek().is_some() && filled.all(|cell| cell.parse::<f64>().is_ok())
    };
    let begin = head.iter().position(|(_, cells)| is_rows(cells))?;
    let above = head.get(..begin)?;
    let is_signal = |cell: &String| SIGNALS.iter().any(|word| cell.to_lowercase().starts_with(word));
    let names = above.iter().rev().find(|(_, cells)| cells.iter().any(is_signal)).map(|(_, cells)| cells)?;
    let is_rate = |cell: &String| cell.to_lowercase().ends_with("hz");
    let rates = above.iter().rev().map(|(_, cells)| cells).find(|cells| cells.iter().any(is_rate));
    let rates = rates.filter(|rates| *rates != names);
    let mut note = None;
    let column = |(n, name): (usize, &String)| {
        let lower = name.to_lowercase();
        let role = match lower {
            _ if lower.contains("time series") => Role::Time,
            _ if lower.starts_with("emg") => Role::Emg,
            _ => Role::Aux,
        };
        let in_name = || name.rsplit_once('(').and_then(|(_, rest)| whole_rate(rest.trim_end_matches(')')));
        let rate_hz = match rates {
            Some(rates) => rates.get(n).filter(|cell| is_rate(cell)).and_then(|rate| number(rate)),
            None => in_name(),
        };
        let mut unit = super::super::text::names::unit_of(name);
        if role == Role::Emg && unit.is_none() {
            unit = Some(NamedUnit::Signal(Unit::MilliVolt));
            note = Some("Trigno Discover writes EMG in mV; this file does not say so itself");
        }
        Column { unit, rate_hz, role: Some(role), ..Column::named(name.as_str()) }
    };
    let mut columns: Vec<Column> = names.iter().enumerate().map(column).collect();
    // Names of a trailing comma.
    while columns.last().is_some_and(|column| column.name.is_empty()) {
        columns.pop();
    }
    Some(VendorHints {
        format: "delsys-discover",
        columns: Columns::InOrder(columns),
        last_line: above.last()?.0,
        note,
        ..VendorHints::default()
    })
}

/// How the names of signals begin.
const SIGNALS: &[&str] = &["emg", "acc", "gyro", "mag", "orientation", "fsr", "analog", "imu"];

/// The cells of a line.
fn cells(text: &str) -> Vec<String> {
    text.split(',').map(|cell| cell.trim().trim_matches('"').to_owned()).collect()
}

/// A rate that is written in whole Hz: `1259Hz`. The sensors' own rates are multiples of 1000/27 Hz (1259.259, 2148.148,
/// 1925.926, 148.148 Hz, as the rows of rates in other exports say), and are written without their decimals.
fn whole_rate(text: &str) -> Option<f64> {
    let text = text.trim().to_lowercase();
    let written = number(text.strip_suffix("hz")?)?;
    let own = (written / SENSOR_STEP_HZ).round().max(1.0) * SENSOR_STEP_HZ;
    Some(if (own - written).abs() < 1.0 { own } else { written })
}

/// The rates of the sensors are multiples of this.
const SENSOR_STEP_HZ: f64 = 1000.0 / 27.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_rates_are_those_of_the_sensors() {
        let rate = |text: &str| whole_rate(text).map(|hz| (hz * 1e4).round() / 1e4);
        let cases = [
            ("1259Hz", 1259.2593),
            ("148Hz", 148.1481),
            ("2148 Hz", 2148.1481),
            ("1926Hz", 1925.9259),
            ("2000Hz", 2000.0),
            ("250Hz", 250.0),
        ];
        for (text, hz) in cases {
            assert_eq!(rate(text), Some(hz), "{text}");
        }
        assert_eq!((rate("mV"), rate("Hz")), (None, None));
    }
}

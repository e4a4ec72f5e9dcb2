//! The lines of a live sensor as a table: what a column is follows from its label, its unit and its values by the rules of
//! tables in files.
//!
//! A file may be long, a sensor is heard for a second; so a signal needs less to be one here: where the label says nothing,
//! what rises must rise like a clock, and class numbers must be 0 and 1.

use crate::header::Role;
use crate::options::Unit;

use super::columns::{Shape, roles_by};
use crate::format::text::names::{self, Meaning, NamedUnit};

/// One column of a sensor's lines.
#[derive(Debug, Clone, Default)]
pub struct LineColumn<'a> {
    /// Its label, empty without one.
    pub label: &'a str,
    /// The unit behind its values, empty without one.
    pub unit: &'a str,
    /// Its values as they are printed, line by line.
    pub cells: Vec<&'a [u8]>,
}

/// What a column of a sensor's lines is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineRole {
    /// Its role.
    pub role: Role,
    /// The unit of its values, where label or line say it.
    pub unit: Option<Unit>,
}

/// What each column of a sensor's lines is.
pub fn line_roles(columns: &[LineColumn<'_>]) -> Vec<LineRole> {
    let shape = |column: &LineColumn<'_>| {
        let mut shape = Shape::default();
        column.cells.iter().for_each(|cell| shape.look_at(cell, b'.'));
        shape
    };
    let shapes: Vec<Shape> = columns.iter().map(shape).collect();
    let labels: Vec<&str> = columns.iter().map(|column| column.label).collect();
    let unit =
        |column: &LineColumn<'_>| names::unit_cell(column.unit).flatten().or_else(|| names::unit_of(column.label));
    let units: Vec<Option<NamedUnit>> = columns.iter().map(unit).collect();
    let roles = roles_by(&labels, &units, &shapes);
    let one = |n: usize, role: Role| {
        let (Some(shape), Some(label)) = (shapes.get(n), labels.get(n)) else { return role };
        let is_told = names::meaning(label) != Meaning::Unknown || units.get(n).is_some_and(Option::is_some);
        match role {
            // `Min:0` is a guide of the plotter, not a clock in minutes.
            Role::Time if shape.is_constant() => Role::Constant,
            _ if is_told => role,
            Role::Index | Role::Constant | Role::Aux => role,
            _ if shape.goes_like_a_clock() => Role::Time,
            Role::Label if shape.is_binary() || shape.numbers == 0 => Role::Label,
            _ => Role::Emg,
        }
    };
    let signal = |unit: Option<NamedUnit>| match unit {
        Some(NamedUnit::Signal(unit)) => Some(unit),
        _ => None,
    };
    roles
        .into_iter()
        .enumerate()
        .zip(&units)
        .map(|((n, role), unit)| LineRole { role: one(n, role), unit: signal(*unit) })
        .collect()
}

/// Whether a word is a unit, as it may stand behind a value.
pub fn is_unit(word: &str) -> bool {
    !word.is_empty() && names::unit_cell(word).flatten().is_some()
}

/// Whether a name tells what its column is, by itself or by its unit.
pub fn says_role(name: &str) -> bool {
    names::meaning(name) != Meaning::Unknown || names::unit_of(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name, what it is, and its cell in a line.
    type Column<'a> = (&'a str, &'a str, fn(u32) -> String);

    /// Roles of columns of one label and one rule each.
    fn roles(columns: &[Column<'_>]) -> Vec<&'static str> {
        let cells: Vec<Vec<String>> =
            columns.iter().map(|column| (0..60).map(|n| (column.2)(n)).collect::<Vec<String>>()).collect();
        let columns: Vec<LineColumn<'_>> = columns
            .iter()
            .zip(&cells)
            .map(|((label, unit, _), cells)| LineColumn {
                label,
                unit,
                cells: cells.iter().map(String::as_bytes).collect(),
            })
            .collect();
        line_roles(&columns).into_iter().map(|one| one.role.name()).collect()
    }

    fn noise(n: u32) -> String {
        (500 + n.wrapping_mul(2_654_435_761) % 23).to_string()
    }

    #[test]
    fn clocks_counters_constants_and_guides_are_no_muscles() {
        let micros = |n: u32| (7_000_000 + n * 2000 + n % 3 * 4).to_string();
        // A pause of the sketch, and a clock that begins again.
        let paused = |n: u32| (n * 2 + if n > 30 { 250 } else { 0 }).to_string();
        let wraps = |n: u32| ((n + 65_500) * 20 % 1_310_720).to_string();
        let counter = |n: u32| ((n + 240) % 256).to_string();
        let guide = |_: u32| "1023".to_owned();
        let button = |n: u32| u32::from(n > 40).to_string();
        let all: &[Column<'_>] = &[
            ("", "", micros),
            ("", "", noise),
            ("", "", paused),
            ("", "", wraps),
            ("", "", counter),
            ("", "", guide),
            ("", "", button),
        ];
        assert_eq!(roles(all), ["time", "emg", "time", "time", "index", "constant", "label"]);
        let guides = roles(&[("Min", "", guide), ("Max", "", guide), ("min", "", guide), ("Sensor", "", noise)]);
        assert_eq!(guides, ["constant", "constant", "constant", "emg"]);
    }

    #[test]
    fn what_only_rises_for_a_second_is_no_clock() {
        // A filter that settles, an envelope that steps, classes that change seldom.
        let settles = |n: u32| format!("{:.2}", 500.0 * (1.0 - (-f64::from(n) / 8.0).exp()));
        let classes = |n: u32| (3 + n / 45).to_string();
        assert_eq!(roles(&[("", "", settles), ("", "", classes), ("", "", noise)]), ["emg", "emg", "emg"]);
    }

    #[test]
    fn labels_and_units_say_what_a_column_is() {
        let all: &[Column<'_>] =
            &[("t", "ms", noise), ("EMG 1", "mV", noise), ("accX", "", noise), ("Battery", "V", noise)];
        assert_eq!(roles(all), ["time", "emg", "aux", "aux"]);
        let unit = |label, unit| line_roles(&[LineColumn { label, unit, cells: Vec::new() }])[0].unit;
        assert_eq!(unit("EMG", "mV"), Some(Unit::MilliVolt));
        assert_eq!(unit("emg_uv", ""), Some(Unit::MicroVolt));
        assert_eq!(unit("EMG", ""), None);
        assert!(is_unit("µV") && !is_unit("EMG") && !is_unit(""));
    }
}

//! Biometrics `DataLINK`: a line per channel with its name and unit. The rate stands nowhere.

use crate::header::Role;
use crate::options::Unit;

use super::super::text::dialect::Line;
use super::super::text::names::NamedUnit;
use super::{Column, Columns, VendorHints, texts};

/// Lines in which the header ends.
const HEAD_LINES: usize = 64;

/// Recognises `Channel 4: 'name', 38971 values, engineering units: mV, …`.
pub(super) fn tell(lines: &[Line<'_>]) -> Option<VendorHints> {
    let mut columns = Vec::new();
    let mut last_line = 0;
    for (number, text) in texts(lines, HEAD_LINES) {
        let channel = text.strip_prefix("Channel ").and_then(|rest| {
            let (_, rest) = rest.split_once(": '")?;
            let (name, rest) = rest.rsplit_once("', ")?;
            let unit = rest.split_once("engineering units:")?.1.split(',').next()?;
            Some(Column::named(name).with_unit(unit))
        });
        match channel {
            Some(column) => columns.push(column),
            None if number == 1 => continue,
            None => break,
        }
        last_line = number;
    }
    for column in &mut columns {
        // A channel is EMG if its unit is a voltage, unless its name says otherwise.
        let is_voltage = matches!(column.unit, Some(NamedUnit::Signal(Unit::MicroVolt | Unit::MilliVolt | Unit::Volt)));
        column.role = (!is_voltage).then_some(Role::Aux);
    }
    (!columns.is_empty()).then(|| VendorHints {
        format: "datalink",
        columns: Columns::InOrder(columns),
        last_line,
        ..VendorHints::default()
    })
}

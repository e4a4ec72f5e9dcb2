//! What vendors write in front of their tables.
//!
//! A vendor's module recognises its own header by content and says in a [`VendorHints`] what the header says: names, units, roles
//! and rates of the columns. The table below it is read as any other ([`super::csv`]); whatever the header leaves open is
//! asked for with the same options. Of a header nothing but this is kept: no subject, no date, no comment.

mod acqknowledge;
mod brainflow;
mod bts;
mod datalink;
mod delsys;
mod emotiv;
mod labchart;
mod noraxon;
mod openbci;
mod opensignals;
mod plain;
mod vicon;

use crate::error::ReadError;
use crate::header::{Role, TimeUnit};

use super::text::dialect::Line;
use super::text::latin;
use super::text::names::{NamedUnit, unit_cell};

/// What a vendor's header says.
#[derive(Debug, Default)]
pub(crate) struct VendorHints {
    /// Name of the format.
    pub(crate) format: &'static str,
    /// What the columns are.
    pub(crate) columns: Columns,
    /// Sampling rate of the whole table.
    pub(crate) rate_hz: Option<f64>,
    /// No line up to this one (from 1) is a row.
    pub(crate) last_line: u64,
    /// Lines that head each block of rows; a later block must have the same.
    pub(crate) block: Vec<Vec<u8>>,
    /// Rows may end in a comment behind this mark.
    pub(crate) comment: Option<&'static [u8]>,
    /// The first row is a place holder if its EMG is nothing but zeros.
    pub(crate) may_begin_with_zeros: bool,
    /// Rows are `name:value` pairs.
    pub(crate) is_labelled: bool,
    /// What a reader of the report should know.
    pub(crate) note: Option<&'static str>,
}

/// What is known of the columns.
#[derive(Debug, Default)]
pub(crate) enum Columns {
    /// No more than their own names say.
    #[default]
    AsNamed,
    /// Each of them, in their order; a leading time column may be missing from the rows.
    InOrder(Vec<Column>),
    /// Those with these names.
    ByName(Vec<Column>),
    /// A rule for each name.
    Rule(fn(&str) -> Column),
}

/// What a header says of one column.
#[derive(Debug, Clone, Default)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) unit: Option<NamedUnit>,
    pub(crate) role: Option<Role>,
    /// Where columns differ in it.
    pub(crate) rate_hz: Option<f64>,
    /// Rows after which the column is only filled up.
    pub(crate) rows: Option<u64>,
    /// How its values are stored, if that is all the header says about their unit.
    pub(crate) bits: Option<u64>,
}

impl Column {
    fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The time of the rows.
    fn time(unit: Option<TimeUnit>) -> Self {
        Self { unit: unit.map(NamedUnit::Time), role: Some(Role::Time), ..Self::named("time") }
    }

    fn with_role(self, role: Role) -> Self {
        Self { role: Some(role), ..self }
    }

    /// With a unit as a header writes it.
    fn with_unit(self, unit: &str) -> Self {
        let unit = if unit.trim().is_empty() { None } else { unit_cell(unit).unwrap_or(Some(NamedUnit::Other)) };
        Self { unit, ..self }
    }
}

/// Looks at the first lines of a file.
type Recogniser = fn(&[Line<'_>]) -> Option<VendorHints>;

/// Recognises the header of a vendor.
///
/// # Errors
/// [`ReadError`] for a format that is known and cannot be read.
pub(crate) fn recognise(lines: &[Line<'_>], file: &str) -> Result<Option<VendorHints>, ReadError> {
    openbci::refuse_card(lines, file)?;
    let all: [Recogniser; 13] = [
        openbci::tell,
        opensignals::tell,
        labchart::tell,
        delsys::emgworks,
        delsys::discover,
        noraxon::tell,
        acqknowledge::tell,
        datalink::tell,
        vicon::tell,
        bts::tell,
        emotiv::tell,
        brainflow::tell,
        plain::tell,
    ];
    Ok(all.iter().find_map(|tell| tell(lines)))
}

/// Where one name says EMG, a voltage elsewhere is another signal.
fn only_emg(columns: &mut [Column]) {
    let says_emg = |column: &Column| column.name.to_lowercase().contains("emg");
    if columns.iter().any(says_emg) {
        for column in columns.iter_mut().filter(|column| column.role.is_none() && !says_emg(column)) {
            column.role = Some(Role::Aux);
        }
    }
}

/// The text of the first lines, up to `count` of them.
fn texts<'a>(lines: &'a [Line<'_>], count: usize) -> impl Iterator<Item = (u64, String)> + 'a {
    lines.iter().take(count).map(|line| (line.number, latin(line.bytes)))
}

/// A positive number with a decimal point or comma at the start of `text`.
fn number(text: &str) -> Option<f64> {
    let text = text.trim_start();
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | 'e' | 'E' | '+' | '-')));
    let digits = text.get(..end.unwrap_or(text.len()))?.trim_end_matches([',', 'e', 'E']).replace(',', ".");
    digits.parse().ok().filter(|value: &f64| value.is_finite() && *value > 0.0)
}

/// A rate from an interval such as `0.5 ms` or `0.01 s`.
fn rate_of_interval(text: &str) -> Option<f64> {
    let value = number(text)?;
    let unit = text.trim().rsplit(|c: char| c.is_ascii_digit() || c == '.' || c.is_whitespace()).next()?.to_lowercase();
    let per_second = match unit.as_str() {
        "s" | "sec" => 1.0,
        "ms" | "msec" => 1e3,
        "us" | "µs" | "usec" => 1e6,
        _ => return None,
    };
    // An interval is written in a few digits: 0.0005 s is 2000 Hz, not 1999.9999999999998.
    let rate = per_second / value;
    Some(if (rate - rate.round()).abs() < 1e-9 * rate { rate.round() } else { rate })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_rates() {
        let cases = [
            ("0.01 s", Some(100.0)),
            ("0.5 ms", Some(2000.0)),
            ("500 us", Some(2000.0)),
            ("1 min", None),
            ("-1 s", None),
        ];
        for (text, rate) in cases {
            assert_eq!(rate_of_interval(text), rate, "{text}");
        }
    }
}

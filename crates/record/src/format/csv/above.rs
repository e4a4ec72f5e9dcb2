//! The lines of text above the rows: which of them names the columns, and which give units and rates.
//!
//! People's loggers put more between names and numbers than names: units, rates, types, a first event. None of these is
//! the names row, and none of them may keep the names row from being found.

use crate::fields::Splitter;
use crate::number::{Cell, parse_cell};

use super::table::Table;
use super::vendor_hints::clean_name;
use crate::format::text::dialect::{Line, is_clock, is_comment};
use crate::format::text::names::{self, Meaning, NamedUnit};

/// What stands above the rows.
#[derive(Debug, Default)]
pub(super) struct Above<'a> {
    /// The names row and its cells.
    pub(super) names: Option<(Line<'a>, Vec<String>)>,
    /// Units of a units row.
    pub(super) units: Option<Vec<Option<NamedUnit>>>,
    /// Rates of a row of rates, in Hz.
    pub(super) rates: Option<Vec<Option<f64>>>,
}

/// What one line is.
#[derive(Debug, PartialEq)]
enum Kind {
    Units(Vec<Option<NamedUnit>>),
    Rates(Vec<Option<f64>>),
    /// Begins with a number or a time: an event, or a row without values.
    Entry,
    /// Names, if no line above it is better at naming.
    Names,
}

/// A line that has as many cells as the rows.
struct Candidate<'a> {
    line: Line<'a>,
    cells: Vec<String>,
}

impl Candidate<'_> {
    fn filled(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// Cells that mean something as names.
    fn telling(&self) -> usize {
        self.filled().filter(|cell| tells(cell)).count()
    }

    /// Names most columns, and not all by the same word (`CAL`, `float`).
    fn is_full(&self) -> bool {
        let filled: Vec<&str> = self.filled().collect();
        let first = filled.first().copied().unwrap_or_default();
        let differs = filled.len() < 2 || filled.iter().any(|cell| *cell != first);
        differs && filled.len() * 2 >= self.cells.len()
    }

    /// Whether this line names the columns rather than `lower`, which stands below it.
    fn names_better_than(&self, lower: &Self) -> bool {
        let is_sure = names::meaning(&self.cells[0]) != Meaning::Unknown || self.telling() * 2 > self.filled().count();
        self.is_full() && (!lower.is_full() || lower.telling() == 0 && self.telling() > 0 && is_sure)
    }
}

/// Whether a cell, as a name, says what its column is.
pub(super) fn tells(cell: &str) -> bool {
    names::meaning(cell) != Meaning::Unknown || names::is_channel(cell)
}

/// Looks at the lines above the rows, which are text and no comments, from the last one upwards.
pub(super) fn look<'a>(lines: &[Line<'a>], table: &Table<'_>, splitter: &mut Splitter) -> Above<'a> {
    let mut above = Above::default();
    let mut found: Vec<Candidate<'a>> = Vec::new();
    let mut units_row = None;
    for line in lines.iter().rev() {
        let is_entry = splitter.split(line.bytes).is_ok() && begins_with_number(line, splitter, table);
        if is_entry && found.is_empty() && above.units.is_none() && above.rates.is_none() {
            continue;
        }
        let Some(cells) = table.name_row(line, splitter) else { break };
        let candidate = Candidate { line: *line, cells };
        match kind(&candidate, is_entry) {
            Kind::Units(units) if found.is_empty() && above.units.is_none() => {
                above.units = Some(units);
                units_row = Some(candidate);
            }
            Kind::Rates(rates) if found.is_empty() && above.rates.is_none() => above.rates = Some(rates),
            Kind::Names => found.push(candidate),
            Kind::Entry | Kind::Units(_) | Kind::Rates(_) => break,
        }
    }
    // The lowest one that names, unless one above it does so better.
    let best = found.into_iter().reduce(|low, high| if high.names_better_than(&low) { high } else { low });
    // A row of units without names above it names the columns itself: `ms,mV`.
    let names = best.or_else(|| {
        above.units = None;
        units_row
    });
    above.names = names.map(|candidate| (candidate.line, candidate.cells));
    above
}

/// Whether the line just split begins with a number or a time of day.
fn begins_with_number(line: &Line<'_>, splitter: &Splitter, table: &Table<'_>) -> bool {
    let first = (0..table.columns).filter_map(|n| splitter.cell(line.bytes, n)).find(|cell| !cell.is_empty());
    first.is_some_and(|cell| is_clock(cell) || matches!(parse_cell(cell, splitter.point()), Cell::Number(_)))
}

fn kind(candidate: &Candidate<'_>, is_entry: bool) -> Kind {
    if let Some(rates) = rates(&candidate.cells) {
        Kind::Rates(rates)
    } else if is_entry {
        Kind::Entry
    } else if let Some(units) = units(&candidate.cells) {
        Kind::Units(units)
    } else {
        Kind::Names
    }
}

/// The units of a row of units. One that is not known is some other unit; it does not make the row one of names.
fn units(cells: &[String]) -> Option<Vec<Option<NamedUnit>>> {
    let (mut known, mut filled, mut is_alike) = (0, 0, true);
    let mut unit = |cell: &String| {
        filled += usize::from(!cell.is_empty());
        match names::unit_cell(cell) {
            Some(unit) => {
                known += usize::from(unit.is_some());
                Some(unit)
            }
            None if tells(cell) && !cell.contains(['/', '^']) => None,
            None => {
                is_alike &= names::looks_like_unit(cell);
                Some(Some(NamedUnit::Other))
            }
        }
    };
    let units = cells.iter().map(&mut unit).collect::<Option<Vec<_>>>()?;
    (known > 0 && (is_alike || known * 2 >= filled)).then_some(units)
}

/// The rates of a row such as `1259.26 Hz, 148.15 Hz`, or `Rate,1000,1000`.
fn rates(cells: &[String]) -> Option<Vec<Option<f64>>> {
    let is_headed = cells.first().is_some_and(|cell| {
        let word = cell.to_lowercase();
        ["rate", "sampling", "frequency", "fs", "hz"].iter().any(|key| word.starts_with(key))
    });
    let rate = |(n, cell): (usize, &String)| match hertz(cell, is_headed) {
        Some(rate) => Some(Some(rate)),
        None => (cell.is_empty() || n == 0 && is_headed).then_some(None),
    };
    let rates = cells.iter().enumerate().map(rate).collect::<Option<Vec<_>>>()?;
    rates.iter().any(Option::is_some).then_some(rates)
}

/// A rate: `1259.26 Hz`, `2 kHz`; a bare number where the row says that it holds rates.
pub(super) fn hertz(cell: &str, may_be_bare: bool) -> Option<f64> {
    let end = cell.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(cell.len());
    let value: f64 = cell.get(..end)?.parse().ok()?;
    let scale = match cell.get(end..)?.trim().to_lowercase().as_str() {
        "hz" => 1.0,
        "khz" => 1e3,
        "" if may_be_bare => 1.0,
        _ => return None,
    };
    (value > 0.0).then_some(value * scale)
}

/// Looks for another table below the one that is read: lines of text, among them names of other columns, then numbers.
#[derive(Debug, Default)]
pub(crate) struct Below {
    lines: usize,
    is_apart: bool,
    has_names: bool,
}

/// Lines between two tables that are looked at.
const BETWEEN: usize = 12;

impl Below {
    /// Takes the next line; `Some` once it is known whether another table begins. `names` is the names row of the table
    /// that is read: the same names again go on with it.
    pub(crate) fn take(&mut self, line: &[u8], names: Option<&[u8]>, splitter: &mut Splitter) -> Option<bool> {
        self.lines += 1;
        if self.lines > BETWEEN || names.is_some_and(|names| names.trim_ascii() == line.trim_ascii()) {
            return Some(false);
        }
        if is_comment(line) {
            return None;
        }
        let Ok(count) = splitter.split(line) else { return Some(false) };
        let (mut words, mut numbers, mut telling) = (0, 0, 0);
        for cell in (0..count).filter_map(|n| splitter.cell(line, n)).filter(|cell| !cell.is_empty()) {
            if is_clock(cell) || matches!(parse_cell(cell, splitter.point()), Cell::Number(_)) {
                numbers += 1;
            } else {
                words += 1;
                telling += usize::from(!cell.contains(&b':') && tells(&clean_name(cell)));
            }
        }
        match (words, numbers) {
            (0, 0) => self.is_apart = true,
            // A number alone belongs to the text above a table: its rate.
            (_, 2..) | (1.., 1) => return Some(self.has_names),
            (0, _) if self.lines == 1 || count == 1 && !self.is_apart => return Some(false),
            _ => self.has_names |= words >= 2 && numbers == 0 && telling >= if self.is_apart { 1 } else { 2 },
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_units_and_of_rates_are_no_names() {
        let cells = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        for text in ["ms,mV,no_units,mV", "s,uV,n/a", "s,mV,m/(s^2),deg/s", ",uV,uT", "s,V,V,ticks", "ms,counts,kOhm"] {
            assert!(units(&cells(text)).is_some(), "{text}");
        }
        for text in ["time,mV", "s,Biceps,Triceps", "s,TA,GM,VL", "a,b", "time_s,emg_uv", "ms,ch1", ",,", "index,mV"] {
            assert!(units(&cells(text)).is_none(), "{text}");
        }
        assert_eq!(rates(&cells("1259.2593 Hz,148.1481 Hz")), Some(vec![Some(1259.2593), Some(148.1481)]));
        assert_eq!(rates(&cells("Rate,1000,2000")), Some(vec![None, Some(1000.0), Some(2000.0)]));
        assert_eq!(rates(&cells(",2 kHz")), Some(vec![None, Some(2000.0)]));
        for text in ["time,emg", "Hz,V", "Frequency,Amplitude", "1000,1000"] {
            assert_eq!(rates(&cells(text)), None, "{text}");
        }
    }
}

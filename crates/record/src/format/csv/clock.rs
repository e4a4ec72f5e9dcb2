//! The sampling rate and the time column: what the file says, what the options say, and a refusal where neither does.

use tonus_dsp::units::SampleRate;

use crate::error::{ReadError, found};
use crate::fields::Splitter;
use crate::header::{ColumnInfo, Note, RateSource, Role, Stamps, TimeUnit};
use crate::number::parse_cell;
use crate::options::OpenOptions;
use crate::setting::{Setting, Wording};
use crate::time_axis::daytime::{self, Daytime};
use crate::time_axis::{Axis, Fit, Wraps, measure};
use crate::wording;

use super::columns::Shape;
use super::table::Table;
use crate::format::text::names::{self, Meaning, NamedUnit};

/// Two rates that differ by more than this share are not the same table's.
const SAME_RATE: f64 = 0.01;
/// A rate that is less sure than this has to be told; two that differ by more are told apart in a note.
const SURE: f64 = 0.002;
/// Rows whose stamps are looked at, as far as the head of the file has them.
const ROWS: usize = 16_384;

/// The time column that is used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    /// From 0.
    pub(super) column: usize,
    pub(super) unit: Option<TimeUnit>,
    pub(super) axis: Axis,
    pub(super) stamps: Stamps,
    /// How its times of day are read, if it holds such text.
    pub(super) text: Option<Daytime>,
}

/// The rate of a table, and the time column that shows its gaps.
#[derive(Debug)]
pub(super) struct Timing {
    pub(super) clock: Option<Clock>,
    pub(super) rate: SampleRate,
    pub(super) rate_source: RateSource,
    pub(super) rate_uncertainty: Option<f64>,
}

/// Everything known about the file and wanted by the caller.
pub(super) struct Facts<'a> {
    pub(super) file: &'a str,
    pub(super) table: &'a Table<'a>,
    pub(super) shapes: &'a [Shape],
    pub(super) columns: &'a [ColumnInfo],
    pub(super) options: &'a OpenOptions,
}

/// One measured time column.
struct Column {
    /// From 0.
    at: usize,
    unit: Option<TimeUnit>,
    stamps: Vec<f64>,
    /// The step in which they are written, in units of the column; 0 for full precision.
    resolution: f64,
    fit: Option<Fit>,
    /// The unit was not written but can be no other.
    deduced: bool,
    text: Option<Daytime>,
}

impl Column {
    /// The rate that the stamps show, if it is sure.
    fn rate(&self) -> Option<f64> {
        self.fit?.rate_hz(self.unit?.seconds(), SURE)
    }

    /// By how much, as a share, that rate may be off.
    fn uncertainty(&self) -> f64 {
        self.fit.map_or(0.0, |fit| fit.uncertainty)
    }

    fn measure(&self, known: Option<f64>) -> Option<Fit> {
        measure(
            &self.stamps,
            self.resolution,
            known,
            self.unit.map_or(Wraps::NONE, |unit| Wraps::of_unit(unit.seconds())),
        )
    }

    /// Units of the column per frame at a rate. An unknown unit is the one that comes nearest to the stamps.
    fn step_at(&self, hz: f64) -> f64 {
        if let Some(unit) = self.unit {
            return 1.0 / (hz * unit.seconds());
        }
        let first = self.stamps.iter().copied().find(|stamp| !stamp.is_nan()).unwrap_or_default();
        let last = self.stamps.iter().rev().copied().find(|stamp| !stamp.is_nan()).unwrap_or_default();
        let mean = (last - first) / self.stamps.len().saturating_sub(1).max(1) as f64;
        let step = self.fit.map_or(mean, |fit| fit.axis.step);
        [TimeUnit::Second, TimeUnit::Milli, TimeUnit::Micro, TimeUnit::Minute]
            .map(|unit| 1.0 / (hz * unit.seconds()))
            .into_iter()
            .min_by(|a, b| (a / step).ln().abs().total_cmp(&(b / step).ln().abs()))
            .filter(|near| (near / step).ln().abs() < 0.5)
            .unwrap_or(step)
    }
}

impl Facts<'_> {
    pub(super) fn name(&self, column: usize) -> &str {
        self.columns.get(column).map(|c| c.name.as_str()).unwrap_or_default()
    }

    pub(super) fn role(&self, column: usize) -> Role {
        self.columns.get(column).map_or(Role::Constant, |c| c.role)
    }

    /// Sampling rate, who says so, and the time column.
    pub(super) fn rate(&self, notes: &mut Vec<Note>) -> Result<Timing, ReadError> {
        let own = self.own()?;
        let columns = self.time_columns(own.and_then(|own| own.clock));
        let first = columns.first();
        let measured = first.and_then(Column::rate);
        let many =
            columns.iter().filter_map(Column::rate).any(|rate| measured.is_some_and(|first| differ(rate, first)));
        let stated = own.and_then(|own| own.rate_hz).or(self.table.stated.first().copied());
        let needs =
            |found: Wording| ReadError::NeedsOption { file: self.file.to_owned(), found, option: Setting::Rate };
        if self.table.stated.iter().any(|other| stated.is_some_and(|first| differ(*other, first)))
            && self.options.rate_hz.is_none()
        {
            return Err(needs("the lines above the table state more than one sampling rate".into()));
        }
        let (hz, source) = match (self.options.rate_hz, stated, measured) {
            (Some(hz), _, _) => (hz, RateSource::Option),
            (None, _, Some(_)) if many => {
                let found = "the time columns have different rates, so this is not one table; choose ";
                return Err(needs(wording![found, Setting::Channel, " of one rate"]));
            }
            (None, Some(stated), Some(measured)) if differ(stated, measured) => {
                let found = format!("the header states {stated} Hz, the time column steps at {measured:.6} Hz");
                return Err(needs(found.into()));
            }
            (None, Some(stated), _) => (stated, RateSource::Header),
            (None, None, Some(measured)) => (measured, RateSource::TimeColumn),
            (None, None, None) => return Err(needs(self.why_no_rate(first).into())),
        };
        let rate = SampleRate::new(hz).map_err(|error| {
            let reason = error.to_string();
            match source {
                RateSource::Option => {
                    ReadError::BadOption { file: self.file.to_owned(), option: Setting::Rate, reason }
                }
                _ => needs(format!("the file's own sampling rate of {hz:.6} Hz cannot be used ({reason})").into()),
            }
        })?;
        let off = SURE + first.map_or(0.0, Column::uncertainty);
        let contradicts = |other: &f64| (other - hz).abs() > off * hz;
        let time_says = measured.filter(contradicts);
        match source {
            RateSource::Option => {
                for (what, other) in
                    [("its header states", stated.filter(contradicts)), ("its time column steps at", time_says)]
                {
                    if let Some(other) = other {
                        let what = format!(" {hz} Hz is used although {what} {other:.6} Hz");
                        notes.push(Note::warning(wording![Setting::Rate, what]));
                    }
                }
            }
            RateSource::Header => {
                notes.extend(time_says.map(|other| {
                    let what = format!("the header's {hz} Hz are used although the time column steps at {other:.6} Hz");
                    Note::warning(what)
                }));
            }
            RateSource::TimeColumn => {}
        }
        let clock = if many { None } else { first.and_then(|column| self.clock(column, hz, source, notes)) };
        let rate_uncertainty = first.map(Column::uncertainty).filter(|_| source == RateSource::TimeColumn);
        Ok(Timing { clock, rate, rate_source: source, rate_uncertainty })
    }

    /// The line of a time column at the settled rate.
    fn clock(&self, column: &Column, hz: f64, source: RateSource, notes: &mut Vec<Note>) -> Option<Clock> {
        let name = self.name(column.at);
        if column.deduced {
            notes.push(format!("time column '{name}' is in seconds: no other unit gives a possible rate").into());
        }
        let fit = match source {
            RateSource::TimeColumn => column.fit,
            RateSource::Header | RateSource::Option => column.measure(Some(column.step_at(hz))),
        };
        let Some(fit) = fit else {
            notes.push(format!("time column '{name}' does not move and is not used").into());
            return None;
        };
        if !fit.axis.is_regular() {
            let least = fit.axis.level.noise / hz;
            notes.push(format!("time column '{name}' is uneven: gaps under {least:.3} s cannot be seen in it").into());
        }
        let unit_s = column.unit.map(|unit| fit.unit * unit.seconds()).filter(|unit| *unit > 0.0);
        let stamps = Stamps { kind: fit.kind, unit_s };
        Some(Clock { column: column.at, unit: column.unit, axis: fit.axis, stamps, text: column.text })
    }

    /// The columns of time, measured; those with a unit first. Only one of them, if it is known which.
    fn time_columns(&self, only: Option<usize>) -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        for column in
            (0..self.columns.len()).filter(|n| self.role(*n) == Role::Time && only.is_none_or(|only| only == *n))
        {
            let Some(shape) = self.shapes.get(column) else { continue };
            if shape.is_clock_text() {
                columns.push(self.clock_text(column));
            }
            if shape.numbers == 0 {
                continue;
            }
            let unit = match self.table.unit(column) {
                Some(NamedUnit::Time(unit)) => Some(unit),
                _ => shape.is_epoch(),
            };
            let stamps = self.cells(column, |cell| parse_cell(cell, self.table.dialect.point).number());
            let mut found = Column {
                at: column,
                unit,
                stamps,
                resolution: shape.resolution(),
                fit: None,
                deduced: false,
                text: None,
            };
            found.fit = found.measure(None);
            if unit.is_none() && shape.is_fractional() && found.fit.is_some_and(can_only_be_seconds) {
                found.deduced = true;
                found.unit = Some(TimeUnit::Second);
            }
            columns.push(found);
        }
        columns.sort_by_key(|found| (found.unit.is_none(), found.at));
        columns
    }

    /// A column of times of day.
    fn clock_text(&self, column: usize) -> Column {
        let mut splitter = Splitter::new(self.table.dialect);
        let mut cells: Vec<Vec<u8>> = Vec::new();
        for line in self.table.rows.iter().filter(|line| line.is_content()).take(ROWS) {
            if splitter.fits(line.bytes, self.table.columns) {
                cells.extend(splitter.cell(line.bytes, column).map(<[u8]>::to_vec));
            }
        }
        let clock = Daytime::of(cells.iter().map(Vec::as_slice));
        let resolution = cells.iter().filter_map(|cell| daytime::resolution(cell)).fold(1.0, f64::min);
        let mut reading = clock;
        let stamps = self.cells(column, |cell| reading.read(cell));
        let unit = Some(TimeUnit::Second);
        let mut found = Column { at: column, unit, stamps, resolution, fit: None, deduced: false, text: Some(clock) };
        found.fit = found.measure(None);
        found
    }

    /// What `read` finds in one column (from 0) at the head of the file, row by row: NaN for a row that is rejected, so that
    /// nobody takes its neighbours for neighbours of each other.
    fn cells(&self, column: usize, mut read: impl FnMut(&[u8]) -> Option<f64>) -> Vec<f64> {
        let mut splitter = Splitter::new(self.table.dialect);
        // A line that the head cuts off is no row.
        let whole = self.table.rows.len().saturating_sub(usize::from(self.table.ends_cut && self.table.rows.len() > 1));
        let rows = self.table.rows.iter().take(whole).filter(|line| line.is_content()).take(ROWS);
        rows.map(|line| {
            let fits = splitter.fits(line.bytes, self.table.columns);
            let cell = if fits { splitter.cell(line.bytes, column) } else { None };
            cell.and_then(&mut read).unwrap_or(f64::NAN)
        })
        .collect()
    }

    fn why_no_rate(&self, column: Option<&Column>) -> String {
        let Some(column) = column else {
            return self.unread_time().unwrap_or_else(|| "it states no sampling rate and has no time column".into());
        };
        let name = self.name(column.at);
        match (column.fit, column.unit) {
            (None, _) => format!("time column '{name}' does not move, so the sampling rate is unknown"),
            (Some(fit), None) if fit.is_sure(SURE) => {
                format!("time column '{name}' names no unit, so the sampling rate is unknown")
            }
            (Some(fit), unit) => {
                let rate = unit.map(|unit| {
                    format!(" ({:.4} Hz, give or take {:.1} %)", fit.raw_hz(unit.seconds()), 100.0 * fit.uncertainty)
                });
                let rate = rate.filter(|_| fit.uncertainty < 0.5).unwrap_or_default();
                format!("the steps of time column '{name}' are too uneven or too few to give a sampling rate{rate}")
            }
        }
    }

    /// A column that is called time, with a cell that cannot be read as such.
    fn unread_time(&self) -> Option<String> {
        let column = (0..self.columns.len())
            .find(|n| names::meaning(self.table.name(*n).unwrap_or_default()) == Meaning::Role(Role::Time))?;
        let mut splitter = Splitter::new(self.table.dialect);
        let line = self.table.rows.iter().find(|line| line.is_content())?;
        let cell =
            splitter.fits(line.bytes, self.table.columns).then(|| splitter.cell(line.bytes, column)).flatten()?;
        let shown = found(cell, line.bytes);
        Some(format!(
            "it states no sampling rate, and its time column '{}' holds {shown}, which is no time that is known",
            self.name(column)
        ))
    }
}

fn differ(a: f64, b: f64) -> bool {
    (a - b).abs() > SAME_RATE * a.abs().max(b.abs())
}

/// Fractional stamps without a unit: seconds, if milliseconds would be faster than any sensor.
fn can_only_be_seconds(fit: Fit) -> bool {
    let hz = 1.0 / fit.axis.step;
    SampleRate::new(hz).is_ok() && SampleRate::new(1000.0 * hz).is_err()
}

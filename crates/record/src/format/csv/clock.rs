//! The sampling rate and the time column: what the file says, what the options say, and a refusal where neither does.

use tonus_dsp::units::SampleRate;

use crate::error::ReadError;
use crate::header::{ColumnInfo, RateSource, Role, TimeUnit};
use crate::options::OpenOptions;
use crate::timeline::Steps;

use super::columns::{self, Shape};
use super::names::NamedUnit;
use super::rate::{self, MOST_UNSURE, Measured};
use super::table::Table;

/// Shortest gap, in seconds, that uneven time stamps can show.
const UNEVEN_S: f64 = 0.5;
/// Two rates that differ by less than this share are the same.
const SAME_RATE: f64 = 0.01;

/// The time column that is used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    /// From 0.
    pub(super) column: usize,
    pub(super) unit: Option<TimeUnit>,
    pub(super) steps: Steps,
    pub(super) regular: bool,
    /// Its stamps are times of day, as text.
    pub(super) is_text: bool,
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
struct Stamps {
    column: usize,
    unit: Option<TimeUnit>,
    measured: Measured,
    /// The unit was not written but can be no other.
    deduced: bool,
    is_text: bool,
}

impl Stamps {
    fn rate(&self) -> Option<f64> {
        match (self.measured, self.unit) {
            (Measured::Even { steps, uncertainty }, Some(unit)) => {
                Some(rate::snap(1.0 / (steps.step * unit.seconds()), uncertainty))
            }
            _ => None,
        }
    }

    /// By how much, as a share, the measured rate may be off.
    fn uncertainty(&self) -> f64 {
        match self.measured {
            Measured::Even { uncertainty, .. } => uncertainty.clamp(SAME_RATE, MOST_UNSURE),
            _ => SAME_RATE,
        }
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
    pub(super) fn rate(&self, notes: &mut Vec<String>) -> Result<(Option<Clock>, SampleRate, RateSource), ReadError> {
        let own = self.own()?;
        let stamps = self.time_columns(own.and_then(|own| own.clock));
        let first = stamps.first();
        let measured = first.and_then(Stamps::rate);
        let many = stamps.iter().filter_map(Stamps::rate).any(|rate| measured.is_some_and(|first| differ(rate, first)));
        let stated = own.map(|own| own.rate_hz).or(self.table.stated.first().copied());
        let needs = |found: String| ReadError::NeedsOption { file: self.file.to_owned(), found, option: "--rate" };
        if self.table.stated.iter().any(|other| stated.is_some_and(|first| differ(*other, first)))
            && self.options.rate_hz.is_none()
        {
            return Err(needs("the lines above the table state more than one sampling rate".into()));
        }
        let (hz, source) = match (self.options.rate_hz, stated, measured) {
            (Some(hz), _, _) => (hz, RateSource::Option),
            (None, _, Some(_)) if many => {
                return Err(needs(
                    "the time columns have different rates, so this is not one table; choose --channel of one rate"
                        .into(),
                ));
            }
            (None, Some(stated), Some(measured))
                if (stated - measured).abs() > first.map_or(SAME_RATE, Stamps::uncertainty) * stated.max(measured) =>
            {
                let found = format!("the header states {stated} Hz, the time column steps at {measured:.6} Hz");
                return Err(needs(found));
            }
            (None, Some(stated), _) => (stated, RateSource::Header),
            (None, None, Some(measured)) => (measured, RateSource::TimeColumn),
            (None, None, None) => return Err(needs(self.why_no_rate(first))),
        };
        let rate = SampleRate::new(hz).map_err(|error| {
            let reason = error.to_string();
            match source {
                RateSource::Option => ReadError::BadOption { file: self.file.to_owned(), option: "--rate", reason },
                _ => needs(format!("the file's own sampling rate of {hz:.6} Hz cannot be used ({reason})")),
            }
        })?;
        if source == RateSource::Option {
            for (what, other) in [("its header states", stated), ("its time column steps at", measured)] {
                if let Some(other) = other.filter(|other| differ(*other, hz)) {
                    notes.push(format!("--rate {hz} Hz is used although {what} {other:.6} Hz"));
                }
            }
        }
        let clock = if many { None } else { first.and_then(|stamps| self.clock(stamps, hz, notes)) };
        Ok((clock, rate, source))
    }

    /// The grid of a time column at the settled rate.
    fn clock(&self, stamps: &Stamps, hz: f64, notes: &mut Vec<String>) -> Option<Clock> {
        let Stamps { column, unit, is_text, .. } = *stamps;
        let name = self.name(column);
        if stamps.deduced {
            notes.push(format!("time column '{name}' is in seconds: no other unit gives a possible rate"));
        }
        match stamps.measured {
            Measured::Even { steps, .. } => Some(Clock { column, unit, steps, regular: true, is_text }),
            Measured::Uneven { mean } => {
                let step = unit.map_or(mean, |unit| 1.0 / (hz * unit.seconds()));
                let steps = Steps { step, tolerance: (UNEVEN_S * hz).max(2.0), lead: 0.0 };
                notes.push(format!("time column '{name}' is uneven: gaps under {UNEVEN_S} s cannot be seen in it"));
                Some(Clock { column, unit, steps, regular: false, is_text })
            }
            Measured::Nothing => {
                notes.push(format!("time column '{name}' does not move and is not used"));
                None
            }
        }
    }

    /// The columns of time, measured; those with a unit first. Only one of them, if it is known which.
    fn time_columns(&self, only: Option<usize>) -> Vec<Stamps> {
        let mut found: Vec<Stamps> = Vec::new();
        for column in
            (0..self.columns.len()).filter(|n| self.role(*n) == Role::Time && only.is_none_or(|only| only == *n))
        {
            let Some(shape) = self.shapes.get(column) else { continue };
            if shape.is_clock_text() {
                let (stamps, resolution) = columns::daytimes(self.table, column);
                let measured = rate::measure(&stamps, resolution);
                let unit = Some(TimeUnit::Second);
                found.push(Stamps { column, unit, measured, deduced: false, is_text: true });
            }
            if shape.numbers == 0 {
                continue;
            }
            let unit = match self.table.unit(column) {
                Some(NamedUnit::Time(unit)) => Some(unit),
                _ => shape.is_epoch(),
            };
            let measured = rate::measure(&columns::stamps(self.table, column), shape.resolution());
            let deduced = unit.is_none() && shape.is_fractional() && can_only_be_seconds(measured);
            let unit = if deduced { Some(TimeUnit::Second) } else { unit };
            found.push(Stamps { column, unit, measured, deduced, is_text: false });
        }
        found.sort_by_key(|stamps| (stamps.unit.is_none(), stamps.column));
        found
    }

    fn why_no_rate(&self, stamps: Option<&Stamps>) -> String {
        let Some(stamps) = stamps else { return "it states no sampling rate and has no time column".into() };
        let name = self.name(stamps.column);
        match stamps.measured {
            Measured::Even { .. } => format!("time column '{name}' names no unit, so the sampling rate is unknown"),
            Measured::Uneven { .. } => {
                format!("the steps of time column '{name}' are too uneven to give a sampling rate")
            }
            Measured::Nothing => format!("time column '{name}' does not move, so the sampling rate is unknown"),
        }
    }
}

fn differ(a: f64, b: f64) -> bool {
    (a - b).abs() > SAME_RATE * a.abs().max(b.abs())
}

/// Fractional stamps without a unit: seconds, if milliseconds would be faster than any sensor.
fn can_only_be_seconds(measured: Measured) -> bool {
    let Measured::Even { steps, .. } = measured else { return false };
    let hz = 1.0 / steps.step;
    SampleRate::new(hz).is_ok() && SampleRate::new(1000.0 * hz).is_err()
}

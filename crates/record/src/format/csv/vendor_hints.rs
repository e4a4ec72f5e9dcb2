//! A table whose vendor says what its columns are.

use crate::error::{RateGroup, ReadError, is_printable};
use crate::format::vendor::{Column, Columns, VendorHints};
use crate::header::Role;

use super::clock::Facts;
use super::table::Table;
use crate::format::text::dialect::Line;
use crate::format::text::names::NamedUnit;
use crate::format::text::{latin, rate};

/// Longest name of a column that is kept.
const MAX_NAME: usize = 64;

impl VendorHints {
    /// Whether the header names the columns itself.
    pub(super) fn names_columns(&self) -> bool {
        matches!(self.columns, Columns::InOrder(_))
    }

    /// The lines without the comments that rows may end in.
    pub(super) fn without_comments<'a>(&self, lines: Vec<Line<'a>>) -> Vec<Line<'a>> {
        let Some(mark) = self.comment else { return lines };
        lines.into_iter().map(|line| Line { bytes: before_comment(line.bytes, mark), ..line }).collect()
    }
}

/// A row without its comment, and without the delimiter in front of it.
pub(crate) fn before_comment<'a>(line: &'a [u8], mark: &[u8]) -> &'a [u8] {
    match memchr::memmem::find(line, mark) {
        Some(at) => line.get(..at).unwrap_or_default().trim_ascii_end(),
        None => line,
    }
}

impl Table<'_> {
    /// Takes over what the header says, column by column.
    pub(super) fn tell(&mut self, preface: &[Line<'_>]) {
        let Some(hints) = &self.hints else { return };
        match &hints.columns {
            Columns::AsNamed => {}
            Columns::InOrder(columns) => {
                // Time may be left out of the rows; a first column that only rises is time.
                let first = super::columns::values(self, 0);
                let rises = first.len() > 2 && first.windows(2).all(|pair| pair.first() < pair.last());
                let leads = !rises && columns.first().is_some_and(|first| first.role == Some(Role::Time));
                let columns = match columns.get(1..) {
                    Some(rest) if leads && rest.len() == self.columns => rest,
                    _ => columns.as_slice(),
                };
                if columns.len() == self.columns {
                    self.known = columns.to_vec();
                    self.names = Some(columns.iter().map(|column| clean_name(column.name.as_bytes())).collect());
                } else {
                    self.has_preface = true;
                }
            }
            Columns::ByName(known) => {
                for (n, slot) in self.known.iter_mut().enumerate() {
                    let name = self.names.as_ref().and_then(|names| names.get(n));
                    if let Some(column) = known.iter().find(|column| Some(&clean_name(column.name.as_bytes())) == name)
                    {
                        *slot = column.clone();
                    }
                }
            }
            Columns::Rule(rule) => {
                for (n, slot) in self.known.iter_mut().enumerate() {
                    *slot =
                        self.names.as_ref().and_then(|names| names.get(n)).map(|name| rule(name)).unwrap_or_default();
                }
            }
        }
        for (unit, column) in self.units.iter_mut().zip(&self.known) {
            *unit = unit.or(column.unit);
        }
        match hints.rate_hz {
            Some(rate) => self.stated.push(rate),
            None if self.known.iter().any(|column| column.rate_hz.is_some()) => {}
            None => self.stated.extend(preface.iter().filter_map(|line| rate::stated(&latin(line.bytes)))),
        }
    }

    fn known(&self, column: usize) -> Option<&Column> {
        self.known.get(column)
    }

    /// Rows after which the chosen columns are only filled up.
    pub(super) fn rows_of(&self, columns: &[usize]) -> Option<u64> {
        columns.iter().filter_map(|column| self.known(*column)?.rows).min()
    }
}

/// The rate and time of columns that have their own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own {
    /// As the header says; `None` where only the time column tells.
    pub(super) rate_hz: Option<f64>,
    pub(super) clock: Option<usize>,
}

impl Facts<'_> {
    /// The rate and the time column of the chosen channels, where each column has its own.
    pub(super) fn own(&self) -> Result<Option<Own>, ReadError> {
        let has_rates = self.table.known.iter().any(|column| column.rate_hz.is_some());
        if !has_rates && !self.has_clocks() {
            return Ok(None);
        }
        let chosen = self.chosen(None)?;
        let rate = |column: usize| {
            let known = self.table.known(column).and_then(|known| known.rate_hz);
            known.or_else(|| self.mean_rate(self.clock_of(column).filter(|_| !has_rates)?))
        };
        let rates: Vec<(usize, Option<f64>)> = chosen.iter().map(|column| (*column, rate(*column))).collect();
        let Some((first, first_rate)) = rates.first().copied() else { return Ok(None) };
        let tolerance = if has_rates { 1e-6 } else { SAME_RATE };
        let differs = |rate: Option<f64>| match (rate, first_rate) {
            (Some(rate), Some(first)) => (rate - first).abs() > tolerance * first,
            (rate, first) => has_rates && rate.is_some() != first.is_some(),
        };
        if rates.iter().any(|(_, rate)| differs(*rate)) {
            let groups = RateGroup::of(&rates, tolerance);
            return Err(ReadError::SeveralRates { file: self.file.to_owned(), groups });
        }
        if has_rates && first_rate.is_none() {
            return Ok(None);
        }
        Ok(Some(Own { rate_hz: first_rate.filter(|_| has_rates), clock: self.clock_of(first) }))
    }

    /// The columns of time.
    fn clocks(&self) -> impl Iterator<Item = usize> {
        (0..self.columns.len()).filter(|n| self.role(*n) == Role::Time)
    }

    /// Whether signals have time columns of their own: several, in one unit. One of seconds and one of dates are not.
    fn has_clocks(&self) -> bool {
        let unit = |n: usize| self.table.unit(n);
        self.clocks().nth(1).is_some() && self.clocks().all(|n| Some(unit(n)) == self.clocks().next().map(unit))
    }

    /// The time column of a channel: the nearest on its left.
    fn clock_of(&self, column: usize) -> Option<usize> {
        self.clocks().take_while(|n| *n < column).last()
    }

    /// The mean rate of a time column, in its own unit: enough to tell two rates apart.
    fn mean_rate(&self, clock: usize) -> Option<f64> {
        let values = super::columns::values(self.table, clock);
        let span = values.last()? - values.first()?;
        let unit = match self.table.unit(clock) {
            Some(NamedUnit::Time(unit)) => unit.seconds(),
            _ => 1.0,
        };
        (span > 0.0 && values.len() > 1).then(|| (values.len() - 1) as f64 / (span * unit))
    }

    /// Whether columns have times or rates of their own, so that short ones are filled up.
    pub(super) fn is_padded(&self) -> bool {
        self.table.known.iter().any(|column| column.rate_hz.is_some()) || self.has_clocks()
    }

    /// What the header says of a column's values, if it is not their unit.
    pub(super) fn stored(&self, column: usize) -> Option<String> {
        self.table.known(column)?.bits.map(|bits| format!("holds counts of {bits} bit without a scale"))
    }

    /// The first row, if it is a place holder: its EMG is zero, that of the next is not.
    pub(super) fn begins_with_zeros(&self) -> bool {
        let is_wanted = self.table.hints.as_ref().is_some_and(|hints| hints.may_begin_with_zeros);
        let emg: Vec<usize> = (0..self.columns.len()).filter(|n| self.role(*n) == Role::Emg).collect();
        let values = |n: &usize| super::columns::values(self.table, *n);
        let row = |at: usize| emg.iter().filter_map(|n| values(n).get(at).copied()).collect::<Vec<f64>>();
        is_wanted && !emg.is_empty() && row(0).iter().all(|v| *v == 0.0) && row(1).iter().any(|v| *v != 0.0)
    }
}

/// Two mean rates that differ by less than this share are the same.
const SAME_RATE: f64 = 0.01;

/// A name that may be shown.
pub(super) fn clean_name(cell: &[u8]) -> String {
    latin(cell)
        .replace(['\n', '\r'], " ")
        .trim()
        .trim_matches(['"', '\''])
        .chars()
        .filter(|c| is_printable(*c))
        .take(MAX_NAME)
        .collect()
}

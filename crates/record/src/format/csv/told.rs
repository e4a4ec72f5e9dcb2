//! A table whose vendor says what its columns are.

use crate::error::{ReadError, is_printable};
use crate::format::vendor::{Column, Columns, Told};
use crate::header::Role;

use super::clock::Facts;
use super::dialect::Line;
use super::rate;
use super::table::Table;

/// Longest name of a column that is kept.
const MAX_NAME: usize = 64;

impl Told {
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
        let Some(told) = &self.told else { return };
        match &told.columns {
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
        match told.rate_hz {
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
    pub(super) rate_hz: f64,
    pub(super) clock: Option<usize>,
}

impl Facts<'_> {
    /// The rate and the time column of the chosen channels, where each column has its own.
    pub(super) fn own(&self) -> Result<Option<Own>, ReadError> {
        if self.table.known.iter().all(|column| column.rate_hz.is_none()) {
            return Ok(None);
        }
        let chosen = self.chosen(None)?;
        let rates: Vec<f64> = chosen.iter().filter_map(|column| self.table.known(*column)?.rate_hz).collect();
        let Some(first) = rates.first().copied() else { return Ok(None) };
        if rates.len() < chosen.len() || rates.iter().any(|rate| (rate - first).abs() > 1e-6 * first) {
            return Err(ReadError::NeedsOption {
                file: self.file.to_owned(),
                found: format!("the channels have different sampling rates ({})", self.listing()),
                option: "--channel, of one rate",
            });
        }
        let column = chosen.first().copied().unwrap_or_default();
        let clock = (0..column).rev().find(|n| self.role(*n) == Role::Time);
        Ok(Some(Own { rate_hz: first, clock }))
    }

    /// What the header says of a column's values, if it is not their unit.
    pub(super) fn stored(&self, column: usize) -> Option<String> {
        self.table.known(column)?.bits.map(|bits| format!("holds counts of {bits} bit without a scale"))
    }

    /// The first row, if it is a place holder: its EMG is zero, that of the next is not.
    pub(super) fn begins_with_zeros(&self) -> bool {
        let is_wanted = self.table.told.as_ref().is_some_and(|told| told.may_begin_with_zeros);
        let emg: Vec<usize> = (0..self.columns.len()).filter(|n| self.role(*n) == Role::Emg).collect();
        let values = |n: &usize| super::columns::values(self.table, *n);
        let row = |at: usize| emg.iter().filter_map(|n| values(n).get(at).copied()).collect::<Vec<f64>>();
        is_wanted && !emg.is_empty() && row(0).iter().all(|v| *v == 0.0) && row(1).iter().any(|v| *v != 0.0)
    }
}

/// A line's text; Latin-1 where it is not UTF-8.
pub(crate) fn latin(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

/// A name that may be shown.
pub(super) fn clean_name(cell: &[u8]) -> String {
    latin(cell)
        .replace(['\n', '\r'], " ")
        .trim()
        .trim_matches('"')
        .chars()
        .filter(|c| is_printable(*c))
        .take(MAX_NAME)
        .collect()
}

//! Channels and their units: what the file says, what the options say, and a refusal where neither does.

use crate::error::{ReadError, the_nearest};
use crate::format::signals::{LISTED, listing, most_listed, scale};
use crate::header::{ChannelInfo, Note, Role, note_no_unit};
use crate::options::{ChannelSelector, Unit};
use crate::setting::{Setting, Wording};
use crate::wording;

use super::clock::Facts;
use crate::format::text::names::NamedUnit;

impl Facts<'_> {
    /// The channels in the order of the frame.
    pub(super) fn channels(&self, clock: Option<usize>, notes: &mut Vec<Note>) -> Result<Vec<ChannelInfo>, ReadError> {
        self.chosen(clock)?.into_iter().map(|column| self.channel(column, notes)).collect()
    }

    /// A file that needs its rate told says at once that it needs its unit told too.
    pub(super) fn asking_for_unit(&self, error: ReadError) -> ReadError {
        match (error, self.channels(None, &mut Vec::new())) {
            (
                ReadError::NeedsOption { file, found, option: Setting::Rate },
                Err(ReadError::NeedsOption { found: why, option: Setting::Unit, .. }),
            ) => {
                let found = wording![found, ", and ", why, ", so that it needs ", Setting::Unit, " too"];
                ReadError::NeedsOption { file, found, option: Setting::Rate }
            }
            (error, _) => error,
        }
    }

    /// The columns (from 0) of the channels, in the order of the frame.
    pub(super) fn chosen(&self, clock: Option<usize>) -> Result<Vec<usize>, ReadError> {
        let mut chosen: Vec<usize> = Vec::new();
        for selector in &self.options.channels {
            let column = self.select(selector)?;
            if Some(column) == clock || self.role(column) == Role::Cue {
                return Err(self.bad_channel(selector, "it is the time or cue column"));
            }
            if self.shapes.get(column).is_none_or(|shape| shape.numbers == 0) {
                return Err(self.bad_channel(selector, "it holds no numbers"));
            }
            if !chosen.contains(&column) {
                chosen.push(column);
            }
        }
        if self.options.channels.is_empty() {
            chosen = (0..self.columns.len()).filter(|n| self.role(*n) == Role::Emg).collect();
            let count = self.columns.len();
            let found = if chosen.is_empty() {
                wording!["no column is EMG by its name or its values (", self.listing(LISTED), ")"]
            } else if self.table.hints.is_some() && self.table.has_preface {
                format!("its header describes another number of columns than the {count} of its rows").into()
            } else if self.table.has_preface && self.table.names.is_none() {
                format!("the text above the table may say what its {count} columns are, but is not read here").into()
            } else {
                return Ok(chosen);
            };
            return Err(ReadError::NeedsOption { file: self.file.to_owned(), found, option: Setting::Channel });
        }
        Ok(chosen)
    }

    /// The column (from 0) that a selector means.
    fn select(&self, selector: &ChannelSelector) -> Result<usize, ReadError> {
        let name = match selector {
            ChannelSelector::Index(index) if (1..=self.columns.len()).contains(index) => return Ok(index - 1),
            ChannelSelector::Index(_) => return Err(self.bad_channel(selector, "there is no such column")),
            ChannelSelector::Name(name) => name.trim(),
        };
        let base = |full: &str| full.split(['(', '[']).next().unwrap_or(full).trim().to_lowercase();
        let wanted = name.to_lowercase();
        let ways: [&dyn Fn(&str) -> bool; 3] =
            [&|c| c == name, &|c| c.to_lowercase() == wanted, &|c| base(c) == wanted];
        // Names as the file has them count too, so that a repeated one is noticed.
        for way in ways {
            let matches = |n: &usize| {
                let column = self.columns.get(*n);
                self.table.name(*n).is_some_and(way) || column.is_some_and(|c| way(&c.name))
            };
            let found: Vec<usize> = (0..self.columns.len()).filter(matches).collect();
            match found.as_slice() {
                [] => {}
                [column] => return Ok(*column),
                _ => {
                    let places: Vec<String> = found.iter().map(|n| (n + 1).to_string()).collect();
                    let reason = format!(
                        "{} columns have this name; choose one by its place: {}",
                        found.len(),
                        places.join(", ")
                    );
                    return Err(self.bad_channel(selector, &reason));
                }
            }
        }
        let near = the_nearest(name, self.columns.iter().map(|column| column.name.as_str()));
        Err(self.bad_channel(selector, &format!("there is no such column; {near}")))
    }

    /// One channel with its unit.
    fn channel(&self, column: usize, notes: &mut Vec<Note>) -> Result<ChannelInfo, ReadError> {
        let name = self.name(column).to_owned();
        let role = self.role(column);
        let needs = |found: String| ReadError::NeedsOption {
            file: self.file.to_owned(),
            found: found.into(),
            option: Setting::Unit,
        };
        let named = self.table.unit(column);
        let unit = match (self.options.unit, named, self.options.uv_per_count) {
            (Some(unit), named, _) => {
                if let Some(NamedUnit::Signal(other)) = named.filter(|named| *named != NamedUnit::Signal(unit)) {
                    let what = format!(" {} is used although column '{name}' says {}", unit.name(), other.name());
                    notes.push(Note::warning(wording![Setting::Unit, what]));
                }
                unit
            }
            (None, Some(NamedUnit::Signal(unit)), _) => unit,
            (None, _, Some(_)) => Unit::Counts,
            (None, Some(_), None) => return Err(needs(format!("column '{name}' is in a unit that is no voltage"))),
            (None, None, None) => {
                let stored = self.stored(column);
                let found = format!("column '{name}' {}", stored.as_deref().unwrap_or("names no unit"));
                if !self.options.unit_may_be_unknown {
                    return Err(needs(found));
                }
                note_no_unit(notes, &found);
                Unit::Unknown
            }
        };
        let what = format!("column '{name}'");
        let (uv_per_unit, scaled) = scale(self.file, &what, unit, self.options.uv_per_count)?;
        Ok(ChannelInfo { name, unit, role, column: column + 1, uv_per_unit, scaled, anchor: None })
    }

    fn bad_channel(&self, selector: &ChannelSelector, reason: &str) -> ReadError {
        let reason = wording![format!("{reason} ("), self.listing(most_listed(selector)), ")"];
        ReadError::Channel { file: self.file.to_owned(), asked: selector.to_string(), reason }
    }

    /// The columns and what they are, for a message.
    fn listing(&self, most: usize) -> Wording {
        listing("columns", self.columns.iter().map(|column| (column.name.as_str(), column.role)), most)
    }
}

//! From nested tables to the flat list of entries, remembering where each came from.

use toml::Spanned;
use tonus_core::training::{Entry, MAX_DEPTH, ProgramError, Target};

use crate::error::{ProgramFileError, visible};
use crate::raw::RawStep;
use crate::source::Source;
use crate::step;
use crate::text;
use crate::words::Words;

/// Most steps and repeats in a file.
pub(crate) const MAX_ENTRIES: usize = 64;

/// Where an entry stands in the file.
struct Place {
    number: String,
    line: usize,
}

/// Entries, and what their numbers stand for.
#[derive(Default)]
pub(crate) struct Steps {
    pub entries: Vec<Entry>,
    places: Vec<Place>,
    keys: Vec<String>,
    pub prompts: Vec<String>,
    pub segments: Vec<String>,
}

impl Steps {
    pub fn new(source: Source<'_>, words: &mut Words<'_>, raw: &[Spanned<RawStep>]) -> Result<Self, ProgramFileError> {
        let mut steps = Self::default();
        steps.all(source, words, raw, "", 0)?;
        Ok(steps)
    }

    fn all(
        &mut self,
        source: Source<'_>,
        words: &mut Words<'_>,
        raw: &[Spanned<RawStep>],
        prefix: &str,
        depth: usize,
    ) -> Result<(), ProgramFileError> {
        for (number, spanned) in raw.iter().enumerate() {
            let entry = self.entries.len();
            let number = format!("{prefix}{}", number + 1);
            let line = source.line(spanned.span().start);
            self.places.push(Place { number: number.clone(), line });
            if entry == MAX_ENTRIES {
                return Err(self.blame(source, entry, "step", text::too_many_steps(MAX_ENTRIES)));
            }
            let raw = spanned.get_ref();
            if raw.repeat.is_none() && raw.step.is_none() {
                let step = self.one(words, raw).map_err(|(key, message)| self.blame(source, entry, key, message))?;
                self.entries.push(Entry::Step(step));
                continue;
            }
            let (times, body) = step::repeat(raw).map_err(|(key, message)| self.blame(source, entry, key, message))?;
            if depth == MAX_DEPTH {
                return Err(self.blame(source, entry, "repeat", text::too_deep(MAX_DEPTH)));
            }
            self.entries.push(Entry::Repeat { times, entries: 0 });
            self.all(source, words, body, &format!("{number}."), depth + 1)?;
            let covered = self.entries.len() - entry - 1;
            // Below MAX_ENTRIES.
            self.entries[entry] = Entry::Repeat { times, entries: covered as u8 };
        }
        Ok(())
    }

    fn one(
        &mut self,
        words: &mut Words<'_>,
        raw: &RawStep,
    ) -> Result<tonus_core::training::Step, (&'static str, String)> {
        let mut step = step::step(raw)?;
        let Some(key) = &raw.prompt else { return Err(("prompt", text::no_prompt())) };
        let prompt = match self.keys.iter().position(|known| known == key) {
            Some(known) => known,
            None if key == "title" || key == "about" => return Err(("prompt", text::reserved_prompt())),
            None => {
                let text = words.get(key).ok_or_else(|| ("prompt", text::unknown_prompt(&visible(key))))?;
                self.keys.push(key.clone());
                self.prompts.push(text);
                self.prompts.len() - 1
            }
        };
        // Both numbers stay below MAX_ENTRIES.
        step.prompt = prompt as u16;
        if let Some(name) = &raw.segment {
            let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if name.is_empty() || name.len() > MAX_ENTRIES || !name.chars().all(is_plain) {
                return Err(("segment", text::segment(MAX_ENTRIES)));
            }
            let segment = self.segments.iter().position(|known| known == name).unwrap_or_else(|| {
                self.segments.push(name.clone());
                self.segments.len() - 1
            });
            step.segment = Some(segment as u8);
        }
        Ok(step)
    }

    /// Something about a key of an entry.
    pub fn blame(&self, source: Source<'_>, entry: usize, key: impl Into<String>, message: String) -> ProgramFileError {
        match self.places.get(entry) {
            Some(place) => ProgramFileError::Step {
                file: source.file.to_owned(),
                line: place.line,
                place: text::step_place(&place.number),
                key: key.into(),
                message,
            },
            None => source.key(key.into(), message),
        }
    }

    /// What the engine refused, in the words of the file.
    pub fn refused(&self, source: Source<'_>, error: &ProgramError) -> ProgramFileError {
        let target = error.entry().and_then(|entry| match self.entries.get(entry) {
            Some(Entry::Step(step)) => Some(step.target),
            _ => None,
        });
        let (key, message) = match *error {
            ProgramError::Empty => ("step".to_owned(), text::no_steps()),
            ProgramError::Repeat { .. } => ("repeat".to_owned(), text::repeat_count()),
            ProgramError::OutOfRange { field, value, min, max, .. } => {
                let key = match field {
                    "band low" | "band high" => "band".to_owned(),
                    "start_ratio" | "lowest_ratio" | "highest_ratio" | "success_share" | "ratio_per_min" => {
                        format!("adaptive.{field}")
                    }
                    _ => field.to_owned(),
                };
                (key, text::out_of_range(value, min, max))
            }
            ProgramError::Target { kind, .. } => {
                let key = match target {
                    Some(Target::Band { .. }) => "band",
                    Some(Target::Adaptive(_)) => "adaptive",
                    _ => "ceiling_ratio",
                };
                (key.to_owned(), text::target_of(kind))
            }
            ProgramError::TooMuch { phases, total_ms } => ("step".to_owned(), text::too_much(phases, total_ms)),
            _ => ("step".to_owned(), error.to_string()),
        };
        self.blame(source, error.entry().unwrap_or(usize::MAX), key, message)
    }
}

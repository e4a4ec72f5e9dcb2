//! The texts of a file: languages that say the same, and no text that nobody shows.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::ProgramFileError;
use crate::raw::RawText;
use crate::source::Source;
use crate::text;

/// The language that every file has.
pub(crate) const ENGLISH: &str = "en";
/// Longest text, in characters.
const MAX_CHARS: usize = 1000;

/// Checked texts.
pub(crate) struct Words<'a> {
    source: Source<'a>,
    chosen: BTreeMap<String, String>,
    language: String,
    used: BTreeSet<String>,
    /// The languages there are, English first.
    pub languages: Vec<String>,
}

impl<'a> Words<'a> {
    /// Takes the texts of a language, after a look at all of them.
    pub fn new(source: Source<'a>, mut raw: RawText, language: &str) -> Result<Self, ProgramFileError> {
        let Some(english) = raw.get(ENGLISH) else {
            return Err(source.key("text.en", text::no_english()));
        };
        for (language, texts) in &raw {
            check_texts(source, language, texts)?;
            if let Some(missing) = english.keys().find(|key| !texts.contains_key(*key)) {
                return Err(source.key(format!("text.{language}.{missing}"), text::not_translated()));
            }
            if let Some(extra) = texts.keys().find(|key| !english.contains_key(*key)) {
                return Err(source.key(format!("text.{language}.{extra}"), text::only_translated()));
            }
        }
        let others = raw.keys().filter(|key| *key != ENGLISH).cloned();
        let languages = [ENGLISH.to_owned()].into_iter().chain(others).collect();
        let Some(chosen) = raw.remove(language) else {
            return Err(source.key(format!("text.{language}"), text::no_language()));
        };
        Ok(Self { source, chosen, language: language.to_owned(), used: BTreeSet::new(), languages })
    }

    /// The text of a key, which is then no longer unused.
    pub fn get(&mut self, key: &str) -> Option<String> {
        let text = self.chosen.get(key)?.clone();
        self.used.insert(key.to_owned());
        Some(text)
    }

    /// A text that every file has.
    pub fn required(&mut self, key: &str) -> Result<String, ProgramFileError> {
        let name = format!("text.{}.{key}", self.language);
        self.get(key).ok_or_else(|| self.source.key(name, text::no_text()))
    }

    /// Refuses texts that nothing has asked for.
    pub fn finish(self) -> Result<Vec<String>, ProgramFileError> {
        match self.chosen.keys().find(|key| !self.used.contains(*key)) {
            Some(key) => Err(self.source.key(format!("text.{}.{key}", self.language), text::unused())),
            None => Ok(self.languages),
        }
    }
}

/// The language among `languages` that is meant: the same one, else the same without a region, else English.
pub(crate) fn closest<'a>(languages: &'a [String], wanted: &str) -> &'a str {
    // `de-AT`, `de_AT.UTF-8`: the part in front is the language.
    let front = wanted.split(['-', '_', '.', '@']).next().unwrap_or(wanted);
    let of = |tag: &str| languages.iter().find(|one| one.eq_ignore_ascii_case(tag));
    of(wanted).or_else(|| of(front)).map_or(ENGLISH, String::as_str)
}

fn check_texts(source: Source<'_>, language: &str, texts: &BTreeMap<String, String>) -> Result<(), ProgramFileError> {
    let is_tag = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !(2..=35).contains(&language.len()) || !language.chars().all(is_tag) {
        return Err(source.key(format!("text.{language}"), text::language_tag()));
    }
    for (key, value) in texts {
        // A control character could steer a terminal; a line break is fine.
        let is_plain = value.chars().all(|c| !c.is_control() || c == '\n');
        if value.trim().is_empty() || !is_plain || value.chars().count() > MAX_CHARS {
            return Err(source.key(format!("text.{language}.{key}"), text::plain_text(MAX_CHARS)));
        }
    }
    Ok(())
}

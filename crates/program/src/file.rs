//! A programme file: a checked programme with its words.

use std::path::Path;

use tonus_core::training::{Program, Step};

use crate::builtin;
use crate::error::ProgramFileError;
use crate::order;
use crate::raw::RawProgram;
use crate::source::{self, Form, Source};
use crate::steps::Steps;
use crate::text;
use crate::words::{ENGLISH, Words, closest};

/// A programme with its words.
#[derive(Debug, Clone, PartialEq)]
pub struct ProgramFile {
    /// Short name: lower-case letters, digits and `-`.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// What it is about, in a few sentences.
    pub about: String,
    /// Texts, by [`Step::prompt`].
    pub prompts: Vec<String>,
    /// Segments, by [`Step::segment`].
    pub segments: Vec<String>,
    /// The steps.
    pub program: Program<64>,
    /// Whether rest that lies far below the baseline is measured and takes its place.
    pub adopts_deep_rest: bool,
    /// The language of the texts here, such as `en`.
    pub language: String,
    /// The languages there are, English (`en`) first.
    pub languages: Vec<String>,
    /// The TOML text.
    pub source: String,
    /// SHA-256 of `source`, in hex.
    pub sha256: String,
}

impl ProgramFile {
    /// Reads a programme from TOML; `file` is what messages call it. The texts are the English ones.
    ///
    /// # Errors
    /// [`ProgramFileError`] with the place, the key and what to write instead.
    pub fn from_toml(source: &str, file: &str) -> Result<Self, ProgramFileError> {
        Self::in_language(source, file, ENGLISH)
    }

    /// Reads a programme from TOML, with the texts of a language.
    ///
    /// # Errors
    /// As [`ProgramFile::from_toml`]; also if there is no such language.
    pub fn in_language(source: &str, file: &str, language: &str) -> Result<Self, ProgramFileError> {
        let source = Source::new(source, file)?;
        if source.form()? == Form::Plan {
            return Err(source.key("stage", text::plan_not_program()));
        }
        let raw: RawProgram = source.parse()?;
        source.check_name(&raw.name)?;
        let mut words = Words::new(source, raw.text, language)?;
        let (title, about) = (words.required("title")?, words.required("about")?);
        let steps = Steps::new(source, &mut words, &raw.step)?;
        let languages = words.finish()?;
        let program = Program::new(&steps.entries).map_err(|error| steps.refused(source, &error))?;
        order::check(&program).map_err(|(entry, key, message)| steps.blame(source, entry, key, message))?;
        Ok(Self {
            name: raw.name,
            title,
            about,
            prompts: steps.prompts,
            segments: steps.segments,
            program,
            adopts_deep_rest: raw.adopt_deep_rest.unwrap_or(true),
            language: language.to_owned(),
            languages,
            source: source.text.to_owned(),
            sha256: source.sha256(),
        })
    }

    /// The built-in programme of this name.
    pub(crate) fn builtin(name: &str) -> Option<Self> {
        builtin::program(name).and_then(|source| Self::from_toml(source, name).ok())
    }

    /// Reads a programme file of at most [`crate::MAX_BYTES`].
    ///
    /// # Errors
    /// As [`ProgramFile::from_toml`]; also if the file cannot be read.
    pub fn open(path: &Path) -> Result<Self, ProgramFileError> {
        Self::from_toml(&source::read(path)?, &path.display().to_string())
    }

    /// The same programme with its texts in a language: `de` for `de`, `DE`, `de-AT` or `de_AT.UTF-8`; in English if it has none
    /// that fits.
    #[must_use]
    pub fn translated(self, language: &str) -> Self {
        let chosen = closest(&self.languages, language);
        // What was read once is read again: every language has the same keys.
        Self::in_language(&self.source, &self.name, chosen).unwrap_or(self)
    }

    /// The text to show during a step of this programme.
    pub fn prompt(&self, step: &Step) -> &str {
        self.prompts.get(usize::from(step.prompt)).map_or("", String::as_str)
    }

    /// The segment of a step of this programme, if it has one.
    pub fn segment(&self, step: &Step) -> Option<&str> {
        self.segments.get(usize::from(step.segment?)).map(String::as_str)
    }

    /// Length in seconds, without pauses and repeated calibrations.
    pub fn seconds(&self) -> f64 {
        self.program.total_ms() as f64 / 1000.0
    }
}

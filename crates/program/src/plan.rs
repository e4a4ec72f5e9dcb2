//! A plan: programmes in stages, over days.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::builtin::NAMES;
use crate::error::{ProgramFileError, visible};
use crate::file::ProgramFile;
use crate::raw::RawPlan;
use crate::source::{self, Form, Source};
use crate::text;
use crate::words::{ENGLISH, Words, closest};

/// Sessions that a stage takes, where the file does not say.
const GOOD_SESSIONS: i64 = 3;
/// Most good sessions for a stage.
const MAX_GOOD_SESSIONS: i64 = 20;
/// Most stages.
const MAX_STAGES: usize = 32;
/// Longest plan.
const MAX_DAYS: i64 = 365;

/// A row of programmes over days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Short name: lower-case letters, digits and `-`.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// What it is about, in a few sentences.
    pub about: String,
    /// How many days it is made for, about. A hint; nothing ends by itself.
    pub days: u16,
    /// One after the other, at least one.
    pub stages: Vec<PlanStage>,
    /// The languages there are, English (`en`) first.
    pub languages: Vec<String>,
    /// The TOML text.
    pub source: String,
    /// SHA-256 of `source`, in hex.
    pub sha256: String,
    /// The folder that files of its stages are looked for in; none for the working folder.
    pub folder: Option<PathBuf>,
}

/// One stage of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanStage {
    /// Name for people.
    pub title: String,
    /// What it is about.
    pub about: String,
    /// A built-in programme, or a file that ends in `.toml`; see [`Plan::program`].
    pub program: String,
    /// Good sessions needed before the next stage is offered.
    pub good_sessions: u8,
}

impl Plan {
    /// Reads a plan from TOML; `file` is what messages call it. The texts are the English ones.
    ///
    /// # Errors
    /// [`ProgramFileError`] with the place, the key and what to write instead.
    pub fn from_toml(source: &str, file: &str) -> Result<Self, ProgramFileError> {
        Self::in_language(source, file, ENGLISH)
    }

    /// Reads a plan from TOML, with the texts of a language.
    ///
    /// # Errors
    /// As [`Plan::from_toml`]; also if there is no such language.
    pub fn in_language(source: &str, file: &str, language: &str) -> Result<Self, ProgramFileError> {
        let source = Source::new(source, file)?;
        if source.form()? == Form::Program {
            return Err(source.key("stage", text::no_stage()));
        }
        let raw: RawPlan = source.parse()?;
        source.check_name(&raw.name)?;
        if !(1..=MAX_DAYS).contains(&raw.days) {
            return Err(source.key("days", text::out_of_range(raw.days as f64, 1.0, MAX_DAYS as f64)));
        }
        if raw.stage.is_empty() || raw.stage.len() > MAX_STAGES {
            return Err(source.key("stage", text::stage_count(MAX_STAGES)));
        }
        let mut words = Words::new(source, raw.text, language)?;
        let (title, about) = (words.required("title")?, words.required("about")?);
        let mut stages = Vec::with_capacity(raw.stage.len());
        for (number, spanned) in raw.stage.into_iter().enumerate() {
            let line = source.line(spanned.span().start);
            let amiss = |key: &str, message: String| ProgramFileError::Step {
                file: file.to_owned(),
                line,
                place: text::stage_place(number + 1),
                key: key.to_owned(),
                message,
            };
            let stage = spanned.into_inner();
            let is_known = NAMES.contains(&stage.program.as_str()) || is_file(&stage.program);
            if !is_known {
                return Err(amiss("program", text::unknown_program(&visible(&stage.program))));
            }
            let good_sessions = stage.good_sessions.unwrap_or(GOOD_SESSIONS);
            if !(1..=MAX_GOOD_SESSIONS).contains(&good_sessions) {
                let message = text::out_of_range(good_sessions as f64, 1.0, MAX_GOOD_SESSIONS as f64);
                return Err(amiss("good_sessions", message));
            }
            let mut word =
                |key: &str, of: &str| words.get(of).ok_or_else(|| amiss(key, text::unknown_prompt(&visible(of))));
            stages.push(PlanStage {
                title: word("title", &stage.title)?,
                about: word("about", &stage.about)?,
                program: stage.program,
                good_sessions: good_sessions as u8,
            });
        }
        let languages = words.finish()?;
        Ok(Self {
            name: raw.name,
            title,
            about,
            days: raw.days as u16,
            stages,
            languages,
            source: source.text.to_owned(),
            sha256: source.sha256(),
            folder: None,
        })
    }

    /// Reads a plan file of at most [`crate::MAX_BYTES`].
    ///
    /// # Errors
    /// As [`Plan::from_toml`]; also if the file cannot be read.
    pub fn open(path: &Path) -> Result<Self, ProgramFileError> {
        Self::from_toml(&source::read(path)?, &path.display().to_string()).map(|plan| plan.beside(path))
    }

    /// The same plan with its texts in a language; in English if it has none that fits, see [`ProgramFile::translated`].
    #[must_use]
    pub fn translated(self, language: &str) -> Self {
        let chosen = closest(&self.languages, language);
        match Self::in_language(&self.source, &self.name, chosen) {
            Ok(plan) => Self { folder: self.folder, ..plan },
            Err(_) => self,
        }
    }

    /// The same plan, with its stages' files looked for beside `path`.
    pub(crate) fn beside(mut self, path: &Path) -> Self {
        self.folder = path.parent().map(Path::to_path_buf);
        self
    }

    /// The programme of a stage: built in, or a file, looked for in the folder of the plan's own file.
    ///
    /// # Errors
    /// [`ProgramFileError`] if the file cannot be used.
    pub fn program(&self, stage: &PlanStage) -> Result<ProgramFile, ProgramFileError> {
        match ProgramFile::builtin(&stage.program) {
            Some(program) => Ok(program),
            None if is_file(&stage.program) => {
                ProgramFile::open(&self.folder.as_deref().unwrap_or(Path::new("")).join(&stage.program))
            }
            None => Err(ProgramFileError::NotFound { name: stage.program.clone() }),
        }
    }
}

fn is_file(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "toml")
}

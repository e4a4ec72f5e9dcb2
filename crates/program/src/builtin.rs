//! What is built in, and how a name is found.

use std::path::Path;

use crate::error::{ProgramFileError, visible};
use crate::file::ProgramFile;
use crate::plan::Plan;
use crate::source::{self, Form, Source};

macro_rules! files {
    ($names:ident, $files:ident, $folder:literal, [$($name:literal),* $(,)?], $what:literal) => {
        #[doc = $what]
        pub const $names: &[&str] = &[$($name),*];
        const $files: &[(&str, &str)] = &[$(($name, include_str!(concat!("../", $folder, "/", $name, ".toml")))),*];
    };
}

files!(
    NAMES,
    PROGRAM_FILES,
    "programs",
    [
        "taster",
        "awareness",
        "breathing",
        "down-training",
        "contract-relax-gentle",
        "contract-relax",
        "quick-flicks",
        "discrimination",
        "glazer",
        "glazer-2s",
    ],
    "The built-in programmes: the first try, then the quiet ones first."
);

files!(PLANS, PLAN_FILES, "plans", ["first-steps"], "The built-in plans.");

fn source_of(files: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    files.iter().find(|(known, _)| *known == name).map(|(_, source)| *source)
}

/// The built-in programme of this name.
pub fn builtin(name: &str) -> Option<ProgramFile> {
    source_of(PROGRAM_FILES, name).and_then(|source| ProgramFile::from_toml(source, name).ok())
}

/// The built-in plan of this name.
pub fn builtin_plan(name: &str) -> Option<Plan> {
    source_of(PLAN_FILES, name).and_then(|source| Plan::from_toml(source, name).ok())
}

/// The built-in programme of this name in a language, as [`ProgramFile::translated`] chooses it; in English if it has no other.
pub fn builtin_in(name: &str, language: &str) -> Option<ProgramFile> {
    builtin(name).map(|program| program.translated(language))
}

/// The built-in plan of this name in a language, as [`Plan::translated`] chooses it; in English if it has no other.
pub fn builtin_plan_in(name: &str, language: &str) -> Option<Plan> {
    builtin_plan(name).map(|plan| plan.translated(language))
}

/// A programme or a plan.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// A programme.
    Program(Box<ProgramFile>),
    /// A plan.
    Plan(Plan),
}

/// The built-in programme or plan of this name, else the file at this path. For a file that is called like something built in,
/// write `./` before it.
///
/// # Errors
/// [`ProgramFileError`] that lists the names if there is neither, or that says what is amiss with the file.
pub fn find(name_or_path: &str) -> Result<Found, ProgramFileError> {
    if let Some(program) = builtin(name_or_path) {
        return Ok(Found::Program(Box::new(program)));
    }
    if let Some(plan) = builtin_plan(name_or_path) {
        return Ok(Found::Plan(plan));
    }
    let path = Path::new(name_or_path);
    if !path.exists() {
        return Err(ProgramFileError::NotFound { name: visible(name_or_path) });
    }
    let (text, file) = (source::read(path)?, visible(name_or_path));
    match Source::new(&text, &file)?.form()? {
        Form::Program => ProgramFile::from_toml(&text, &file).map(|program| Found::Program(Box::new(program))),
        Form::Plan => Plan::from_toml(&text, &file).map(|plan| Found::Plan(plan.beside(path))),
    }
}

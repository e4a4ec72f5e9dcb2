//! How a name is found: what is built in, else a file.

use std::path::Path;

use crate::error::{ProgramFileError, visible};
use crate::file::ProgramFile;
use crate::plan::Plan;
use crate::source::{self, Form, Source};

/// The built-in programme of this name.
pub fn builtin(name: &str) -> Option<ProgramFile> {
    ProgramFile::builtin(name)
}

/// The built-in plan of this name.
pub fn builtin_plan(name: &str) -> Option<Plan> {
    crate::builtin::plan(name).and_then(|source| Plan::from_toml(source, name).ok())
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

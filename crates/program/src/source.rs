//! The text of a file: reading it, its digest, places in it, and what the TOML parser says about it.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use crate::error::{ProgramFileError, visible};
use crate::raw::RawHead;
use crate::text;

/// Largest file.
pub const MAX_BYTES: usize = 1 << 20;
/// The one version of the format there is.
const VERSION: i64 = 1;
/// Longest name.
const MAX_NAME: usize = 64;

/// A text and what to call it in messages.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub text: &'a str,
    pub file: &'a str,
}

/// What a file is by its tables.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Program,
    Plan,
}

impl<'a> Source<'a> {
    /// Takes a text that is not too large.
    pub fn new(text: &'a str, file: &'a str) -> Result<Self, ProgramFileError> {
        if text.len() > MAX_BYTES {
            return Err(ProgramFileError::TooLarge { file: file.to_owned() });
        }
        Ok(Self { text, file })
    }

    /// What kind of file it is; refuses versions that are not known before their keys are.
    pub fn form(self) -> Result<Form, ProgramFileError> {
        let head: RawHead = self.parse()?;
        match head.version {
            Some(VERSION) => {}
            Some(other) => return Err(self.key("version", text::other_version(other))),
            None => return Err(self.key("version", text::no_version())),
        }
        match (head.step, head.stage) {
            (Some(_), Some(_)) => Err(self.key("stage", text::step_and_stage())),
            (None, Some(_)) => Ok(Form::Plan),
            _ => Ok(Form::Program),
        }
    }

    /// Reads the text as TOML.
    pub fn parse<T: DeserializeOwned>(self) -> Result<T, ProgramFileError> {
        toml::from_str(self.text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start).min(self.text.len());
            let before = self.text.get(..start).unwrap_or_default();
            let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
            let near = self.text.get(line_start..).unwrap_or_default().lines().next().unwrap_or_default().trim();
            ProgramFileError::Toml {
                file: self.file.to_owned(),
                line: self.line(start),
                column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
                message: text::toml(&visible(error.message()), &visible(near)),
            }
        })
    }

    /// The line of a byte, from 1.
    pub fn line(self, byte: usize) -> usize {
        self.text.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1
    }

    /// Something about a key outside the steps.
    pub fn key(self, key: impl AsRef<str>, message: impl Into<String>) -> ProgramFileError {
        ProgramFileError::Key { file: self.file.to_owned(), key: visible(key.as_ref()), message: message.into() }
    }

    /// Refuses a name that could not be that of a folder everywhere.
    pub fn check_name(self, name: &str) -> Result<(), ProgramFileError> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_fine = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(is_plain);
        if is_fine && name.len() <= MAX_NAME { Ok(()) } else { Err(self.key("name", text::name(MAX_NAME))) }
    }

    /// SHA-256 of the text, in hex.
    pub fn sha256(self) -> String {
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(self.text.as_bytes()) {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }
}

/// Reads a file of at most [`MAX_BYTES`].
pub(crate) fn read(path: &Path) -> Result<String, ProgramFileError> {
    let file = || visible(&path.display().to_string());
    let io = |source| ProgramFileError::Io { file: file(), source };
    let mut bytes = Vec::new();
    // A pipe would be waited for, a device may have no end.
    if !path.metadata().map_err(io)?.is_file() {
        return Err(io(std::io::Error::new(std::io::ErrorKind::InvalidInput, "not a regular file")));
    }
    File::open(path).map_err(io)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() > MAX_BYTES {
        return Err(ProgramFileError::TooLarge { file: file() });
    }
    String::from_utf8(bytes).map_err(|error| io(std::io::Error::new(std::io::ErrorKind::InvalidData, error)))
}

//! What can be amiss with a programme or plan, and where.

use crate::text;
use tonus_core::text::is_plain;

/// A programme or plan that cannot be used. Every message names the place, the key and what to write instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProgramFileError {
    /// The file cannot be read.
    #[error("{file}: {source}")]
    Io {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file is larger than [`crate::MAX_BYTES`].
    #[error("{file}: {}", text::too_large())]
    TooLarge {
        /// The file.
        file: String,
    },
    /// The text is no TOML, has a key that is not known, lacks one, or has a value of another type.
    #[error("{file}, line {line}, column {column}: {message}")]
    Toml {
        /// The file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is amiss.
        message: String,
    },
    /// A key outside the steps.
    #[error("{file}: {key}: {message}")]
    Key {
        /// The file.
        file: String,
        /// The key, as `table.key`.
        key: String,
        /// What is amiss and what to write.
        message: String,
    },
    /// A key of a step or stage.
    #[error("{file}, line {line}, {place}: {key}: {message}")]
    Step {
        /// The file.
        file: String,
        /// Line at which the step or stage begins, from 1.
        line: usize,
        /// Which one: `step 3.1` is the first step in the third.
        place: String,
        /// The key.
        key: String,
        /// What is amiss and what to write.
        message: String,
    },
    /// Neither built in nor a file.
    #[error("{}", text::not_found(name))]
    NotFound {
        /// What was asked for.
        name: String,
    },
}

/// Control and direction characters made visible, so that a file cannot steer the terminal that shows a message about it.
pub(crate) fn visible(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    for c in message.chars() {
        if is_plain(c) { out.push(c) } else { out.extend(c.escape_default()) }
    }
    out
}

//! Text before it is known what table it holds: lines, delimiters, and the words for units, roles and rates.

pub(crate) mod dialect;
pub(crate) mod names;
pub(crate) mod rate;

/// A line's text; Latin-1 where it is not UTF-8.
pub(crate) fn latin(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

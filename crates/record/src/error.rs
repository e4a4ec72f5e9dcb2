//! Why a recording cannot be read, and which setting would help.

use std::fmt;
use std::io;

use thiserror::Error;

use crate::setting::{Setting, Wording};
use crate::wording;

/// The largest number of characters of a file's own text that a message repeats.
const QUOTED_CHARS: usize = 32;

/// A recording that cannot be opened or read on.
///
/// Every message names the file; malformed text adds line, column and what stood there; whatever an option can settle
/// names that setting. A single bad row is no error: it is counted, listed and stepped over.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The operating system refused.
    #[error("{}", self.wording())]
    Io {
        /// The file as the caller named it.
        file: String,
        /// The refusal.
        source: io::Error,
    },
    /// Not a regular file, or not text.
    #[error("{}", self.wording())]
    NotText {
        /// The file as the caller named it.
        file: String,
        /// What it is.
        found: &'static str,
        /// What to do.
        fix: &'static str,
    },
    /// No row of numbers.
    #[error("{}", self.wording())]
    NoRows {
        /// The file as the caller named it.
        file: String,
        /// What there is instead.
        found: &'static str,
    },
    /// Text that cannot be read as a table without guessing.
    #[error("{}", self.wording())]
    Malformed {
        /// The file as the caller named it.
        file: String,
        /// Where.
        place: Place,
        /// What stood there (shortened).
        found: String,
        /// What to do.
        fix: Wording,
    },
    /// A binary recording that is damaged. None of its own text is repeated: it may say whom it is about.
    #[error("{}", self.wording())]
    Damaged {
        /// The file as the caller named it.
        file: String,
        /// Where.
        place: String,
        /// What stood there.
        found: String,
        /// What to do.
        fix: Wording,
    },
    /// The file does not say something that would change a number.
    #[error("{}", self.wording())]
    NeedsOption {
        /// The file as the caller named it.
        file: String,
        /// What the file says and does not say.
        found: Wording,
        /// The setting that settles it.
        option: Setting,
    },
    /// Channels of several sampling rates, where one reader needs channels of one.
    #[error("{}", self.wording())]
    SeveralRates {
        /// The file as the caller named it.
        file: String,
        /// The channels by their rates, in the order of their first ones.
        groups: Vec<RateGroup>,
    },
    /// A chosen channel that is not there, or is no signal.
    #[error("{}", self.wording())]
    Channel {
        /// The file as the caller named it.
        file: String,
        /// What was asked for.
        asked: String,
        /// Why it cannot be, and what there is.
        reason: Wording,
    },
    /// An option whose value cannot be used.
    #[error("{}", self.wording())]
    BadOption {
        /// The file as the caller named it.
        file: String,
        /// The setting.
        option: Setting,
        /// Why.
        reason: String,
    },
}

impl ReadError {
    /// The setting that would settle the matter, if one would.
    pub const fn option(&self) -> Option<Setting> {
        match self {
            Self::NeedsOption { option, .. } | Self::BadOption { option, .. } => Some(*option),
            Self::Channel { .. } | Self::SeveralRates { .. } => Some(Setting::Channel),
            _ => None,
        }
    }

    /// The message, for whoever calls settings by other names than their fields.
    pub fn wording(&self) -> Wording {
        match self {
            Self::Io { file, source } => format!("{file}: {source}").into(),
            Self::NotText { file, found, fix } => format!("{file}: found {found}; {fix}").into(),
            Self::NoRows { file, found } => format!("{file}: found {found}; a recording needs rows of numbers").into(),
            Self::Malformed { file, place, found, fix } => {
                wording![format!("{file}:{place}: found {found}; "), fix.clone()]
            }
            Self::Damaged { file, place, found, fix } => {
                wording![format!("{file}: {place}: found {found}; "), fix.clone()]
            }
            Self::NeedsOption { file, found, option } => {
                let words = option.words().map(|words| format!(" {words}")).unwrap_or_default();
                wording![format!("{file}: "), found.clone(), "; give ", *option, words]
            }
            Self::SeveralRates { file, groups } => {
                let found = format!("{file}: its channels have different sampling rates: ");
                wording![found, listed(groups), "; give ", Setting::Channel]
            }
            Self::Channel { file, asked, reason } => {
                wording![format!("{file}: "), Setting::Channel, format!(" {asked}: "), reason.clone()]
            }
            Self::BadOption { file, option, reason } => wording![format!("{file}: "), *option, format!(": {reason}")],
        }
    }
}

/// Channels of a file that share a sampling rate.
#[derive(Debug, Clone, PartialEq)]
pub struct RateGroup {
    /// Their rate, if the file says it.
    pub rate_hz: Option<f64>,
    /// Their places among the columns or signals of the file, from 1.
    pub columns: Vec<usize>,
}

impl RateGroup {
    /// Channels (columns from 0, with their rates) by rates that are the same within this share.
    pub(crate) fn of(rates: &[(usize, Option<f64>)], tolerance: f64) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for (column, rate_hz) in rates {
            let is_same = |group: &&mut Self| match (group.rate_hz, rate_hz) {
                (Some(other), Some(rate)) => (other - rate).abs() <= tolerance * other,
                (other, rate) => other.is_none() && rate.is_none(),
            };
            match groups.iter_mut().find(is_same) {
                Some(group) => group.columns.push(column + 1),
                None => groups.push(Self { rate_hz: *rate_hz, columns: vec![column + 1] }),
            }
        }
        groups
    }
}

/// Groups as settings: `channel 2 channel 4 at 1259.26 Hz, or channel 6 at 148.15 Hz`.
fn listed(groups: &[RateGroup]) -> Wording {
    let mut all = Wording::default();
    for (n, group) in groups.iter().enumerate() {
        for (k, column) in group.columns.iter().enumerate() {
            let before = if k > 0 {
                " "
            } else if n > 0 {
                ", or "
            } else {
                ""
            };
            all = wording![all, before, Setting::Channel, format!(" {column}")];
        }
        all = all.and(match group.rate_hz {
            Some(rate) => format!(" at {} Hz", (rate * 100.0).round() / 100.0),
            None => " at no known rate".to_owned(),
        });
    }
    all
}

/// A place in a text file; both count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Line.
    pub line: u64,
    /// Column of the table, if one is to blame.
    pub column: Option<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        match self.column {
            Some(column) => write!(f, ", column {column}"),
            None => Ok(()),
        }
    }
}

/// What to say of a name that is none of those known: `the nearest are a, b, c`. Nothing without any.
pub(crate) fn the_nearest<'a>(asked: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let near: Vec<&str> = tonus_core::text::nearest(asked, known).collect();
    match near.as_slice() {
        [] => String::new(),
        [one] => format!("the nearest is {one}"),
        all => format!("the nearest are {}", all.join(", ")),
    }
}

/// A short printable form of a file's own text: no control or direction characters, at most [`QUOTED_CHARS`] of it.
pub(crate) fn quoted(bytes: &[u8]) -> String {
    let shown = bytes.get(..4 * QUOTED_CHARS).unwrap_or(bytes);
    let text = String::from_utf8_lossy(shown);
    let mut out = String::from("'");
    for (n, c) in text.trim().chars().enumerate() {
        if n == QUOTED_CHARS {
            out.push('…');
            break;
        }
        out.push(if is_printable(c) { c } else { '\u{fffd}' });
    }
    out.push('\'');
    out
}

/// What stood in a cell or, where `cell` is all of `line`, in a line that is no row. Prose may be about a person, and is
/// not repeated.
pub(crate) fn found(cell: &[u8], line: &[u8]) -> String {
    let is_prose = cell.len() == line.len() || cell.len() > 64 || cell.contains(&b' ');
    let letters = cell.split(|b| !b.is_ascii_alphabetic()).map(<[u8]>::len).max().unwrap_or(0);
    if is_prose && letters >= 4 { "text".to_owned() } else { quoted(cell) }
}

/// Whether a character may stand in a message or a name: no control, direction or line-breaking character.
pub(crate) use tonus_core::text::is_plain as is_printable;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_is_short_and_printable() {
        assert_eq!(quoted(b" a\x07b\n"), "'a\u{fffd}b'");
        assert_eq!(quoted("\u{202e}x".as_bytes()), "'\u{fffd}x'");
        assert_eq!(quoted(&[b'9'; 10_000]).chars().count(), QUOTED_CHARS + 3);
    }

    #[test]
    fn messages_name_place_and_option() {
        let place = Place { line: 7, column: Some(2) };
        let error = ReadError::Malformed { file: "a.csv".into(), place, found: "'x'".into(), fix: "mend it".into() };
        assert_eq!(error.to_string(), "a.csv:line 7, column 2: found 'x'; mend it");
        assert_eq!(error.option(), None);
        let error = ReadError::NeedsOption { file: "a.csv".into(), found: "no rate".into(), option: Setting::Rate };
        assert_eq!(error.to_string(), "a.csv: no rate; give rate_hz");
        assert_eq!(error.wording().named(|_| "--rate"), "a.csv: no rate; give --rate");
        assert_eq!(error.option(), Some(Setting::Rate));
    }
}

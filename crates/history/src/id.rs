//! Names of sessions.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::time::Utc;

/// Longest name in bytes.
const MAX_BYTES: usize = 100;

/// The name of a session and of its folder: when it began in UTC, such as `20261124-060236`, and `-2` if that was taken.
///
/// It holds no name of a person, and no part of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Id(String);

/// A text that cannot be the name of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a session's name has 1 to 100 bytes, does not begin with a point, and has no / \\ : or control characters")]
pub struct NoName;

impl Id {
    /// The `turn`-th name for a session that began then; none outside the calendar.
    pub(crate) fn at(started_unix_s: f64, turn: u32) -> Option<Self> {
        let stamp = Utc::from_unix_s(started_unix_s)?.stamp();
        Some(Self(if turn > 1 { format!("{stamp}-{turn}") } else { stamp }))
    }

    /// The name of a folder that was found.
    pub(crate) fn found(name: String) -> Self {
        Self(name)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// When a session of this name began; none if its folder was named by somebody else.
    pub fn started_unix_s(&self) -> Option<f64> {
        let (stamp, turn) = self.0.split_at_checked(15)?;
        let is_turn = turn.is_empty() || turn.strip_prefix('-').is_some_and(|turn| turn.parse::<u32>().is_ok());
        Utc::from_stamp(stamp).filter(|_| is_turn).map(Utc::to_unix_s)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Id {
    type Err = NoName;

    fn from_str(name: &str) -> Result<Self, NoName> {
        Self::try_from(name.to_owned())
    }
}

impl TryFrom<String> for Id {
    type Error = NoName;

    fn try_from(name: String) -> Result<Self, NoName> {
        let is_plain = |c: char| !c.is_control() && !matches!(c, '/' | '\\' | ':');
        let fits = !name.is_empty() && name.len() <= MAX_BYTES && !name.starts_with('.') && name.chars().all(is_plain);
        if fits { Ok(Self(name)) } else { Err(NoName) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_when_and_is_never_a_path() {
        assert_eq!(Id::at(1_795_500_156.7, 1).unwrap().as_str(), "20261124-060236");
        let second = Id::at(1_795_500_156.7, 2).unwrap();
        assert_eq!(second.to_string(), "20261124-060236-2");
        assert_eq!(second.started_unix_s(), Some(1_795_500_156.0));
        assert_eq!(Id::at(-1.0, 1), None);
        for name in ["", ".", "..", "../x", "a/b", "a\\b", "c:", ".deleting-x", "a\nb", &"x".repeat(101)] {
            assert!(name.parse::<Id>().is_err(), "{name}");
        }
        assert_eq!("before the move".parse::<Id>().unwrap().started_unix_s(), None);
        assert!(serde_json::from_str::<Id>("\"../x\"").is_err());
    }
}

//! The diary: how a person was before and after sessions, and on days without one.

mod entry;
mod lines;

use std::ops::RangeInclusive;

pub use entry::{DiaryEntry, When};
pub(crate) use lines::{Change, Lines, same_session, with_fields_of, without_session};

use crate::id::Id;

/// Its name in a store.
pub(crate) const FILE: &str = "diary.jsonl";

/// The diary as it was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diary {
    entries: Vec<DiaryEntry>,
    unreadable: usize,
    torn: bool,
}

impl Diary {
    /// Reads the bytes of a `diary.jsonl`, whatever they are.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let lines = Lines::read(bytes);
        let mut entries: Vec<DiaryEntry> = lines.entries().cloned().collect();
        entries.sort_by(|a, b| a.at_unix_s.total_cmp(&b.at_unix_s));
        Self { entries, unreadable: lines.unreadable(), torn: lines.is_torn() }
    }

    /// Every entry in the order of time.
    pub fn entries(&self) -> &[DiaryEntry] {
        &self.entries
    }

    /// Entries from one time to another, in seconds since 1970.
    pub fn list(&self, range: RangeInclusive<f64>) -> impl Iterator<Item = &DiaryEntry> {
        self.entries.iter().filter(move |entry| range.contains(&entry.at_unix_s))
    }

    /// The latest entry before a session.
    pub fn before(&self, session: &Id) -> Option<&DiaryEntry> {
        self.latest(session, When::Before)
    }

    /// The latest entry after a session.
    pub fn after(&self, session: &Id) -> Option<&DiaryEntry> {
        self.latest(session, When::After)
    }

    fn latest(&self, session: &Id, when: When) -> Option<&DiaryEntry> {
        self.entries.iter().rev().find(|entry| entry.when == when && entry.session.as_ref() == Some(session))
    }

    /// Pain before and after a session, as far as it is known.
    pub fn pain_around(&self, session: &Id) -> (Option<u8>, Option<u8>) {
        let pain = |when| {
            let said = |entry: &&DiaryEntry| {
                entry.when == when && entry.session.as_ref() == Some(session) && entry.pain.is_some()
            };
            self.entries.iter().rev().find(said).and_then(|entry| entry.pain)
        };
        (pain(When::Before), pain(When::After))
    }

    /// Every mention of pain in the order of time.
    pub(crate) fn pain(&self) -> impl Iterator<Item = (f64, f64)> {
        self.entries.iter().filter_map(|entry| entry.pain.map(|pain| (entry.at_unix_s, f64::from(pain))))
    }

    /// Whole lines that could not be read. They stay in the file.
    pub fn unreadable(&self) -> usize {
        self.unreadable
    }

    /// Whether the last line is unfinished, as after a loss of power.
    pub fn is_torn(&self) -> bool {
        self.torn
    }

    /// All lines that could not be read.
    pub fn unread(&self) -> usize {
        self.unreadable + usize::from(self.torn)
    }
}

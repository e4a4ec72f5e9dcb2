//! `diary.jsonl`: one JSON object a line. Lines are only appended; a line that cannot be read costs no other.

use std::collections::HashSet;

use serde_json::Value;

use super::DiaryEntry;
use crate::id::Id;

/// The lines of a diary, each with what it says.
#[derive(Debug)]
pub(crate) struct Lines<'a> {
    lines: Vec<(&'a [u8], Option<DiaryEntry>)>,
    torn: bool,
}

impl<'a> Lines<'a> {
    /// Reads lines, whatever they are. A line that stands there twice, as after two folders were put
    /// together by hand, counts once: every entry has its own name.
    pub(crate) fn read(bytes: &'a [u8]) -> Self {
        let mut seen = HashSet::new();
        let (mut lines, mut torn) = (Vec::new(), false);
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let line = piece.strip_suffix(b"\n").unwrap_or(piece);
            if line.iter().all(u8::is_ascii_whitespace) || !seen.insert(line) {
                continue;
            }
            let entry = serde_json::from_slice::<DiaryEntry>(line).ok().filter(|entry| entry.check().is_ok());
            torn = entry.is_none() && piece.len() == line.len();
            lines.push((line, entry));
        }
        Self { lines, torn }
    }

    /// The entries in the order of lines.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &DiaryEntry> {
        self.lines.iter().filter_map(|(_, entry)| entry.as_ref())
    }

    /// Whole lines that cannot be read.
    pub(crate) fn unreadable(&self) -> usize {
        self.lines.iter().filter(|(_, entry)| entry.is_none()).count() - usize::from(self.torn)
    }

    /// Whether the last line is unfinished.
    pub(crate) fn is_torn(&self) -> bool {
        self.torn
    }

    /// The same file with some lines left out or changed; what cannot be read stays. None if nothing would
    /// change.
    pub(crate) fn rewrite(&self, change: impl Fn(&DiaryEntry, &'a [u8]) -> Change) -> Option<Vec<u8>> {
        let (mut out, mut is_changed) = (Vec::new(), false);
        for (line, entry) in &self.lines {
            match entry.as_ref().map_or(Change::Keep, |entry| change(entry, line)) {
                Change::Keep => out.extend_from_slice(line),
                Change::Drop => {
                    is_changed = true;
                    continue;
                }
                Change::Put(new) => {
                    is_changed = true;
                    out.extend_from_slice(&new);
                }
            }
            out.push(b'\n');
        }
        is_changed.then_some(out)
    }
}

/// What becomes of a line.
pub(crate) enum Change {
    /// It stays as it is.
    Keep,
    /// It goes.
    Drop,
    /// Another takes its place.
    Put(Vec<u8>),
}

/// A line without its link to a session; keys that a newer tonus wrote stay.
pub(crate) fn without_session(line: &[u8]) -> Change {
    let Ok(Value::Object(mut fields)) = serde_json::from_slice::<Value>(line) else { return Change::Keep };
    fields.remove("session");
    serde_json::to_vec(&fields).map_or(Change::Keep, Change::Put)
}

/// A line with the fields of another entry; keys that a newer tonus wrote stay.
pub(crate) fn with_fields_of(line: &[u8], entry: &DiaryEntry) -> Change {
    let (Ok(Value::Object(mut fields)), Ok(Value::Object(new))) =
        (serde_json::from_slice(line), serde_json::to_value(entry))
    else {
        return Change::Keep;
    };
    fields.retain(|key, _| !DiaryEntry::FIELDS.contains(&key.as_str()));
    fields.extend(new);
    serde_json::to_vec(&fields).map_or(Change::Keep, Change::Put)
}

/// Whether an entry is linked to a session.
pub(crate) fn same_session(entry: &DiaryEntry, id: &Id) -> bool {
    entry.session.as_ref().is_some_and(|session| session == id)
}

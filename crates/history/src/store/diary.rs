//! The diary of a store.
//!
//! Only one program writes at a time (`lock.rs`); readers need no lock, as a file is appended to in one piece or replaced.

use super::Store;
use crate::diary::{Change, Diary, DiaryEntry, FILE, Lines, same_session, with_fields_of, without_session};
use crate::disk;
use crate::error::{HistoryError, limits, storage};
use crate::id::Id;
use crate::lock::Lock;

/// Name of its lock.
const LOCK: &str = ".diary.lock";

impl Store {
    /// Reads the diary; an empty one if there is none yet.
    ///
    /// # Errors
    /// [`HistoryError::Storage`].
    pub fn diary(&self) -> Result<Diary, HistoryError> {
        Ok(Diary::from_bytes(&self.diary_bytes()?))
    }

    /// Appends an entry and gives it its `id`; what stands there as `id` does not count.
    ///
    /// # Errors
    /// [`HistoryError::Field`] if a field holds what it cannot, [`HistoryError::Storage`].
    pub fn diary_add(&self, entry: &DiaryEntry) -> Result<DiaryEntry, HistoryError> {
        entry.check()?;
        let place = self.root().join(FILE);
        let _lock = self.lock_diary()?;
        let bytes = self.diary_bytes()?;
        let mut entry = entry.clone();
        entry.id = free_id(&Lines::read(&bytes), entry.at_unix_s)?;
        let mut piece = Vec::new();
        // A torn end is closed first, so that it takes no part of the new line.
        if bytes.last().is_some_and(|last| *last != b'\n') {
            piece.push(b'\n');
        }
        serde_json::to_writer(&mut piece, &entry).map_err(|error| storage(&place)(error.into()))?;
        piece.push(b'\n');
        disk::append(&place, &piece).map_err(storage(&place))?;
        Ok(entry)
    }

    /// Removes an entry for good.
    ///
    /// # Errors
    /// [`HistoryError::NoEntry`] or [`HistoryError::Storage`].
    pub fn diary_delete(&self, id: &str) -> Result<(), HistoryError> {
        let drop = |entry: &DiaryEntry, _: &[u8]| if entry.id == id { Change::Drop } else { Change::Keep };
        if self.rewrite_diary(drop)? { Ok(()) } else { Err(HistoryError::NoEntry) }
    }

    /// Puts an entry in the place of the one with its `id`.
    ///
    /// # Errors
    /// [`HistoryError::Field`] if a field holds what it cannot, [`HistoryError::NoEntry`] or [`HistoryError::Storage`].
    pub fn diary_replace(&self, new: &DiaryEntry) -> Result<(), HistoryError> {
        new.check()?;
        let put = |entry: &DiaryEntry, line: &[u8]| {
            if entry.id == new.id { with_fields_of(line, new) } else { Change::Keep }
        };
        if self.rewrite_diary(put)? { Ok(()) } else { Err(HistoryError::NoEntry) }
    }

    /// Takes the link to a session from every entry that has it.
    pub(crate) fn unlink_diary(&self, id: &Id) -> Result<(), HistoryError> {
        let unlink = |entry: &DiaryEntry, line: &[u8]| {
            if same_session(entry, id) { without_session(line) } else { Change::Keep }
        };
        self.rewrite_diary(unlink).map(drop)
    }

    fn rewrite_diary(&self, change: impl Fn(&DiaryEntry, &[u8]) -> Change) -> Result<bool, HistoryError> {
        let place = self.root().join(FILE);
        let _lock = self.lock_diary()?;
        let bytes = self.diary_bytes()?;
        let Some(new) = Lines::read(&bytes).rewrite(change) else { return Ok(false) };
        disk::write(&place, &new).map_err(storage(&place))?;
        Ok(true)
    }

    pub(crate) fn lock_diary(&self) -> Result<Lock, HistoryError> {
        let place = self.root().join(LOCK);
        Lock::take(place.clone()).map_err(storage(place))
    }

    fn diary_bytes(&self) -> Result<Vec<u8>, HistoryError> {
        let place = self.root().join(FILE);
        disk::read(&place).map(Option::unwrap_or_default).map_err(storage(place))
    }
}

/// A name after the time of an entry that no entry has yet.
fn free_id(lines: &Lines<'_>, at_unix_s: f64) -> Result<String, HistoryError> {
    let taken: std::collections::HashSet<&str> = lines.entries().map(|entry| entry.id.as_str()).collect();
    let free = (1..).map_while(|turn| Id::at(at_unix_s, turn)).find(|id| !taken.contains(id.as_str()));
    let time = HistoryError::Field { field: "at_unix_s", limits: limits::TIME };
    free.map(|id| id.as_str().to_owned()).ok_or(time)
}

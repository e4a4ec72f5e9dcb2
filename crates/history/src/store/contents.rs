//! What a store holds, in numbers.

use std::path::{Path, PathBuf};

use super::{SIMULATED, Store};
use crate::SETTINGS;
use crate::error::HistoryError;

/// What a store holds: what deleting everything deletes, and what an export takes along.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Contents {
    /// Sessions.
    pub sessions: usize,
    /// Diary entries, unreadable lines included.
    pub diary_entries: usize,
    /// Sessions with the simulated sensor, which are kept apart.
    pub simulated_sessions: usize,
    /// Diary entries about those.
    pub simulated_diary_entries: usize,
    /// Whether the window's settings are there.
    pub has_settings: bool,
}

impl Store {
    /// The folder of the store inside a store that holds what was done with the simulated sensor, which counts in no trend.
    pub fn simulated_root(root: &Path) -> PathBuf {
        root.join(SIMULATED)
    }

    /// That store; it may not be there.
    pub(super) fn simulated(&self) -> Self {
        Self { root: Self::simulated_root(&self.root) }
    }

    /// Counts what is there.
    ///
    /// # Errors
    /// [`HistoryError::Storage`] if the folders or a diary cannot be read.
    pub fn contents(&self) -> Result<Contents, HistoryError> {
        let count = |store: &Self| -> Result<(usize, usize), HistoryError> {
            let diary = store.diary()?;
            Ok((store.sessions()?.len(), diary.entries().len() + diary.unread()))
        };
        let (sessions, diary_entries) = count(self)?;
        let simulated = self.simulated();
        let (simulated_sessions, simulated_diary_entries) =
            if simulated.root.is_dir() { count(&simulated)? } else { (0, 0) };
        let has_settings = self.root.join(SETTINGS).is_file();
        Ok(Contents { sessions, diary_entries, simulated_sessions, simulated_diary_entries, has_settings })
    }
}

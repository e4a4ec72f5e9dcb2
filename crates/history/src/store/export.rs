//! Everything, in a folder to take along.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{SESSIONS, SETTINGS, SIMULATED, Store};
use crate::diary::{self, DiaryEntry};
use crate::disk;
use crate::entry::SessionEntry;
use crate::error::{HistoryError, storage};
use crate::id::Id;

/// Name of the one file that holds all numbers.
const HISTORY: &str = "history.json";

/// `history.json`.
#[derive(Serialize)]
struct History<'a> {
    schema_version: u32,
    sessions: &'a [SessionEntry],
    diary: &'a [DiaryEntry],
    /// Lines of `diary.jsonl` that could not be read; they are in the copy of it.
    diary_lines_unread: usize,
}

impl Store {
    /// Copies everything into a folder that is not there yet: every session with every file, the diary,
    /// `history.json` with the numbers of all sessions and all diary entries, the same for what was done with the simulated
    /// sensor in a folder of its own, and the window's settings. The copy is readable by its owner alone.
    ///
    /// # Errors
    /// [`HistoryError::Taken`], [`HistoryError::InsideStore`] or [`HistoryError::Storage`]; nothing stays behind then.
    pub fn export_all(&self, to: &Path) -> Result<(), HistoryError> {
        if fs::symlink_metadata(to).is_ok() {
            return Err(HistoryError::Taken { path: to.to_owned() });
        }
        if self.holds(to).map_err(storage(to))? {
            return Err(HistoryError::InsideStore { path: to.to_owned() });
        }
        disk::make_folder(to).map_err(storage(to))?;
        let exported = self.export_into(to);
        if exported.is_err() {
            // The first error is what counts.
            let _ = disk::remove_folder(to);
        }
        exported
    }

    /// Copies a session with every file into a folder, as a folder named after the session; where that is, is returned. The copy is
    /// readable by its owner alone.
    ///
    /// # Errors
    /// [`HistoryError::NoSession`], [`HistoryError::Taken`], [`HistoryError::InsideStore`] or [`HistoryError::Storage`]; nothing
    /// stays behind then.
    pub fn export(&self, id: &Id, into: &Path) -> Result<PathBuf, HistoryError> {
        let (from, to) = (self.folder(id)?, into.join(id.as_str()));
        if fs::symlink_metadata(&to).is_ok() {
            return Err(HistoryError::Taken { path: to });
        }
        if self.holds(&to).map_err(storage(into))? {
            return Err(HistoryError::InsideStore { path: to });
        }
        if let Err(error) = copy_folder(&from, &to) {
            // The first error is what counts.
            let _ = disk::remove_folder(&to);
            return Err(storage(&to)(error));
        }
        Ok(to)
    }

    fn export_into(&self, to: &Path) -> Result<(), HistoryError> {
        let (from, sessions) = (self.sessions_folder(), to.join(SESSIONS));
        copy_folder(&from, &sessions).map_err(storage(&from))?;
        let entries = self.sessions()?;
        let diary = self.diary()?;
        let place = self.root.join(diary::FILE);
        if place.is_file() {
            disk::copy(&place, &to.join(diary::FILE)).map_err(storage(&place))?;
        }
        let settings = self.root.join(SETTINGS);
        if settings.is_file() {
            disk::copy(&settings, &to.join(SETTINGS)).map_err(storage(&settings))?;
        }
        let simulated = self.simulated();
        if simulated.sessions_folder().is_dir() {
            let to = to.join(SIMULATED);
            disk::make_folder(&to).map_err(storage(&to))?;
            simulated.export_into(&to)?;
        }
        let history = History {
            schema_version: crate::report::SCHEMA_VERSION,
            sessions: &entries,
            diary: diary.entries(),
            diary_lines_unread: diary.unread(),
        };
        let place = to.join(HISTORY);
        let json = serde_json::to_string_pretty(&history).map_err(|error| storage(&place)(error.into()))?;
        disk::write(&place, (json + "\n").as_bytes()).map_err(storage(&place))
    }

    /// Whether a place is inside the store.
    fn holds(&self, place: &Path) -> io::Result<bool> {
        let parent = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok(parent.canonicalize()?.starts_with(self.root.canonicalize()?))
    }
}

/// Copies a folder with its folders; what has a point before its name is unfinished or being deleted, and stays.
fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    disk::make_folder(to)?;
    for item in fs::read_dir(from)? {
        let item = item?;
        let (kind, name) = (item.file_type()?, item.file_name());
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            copy_folder(&item.path(), &to.join(name))?;
        } else if kind.is_file() {
            disk::copy(&item.path(), &to.join(name))?;
        }
    }
    Ok(())
}

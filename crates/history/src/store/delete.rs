//! Deleting that really deletes, and goes on after a program died on the way.
//!
//! A session first gets a name that says it is being deleted; from then on it is in no list, and whoever opens the store
//! next goes on. That name goes last, when everything that speaks of the session is gone. All of a store goes
//! the same way under one mark in the root.

use std::fs;
use std::io;
use std::path::Path;

use super::{SESSIONS, SETTINGS, SIMULATED, Store, index};
use crate::diary;
use crate::disk;
use crate::error::{HistoryError, storage};
use crate::id::Id;

/// Beginning of the name of a session that is being deleted.
const DELETING: &str = ".deleting-";
/// The mark in the root that all of it is being deleted.
const DELETING_ALL: &str = ".deleting-all";

/// Refuses to delete what holds a link: the link would go, and what it leads to would stay.
fn no_links(place: &Path) -> Result<(), HistoryError> {
    let Some(link) = disk::first_link(place).map_err(storage(place))? else { return Ok(()) };
    let target = fs::read_link(&link).unwrap_or_default();
    let text = format!(
        "it is a link to {}, which would stay; nothing was deleted: delete that, then the link, then try again",
        target.display()
    );
    Err(storage(&link)(io::Error::new(io::ErrorKind::InvalidInput, text)))
}

impl Store {
    /// Deletes a session: its folder, its place in the index, and the link of diary entries that name it. Those entries
    /// stay, with their numbers and notes: they are the diary's own.
    ///
    /// What a link in it leads to would stay, so that such a session is refused, and so is one whose diary is a link. It works on a full disk: files go first.
    ///
    /// Solid-state drives and backups may keep old blocks; only encryption of the disk helps against that.
    ///
    /// # Errors
    /// [`HistoryError::NoSession`] or [`HistoryError::Storage`]. After the latter, the session is in no list any more,
    /// and the next [`Store::open`] goes on.
    pub fn delete(&self, id: &Id) -> Result<(), HistoryError> {
        let folder = self.folder(id)?;
        no_links(&folder)?;
        // Its entries that name the session are rewritten.
        no_links(&self.root.join(diary::FILE))?;
        let doomed = self.sessions_folder().join(format!("{DELETING}{id}"));
        // A session of the same name may be there already, half deleted.
        disk::remove_folder(&doomed).map_err(storage(&doomed))?;
        disk::rename(&folder, &doomed).map_err(storage(&folder))?;
        self.finish_deleting_one(id)
    }

    /// Deletes every session, the diary, the index, what was done with the simulated sensor, and the window's settings. The root
    /// itself stays, and what the store did not make stays in it. Where any of it is a link, nothing is deleted: what it leads
    /// to would stay.
    ///
    /// # Errors
    /// [`HistoryError::Storage`]; the next [`Store::open`] goes on.
    pub fn delete_all(&self) -> Result<(), HistoryError> {
        let (mark, sessions) = (self.root.join(DELETING_ALL), self.sessions_folder());
        for place in [diary::FILE, SESSIONS, SIMULATED, SETTINGS] {
            no_links(&self.root.join(place))?;
        }
        if let Err(source) = disk::write(&mark, b"") {
            if source.kind() != io::ErrorKind::StorageFull {
                return Err(storage(&mark)(source));
            }
            // There is no room even for the mark, until something is gone.
            disk::empty_folder(&sessions).map_err(storage(&sessions))?;
            disk::write(&mark, b"").map_err(storage(&mark))?;
        }
        self.finish_deleting_all()
    }

    /// Goes on with what was begun.
    pub(super) fn finish_deleting(&self) -> Result<(), HistoryError> {
        if self.root.join(DELETING_ALL).exists() {
            return self.finish_deleting_all();
        }
        let sessions = self.sessions_folder();
        for item in fs::read_dir(&sessions).map_err(storage(&sessions))? {
            let name = item.map_err(storage(&sessions))?.file_name();
            if let Some(id) = name.to_str().and_then(|name| name.strip_prefix(DELETING)) {
                self.finish_deleting_one(&Id::found(id.to_owned()))?;
            }
        }
        Ok(())
    }

    fn finish_deleting_one(&self, id: &Id) -> Result<(), HistoryError> {
        let doomed = self.sessions_folder().join(format!("{DELETING}{id}"));
        // Files first: on a full disk the diary cannot be written before. The folder goes last, as its name is the mark.
        disk::empty_folder(&doomed).map_err(storage(&doomed))?;
        self.unlink_diary(id)?;
        self.remove_index()?;
        disk::remove_folder(&doomed).map_err(storage(&doomed))
    }

    fn finish_deleting_all(&self) -> Result<(), HistoryError> {
        let (diary, sessions) = (self.root.join(diary::FILE), self.root.join(SESSIONS));
        let (simulated, settings) = (self.simulated(), self.root.join(SETTINGS));
        if simulated.root.is_dir() {
            simulated.finish_deleting_all()?;
            // What the store did not make stays, and the folder with it.
            if fs::read_dir(&simulated.root).map_err(storage(&simulated.root))?.next().is_none() {
                disk::remove_folder(&simulated.root).map_err(storage(&simulated.root))?;
            }
        }
        disk::empty_folder(&sessions).map_err(storage(&sessions))?;
        let _lock = self.lock_diary()?;
        disk::remove_file(&diary).map_err(storage(&diary))?;
        self.remove_index()?;
        disk::remove_folder(&sessions).map_err(storage(&sessions))?;
        disk::remove_file(&settings).map_err(storage(&settings))?;
        disk::remove_drafts(&self.root).map_err(storage(&self.root))?;
        let mark = self.root.join(DELETING_ALL);
        disk::remove_file(&mark).map_err(storage(&mark))
    }

    /// The index is made again when sessions are listed next.
    fn remove_index(&self) -> Result<(), HistoryError> {
        let index = self.root.join(index::INDEX);
        disk::remove_file(&index).map_err(storage(&index))
    }
}

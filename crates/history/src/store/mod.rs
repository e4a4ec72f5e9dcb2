//! The folder that holds a person's history.

mod add;
mod contents;
mod delete;
mod diary;
mod export;
pub(crate) mod index;
mod problem;
pub(crate) mod read;
mod root;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::about::About;
use crate::disk;
use crate::entry::SessionEntry;
use crate::error::{HistoryError, limits, storage};
use crate::id::Id;
use index::{Index, Indexed, Stamp};

pub use contents::Contents;

/// The folder of sessions in a store.
pub(crate) const SESSIONS: &str = "sessions";
/// The folder of a store that holds what was done with the simulated sensor, laid out as a store.
const SIMULATED: &str = "simulated";
/// What the window keeps beside the sessions: language, colours, body region, the sensor and plan used last.
pub const SETTINGS: &str = "viewer.json";

/// Files of a session that can be asked for.
pub const FILES: [&str; 7] =
    ["session.csv", "session.json", "states.csv", "events.csv", "report.html", read::ABOUT, read::SUMMARY];

/// A person's history: sessions, diary, and what follows from both. Nothing of it leaves this folder.
///
/// ```text
/// sessions/20261124-060236/   session.csv session.json summary.json about.json [report.html states.csv events.csv]
/// diary.jsonl                 one entry per line, appended
/// simulated/                  the same for what was done with the simulated sensor
/// viewer.json                 what the window keeps
/// index.json                  what the folders say, to open fast; may be deleted at any time
/// ```
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

impl Store {
    /// Opens the store in a folder, and makes it if need be, for its owner alone. What an earlier program had begun to
    /// delete is deleted now.
    ///
    /// # Errors
    /// [`HistoryError::Storage`].
    pub fn open(root: &Path) -> Result<Self, HistoryError> {
        let store = Self { root: root.to_owned() };
        match store.tidy() {
            // What may be read but not written, such as a copy that somebody was given, can be looked at all the same.
            Err(HistoryError::Storage { source, .. }) if is_read_only(&source) && store.sessions().is_ok() => Ok(store),
            tidied => tidied.map(|()| store),
        }
    }

    fn tidy(&self) -> Result<(), HistoryError> {
        let sessions = self.sessions_folder();
        disk::make_folders(&sessions).map_err(storage(&sessions))?;
        self.finish_deleting()?;
        disk::make_folders(&sessions).map_err(storage(&sessions))?;
        disk::remove_drafts(&self.root).map_err(storage(&self.root))?;
        disk::close_to_others(&sessions).map_err(storage(&sessions))
    }

    /// The folder of the store.
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn sessions_folder(&self) -> PathBuf {
        self.root.join(SESSIONS)
    }

    /// Makes the folder of a session that begins, named after its start in UTC.
    ///
    /// # Errors
    /// [`HistoryError::Field`] if `started_unix_s` is no time of the years 1970 to 9999, or [`HistoryError::Storage`].
    pub fn new_session(&self, started_unix_s: f64) -> Result<PathBuf, HistoryError> {
        let sessions = self.sessions_folder();
        disk::make_folders(&sessions).map_err(storage(&sessions))?;
        for turn in 1.. {
            let time = HistoryError::Field { field: "started_unix_s", limits: limits::TIME };
            let folder = sessions.join(Id::at(started_unix_s, turn).ok_or(time)?.as_str());
            match disk::make_folder(&folder) {
                Ok(()) => return Ok(folder),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && turn < u32::MAX => {}
                Err(error) => return Err(storage(folder)(error)),
            }
        }
        unreachable!("the last turn returns")
    }

    /// The folder of a session.
    ///
    /// # Errors
    /// [`HistoryError::NoSession`].
    pub fn folder(&self, id: &Id) -> Result<PathBuf, HistoryError> {
        let folder = self.sessions_folder().join(id.as_str());
        let is_folder = fs::symlink_metadata(&folder).is_ok_and(|found| found.is_dir());
        if is_folder { Ok(folder) } else { Err(HistoryError::NoSession { id: id.clone() }) }
    }

    /// A file of a session, such as `session.csv`; one of [`FILES`].
    ///
    /// # Errors
    /// [`HistoryError::NoSession`] or [`HistoryError::NoFile`].
    pub fn file(&self, id: &Id, name: &str) -> Result<PathBuf, HistoryError> {
        let folder = self.folder(id)?;
        let known = FILES.into_iter().find(|known| *known == name).unwrap_or("file");
        let place = folder.join(known);
        if place.is_file() { Ok(place) } else { Err(HistoryError::NoFile { id: id.clone(), name: known }) }
    }

    /// What was said about a session, its note included.
    ///
    /// # Errors
    /// [`HistoryError::NoSession`], or [`HistoryError::NoFile`] if nothing readable is there.
    pub fn about(&self, id: &Id) -> Result<About, HistoryError> {
        let folder = self.folder(id)?;
        let file = read::description(&folder, read::ABOUT, crate::about::SCHEMA_VERSION);
        let none = || HistoryError::NoFile { id: id.clone(), name: read::ABOUT };
        file.ok().flatten().map(|file: crate::about::AboutFile| file.about).ok_or_else(none)
    }

    /// Every session in the order of time. One that cannot be read stands there too, with its `problem`.
    ///
    /// # Errors
    /// [`HistoryError::Storage`] if the folders cannot be listed. An index that cannot be written is no error: it is
    /// only there to be fast.
    pub fn sessions(&self) -> Result<Vec<SessionEntry>, HistoryError> {
        let sessions = self.sessions_folder();
        let mut old = Index::read(&self.root);
        let (mut new, mut entries, mut is_changed) = (Index::default(), Vec::new(), false);
        for (name, is_folder) in list(&sessions).map_err(storage(&sessions))? {
            let folder = sessions.join(&name);
            let name = name.to_string_lossy().into_owned();
            if !is_folder {
                let mut entry = read::entry(&folder, Id::found(name));
                entry.problem = Some(problem::LINK.to_owned());
                entries.push(entry);
                continue;
            }
            let stamp = Stamp::of(&folder);
            let known = old.0.remove(&name).filter(|known| known.stamp == stamp && known.entry.id.as_str() == name);
            is_changed |= known.is_none();
            let entry = known.map_or_else(|| read::entry(&folder, Id::found(name.clone())), |known| known.entry);
            if entry.problem.is_none() {
                new.0.insert(name, Indexed { stamp, entry: entry.clone() });
            }
            entries.push(entry);
        }
        if is_changed || !old.0.is_empty() {
            let _ = new.write(&self.root);
        }
        entries.sort_by(|a, b| a.started_unix_s.total_cmp(&b.started_unix_s).then_with(|| a.id.cmp(&b.id)));
        Ok(entries)
    }
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Folders and links in a folder, those with a point before their name left out, and whether each is a folder.
fn list(folder: &Path) -> io::Result<Vec<(std::ffi::OsString, bool)>> {
    let items = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        items => items?,
    };
    let mut names = Vec::new();
    for item in items {
        let item = item?;
        let (kind, name) = (item.file_type()?, item.file_name());
        if !kind.is_file() && !name.to_string_lossy().starts_with('.') {
            names.push((name, kind.is_dir()));
        }
    }
    Ok(names)
}

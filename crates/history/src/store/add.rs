//! Sessions coming in.

use std::path::Path;

use tonus_record::session as recording;
use tonus_report::Summary;

use super::{FILES, Store, read};
use crate::about::{About, AboutFile, SCHEMA_VERSION};
use crate::disk;
use crate::entry::SessionEntry;
use crate::error::{HistoryError, storage};
use crate::id::Id;

impl Store {
    /// Ends a session that began with [`Store::new_session`]: writes its `about.json` and `summary.json`, takes others
    /// the right to read what was recorded, and gives its entry as it reads from the disk.
    ///
    /// It may be called again, after another analysis or with other words about the session.
    ///
    /// # Errors
    /// [`HistoryError::NoSession`], [`HistoryError::Field`] or [`HistoryError::Storage`].
    pub fn finish(&self, id: &Id, summary: &Summary, about: &About) -> Result<SessionEntry, HistoryError> {
        let folder = self.folder(id)?;
        let mut about = about.tidy()?;
        if about.started_unix_s.is_none() {
            let started = read::entry(&folder, id.clone()).started_unix_s;
            about.started_unix_s = (started > 0.0).then_some(started);
        }
        describe(&folder, about)?;
        let place = folder.join(read::SUMMARY);
        summary.to_json().and_then(|json| disk::write(&place, json.as_bytes())).map_err(storage(&place))?;
        disk::close_to_others(&folder).map_err(storage(&folder))?;
        self.entry_of(id)
    }

    /// Copies the folder of a recording or an analysis into the store: those of [`FILES`] that are there. Words about
    /// the session that an `about.json` in it holds count where `about` says nothing.
    ///
    /// The copy counts once it is whole; a program that dies on the way leaves an entry that says so.
    ///
    /// # Errors
    /// [`HistoryError::NoRecording`], [`HistoryError::NoStart`], [`HistoryError::AlreadyThere`] if a session of the same
    /// start has the same decisions, [`HistoryError::Field`] or [`HistoryError::Storage`].
    pub fn add(&self, folder: &Path, about: &About) -> Result<Id, HistoryError> {
        let about = about.tidy()?;
        if !folder.join(recording::TABLE).is_file() && !folder.join(read::SUMMARY).is_file() {
            return Err(HistoryError::NoRecording { path: folder.to_owned() });
        }
        let there = read::entry(folder, Id::found(String::new()));
        let stored = read::description(folder, read::ABOUT, SCHEMA_VERSION).ok().flatten();
        let mut about = about.or(stored.map(|file: AboutFile| file.about).unwrap_or_default()).tidy()?;
        let started = about.started_unix_s.or(Some(there.started_unix_s).filter(|started| *started > 0.0));
        let started = started.ok_or_else(|| HistoryError::NoStart { path: folder.to_owned() })?;
        about.started_unix_s = Some(started);
        let is_same = |entry: &SessionEntry| {
            entry.started_unix_s == started
                && entry.numbers.digest.is_some()
                && entry.numbers.digest == there.numbers.digest
        };
        if let Some(entry) = self.sessions()?.into_iter().find(is_same) {
            return Err(HistoryError::AlreadyThere { id: entry.id });
        }
        let place = self.new_session(started)?;
        let copied = copy(folder, &place, about);
        if copied.is_err() {
            // The first error is what counts; what stays is listed as a session that was not finished.
            let _ = disk::remove_folder(&place);
        }
        copied?;
        let id = Id::found(place.file_name().unwrap_or_default().to_string_lossy().into_owned());
        Ok(self.entry_of(&id)?.id)
    }

    fn entry_of(&self, id: &Id) -> Result<SessionEntry, HistoryError> {
        let found = self.sessions()?.into_iter().find(|entry| entry.id == *id);
        found.ok_or_else(|| HistoryError::NoSession { id: id.clone() })
    }
}

/// Copies the summary last: without it, a session is not finished.
fn copy(from: &Path, to: &Path, about: About) -> Result<(), HistoryError> {
    let one = |name: &str| {
        let (from, to) = (from.join(name), to.join(name));
        if from.is_file() { disk::copy(&from, &to).map_err(storage(from)) } else { Ok(()) }
    };
    for name in FILES.into_iter().filter(|name| !matches!(*name, read::ABOUT | read::SUMMARY)) {
        one(name)?;
    }
    describe(to, about)?;
    one(read::SUMMARY)
}

impl About {
    /// Writes `about.json` beside a recording that is not in a store yet; [`Store::add`] reads it.
    ///
    /// # Errors
    /// [`HistoryError::Field`] or [`HistoryError::Storage`].
    pub fn write_beside(&self, folder: &Path) -> Result<(), HistoryError> {
        describe(folder, self.tidy()?)
    }
}

fn describe(folder: &Path, about: About) -> Result<(), HistoryError> {
    let place = folder.join(read::ABOUT);
    let file = AboutFile { schema_version: SCHEMA_VERSION, about };
    let json = serde_json::to_string_pretty(&file).map_err(|error| storage(&place)(error.into()))?;
    disk::write(&place, (json + "\n").as_bytes()).map_err(storage(&place))
}

//! Writing a session in one go, where nothing needs to survive on the way. A live session has a [journal](crate::journal).

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use tonus_core::input::Cue;

use crate::journal::{FolderStore, Store, StoreFile};
use crate::session::{ABOUT, SessionInfo, TABLE, TableText};

/// How often what was written goes to the system.
const FLUSH: Duration = Duration::from_millis(200);
/// Bytes gathered before they are written in any case.
const BLOCK: usize = 64 << 10;

/// Writes `session.csv` row by row, and `session.json` at the beginning and at the end.
#[derive(Debug)]
pub struct SessionWriter {
    store: FolderStore,
    table: File,
    text: TableText,
    flushed: Instant,
}

impl SessionWriter {
    /// Starts a recording in a folder, which is made.
    ///
    /// # Errors
    /// What the system says; `AlreadyExists` if a recording is there already.
    pub fn create(folder: &Path, info: &SessionInfo) -> io::Result<Self> {
        let store = FolderStore::new(folder);
        store.make_folder()?;
        if store.exists(TABLE)? {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let table = store.create(TABLE)?;
        let mut writer = Self { store, table, text: TableText::new(info), flushed: Instant::now() };
        writer.describe(info)?;
        writer.flush()?;
        Ok(writer)
    }

    /// A frame, as the sensor sent it.
    ///
    /// # Errors
    /// What the system says.
    pub fn frame(&mut self, n: u64, values: &[f64], cue: Cue) -> io::Result<()> {
        self.text.frame(n, values, cue);
        self.row()
    }

    /// Frames that are missing from `n` on.
    ///
    /// # Errors
    /// What the system says.
    pub fn gap(&mut self, n: u64, frames: u64, cue: Cue) -> io::Result<()> {
        self.text.gap(n, frames, cue);
        self.row()
    }

    /// An unknown time is missing before `n`.
    ///
    /// # Errors
    /// What the system says.
    pub fn stall(&mut self, n: u64, cue: Cue) -> io::Result<()> {
        self.text.stall(n, cue);
        self.row()
    }

    fn row(&mut self) -> io::Result<()> {
        if self.text.as_bytes().len() >= BLOCK || self.flushed.elapsed() >= FLUSH { self.flush() } else { Ok(()) }
    }

    /// Hands what was gathered to the system.
    ///
    /// # Errors
    /// What the system says.
    pub fn flush(&mut self) -> io::Result<()> {
        self.flushed = Instant::now();
        self.table.append(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }

    /// Ends the recording.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(mut self, info: &SessionInfo) -> io::Result<()> {
        self.flush()?;
        self.table.sync()?;
        self.describe(info)
    }

    /// Puts the description in its place, whole.
    fn describe(&self, info: &SessionInfo) -> io::Result<()> {
        let draft = self.store.draft(ABOUT);
        let mut file = self.store.create(&draft)?;
        file.append(info.to_json()?.as_bytes())?;
        file.sync()?;
        self.store.rename(&draft, ABOUT)?;
        self.store.sync_folder()
    }
}

//! A journal becomes a recording: the same for a session that came to its end and for one whose writer died.

use std::io::{self, Read};

use serde::Serialize;
use thiserror::Error;
use tonus_core::input::Cue;

use super::play::{Played, Rows, play};
use super::reader::Reader;
use super::store::{Store, StoreFile};
use super::{JOURNAL, JournalError};
use crate::error::ReadError;
use crate::options::OpenOptions;
use crate::recording::Recording;
use crate::session::{ABOUT, SessionEvent, SessionInfo, TABLE, TableText};

/// Bytes of a table gathered before they are written.
const BLOCK: usize = 256 << 10;

/// What was made of a journal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recovered {
    /// Whether there was a journal. Without one, nothing had to be done.
    pub recovered: bool,
    /// Whether the session had come to its end.
    pub is_ended: bool,
    /// From the first frame to the last, gaps of known length included.
    pub seconds: f64,
    /// Frames that are there.
    pub frames: u64,
    /// Frames that are missing.
    pub lost: u64,
    /// Interruptions.
    pub gaps: u64,
    /// Of the missing frames, those that the disk did not take in time.
    pub not_stored: u64,
    /// Chunks of the journal that are damaged.
    pub damaged_chunks: u64,
    /// Bytes of the journal that belong to no whole chunk.
    pub damaged_bytes: u64,
}

/// Why no recording could be made of a journal. The journal stays as it is.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecoverError {
    /// There is neither a journal nor a recording.
    #[error("found no journal and no recording")]
    Nothing,
    /// Its writer lives.
    #[error("found a journal that is still being written")]
    Busy,
    /// It cannot be read at all.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// What is made of it cannot be read again.
    #[error("what is made of the journal cannot be read: {0}")]
    Unreadable(#[source] Box<ReadError>),
    /// The system refused.
    #[error("{name}: {source}")]
    Storage {
        /// The file.
        name: &'static str,
        /// The refusal.
        source: io::Error,
    },
}

impl From<ReadError> for RecoverError {
    fn from(error: ReadError) -> Self {
        Self::Unreadable(Box::new(error))
    }
}

/// Puts `session.csv` and `session.json` in the place of a journal.
///
/// Both are written beside, synced, read again and renamed; only once they last is the journal removed. If this is cut short at any
/// point, doing it again gives the same bytes. Where there is no journal, nothing is touched.
///
/// # Errors
/// [`RecoverError`].
pub fn finalise<S: Store>(store: &S) -> Result<Recovered, RecoverError> {
    let storage = |name: &'static str| move |source| RecoverError::Storage { name, source };
    if !store.exists(JOURNAL).map_err(storage(JOURNAL))? {
        if store.exists(TABLE).map_err(storage(TABLE))? {
            return Ok(told(&Played::default(), 1.0, false));
        }
        return Err(RecoverError::Nothing);
    }
    let source = match store.claim(JOURNAL) {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Err(RecoverError::Busy),
        other => other.map_err(storage(JOURNAL))?,
    };
    let mut reader = Reader::new(source)?;
    let mut info = reader.info().clone();
    let (table_draft, about_draft) = (store.draft(TABLE), store.draft(ABOUT));
    let done = (|| {
        let file = store.create(&table_draft).map_err(storage(TABLE))?;
        let mut table = Table { file, text: TableText::new(&info) };
        let played = play(&mut reader, &mut table).map_err(storage(TABLE))?;
        table.flush().and_then(|()| table.file.sync()).map_err(storage(TABLE))?;
        let result = told(&played, info.rate.hz, true);
        conclude(&mut info, played, &result);
        let mut file = store.create(&about_draft).map_err(storage(ABOUT))?;
        let json = info.to_json().map_err(storage(ABOUT))?;
        file.append(json.as_bytes()).and_then(|()| file.sync()).map_err(storage(ABOUT))?;
        // What is being made is read again before what it is made of goes.
        drop((file, table));
        let again = store.claim(&about_draft).map_err(storage(ABOUT))?;
        let info = SessionInfo::from_reader(again, ABOUT)?;
        let table = store.claim(&table_draft).map_err(storage(TABLE))?;
        if result.frames > 0 {
            read_back(table, &info)?;
        }
        Ok(result)
    })();
    let result = match done {
        Ok(result) => result,
        Err(error) => {
            // The first error is what counts. The room is needed.
            let _ = (store.remove(&table_draft), store.remove(&about_draft));
            return Err(error);
        }
    };
    store.rename(&table_draft, TABLE).map_err(storage(TABLE))?;
    store.rename(&about_draft, ABOUT).map_err(storage(ABOUT))?;
    store.sync_folder().map_err(storage(ABOUT))?;
    store.remove(JOURNAL).and_then(|()| store.sync_folder()).map_err(storage(JOURNAL))?;
    Ok(result)
}

/// Reads a table to its end.
fn read_back(table: impl Read + Send + 'static, info: &SessionInfo) -> Result<(), RecoverError> {
    let mut recording = Recording::from_session(table, TABLE, &OpenOptions::default(), info)?;
    while recording.next_chunk()?.is_some() {}
    Ok(())
}

fn told(played: &Played, rate_hz: f64, recovered: bool) -> Recovered {
    Recovered {
        recovered,
        is_ended: played.ending.is_some() || !recovered,
        seconds: played.index as f64 / rate_hz,
        frames: played.frames,
        lost: played.lost,
        gaps: played.gaps,
        not_stored: played.not_stored,
        damaged_chunks: played.damage.chunks,
        damaged_bytes: played.damage.bytes,
    }
}

/// Adds what is known at the end.
fn conclude(info: &mut SessionInfo, played: Played, result: &Recovered) {
    let n = played.index;
    info.finalised = true;
    info.events.extend(played.events.finish());
    if let Some(program) = &mut info.program {
        program.commands.extend(played.commands);
    }
    if let Some(ending) = played.ending {
        info.rate.measured_hz = ending.measured_hz;
        info.end = Some(ending.end);
        return;
    }
    let text = format!(
        "recovered from the journal: {:.3} s, {} frames, {} missing in {} gaps",
        result.seconds, result.frames, result.lost, result.gaps
    );
    let t_s = n as f64 / info.rate.hz;
    info.events.push(SessionEvent { n, t_s, event: "recovered".to_owned(), text });
}

/// The table on its way to a file.
struct Table<F> {
    file: F,
    text: TableText,
}

impl<F: StoreFile> Table<F> {
    fn flush(&mut self) -> io::Result<()> {
        self.file.append(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }

    fn row(&mut self) -> io::Result<()> {
        if self.text.as_bytes().len() >= BLOCK { self.flush() } else { Ok(()) }
    }
}

impl<F: StoreFile> Rows for Table<F> {
    fn frame(&mut self, n: u64, values: &[f64], cue: Cue) -> io::Result<()> {
        self.text.frame(n, values, cue);
        self.row()
    }

    fn gap(&mut self, n: u64, frames: u64, cue: Cue) -> io::Result<()> {
        self.text.gap(n, frames, cue);
        self.row()
    }

    fn stall(&mut self, n: u64, cue: Cue) -> io::Result<()> {
        self.text.stall(n, cue);
        self.row()
    }
}

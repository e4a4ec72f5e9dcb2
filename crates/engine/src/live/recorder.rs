//! A live session into a folder: `journal.tonus` while it happens, `session.csv` and `session.json` at its end.

use std::io;
use std::path::{Path, PathBuf};

use tonus_core::input::Input;
use tonus_core::pipeline::Latency;
use tonus_record::journal::{
    Ending, FolderStore, JOURNAL, Journal, JournalConfig, RecoverError, Recovered, bytes_per_hour, finalise, free_bytes,
};
use tonus_record::session::{ProgramCommand, SessionEnd, SessionEvent, SessionInfo, TABLE};
use tonus_report::{EndLine, hex};

use super::error::LiveError;
use super::output::{Moment, Output, StorageWarning, megabytes};
use crate::observer::{Observer, Step};

/// Records into a folder. A disk that refuses ends the recording, not the session.
#[derive(Debug)]
pub struct Recorder {
    folder: PathBuf,
    journal: Option<Journal>,
    /// The journal holds what came before the rate was known.
    is_provisional: bool,
    /// Why nothing more is stored.
    refusal: Option<io::Error>,
    /// Frames left out so far that were told of.
    dropped: u64,
    warnings: Vec<StorageWarning>,
}

impl Recorder {
    /// A recorder into a folder, in which there must be no recording.
    ///
    /// # Errors
    /// [`LiveError::Storage`] if there is one.
    pub fn new(folder: &Path) -> Result<Self, LiveError> {
        for name in [TABLE, JOURNAL] {
            if folder.join(name).exists() {
                let source = io::ErrorKind::AlreadyExists.into();
                return Err(LiveError::Storage { place: folder.join(name), source });
            }
        }
        Ok(Self {
            folder: folder.to_owned(),
            journal: None,
            is_provisional: false,
            refusal: None,
            dropped: 0,
            warnings: Vec::new(),
        })
    }

    /// Makes a recording of what a session left that ended with an error; if that fails too, the journal stays.
    pub fn salvage(folder: &Path) {
        if folder.join(JOURNAL).exists() {
            // The first error is what counts.
            let _ = finalise(&FolderStore::new(folder));
        }
    }

    /// Takes back what a session left that was refused as soon as its rate was known: no decision was made, and the rate it
    /// was kept with is a first guess.
    pub fn take_back(folder: &Path) {
        // What cannot be removed can be recovered.
        let _ = std::fs::remove_file(folder.join(JOURNAL)).and_then(|()| std::fs::remove_dir(folder));
    }

    fn start(&mut self, info: &SessionInfo) -> io::Result<()> {
        let store = FolderStore::new(&self.folder);
        self.journal = Some(match self.journal.take() {
            Some(before) => before.begin_again(&store, info, JournalConfig::default())?,
            None => Journal::begin(&store, info, JournalConfig::default())?,
        });
        Ok(())
    }

    /// Looks whether the disk still takes what is recorded. Whatever it says, the session goes on.
    fn look(&mut self) {
        let Some(journal) = &mut self.journal else { return };
        journal.tick();
        let (failure, dropped) = (journal.failure(), journal.not_stored());
        if let Some(source) = failure {
            self.warnings
                .push(StorageWarning::Refused { place: self.folder.join(JOURNAL), reason: source.to_string() });
            self.refusal = Some(source);
        }
        if dropped > 0 && self.dropped == 0 {
            self.warnings.push(StorageWarning::TooSlow);
        }
        self.dropped = dropped;
    }

    /// Warns if there is not room for long.
    fn check_room(&mut self, info: &SessionInfo) {
        let (Some(free_bytes), hourly_bytes) = (free_bytes(&self.folder), bytes_per_hour(info)) else { return };
        if free_bytes < hourly_bytes {
            let minutes = (free_bytes as f64 / hourly_bytes.max(1) as f64 * 60.0).round() as u64;
            let folder = self.folder.clone();
            self.warnings.push(StorageWarning::Room { folder, minutes, free_bytes, hourly_bytes });
        }
    }
}

/// A recording that the disk did not take to its end: what is there, and what to do.
fn refused(folder: &Path, source: io::Error, made: Option<Recovered>) -> LiveError {
    let journal = folder.join(JOURNAL);
    let needed = std::fs::metadata(&journal).map_or(0, |found| 4 * found.len());
    let help = match made {
        Some(made) => format!(
            "the first {:.1} s are kept in {}; free some space for the next one",
            made.seconds,
            folder.display()
        ),
        None => format!(
            "what came before is kept; free {} there, then: tonus recover {}",
            megabytes(needed.max(1_000_000)),
            folder.display()
        ),
    };
    LiveError::Kept { place: journal, source, help }
}

impl Observer for Recorder {
    fn step(&mut self, step: &Step<'_>) {
        let Some(journal) = &mut self.journal else { return };
        match step.input {
            Input::Frames(_) => {
                step.raw_frames().for_each(|(index, frame)| journal.frame(index, frame, step.cue));
            }
            Input::Gap { frames } => journal.gap(step.index, frames, step.cue),
            Input::Stalled => journal.stall(step.index, step.cue),
            // A cue stands with the frame that follows.
            Input::Command(_) => {}
        }
    }
}

impl Output for Recorder {
    fn begin(&mut self, info: &SessionInfo) -> Result<(), LiveError> {
        if !self.is_provisional {
            self.check_room(info);
        }
        self.is_provisional = false;
        let place = self.folder.join(JOURNAL);
        self.start(info).map_err(|source| LiveError::Storage { place, source })
    }

    fn provisional(&mut self, info: &SessionInfo, step: &Step<'_>) {
        if !self.is_provisional {
            self.is_provisional = true;
            self.check_room(info);
            // If the disk refuses now, it will again when the session begins, which then says so.
            let _ = self.start(info);
        }
        self.step(step);
    }

    fn flush(&mut self, _now: &Moment<'_>) -> Result<(), LiveError> {
        self.look();
        Ok(())
    }

    fn event(&mut self, event: &SessionEvent) {
        if let Some(journal) = &mut self.journal {
            journal.event(event);
        }
    }

    fn command(&mut self, command: &ProgramCommand) {
        if let Some(journal) = &mut self.journal {
            journal.command(command);
        }
    }

    fn warnings(&mut self) -> Vec<StorageWarning> {
        std::mem::take(&mut self.warnings)
    }

    fn end(&mut self, info: &SessionInfo, end: &EndLine, _latency: Option<Latency>) -> Result<(), LiveError> {
        let EndLine { frames, lost, gaps, digest } = *end;
        let stored = SessionEnd { frames, lost, gaps, digest: hex(&digest) };
        let Some(journal) = self.journal.take() else { return Ok(()) };
        let ended = journal.end(&Ending { end: stored, measured_hz: info.rate.measured_hz });
        let refusal = self.refusal.take().or(ended.failure);
        match (refusal, finalise(&FolderStore::new(&self.folder))) {
            (Some(source), made) => Err(refused(&self.folder, source, made.ok())),
            (None, Ok(made)) if made.frames + made.not_stored < frames => {
                let lacks = format!("{} of {frames} frames are there; the journal was changed by others", made.frames);
                let source = io::Error::new(io::ErrorKind::InvalidData, lacks);
                Err(refused(&self.folder, source, Some(made)))
            }
            (None, Ok(_)) => Ok(()),
            (None, Err(RecoverError::Storage { source, .. })) => Err(refused(&self.folder, source, None)),
            (None, Err(source)) => Err(LiveError::Recover { folder: self.folder.clone(), source }),
        }
    }
}

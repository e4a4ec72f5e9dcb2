//! `tonus record`: a live sensor into a folder.

use std::io::Write;
use std::path::{Path, PathBuf};

use tonus_core::calibrate::{Calibration, Refusal};
use tonus_core::event::Decision;
use tonus_core::input::Input;
use tonus_core::pipeline::Latency;
use tonus_core::sink::Sink;
use tonus_record::journal::{
    Ending, FolderStore, JOURNAL, Journal, JournalConfig, RecoverError, Recovered, bytes_per_hour, finalise, free_bytes,
};
use tonus_record::session::{ProgramCommand, SessionEnd, SessionEvent, SessionInfo, TABLE};
use tonus_report::{DecisionLines, EndLine, hex};
use tonus_serial::Piece;

use super::args::RecordArgs;
use super::run::{Output, run as play};
use super::sensor::Sensor;
use crate::failure::Failure;
use crate::history::about_of;
use crate::history::keep::Kept;
use crate::words;

/// Records until the end.
pub(crate) fn run(args: RecordArgs) -> Result<u8, Failure> {
    let about = about_of(&args.about)?;
    let root = args.sensor.store.clone();
    let sensor = Sensor::new(args.sensor)?;
    let quiet = sensor.quiet;
    let kept = match &sensor.program {
        Some(chosen) => Some(Kept::begin(args.out.as_deref(), root.as_deref(), about, chosen, quiet)?),
        None => None,
    };
    let folder = args.out.or_else(|| kept.as_ref().map(|kept| kept.folder().to_owned())).unwrap_or_default();
    for name in [TABLE, JOURNAL] {
        if folder.join(name).exists() {
            let source = std::io::ErrorKind::AlreadyExists.into();
            return Err(Failure::Storage { place: folder.join(name), source });
        }
    }
    let recorder =
        Recorder { folder: folder.clone(), journal: None, refusal: None, dropped: 0, events: Vec::new(), quiet };
    let played = play(sensor, recorder);
    if played.is_err() && folder.join(JOURNAL).exists() {
        // What went wrong counts; if this does too, the journal stays and can be recovered.
        let _ = finalise(&FolderStore::new(&folder));
    }
    match (kept, played) {
        (Some(kept), Ok(code)) => kept.finish().map(|()| code),
        (Some(kept), Err(failure)) => {
            kept.forget_if_empty();
            Err(failure)
        }
        (None, played) => played,
    }
}

struct Recorder {
    folder: PathBuf,
    journal: Option<Journal>,
    /// Why nothing more is stored.
    refusal: Option<std::io::Error>,
    /// Frames left out so far that were told of.
    dropped: u64,
    events: Vec<(&'static str, String)>,
    /// No messages.
    quiet: bool,
}

impl Recorder {
    /// Looks whether the disk still takes what is recorded. Whatever it says, the session goes on.
    fn look(&mut self) {
        let Some(journal) = &mut self.journal else { return };
        journal.tick();
        let (failure, dropped) = (journal.failure(), journal.not_stored());
        if let Some(source) = failure {
            say(&format!(
                "warning: {}: {source}; what came before is kept, nothing more is stored; feedback goes on",
                self.folder.join(JOURNAL).display()
            ));
            self.refusal = Some(source);
        }
        if dropped > 0 && self.dropped == 0 {
            say(
                "warning: the disk is too slow: frames are left out of the recording, and declared in it; feedback goes on",
            );
        }
        self.dropped = dropped;
    }

    /// Says how long there is room for, if that is not long.
    fn check_room(&self, info: &SessionInfo) {
        let (Some(free), hourly) = (free_bytes(&self.folder), bytes_per_hour(info)) else { return };
        if free < hourly && !self.quiet {
            let minutes = free as f64 / hourly.max(1) as f64 * 60.0;
            say(&format!(
                "warning: {}: room for about {minutes:.0} minutes of recording ({} free, an hour takes {})",
                self.folder.display(),
                megabytes(free),
                megabytes(hourly)
            ));
        }
    }
}

/// A number of bytes for people.
fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// Warnings about what is stored are said even where other messages are not wanted.
fn say(text: &str) {
    // If standard error is gone, there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A recording that the disk did not take to its end: what is there, and what to do.
fn refused(folder: &Path, source: std::io::Error, made: Option<Recovered>) -> Failure {
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
    Failure::Kept { place: journal, source, help }
}

impl Sink for Recorder {
    fn decision(&mut self, _decision: &Decision) {}

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        let text = format!("channel {}, rest {:.3}", channel + 1, calibration.baseline_uv);
        if !self.quiet {
            say(&words::calibrated(channel, calibration.reference_uv.is_some()));
        }
        self.events.push(("calibrated", text));
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        if !self.quiet {
            say(&words::refused(channel, &refusal));
        }
        self.events.push(("refused", format!("channel {}: {refusal}", channel + 1)));
    }
}

impl Output for Recorder {
    fn begin(&mut self, info: &SessionInfo) -> Result<(), Failure> {
        self.check_room(info);
        let begun = Journal::begin(&FolderStore::new(&self.folder), info, JournalConfig::default());
        let place = self.folder.join(JOURNAL);
        self.journal = Some(begun.map_err(|source| Failure::Storage { place, source })?);
        Ok(())
    }

    fn piece(&mut self, piece: &Piece<'_>) -> Result<(), Failure> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        match piece.input {
            Input::Frames(_) => journal.frame(piece.index, piece.raw, piece.cue),
            Input::Gap { frames } => journal.gap(piece.index, frames, piece.cue),
            Input::Stalled => journal.stall(piece.index, piece.cue),
            // A cue stands with the frame that follows.
            Input::Command(_) => {}
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Failure> {
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

    fn events(&mut self) -> Vec<(&'static str, String)> {
        std::mem::take(&mut self.events)
    }

    fn end(mut self, info: &SessionInfo, end: &EndLine, _latency: Option<Latency>) -> Result<(), Failure> {
        let EndLine { frames, lost, gaps, digest } = *end;
        let stored = SessionEnd { frames, lost, gaps, digest: hex(&digest) };
        let mut done = Ok(());
        if let Some(journal) = self.journal.take() {
            let ended = journal.end(&Ending { end: stored, measured_hz: info.rate.measured_hz });
            let refusal = self.refusal.take().or(ended.failure);
            let made = finalise(&FolderStore::new(&self.folder));
            done = match (refusal, made) {
                (Some(source), made) => Err(refused(&self.folder, source, made.ok())),
                (None, Ok(_)) => Ok(()),
                (None, Err(RecoverError::Storage { source, .. })) => Err(refused(&self.folder, source, None)),
                (None, Err(source)) => Err(Failure::Recover { folder: self.folder.clone(), source }),
            };
        }
        let lines = DecisionLines::new(std::io::stdout().lock(), std::iter::empty());
        let printed = lines.finish(end).map(drop).map_err(Failure::Output);
        done.and(printed)
    }
}

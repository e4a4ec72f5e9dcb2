//! `tonus record`: a live sensor into a folder.

use std::io::Write;
use std::path::Path;

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::decision::Decision;
use tonus_core::pipeline::Latency;
use tonus_core::sink::Sink;
use tonus_device::Piece;
use tonus_history::About;
use tonus_live::{Asking, Chosen, Keeping, LiveError, Moment, Output, Recorder, StorageWarning};
use tonus_record::session::{ProgramCommand, SessionEvent, SessionInfo};
use tonus_report::{DecisionLines, EndLine};

use super::args::RecordArgs;
use super::run::run as play;
use crate::failure::Failure;
use crate::history::{about_of, say, store};
use crate::human;
use crate::words;

/// Records until the end.
pub(crate) fn run(args: RecordArgs) -> Result<u8, Failure> {
    let about = about_of(&args.about)?;
    let root = args.sensor.store.clone();
    let quiet = args.sensor.quiet;
    let save_calibration = args.sensor.save_calibration.clone();
    let (sensor, asking) = args.sensor.checked()?;
    let keeping = match &asking {
        Asking::Program(chosen) => Some(keeping(args.out.as_deref(), root.as_deref(), about, chosen)?),
        _ => None,
    };
    let folder = args.out.or_else(|| keeping.as_ref().map(|one| one.folder().to_owned())).unwrap_or_default();
    let played = Recorder::new(&folder)
        .map_err(Failure::from)
        .and_then(|recorder| play(sensor, asking, Recording { recorder, quiet }, quiet, save_calibration.as_deref()));
    if played.is_err() {
        Recorder::salvage(&folder);
    }
    match (keeping, played) {
        (Some(keeping), Ok(code)) => keep(keeping, quiet).map(|()| code),
        (Some(keeping), Err(failure @ Failure::Kept { .. })) => {
            // What the disk took is a session too; why it is short is what counts.
            let _ = keep(keeping, quiet);
            Err(failure)
        }
        (Some(keeping), Err(failure)) => {
            keeping.forget_if_empty();
            Err(failure)
        }
        (None, played) => played,
    }
}

/// Where a session of a programme is kept.
fn keeping(out: Option<&Path>, root: Option<&Path>, about: About, chosen: &Chosen) -> Result<Keeping, Failure> {
    match out {
        Some(folder) => Ok(Keeping::outside(folder, about, chosen)),
        None => Ok(Keeping::inside(store(root)?, about, chosen)?),
    }
}

/// Writes summary and report of a session that is kept in the store, and says how it went.
fn keep(keeping: Keeping, quiet: bool) -> Result<(), Failure> {
    let Some(kept) = keeping.finish()? else { return Ok(()) };
    if quiet {
        return Ok(());
    }
    if let Some(training) = &kept.summary.training {
        say(human::training(training).trim_end());
    }
    say(&words::kept(kept.id.as_str(), &kept.report));
    say(words::AFTERWARDS);
    Ok(())
}

/// A recorder that says what happens to it.
struct Recording {
    recorder: Recorder,
    quiet: bool,
}

impl Recording {
    /// Warnings about what is stored are said even where other messages are not wanted, but for those that can wait.
    fn warn(&mut self) {
        for warning in self.recorder.warnings() {
            if !(self.quiet && matches!(warning, StorageWarning::Room { .. })) {
                say(&format!("warning: {warning}"));
            }
        }
    }
}

impl Sink for Recording {
    fn decision(&mut self, _decision: &Decision) {}

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        if !self.quiet {
            say(&words::calibrated(channel, calibration.reference_uv.is_some()));
        }
        self.recorder.calibrated(channel, calibration);
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        if !self.quiet {
            say(&words::refused(channel, &refusal));
        }
        self.recorder.refused(channel, refusal);
    }
}

impl Output for Recording {
    fn begin(&mut self, info: &SessionInfo) -> Result<(), LiveError> {
        let begun = self.recorder.begin(info);
        self.warn();
        begun
    }

    fn meanwhile(&mut self, info: &SessionInfo, piece: &Piece<'_>) {
        self.recorder.meanwhile(info, piece);
    }

    fn piece(&mut self, piece: &Piece<'_>) -> Result<(), LiveError> {
        self.recorder.piece(piece)
    }

    fn flush(&mut self, now: &Moment<'_>) -> Result<(), LiveError> {
        self.recorder.flush(now)?;
        self.warn();
        Ok(())
    }

    fn event(&mut self, event: &SessionEvent) {
        self.recorder.event(event);
    }

    fn command(&mut self, command: &ProgramCommand) {
        self.recorder.command(command);
    }

    fn events(&mut self) -> Vec<(&'static str, String)> {
        self.recorder.events()
    }

    fn end(&mut self, info: &SessionInfo, end: &EndLine, latency: Option<Latency>) -> Result<(), LiveError> {
        let done = self.recorder.end(info, end, latency);
        let mut out = std::io::stdout().lock();
        let lines = DecisionLines::new(Vec::new(), std::iter::empty());
        let printed = lines.finish(end).and_then(|line| out.write_all(&line).and_then(|()| out.flush()));
        done.and(printed.map_err(LiveError::Output))
    }
}

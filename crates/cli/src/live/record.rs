//! `tonus record`: a live sensor into a folder.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use tonus_core::calibrate::{Calibration, Refusal};
use tonus_core::event::Decision;
use tonus_core::input::Input;
use tonus_core::pipeline::Latency;
use tonus_core::sink::Sink;
use tonus_record::session::{SessionEnd, SessionInfo, SessionWriter, TABLE};
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
    if folder.join(TABLE).exists() {
        let source = std::io::ErrorKind::AlreadyExists.into();
        return Err(Failure::Storage { place: folder.join(TABLE), source });
    }
    let played = play(sensor, Recorder { folder, writer: None, events: Vec::new(), quiet });
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
    writer: Option<SessionWriter>,
    events: Vec<(&'static str, String)>,
    /// No messages.
    quiet: bool,
}

impl Recorder {
    fn say(&self, text: &str) {
        if !self.quiet {
            // If standard error is gone, there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "{text}");
        }
    }
}

fn storage(folder: &Path) -> impl Fn(std::io::Error) -> Failure {
    let place = folder.join(TABLE);
    move |source| Failure::Storage { place: place.clone(), source }
}

impl Sink for Recorder {
    fn decision(&mut self, _decision: &Decision) {}

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        let text = format!("channel {}, rest {:.3}", channel + 1, calibration.baseline_uv);
        self.say(&words::calibrated(channel, calibration.reference_uv.is_some()));
        self.events.push(("calibrated", text));
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        self.say(&words::refused(channel, &refusal));
        self.events.push(("refused", format!("channel {}: {refusal}", channel + 1)));
    }
}

impl Output for Recorder {
    fn begin(&mut self, info: &SessionInfo) -> Result<(), Failure> {
        self.writer = Some(SessionWriter::create(&self.folder, info).map_err(storage(&self.folder))?);
        Ok(())
    }

    fn piece(&mut self, piece: &Piece<'_>) -> Result<(), Failure> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let done = match piece.input {
            Input::Frames(_) => writer.frame(piece.index, piece.raw, piece.cue),
            Input::Gap { frames } => writer.gap(piece.index, frames, piece.cue),
            Input::Stalled => writer.stall(piece.index, piece.cue),
            // A cue stands in the row of the frame that follows.
            Input::Command(_) => Ok(()),
        };
        done.map_err(storage(&self.folder))
    }

    fn flush(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    fn events(&mut self) -> Vec<(&'static str, String)> {
        std::mem::take(&mut self.events)
    }

    fn end(self, info: &SessionInfo, end: &EndLine, _latency: Option<Latency>) -> Result<(), Failure> {
        let mut info = info.clone();
        info.finalised = true;
        let EndLine { frames, lost, gaps, digest } = *end;
        info.end = Some(SessionEnd { frames, lost, gaps, digest: hex(&digest) });
        if let Some(writer) = self.writer {
            writer.finish(&info).map_err(storage(&self.folder))?;
        }
        let lines = DecisionLines::new(std::io::stdout().lock(), std::iter::empty());
        lines.finish(end).map(drop).map_err(Failure::Output)
    }
}

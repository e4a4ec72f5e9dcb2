//! `tonus record`: a live sensor into a folder.

use std::io::Write;
use std::path::Path;

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::pipeline::Latency;
use tonus_engine::Observer;
use tonus_engine::live::store::{Pending, RestMemory};
use tonus_engine::live::{Chosen, LiveError, Output, Protocol, Recorder};
use tonus_history::About;
use tonus_record::session::SessionInfo;
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
    let memory = RestMemory::open(root.as_deref(), &about);
    let (sensor, protocol) = args.sensor.checked()?;
    let pending = match &protocol {
        Protocol::Program(chosen) => Some(pending(args.out.as_deref(), root.as_deref(), about, chosen)?),
        _ => None,
    };
    let folder = args.out.or_else(|| pending.as_ref().map(|one| one.folder().to_owned())).unwrap_or_default();
    let played = Recorder::new(&folder).map_err(Failure::from).and_then(|recorder| {
        let output = (recorder, Printer { quiet, references: Vec::new() });
        play(sensor, protocol, output, quiet, save_calibration.as_deref(), memory)
    });
    match &played {
        Err(Failure::Config { .. }) => Recorder::take_back(&folder),
        Err(_) => Recorder::salvage(&folder),
        Ok(_) => {}
    }
    match (pending, played) {
        (Some(pending), Ok(code)) => keep(pending, quiet).map(|()| code),
        (Some(pending), Err(failure @ Failure::Kept { .. })) => {
            // What the disk took is a session too; why it is short is what counts.
            let _ = keep(pending, quiet);
            Err(failure)
        }
        (Some(pending), Err(failure)) => {
            pending.forget_if_empty();
            Err(failure)
        }
        (None, played) => played,
    }
}

/// Where a session of a programme is kept.
fn pending(out: Option<&Path>, root: Option<&Path>, about: About, chosen: &Chosen) -> Result<Pending, Failure> {
    match out {
        Some(folder) => Ok(Pending::outside(folder, about, chosen)),
        None => Ok(Pending::inside(store(root)?, about, chosen)?),
    }
}

/// Writes summary and report of a session that is kept in the store, and says how it went.
fn keep(pending: Pending, quiet: bool) -> Result<(), Failure> {
    let Some(kept) = pending.finish()? else { return Ok(()) };
    if quiet {
        return Ok(());
    }
    if let Some(training) = &kept.summary.training {
        human::training(training).lines().for_each(say);
    }
    say(&words::kept(kept.id.as_str(), &kept.report));
    words::AFTERWARDS.lines().for_each(say);
    Ok(())
}

/// Says what came of calibrations, and prints the end line.
struct Printer {
    quiet: bool,
    /// The references that were measured, by channel.
    references: Vec<Option<f32>>,
}

impl Observer for Printer {
    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        let place = usize::from(channel);
        self.references.resize(self.references.len().max(place + 1), None);
        // Another rest may come with the reference of before.
        let before = std::mem::replace(&mut self.references[place], calibration.reference_uv);
        if !self.quiet {
            say(&words::calibrated(
                channel,
                calibration.reference_uv.is_some_and(|_| calibration.reference_uv != before),
            ));
        }
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        if !self.quiet {
            say(&words::refused(channel, &refusal));
        }
    }
}

impl Output for Printer {
    fn end(&mut self, _info: &SessionInfo, end: &EndLine, _latency: Option<Latency>) -> Result<(), LiveError> {
        let mut out = std::io::stdout().lock();
        let lines = DecisionLines::new(Vec::new(), std::iter::empty());
        let printed = lines.finish(end).and_then(|line| out.write_all(&line).and_then(|()| out.flush()));
        printed.map_err(LiveError::Output)
    }
}

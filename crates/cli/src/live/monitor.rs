//! `tonus monitor`: a live sensor's decisions, line by line.

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::decision::Decision;
use tonus_core::pipeline::Latency;
use tonus_engine::Observer;
use tonus_engine::live::store::RestMemory;
use tonus_engine::live::{LiveError, Moment, Output};
use tonus_history::About;
use tonus_record::session::SessionInfo;
use tonus_report::{EndLine, amplitude};

use super::args::MonitorArgs;
use super::run::run as play;
use crate::failure::Failure;
use crate::replay::{Mode, Printer, unit};

/// Shows decisions until the end.
pub(crate) fn run(args: MonitorArgs) -> Result<u8, Failure> {
    let quiet = args.sensor.quiet;
    let save_calibration = args.sensor.save_calibration.clone();
    let memory = RestMemory::open(args.sensor.store.as_deref(), &About::default());
    let (sensor, protocol) = args.sensor.checked()?;
    let mode = Mode::of(args.json, quiet);
    play(
        sensor,
        protocol,
        Monitor { mode, printer: None, quiet: args.json },
        quiet,
        save_calibration.as_deref(),
        memory,
    )
}

struct Monitor {
    mode: Mode,
    printer: Option<Printer>,
    /// Calibrations are said to people only.
    quiet: bool,
}

impl Observer for Monitor {
    fn decision(&mut self, decision: &Decision) {
        if let Some(printer) = &mut self.printer {
            printer.decision(decision);
        }
    }

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        if !self.quiet {
            let rest = amplitude(calibration.baseline_uv.into());
            crate::failure::say(&format!("calibrated: channel {}, rest {rest}", channel + 1));
        }
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        crate::failure::say(&format!("calibration refused: channel {}: {refusal}", channel + 1));
    }
}

impl Output for Monitor {
    fn begin(&mut self, info: &SessionInfo) -> Result<(), LiveError> {
        let names: Vec<String> = info.scale.iter().map(|scale| scale.channel.clone()).collect();
        self.printer = Some(Printer::new(&names, unit(info.scale.iter().all(|scale| scale.scaled)), self.mode));
        Ok(())
    }

    fn flush(&mut self, _now: &Moment<'_>) -> Result<(), LiveError> {
        let Some(printer) = &mut self.printer else { return Ok(()) };
        printer.flush().and_then(|()| printer.check()).map_err(LiveError::Output)
    }

    fn end(&mut self, _info: &SessionInfo, end: &EndLine, latency: Option<Latency>) -> Result<(), LiveError> {
        let printer = self.printer.take();
        printer.map_or(Ok(()), |printer| printer.finish_live(end, latency)).map_err(LiveError::Output)
    }
}

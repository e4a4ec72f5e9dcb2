//! `tonus monitor`: a live sensor's decisions, line by line.

use tonus_core::calibrate::{Calibration, Refusal};
use tonus_core::event::Decision;
use tonus_core::pipeline::Latency;
use tonus_core::sink::Sink;
use tonus_record::session::SessionInfo;
use tonus_report::EndLine;

use super::args::MonitorArgs;
use super::run::{Output, run as play};
use super::sensor::Sensor;
use crate::failure::Failure;
use crate::replay::{Mode, Printer, unit};

/// Shows decisions until the end.
pub(crate) fn run(args: MonitorArgs) -> Result<u8, Failure> {
    let sensor = Sensor::new(args.sensor)?;
    let mode = Mode::of(args.json, sensor.quiet);
    play(sensor, Monitor { mode, printer: None, quiet: args.json })
}

struct Monitor {
    mode: Mode,
    printer: Option<Printer>,
    /// Calibrations are said to people only.
    quiet: bool,
}

impl Sink for Monitor {
    fn decision(&mut self, decision: &Decision) {
        if let Some(printer) = &mut self.printer {
            printer.decision(decision);
        }
    }

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        if !self.quiet {
            eprintln!("calibrated: channel {}, rest {:.2}", channel + 1, calibration.baseline_uv);
        }
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        eprintln!("calibration refused: channel {}: {refusal}", channel + 1);
    }
}

impl Output for Monitor {
    fn begin(&mut self, info: &SessionInfo) -> Result<(), Failure> {
        let names = info.scale.iter().map(|scale| scale.channel.clone()).collect();
        self.printer = Some(Printer::new(names, unit(info.scale.iter().all(|scale| scale.scaled)), self.mode));
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let Some(printer) = &mut self.printer else { return Ok(()) };
        printer.flush()?;
        printer.check()
    }

    fn end(self, _info: &SessionInfo, end: &EndLine, latency: Option<Latency>) -> Result<(), Failure> {
        self.printer.map_or(Ok(()), |printer| printer.finish_live(end, latency))
    }
}

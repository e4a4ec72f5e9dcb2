//! A live session of the command: turn by turn, until it is over or Ctrl-C; what there is to tell goes to standard error.

use std::path::Path;
use std::sync::atomic::Ordering;

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::decision::Decision;
use tonus_core::pipeline::Latency;
use tonus_core::sink::Sink;
use tonus_device::Piece;
use tonus_live::{Asking, Live, LiveError, Moment, Notice, Output, Sensor, Turn};
use tonus_record::session::{ProgramCommand, SessionEvent, SessionInfo};
use tonus_report::EndLine;

use super::stop;
use crate::analyze::save_calibrations;
use crate::failure::{self, DEVICE, Failure, OK};
use crate::words;

/// Runs a session until its time is over, Ctrl-C, or the sensor is gone for good.
pub(super) fn run<O: Output>(
    sensor: Sensor,
    asking: Asking,
    output: O,
    quiet: bool,
    save_calibration: Option<&Path>,
) -> Result<u8, Failure> {
    let stop = stop::flag()?;
    let address = sensor.address().to_string();
    let mut live = Live::open(sensor, asking, Spoken { inner: output, quiet })?;
    let lost = loop {
        let turn = live.turn()?;
        if stop.load(Ordering::Relaxed) {
            break None;
        }
        match turn {
            Turn::Going => {}
            Turn::Over => break None,
            Turn::Gone => break Some(("is gone", "check the cable; what came before is kept")),
            Turn::Changed => {
                break Some(("is another sensor now", "what came before is kept; begin again for what follows"));
            }
        }
    };
    let (_, ran) = live.close(stop.load(Ordering::Relaxed))?;
    if let Some(place) = save_calibration {
        save_calibrations(place, &ran.calibrations)?;
    }
    if let Some((what, help)) = lost {
        // The recording is whole; the code tells that the sensor it is of is not there.
        failure::say(&format!("error: {address} {what}\nhelp: {help}"));
        return Ok(DEVICE);
    }
    Ok(OK)
}

/// Says what there is to tell, and hands on everything else.
struct Spoken<O> {
    inner: O,
    quiet: bool,
}

impl<O> Spoken<O> {
    fn say(&self, text: &str) {
        if !self.quiet {
            failure::say(text);
        }
    }
}

impl<O: Output> Sink for Spoken<O> {
    const WANTS_SAMPLES: bool = O::WANTS_SAMPLES;

    fn decision(&mut self, decision: &Decision) {
        self.inner.decision(decision);
    }

    fn samples(&mut self, channel: u8, first: u64, conditioned_uv: &[f32]) {
        self.inner.samples(channel, first, conditioned_uv);
    }

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        self.inner.calibrated(channel, calibration);
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        self.inner.refused(channel, refusal);
    }
}

impl<O: Output> Output for Spoken<O> {
    fn begin(&mut self, info: &SessionInfo) -> Result<(), LiveError> {
        self.inner.begin(info)
    }

    fn meanwhile(&mut self, info: &SessionInfo, piece: &Piece<'_>) {
        self.inner.meanwhile(info, piece);
    }

    fn piece(&mut self, piece: &Piece<'_>) -> Result<(), LiveError> {
        self.inner.piece(piece)
    }

    fn flush(&mut self, now: &Moment<'_>) -> Result<(), LiveError> {
        self.inner.flush(now)
    }

    fn event(&mut self, event: &SessionEvent) {
        self.inner.event(event);
    }

    fn command(&mut self, command: &ProgramCommand) {
        self.inner.command(command);
    }

    fn events(&mut self) -> Vec<(&'static str, String)> {
        self.inner.events()
    }

    fn notice(&mut self, notice: &Notice<'_>) {
        self.inner.notice(notice);
        match notice {
            Notice::Begun(info) => self.say(&format!(
                "{}: {} channels at {} Hz ({})",
                info.device.name,
                info.scale.len(),
                info.rate.hz,
                info.rate.source
            )),
            Notice::Sensor(state) => self.say(&format!("sensor: {}", state.name())),
            Notice::NoSignal => self.say("sensor: no signal"),
            Notice::Warning(text) => self.say(&format!("warning: {text}")),
            Notice::Columns(columns) if columns.is_unsure => {
                let listing = columns.listing();
                self.say(&format!(
                    "warning: none of the sensor's columns is surely a muscle, so all are channels: {listing}; --columns chooses"
                ));
            }
            Notice::Columns(columns) => {
                self.say(&format!("columns of its lines: {}; --columns chooses others", columns.listing()));
            }
            Notice::Phase { start_s, seconds, kind, prompt } => {
                self.say(&words::phase(*start_s, kind, *seconds, prompt));
            }
            Notice::Latency(ms) => {
                self.say(&format!("latency of a decision: {ms:.0} ms, and what the transport adds"));
            }
            _ => {}
        }
    }

    fn end(&mut self, info: &SessionInfo, end: &EndLine, latency: Option<Latency>) -> Result<(), LiveError> {
        self.inner.end(info, end, latency)
    }
}

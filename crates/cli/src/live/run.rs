//! A live session of the command: turn by turn, until it is over or Ctrl-C; what there is to tell goes to standard error.

use std::path::Path;
use std::sync::atomic::Ordering;

use tonus_engine::Observer;
use tonus_engine::live::store::RestMemory;
use tonus_engine::live::{Live, Notice, Output, Protocol, Sensor, StorageWarning, Turn};
use tonus_report::RestFigures;

use super::stop;
use crate::analyze::save_calibrations;
use crate::failure::{self, DEVICE, Failure, OK};
use crate::words;

/// Runs a session until its time is over, Ctrl-C, or the sensor is gone for good.
pub(super) fn run<O: Output>(
    sensor: Sensor,
    protocol: Protocol,
    output: O,
    quiet: bool,
    save_calibration: Option<&Path>,
    memory: RestMemory,
) -> Result<u8, Failure> {
    let stop = stop::flag()?;
    let address = sensor.address().to_string();
    let mut live = Live::open(sensor, protocol, (output, Speaker { quiet, memory, calmest_uv: Vec::new() }))?;
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
    let (_, outcome) = live.close(stop.load(Ordering::Relaxed))?;
    if let Some(place) = save_calibration {
        save_calibrations(place, &outcome.calibrations)?;
    }
    if let Some((what, help)) = lost {
        // The recording is whole; the code tells that the sensor it is of is not there.
        failure::error(&format!("{address} {what}"), help);
        return Ok(DEVICE);
    }
    Ok(OK)
}

/// Says what there is to tell.
struct Speaker {
    quiet: bool,
    memory: RestMemory,
    /// The calmest rest of each channel in earlier sessions.
    calmest_uv: Vec<Option<f32>>,
}

impl Speaker {
    fn say(&self, text: &str) {
        if !self.quiet {
            failure::say(text);
        }
    }
}

impl Observer for Speaker {}

impl Output for Speaker {
    fn notice(&mut self, notice: &Notice<'_>) {
        match notice {
            Notice::Begun(info) => {
                self.calmest_uv = (0..info.scale.len()).map(|n| self.memory.calmest_uv(info, n)).collect();
                self.say(&format!(
                    "{}: {} at {} Hz ({})",
                    info.device.name,
                    words::channels(info.scale.len()),
                    info.rate.hz,
                    info.rate.source
                ));
            }
            Notice::Rest { channel, figures } => {
                let before_uv = self.calmest_uv.get(usize::from(*channel)).copied().flatten();
                self.say(&words::rest(*channel, &RestFigures { before_uv, ..*figures }));
            }
            Notice::MeasureRest(hint) => self.say(&words::measure_rest(**hint)),
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
            Notice::Storage(warning @ StorageWarning::Room { .. }) => self.say(&format!("warning: {warning}")),
            // What is lost is said even where other messages are not wanted.
            Notice::Storage(warning) => failure::say(&format!("warning: {warning}")),
            Notice::Phase { start_s, seconds, kind, prompt } => {
                self.say(&words::phase(*start_s, kind, *seconds, prompt));
            }
            Notice::Latency(ms) => {
                self.say(&format!("latency of a decision: {ms:.0} ms, and what the transport adds"));
            }
            _ => {}
        }
    }
}

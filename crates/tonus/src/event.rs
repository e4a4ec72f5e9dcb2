//! Events of a sensor or a monitor.

use std::fmt;

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::decision::Decision;
use tonus_core::sink::Sink;
use tonus_device::State as LinkState;

/// An event of a [`Sensor`](crate::Sensor) or a [`Monitor`](crate::Monitor).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A decision: one per channel every 10 ms.
    Decision(Decision),
    /// A calibration step was closed and accepted.
    Calibrated {
        /// The channel, from 0.
        channel: usize,
        /// The calibration in force from now on.
        calibration: Calibration,
    },
    /// A calibration step was closed and refused; what was in force before stays so.
    Refused {
        /// The channel, from 0.
        channel: usize,
        /// Why, and what to do.
        refusal: Refusal,
    },
    /// A change of the sensor or its connection.
    Link(LinkEvent),
}

/// A change of the sensor or its connection.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum LinkEvent {
    /// The sensor streams, and its sampling rate is known.
    Begun {
        /// Its name.
        device: String,
        /// Names of its channels.
        channels: Vec<String>,
        /// Sampling rate in Hz.
        rate_hz: f64,
    },
    /// The connection changed its state.
    State(LinkState),
    /// No frame has come for a while.
    NoSignal,
    /// A warning: the signal or the recording may suffer.
    Warning(String),
    /// The sensor did not come back; nothing follows.
    Gone,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decision(d) => {
                write!(f, "{:.2} s  channel {}  {:<10}  {:.2} µV", d.time_s(), d.channel + 1, d.state, d.envelope_uv)?;
                if d.activation.is_finite() {
                    write!(f, "  {:.0} %", 100.0 * d.activation)?;
                }
                if !d.reasons.is_empty() {
                    write!(f, "  {}", d.reasons)?;
                }
                if d.quality.is_empty() { Ok(()) } else { write!(f, "  {}", d.quality) }
            }
            Self::Calibrated { channel, calibration } => {
                write!(f, "calibrated: channel {}, rest {:.2} µV", channel + 1, calibration.baseline_uv)?;
                calibration.reference_uv.map_or(Ok(()), |reference| write!(f, ", reference {reference:.2} µV"))
            }
            Self::Refused { channel, refusal } => write!(f, "calibration refused: channel {}: {refusal}", channel + 1),
            Self::Link(event) => event.fmt(f),
        }
    }
}

impl fmt::Display for LinkEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begun { device, channels, rate_hz } => {
                let plural = if channels.len() == 1 { "" } else { "s" };
                write!(f, "{device}: {} channel{plural} at {rate_hz} Hz", channels.len())
            }
            Self::State(state) => write!(f, "sensor: {}", state.name()),
            Self::NoSignal => f.write_str("sensor: no signal"),
            Self::Warning(text) => write!(f, "warning: {text}"),
            Self::Gone => f.write_str("sensor: gone; check the cable"),
        }
    }
}

/// Gathers decisions, and calibrations apart from them.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) decisions: Vec<Decision>,
    pub(crate) calibrations: Vec<Event>,
}

impl Gathered {
    pub(crate) fn clear(&mut self) {
        self.decisions.clear();
        self.calibrations.clear();
    }
}

impl Sink for Gathered {
    fn decision(&mut self, decision: &Decision) {
        self.decisions.push(*decision);
    }

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        self.calibrations.push(Event::Calibrated { channel: channel.into(), calibration: *calibration });
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        self.calibrations.push(Event::Refused { channel: channel.into(), refusal });
    }
}

//! Muscle biofeedback from surface EMG: rest, controlled contraction and overactivity, live and offline with the same bits.
//!
//! | for | take |
//! |---|---|
//! | a live sensor | [`Sensor`]: events one by one, a recording beside them |
//! | a recording | [`decisions`], or [`analyze`] for its [`Summary`]; [`Recording`] with options |
//! | samples and a screen of your own | [`Monitor`]: any number of channels, blocks of any size |
//!
//! All three decide as the command `tonus` does, bit for bit ([`Digest`]). `docs/API.md` lists every item. The parts stand behind them, for
//! programs that go deeper; each has a documentation of its own:
//!
//! | module | what for |
//! |---|---|
//! | [`dsp`] | filter design, filters, envelopes, features, statistics; `no_std` |
//! | [`core`] | the pipeline: samples in, one decision per channel every 10 ms out; `no_std` |
//! | [`record`] | recordings: text tables in, frames, gaps and cues out |
//! | [`wire`] | wire formats of sensors: bytes to frames, counts to µV, and back; `no_std` |
//! | [`device`] | sensors, live: ports, one owner thread per port, reconnection, a simulated sensor |
//! | [`program`] | training programmes and plans as data: TOML, built-in ones |
//! | [`report`] | results: `summary.json`, `states.csv`, `events.csv`, `report.html`, lines of JSON; measurements of a training session |
//! | [`engine`] | the loop that both go through, calibrations, summary and report of a recording; `engine::live`: sensors, recorded |
//! | [`history`] | sessions over time: store, diary, trends, milestones, the next step of a plan |
//!
//! The three programs:
//!
//! ```no_run
//! let mut sensor = tonus::Sensor::open("/dev/ttyACM0", "openbci-cyton")?;            // live
//! while let Some(event) = sensor.next_event()? { println!("{event}"); }               // Decision, Calibrated, Refused, Link
//! # Ok::<(), tonus::Error>(())
//! ```
//!
//! ```no_run
//! for d in tonus::decisions("session.csv")? { let d = d?; println!("{:.2} {}", d.time_s(), d.state); }   // offline, decides as `tonus analyze`
//! # Ok::<(), tonus::Error>(())
//! ```
//!
//! ```no_run
//! # struct Meter;
//! # impl Meter { fn set(&mut self, _activation: f32, _state: tonus::State) {} }
//! # let (mut meter, block, on, off) = (Meter, vec![0.0; 20], 2.0, 1.5);
//! # let stored = tonus::load_calibration("me.json")?;
//! let mut monitor = tonus::Monitor::new(1000.0, 1)?;                                  // own screen, channels at run time
//! monitor.load_calibration(0, &stored)?;                                              // or monitor.cue(Cue::Quiet)
//! for d in monitor.push_uv(&block)? { meter.set(d.activation, d.state); }
//! monitor.set_thresholds(0, on, off)?;                                                // from the next tick on, recorded
//! # Ok::<(), tonus::Error>(())
//! ```
//!
//! Thresholds of one's own, a calibration that is kept, and a recording beside them (`examples/own_thresholds.rs`):
//!
//! ```
#![doc = include_str!("../../../examples/own_thresholds.rs")]
//! ```
//!
//! Not a medical device. Nothing here is a diagnosis.

mod calibration;
mod decisions;
mod error;
mod event;
mod monitor;
mod recording;
mod sensor;
mod simulated;

pub use calibration::{load_calibration, load_calibrations, load_config, save_calibration, save_calibrations};
pub use decisions::Decisions;
pub use error::Error;
pub use event::{Event, LinkEvent};
pub use monitor::Monitor;
pub use recording::{Recording, analyze, decisions};
pub use sensor::{Sensor, SensorOptions};
pub use simulated::SimulatedSensor;
#[doc(inline)]
pub use tonus_core::calibration::{Calibration, Refusal};
#[doc(inline)]
pub use tonus_core::config::{BodySite, ChannelConfig, Config, MainsMode, ReferenceKind};
#[doc(inline)]
pub use tonus_core::decision::{Decision, Quality, Reasons, State};
#[doc(inline)]
pub use tonus_core::digest::Digest;
#[doc(inline)]
pub use tonus_core::input::Cue;
#[doc(inline)]
pub use tonus_device::State as LinkState;
#[doc(inline)]
pub use tonus_device::sim::Scenario;
#[doc(inline)]
pub use tonus_program::ProgramFile;
#[doc(inline)]
pub use tonus_record::session::StoredCalibration;
#[doc(inline)]
pub use tonus_record::{ChannelSelector, CueList, Kind, Unit};
#[doc(inline)]
pub use tonus_report::Summary;

#[doc(no_inline)]
pub use tonus_core as core;
#[doc(no_inline)]
pub use tonus_device as device;
#[doc(no_inline)]
pub use tonus_dsp as dsp;
#[doc(no_inline)]
pub use tonus_engine as engine;
#[doc(no_inline)]
pub use tonus_history as history;
#[doc(no_inline)]
pub use tonus_program as program;
#[doc(no_inline)]
pub use tonus_record as record;
#[doc(no_inline)]
pub use tonus_report as report;
#[doc(no_inline)]
pub use tonus_wire as wire;

/// The program of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

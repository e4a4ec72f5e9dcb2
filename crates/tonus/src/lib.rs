//! Muscle biofeedback from surface EMG: rest, controlled contraction and overactivity, live and offline with the same bits.
//!
//! This crate gathers the parts under one name and adds nothing:
//!
//! | module | what for |
//! |---|---|
//! | [`core`] | the pipeline: samples in, one decision per channel every 10 ms out; `no_std` |
//! | [`record`] | recordings: text tables in, frames, gaps and cues out |
//! | [`wire`] | wire formats of sensors: bytes to frames, counts to µV, and back; `no_std` |
//! | [`serial`] | sensors, live: ports, one owner thread per port, reconnection, a simulated sensor |
//! | [`program`] | training programmes and plans as data: TOML, built-in ones |
//! | [`report`] | results: `summary.json`, `states.csv`, `events.csv`, `report.html`, lines of JSON; a training session under way |
//! | [`analysis`] | a recording through the pipeline: calibrations, decisions, summary, report |
//! | [`live`] | a sensor through the pipeline: rate, scale, programme, crash-safe recording, store |
//! | [`history`] | sessions over time: store, diary, trends, milestones, the next step of a plan |
//!
//! Not a medical device. Nothing here is a diagnosis.

#[doc(inline)]
pub use tonus_analysis as analysis;
#[doc(inline)]
pub use tonus_core as core;
#[doc(inline)]
pub use tonus_history as history;
#[doc(inline)]
pub use tonus_live as live;
#[doc(inline)]
pub use tonus_program as program;
#[doc(inline)]
pub use tonus_record as record;
#[doc(inline)]
pub use tonus_report as report;
#[doc(inline)]
pub use tonus_serial as serial;
#[doc(inline)]
pub use tonus_wire as wire;

/// The program of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

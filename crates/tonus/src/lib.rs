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
//! | [`report`] | results: `summary.json`, `states.csv`, `events.csv`, lines of JSON |
//!
//! Not a medical device. Nothing here is a diagnosis.

#[doc(inline)]
pub use tonus_core as core;
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

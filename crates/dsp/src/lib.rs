//! Signal processing of tonus: filter design, filters, envelopes, features and statistics, without the standard library.
//!
//! Everything here works on plain numbers and knows nothing of muscles, calibrations or states (`tonus-core`).
//!
//! | module | one noun |
//! |---|---|
//! | [`design`] | edges in Hz to second-order sections, in `f64` |
//! | [`filter`] | sections running, one channel or lanes side by side |
//! | [`envelope`] | RMS, ARV and low-pass envelopes |
//! | [`feature`] | amplitude, crossings, TKEO, Welch spectra |
//! | [`stats`], [`ring`] | running statistics; fixed windows |
//! | [`stage`] | the trait of a streaming stage |
//! | [`math`] | transcendental functions with the same bits on every target |
//! | [`units`] | sampling rate, ticks, seconds |
//! | [`lanes`] | one operation on all lanes |
//! | [`simd`] | vectors of the processor; the only `unsafe` below the C interface |
//! | [`error`] | rejected configurations and shapes |
#![no_std]

pub mod design;
pub mod envelope;
pub mod error;
pub mod feature;
pub mod filter;
pub mod lanes;
pub mod math;
pub mod ring;
pub mod simd;
pub mod stage;
pub mod stats;
pub mod units;

//! The C interface of tonus. The header, `include/tonus.h`, is made from this crate and kept beside it.
//!
//! | file | what C sees |
//! |---|---|
//! | `result` | `tonus_result`, the one result of all functions |
//! | `words` | the numbers that stand for states, cues, devices and so on |
//! | `sizes` | how structures may grow |
//! | `slot` | what is behind a handle: whose memory, whose turn, whether it still lives |
//! | `config` | `tonus_pipeline_config`, `tonus_channel_config` |
//! | `calibration` | `tonus_calibration`, to be stored and given back |
//! | `sink` | `tonus_sink`: decisions and calibrations, as they come |
//! | `engine`, `pipeline` | `tonus_pipeline` |
//! | `decoder` | `tonus_decoder` |
//! | `step`, `session` | `tonus_step`, `tonus_session` |
//!
//! # Rules for all functions
//!
//! A pointer is null or points to what its type says; memory of a handle stays where it is and is left alone until the handle
//! is freed. Everything else that can be wrong gives a result and changes nothing. Outputs are written only with `TONUS_OK`.
//! Any thread may use a handle, one at a time; whoever comes second meanwhile, a callback and an interrupt included, gets
//! `TONUS_ERROR_BUSY`. Callbacks return; they do not throw and do not jump.
#![cfg_attr(not(feature = "std"), no_std)]

pub mod calibration;
pub mod config;
pub mod decoder;
mod engine;
#[cfg(feature = "std")]
mod heap;
#[cfg(all(not(feature = "std"), feature = "panic-handler"))]
mod panicking;
pub mod pipeline;
pub mod result;
pub mod session;
pub mod sink;
mod sizes;
mod slot;
pub mod step;
pub mod version;
pub mod words;

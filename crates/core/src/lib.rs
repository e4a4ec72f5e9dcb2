//! The engine of tonus: surface EMG in, states of a muscle out.
//!
//! Samples go through one [`pipeline::Pipeline`] and come out as one [`event::Decision`] per channel every 10 ms: *rest*,
//! *controlled* or *overactive*, or *invalid* where the signal does not allow a statement. No standard library, no
//! allocation, no `unsafe` of its own, no clock and no I/O; the same bits on every target.
//!
//! Not a medical device. Nothing here is a diagnosis.
#![no_std]
#![forbid(unsafe_code)]

pub mod calibrate;
mod classify;
pub mod config;
pub mod design;
pub mod detect;
pub mod digest;
pub mod envelope;
pub mod error;
pub mod event;
pub mod feature;
pub mod filter;
mod front;
pub mod input;
mod lanes;
mod mains;
pub mod math;
pub mod normalize;
pub mod pipeline;
mod quality;
pub mod ring;
pub mod session;
pub mod sink;
pub mod stage;
pub mod stats;
pub mod summary;
pub mod units;
mod window;

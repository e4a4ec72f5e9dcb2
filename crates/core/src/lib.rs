//! The engine of tonus: surface EMG in, states of a muscle out.
//!
//! Samples go through one [`pipeline::Pipeline`] and come out as one [`decision::Decision`] per channel every 10 ms: *rest*,
//! *controlled* or *overactive*, or *invalid* where the signal does not allow a statement. No standard library, no
//! allocation, no `unsafe` of its own, no clock and no I/O; the same bits on every target.
//!
//! Not a medical device. Nothing here is a diagnosis.
#![no_std]
#![forbid(unsafe_code)]

pub mod calibration;
pub mod config;
pub mod decision;
pub mod digest;
pub mod input;
pub mod normalize;
pub mod pipeline;
pub mod sink;
pub mod summary;
pub mod text;
pub mod training;

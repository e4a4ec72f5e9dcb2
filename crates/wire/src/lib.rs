//! Wire formats of EMG devices: bytes in, frames of raw counts out; counts to µV; and encoders for every format.
//!
//! No I/O, no clock, no allocation, no `unsafe`, and no input makes it panic. The stages are apart on purpose:
//!
//! | stage | does | does not |
//! |---|---|---|
//! | [`Decoder`] | bytes → [`Frame`] (counts, counter, device time), any split of the bytes gives the same frames | scale, stamp |
//! | [`Timeline`] | counter → sample index, every loss one gap | look at a clock |
//! | [`rate`] | arrival times → the device's true rate | change an index |
//! | [`Calibrator`] | counts → µV, the anchor subtracted exactly | filter |
//!
//! A device is data: a [`Layout`] (plain, `const`, no text) is what decoder and encoder need; with the feature `std` a
//! [`profile::DeviceProfile`] (TOML) adds names, port settings, commands and scale. `docs/DEVICES.md` tells how to write one.
//!
//! Deliberately not here: ports, threads, reconnecting (`tonus-device`); filters and states (`tonus-core`); formats that
//! keep state across packets such as the Ganglion's deltas.
#![cfg_attr(not(any(feature = "std", test)), no_std)]
#![forbid(unsafe_code)]
#![allow(
    clippy::cast_possible_wrap,
    reason = "bit fields of at most 32 bits move between i64, u64 and i32; positions stay below MAX_FRAME"
)]
#![cfg_attr(
    not(test),
    deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable)
)]

pub mod builtin;
pub mod calibration;
pub mod checksum;
pub mod cobs;
mod decode;
mod encode;
pub mod error;
pub mod field;
mod frame;
pub mod hello;
pub mod layout;
pub mod number;
#[cfg(feature = "std")]
pub mod profile;
pub mod rate;
mod record;
pub mod slip;
pub mod timeline;
mod validate;
#[cfg(feature = "std")]
pub mod words;

pub use calibration::{Calibrator, Scale};
pub use decode::Decoder;
pub use encode::{Encoder, MAX_ENCODED, Stamp};
pub use error::{EncodeError, LayoutError};
pub use field::{Endian, Field, Segment};
pub use frame::{Event, Frame, Reject, Sink, Stats, Values};
pub use layout::{Framing, Layout, MAX_AUX, MAX_CHANNELS, MAX_FRAME};
pub use timeline::{Placement, Timeline};

//! Sensors, live: from a port to whole frames on a timeline, and through hang-ups.
//!
//! | module | one noun |
//! |---|---|
//! | [`address`] | where a sensor is: a port or `tcp:HOST:PORT` |
//! | [`transport`] | bytes in and out: serial, TCP, in memory, a capture played again |
//! | [`columns`] | what the numbers of text lines are |
//! | [`ports`] | ports that are present |
//! | [`probe`] | what a port sends, and which profile fits |
//! | `recognition` | what a stream of bytes is |
//! | [`link`] | one owner thread per port: commands, decoder, timeline, watchdog, reconnection |
//! | [`queue`] | whole frames from that thread to the reader, losses declared |
//! | [`sim`] | a simulated sensor |
//!
//! Time below the pipeline is the sample index. Clocks are used here only: for silence, for the device's rate, and to tell
//! how often a small counter has wrapped while nothing came.
//!
//! Deliberately not here: filters, decisions, files of sessions, and anything that prints.
#![forbid(unsafe_code)]

pub mod address;
pub mod columns;
mod error;
pub mod link;
pub mod ports;
pub mod probe;
pub mod queue;
mod recognition;
pub mod sim;
pub mod transport;

pub use address::Address;
pub use error::{OpenError, OpenErrorKind};
pub use link::{Link, LinkOptions, Notice, State};
pub use queue::Packet;

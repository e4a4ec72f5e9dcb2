//! A simulated sensor: it speaks any profile that can be encoded, answers its commands, and fails on demand.
//!
//! | module | one noun |
//! |---|---|
//! | [`signal`] | surface EMG of a known amplitude, seeded |
//! | [`scenario`] | what the muscle does, and what is asked for |
//! | [`source`] | frames of counts: a scenario quantised, or a file |
//! | [`fault`] | what goes wrong |
//! | [`device`] | frames and commands to bytes, without I/O |
//! | [`person`] | somebody who does what is asked for, with habits |
//! | [`pty`], [`tcp`], [`pipe`] | where the bytes go: out of the program, or to a link in the same one |
//! | [`run`] | the loop that plays it all in time |

pub mod device;
pub mod fault;
pub mod person;
pub mod pipe;
#[cfg(unix)]
pub mod pty;
mod random;
pub mod run;
pub mod scenario;
pub mod signal;
pub mod source;
pub mod tcp;

pub use device::Device;
pub use fault::Faults;
pub use person::{Habit, PersonSource, Wish};
pub use pipe::{InMemory, PipeConnector, PlayOptions};
pub use run::{Pace, Played, Simulator};
pub use scenario::Scenario;
pub use source::{FileSource, ScenarioSource, Source};

use std::io;

/// The device's end of a line.
pub trait Line {
    /// Whether somebody has opened the other end.
    fn is_open(&mut self) -> bool;

    /// Reads what has come, without waiting.
    ///
    /// # Errors
    /// What the system says; a closed line is no error.
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize>;

    /// Writes what fits, without waiting.
    ///
    /// # Errors
    /// What the system says; a closed or full line is no error.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Pulls the plug.
    fn unplug(&mut self);

    /// Plugs it in again.
    ///
    /// # Errors
    /// What the system says.
    fn plug(&mut self) -> io::Result<()>;
}

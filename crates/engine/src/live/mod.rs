//! Live sessions: reads a sensor, drives the pipelines and the programme, and records both.
//!
//! | module | one noun |
//! |---|---|
//! | [`Sensor`] | a device profile with what the caller and the device itself know better |
//! | [`Protocol`] | what the person is asked for: nothing, cues, a programme |
//! | [`Live`] | the session, one turn of its loop at a time |
//! | `run`, `rate`, `clock` | the driver under way; the rate of a sensor that does not say it; the clock that it sends |
//! | `rest_watch` | whether rest still is what was measured |
//! | [`Feed`] | packets of a device to inputs of a driver |
//! | [`Output`] | where it all goes, and what there is to tell; outputs compose |
//! | [`Recorder`] | into a folder, crash-safe |
//! | [`store`] | into the store, with summary and report |
//!
//! The command `tonus record` and the viewer run the same [`Live`]; they differ in their [`Output`] alone. Decisions do not
//! depend on it.
//!
//! Deliberately not here: threads (the caller's), signals such as Ctrl-C, anything that prints or draws.

mod clock;
mod error;
mod feed;
mod output;
mod protocol;
mod rate;
mod recorder;
mod rest_watch;
mod run;
mod sensor;
mod session;
pub mod store;

pub use error::LiveError;
pub use feed::Feed;
pub use output::{Moment, Notice, Output, StorageWarning};
pub use protocol::{Chosen, Protocol};
pub use recorder::Recorder;
pub use run::Outcome;
pub use sensor::{Sensor, SensorOptions, device};
pub use session::{Live, Turn};

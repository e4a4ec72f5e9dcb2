//! A live session: a sensor through the pipeline, with what a person is asked for, into a recording and the store.
//!
//! | module | one noun |
//! |---|---|
//! | [`Sensor`] | a device profile with what the caller and the device itself know better |
//! | [`Asking`] | what the person is asked for: nothing, cues, a programme |
//! | [`Live`] | the session, one turn of its loop at a time |
//! | `run`, `measure` | the pipeline under way; the rate of a sensor that does not say it |
//! | [`Output`] | where it all goes, and what there is to tell |
//! | [`Recorder`] | into a folder, crash-safe |
//! | [`Keeping`] | into the store, with summary and report |
//!
//! The command `tonus record` and the viewer run the same [`Live`]; they differ in their [`Output`] alone. Decisions do not
//! depend on it.
//!
//! Deliberately not here: threads (the caller's), signals such as Ctrl-C, anything that prints or draws.
#![forbid(unsafe_code)]

mod asking;
mod error;
mod keep;
mod live;
mod measure;
mod output;
mod recorder;
mod run;
mod sensor;

pub use asking::{Asking, Chosen};
pub use error::LiveError;
pub use keep::{Keeping, Kept, add, finish_recovered, now_unix_s, stage};
pub use live::{Live, Turn};
pub use output::{Moment, Notice, Output};
pub use recorder::{Recorder, StorageWarning};
pub use run::Ran;
pub use sensor::{Sensor, SensorOptions, device};

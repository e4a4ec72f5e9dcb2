//! A recording through the pipeline: opened, calibrated, played, summed up.
//!
//! | module | one noun |
//! |---|---|
//! | [`View`] | how it is to be looked at |
//! | `tape` | a recording that can be wound back |
//! | [`Engine`] | pipelines for any number of channels |
//! | `calm` | the calmest stretches of a recording |
//! | `setup`, `bench` | calibrations, before the first decision, and their measurement |
//! | [`Playback`] | a recording on its way through the pipeline |
//! | [`calibrate`] | the calibrations alone |
//! | `calibration_file`, `config_file` | calibrations and settings that are kept in files |
//! | `rates` | channels of several sampling rates: a playback for those of each |
//! | `collect`, [`analyze`] | its results: tables, summary, report |
//!
//! ```
//! use tonus_engine::{Options, View, analyze};
//! use tonus_record::Recording;
//!
//! let rows: String = (0..5000).map(|n| format!("{},{}\n", f64::from(n) / 1000.0, (n * 7919) % 13)).collect();
//! let table = std::io::Cursor::new(format!("time_s,emg_uv\n{rows}"));
//! let view = View::default();
//! let recording = Recording::from_reader(table, "sensor.csv", &view.open)?;
//! let analysis = analyze(recording, &view, &Options::default())?;
//! assert_eq!(analysis.summary.input.frames, 5000);
//! # Ok::<(), tonus_engine::AnalysisError>(())
//! ```
//!
//! Deliberately not here: options of a command, progress, anything that prints, and live sensors (`tonus-live`).
#![forbid(unsafe_code)]

mod analyze;
mod bench;
mod calibrate;
mod calibration_file;
mod calm;
mod collect;
mod config_file;
mod engine;
mod error;
mod playback;
mod rates;
mod setup;
mod tape;
mod view;

pub use analyze::{Analysis, Options, REPORT, analyze, analyze_with, as_recorded, judge, write_report};
pub use calibrate::{Calibrated, calibrate};
pub use calibration_file::{
    assign_calibrations, check_calibration, check_ratios, read_calibrations, write_calibrations,
};
pub use config_file::read_config;
pub use engine::{Engine, MAX_CHANNELS};
pub use error::AnalysisError;
pub use playback::{Playback, Totals, check_finalised, training_of};
pub use rates::{analyze_apart, can_be_apart};
pub use view::{Span, View};

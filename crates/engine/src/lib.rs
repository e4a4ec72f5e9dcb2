//! Signals through the pipeline: recordings and live sensors, with calibrations, cues and programmes.
//!
//! | module | one noun |
//! |---|---|
//! | [`Engine`] | pipelines for any number of channels |
//! | [`Driver`] | the loop: cues that are due, blocks cut where one changes, engine, scorers |
//! | [`Observer`] | who takes what comes of it; observers compose |
//! | [`Training`] | a programme under way |
//! | `calibration` | calibrations, measured before the first decision, and in files |
//! | `analysis` | a recording: [`Playback`], [`analyze`], [`calibrate`], [`Decisions`]; channels of several rates: [`Parts`] |
//! | [`live`] | a sensor: rate, scale, recording, store (feature `live`) |
//! | `config_file` | settings that are kept in a file |
//!
//! ```
//! use tonus_engine::{AnalysisOptions, ReportOptions, analyze};
//! use tonus_record::Recording;
//!
//! let rows: String = (0..5000).map(|n| format!("{},{}\n", f64::from(n) / 1000.0, (n * 7919) % 13)).collect();
//! let table = std::io::Cursor::new(format!("time_s,emg_uv\n{rows}"));
//! let options = AnalysisOptions::default();
//! let recording = Recording::from_reader(table, "sensor.csv", &options.open)?;
//! let analysis = analyze(recording, &options, &ReportOptions::default())?;
//! assert_eq!(analysis.summary.input.frames, 5000);
//! # Ok::<(), tonus_engine::AnalysisError>(())
//! ```
//!
//! Deliberately not here: options of a command, progress, anything that prints or draws.
#![forbid(unsafe_code)]

mod analysis;
mod calibration;
mod config_file;
mod driver;
mod engine;
mod error;
#[cfg(feature = "live")]
pub mod live;
mod observer;
mod options;
mod span;
mod training;

pub use analysis::analyze::{Analysis, REPORT, ReportOptions, analyze, analyze_with, as_recorded, judge, write_report};
pub use analysis::calibrate::{Calibrated, calibrate};
pub use analysis::decisions::{Decisions, PlaybackEnd};
pub use analysis::playback::{Playback, Totals, check_finalised};
pub use analysis::rates::{Part, Parts, digest_of};
pub use calibration::file::{
    assign_calibrations, check_calibration, check_ratios, parse_calibrations, read_calibrations, write_calibrations,
};
pub use config_file::{parse_config, read_config};
pub use driver::Driver;
pub use engine::{Engine, MAX_CHANNELS};
pub use error::AnalysisError;
pub use observer::{Observer, OnDecision, Step};
pub use options::AnalysisOptions;
pub use span::Span;
pub use training::Training;

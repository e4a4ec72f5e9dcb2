//! Results of tonus, in files: `summary.json`, `states.csv`, `events.csv`, `report.html`, and decisions as lines of JSON; and the
//! measurements of a training session on their way there, [`TrainingRecorder`].
//!
//! | file | written by | memory |
//! |---|---|---|
//! | `states.csv` | [`StatesWriter`], row by row | one block |
//! | `events.csv` | [`EventsWriter`], row by row | one block |
//! | `summary.json` | [`Summary`] through [`atomic_file::replace`] | the summary |
//! | `report.html` | [`html::render`], from the summary and a [`trace::Trace`] | the page |
//! | NDJSON of decisions | [`DecisionLines`] | one block |
//!
//! A file appears under its name when it is whole, never before ([`atomic_file::NewFile`]).
//!
//! Deliberately not here: reading recordings, running pipelines, and anything that prints.

pub mod atomic_file;
mod channel;
pub mod html;
mod lines;
pub mod norms;
mod number;
pub mod palette;
mod recorder;
mod release;
mod rest;
mod segment;
mod spectrum;
mod summary;
mod tables;
mod text;
pub mod time;
pub mod trace;
pub mod training;
mod verdict;
pub mod vocabulary;
mod words;

pub use channel::{
    CalibrationRemark, CalibrationReport, ChannelReport, Contraction, Overactivity, QualityReport, RestReport,
    RestingActivity, Seconds,
};
pub use lines::{DecisionLines, EndLine};
pub use number::{amplitude, median};
pub use recorder::{TrainingRecorder, prompt};
pub use release::ReleaseKind;
pub use rest::{RestFigures, RestHint, RestHintKind};
pub use spectrum::{ActiveSpectrum, Line, MIN_RATE_HZ, SpectrumReport};
pub use summary::{
    ColumnReport, ConfigReport, Gate, InputChannel, InputReport, LatencyReport, RejectReport, SCHEMA_VERSION,
    StampsReport, Summary, hex,
};
pub use tables::{EventsWriter, LONGEST_STRETCH, StatesWriter};
pub use text::csv_cell;
pub use verdict::{NormUnit, Relation, VerdictReport};

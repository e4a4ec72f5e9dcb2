//! Training programmes of tonus as data: TOML, built-in programmes, plans.
//!
//! A programme ([`ProgramFile`]) is what a person is asked to do, step by step, with the words for it; a [`Plan`] is a row of
//! programmes over days. Both are TOML files whose keys carry their units, and unknown keys are refused. `docs/PROGRAMS.md`
//! explains the format to people who write programmes.
//!
//! ```
//! use tonus_program::{Found, builtin, builtin_in, find};
//!
//! let glazer = builtin("glazer").expect("built in");
//! assert_eq!(glazer.seconds(), 340.0);
//! let first = glazer.program.steps().next().expect("a step");
//! assert_eq!((first.kind.name(), glazer.segment(first)), ("quiet", Some("pre_baseline")));
//! assert_eq!(builtin_in("breathing", "de").expect("built in").title, "Langsames Atmen");
//! assert!(matches!(find("first-steps"), Ok(Found::Plan(_))));
//! ```
//!
//! | file | one noun |
//! |---|---|
//! | `file` | a programme |
//! | `plan` | a plan |
//! | `builtin`, `find` | what is built in; how a name is found |
//! | `outline`, `listing` | what a programme or plan looks like, for people and as data |
//! | `raw`, `source`, `words`, `step`, `steps`, `order` | the way from TOML to a checked programme |
//! | `error`, `text` | what can be amiss, and every word that is not in a TOML file |
//!
//! Deliberately not here: time (the engine is [`tonus_core::training`]), files other than the one that is read, and printing.

mod builtin;
mod error;
mod file;
mod find;
mod listing;
mod order;
mod outline;
mod plan;
mod raw;
mod source;
mod step;
mod steps;
pub mod text;
mod words;

pub use builtin::{NAMES, PLANS};
pub use error::ProgramFileError;
pub use file::ProgramFile;
pub use find::{Found, builtin, builtin_in, builtin_plan, builtin_plan_in, find};
pub use listing::{Kind, Listing, listings};
pub use outline::{OutlineItem, OutlineLine, OutlineTarget};
pub use plan::{Plan, PlanStage};
pub use source::MAX_BYTES;

//! Recordings to decisions and summaries.

use std::path::Path;

use tonus_core::decision::Decision;
use tonus_core::digest::Digest;
use tonus_engine::Parts;
use tonus_report::Summary;

use crate::{Error, Recording};

/// Frames handed to the pipeline at once, at most.
const BLOCK: usize = 4096;

/// Analyzes a recording as `tonus analyze FILE` does without options; [`Recording`] takes options.
///
/// # Errors
/// As [`Recording::analyze`].
pub fn analyze(path: impl AsRef<Path>) -> Result<Summary, Error> {
    Recording::new(path).analyze()
}

/// Decides on a recording as `tonus analyze FILE` does without options, one decision per channel every 10 ms; [`Recording`] takes
/// options.
///
/// ```no_run
/// for d in tonus::decisions("session.csv")? { let d = d?; println!("{:.2} {}", d.time_s(), d.state); }
/// # Ok::<(), tonus::Error>(())
/// ```
///
/// # Errors
/// As [`Recording::decisions`].
pub fn decisions(path: impl AsRef<Path>) -> Result<Decisions, Error> {
    Recording::new(path).decisions()
}

/// The decisions of a recording, from [`decisions`] or [`Recording::decisions`]: by ticks of 10 ms, and of a tick those of all
/// channels in order, also of channels of several sampling rates.
#[derive(Debug)]
pub struct Decisions(tonus_engine::Decisions);

impl Decisions {
    pub(crate) fn start(parts: Parts) -> Result<Self, Error> {
        Ok(Self(tonus_engine::Decisions::start(parts, BLOCK)?))
    }

    /// SHA-256 over the decisions given so far; at the end it is the digest of `summary.json`.
    pub fn digest(&self) -> Digest {
        self.0.digest().into()
    }
}

impl Iterator for Decisions {
    type Item = Result<Decision, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.0.next()?.map_err(Error::from))
    }
}

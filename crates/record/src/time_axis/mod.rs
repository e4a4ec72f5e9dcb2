//! The time axis: samples lie on a line, stamps are noisy readings of it.
//!
//! [`measure()`] looks at the stamps at the head of a file, all at once, and fits the line: units of the column per frame,
//! how uncertain that is, what kind of stamps they are, and how far they stray. [`Timeline`] follows the line row by row.
//! Both decide by *levels*: the offset from the line that some rows have in common ([`level`]). A single stamp that is late,
//! early or damaged has no level, so it moves nothing; a hole is there only if the level jumps and stays.
//!
//! | file | one noun |
//! |---|---|
//! | [`quantum`] | the unit in which stamps are written |
//! | [`wrap`] | counters that overflow, and midnight |
//! | [`exact`] | the line of a clock whose stamps are only rounded |
//! | [`even`] | the line of stamps that step by one number, or one that is known |
//! | [`noisy`] | the line of stamps that arrive late, in packets, or with jitter |
//! | [`level`] | what rows have in common |
//! | [`measure()`] | all of these, on the head of a file |
//! | [`place`] | one row after the other |
//! | [`StreamClock`] | a sensor's own clock, while it streams |
//! | [`usual`] | rates that sensors have |
//! | [`daytime`] | times of day as text |
//!
//! Deliberately not here: what a column is called, and what options say.

pub(crate) mod daytime;
mod even;
mod exact;
mod level;
mod measure;
mod noisy;
mod quantum;
mod stream;
mod timeline;
mod usual;
mod wrap;

pub(crate) use level::{Level, Statistic};
pub use measure::StampKind;
pub(crate) use measure::{Fit, measure};
pub use stream::StreamClock;
pub(crate) use timeline::{Ahead, Step, Timeline};

pub(crate) use wrap::Wraps;

/// The line that stamps follow, and how they stray from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Axis {
    /// Units of the column per frame.
    pub(crate) step: f64,
    /// Deviations from the line, in frames, of stamps that say nothing new.
    pub(crate) band: (f64, f64),
    /// Stamps are only rounded: one that strays is damaged.
    pub(crate) is_exact: bool,
    /// What rows have in common.
    pub(crate) level: Level,
    /// Where the column starts again from its beginning.
    pub(crate) wraps: Wraps,
}

impl Axis {
    /// A clock without any error.
    pub(crate) const fn exact(step: f64) -> Self {
        let level = Level { statistic: Statistic::Lowest, rows: LEAST_ROWS, at: 0.0, noise: LEAST_JUMP };
        Self { step, band: (-LEAST_JUMP, LEAST_JUMP), is_exact: true, level, wraps: Wraps::NONE }
    }

    /// Whether stamps show a single missing frame.
    pub(crate) fn is_regular(&self) -> bool {
        self.level.noise < 1.0
    }
}

/// Fewest rows that show a level: one of them may be damaged.
const LEAST_ROWS: usize = 8;
/// Smallest jump of a level, in frames, that is one: half a frame rounds to the next.
const LEAST_JUMP: f64 = 0.5;
/// Most rows that are looked at behind a row.
const MOST_AHEAD: usize = 1024;

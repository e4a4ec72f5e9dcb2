//! Features of a stretch of conditioned signal, for reports and research.
//!
//! They take a slice and answer in `f64`. An answer is finite or absent: too few samples, or samples that are not numbers,
//! give `None`. Names and formulas follow the usual literature, R10 and R11 in docs/REFERENCES.md.
//!
//! Deliberately not here: anything a state is decided on (that is RMS alone, see [`envelope`](crate::envelope)).

pub mod amplitude;
pub mod crossing;
#[cfg(feature = "spectrum")]
pub mod spectrum;
pub mod tkeo;

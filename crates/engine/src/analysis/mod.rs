//! Recordings: played through the pipelines, and what comes of it.
//!
//! | file | one noun |
//! |---|---|
//! | `playback` | a recording on its way through the pipelines |
//! | `collect` | decisions, gathered into tables and sums |
//! | `decisions` | decisions one by one |
//! | `analyze` | summary and report |
//! | `calibrate` | the calibrations alone |
//! | `rates` | channels of several sampling rates: those of each on their own, one result |

pub(crate) mod analyze;
pub(crate) mod calibrate;
pub(crate) mod collect;
pub(crate) mod decisions;
pub(crate) mod playback;
pub(crate) mod rates;

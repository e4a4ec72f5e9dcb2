//! Recordings: played through the pipelines, and what comes of it.
//!
//! | file | one noun |
//! |---|---|
//! | `playback` | a recording on its way through the pipelines |
//! | `collect` | decisions, gathered into tables and sums |
//! | `analyze` | summary and report |
//! | `calibrate` | the calibrations alone |
//! | `rates` | channels of several sampling rates: those of each on their own, one summary |

pub(crate) mod analyze;
pub(crate) mod calibrate;
pub(crate) mod collect;
pub(crate) mod playback;
pub(crate) mod rates;

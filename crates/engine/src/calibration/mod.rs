//! Calibrations: those of a recording, settled before its first decision, and those that are kept in files.
//!
//! | file | one noun |
//! |---|---|
//! | `prepare` | where cues and calibrations come from |
//! | `plan` | what is known before the first decision |
//! | `measure` | a calibration, measured on part of a recording |
//! | `rest_finder` | the calmest stretches of a recording |
//! | `rewind` | a recording that can be rewound |
//! | `file` | calibrations in a file |

pub(crate) mod file;
pub(crate) mod measure;
pub(crate) mod plan;
pub(crate) mod prepare;
pub(crate) mod rest_finder;
pub(crate) mod rewind;

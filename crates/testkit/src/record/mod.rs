//! What must hold for any bytes of a recording: the bodies of the fuzz targets, which tests replay too. They panic on a finding.

mod edf;
mod hostile;
mod import;
mod journal;

pub use edf::edf_read;
pub use hostile::{HOSTILE_JOURNALS, Hostile};
pub use import::{csv_import, importer_any, packed_import, time_axis, wav_read};
pub use journal::{journal_recover, session_info, session_json};

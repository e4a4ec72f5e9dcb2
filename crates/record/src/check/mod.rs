//! What must hold for any bytes: the bodies of fuzz targets, as plain functions that tests replay too. They panic on a finding,
//! and are no part of the interface.

mod import;
mod journal;

pub use import::{csv_import, importer_any, packed_import, time_axis, wav_read};
pub use journal::{journal_recover, session_json};

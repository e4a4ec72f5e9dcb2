//! Calibrations in files.

use std::path::Path;

use tonus_core::calibration::Calibration;
use tonus_engine::{AnalysisError, read_calibrations, write_calibrations};
use tonus_record::session::StoredCalibration;

use crate::Error;

/// Writes a calibration as JSON, which `--calibration` of the command reads too; the file appears whole or not at all.
///
/// # Errors
/// [`Error::Analysis`] if the file cannot be written.
pub fn save_calibration(path: impl AsRef<Path>, calibration: &Calibration) -> Result<(), Error> {
    let stored = StoredCalibration { channel: String::new(), calibration: *calibration };
    Ok(write_calibrations(path.as_ref(), &[stored])?)
}

/// Reads a calibration that [`save_calibration`] wrote, or `--save-calibration` of a single channel, bit for bit.
///
/// # Errors
/// [`Error::Analysis`] if it cannot be read, is not one calibration, or holds a number that cannot be.
pub fn load_calibration(path: impl AsRef<Path>) -> Result<Calibration, Error> {
    let mut stored = read_calibrations(path.as_ref())?;
    match (stored.pop(), stored.len()) {
        (Some(one), 0) => Ok(one.calibration),
        (_, others) => {
            let found = format!("holds {} calibrations; give a file of one channel", others + 1);
            Err(AnalysisError::CalibrationFile { place: path.as_ref().to_owned(), found }.into())
        }
    }
}

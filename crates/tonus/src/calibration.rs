//! Calibrations and settings in files.

use std::path::Path;

use tonus_core::calibration::Calibration;
use tonus_core::config::Config;
use tonus_engine::{AnalysisError, read_calibrations, read_config, write_calibrations};
use tonus_record::session::StoredCalibration;

use crate::Error;

/// Reads settings from a file, as `--config` does: TOML, or JSON if the name ends in `.json`; docs/FORMATS.md lists the keys.
///
/// # Errors
/// [`Error::Analysis`] with the key that is not known, or whose value cannot be.
pub fn load_config(path: impl AsRef<Path>) -> Result<Config, Error> {
    Ok(read_config(path.as_ref())?)
}

/// Writes a calibration as JSON, which `--calibration` of the command reads too; the file appears whole or not at all.
///
/// # Errors
/// [`Error::Analysis`] if the file cannot be written.
pub fn save_calibration(path: impl AsRef<Path>, calibration: &Calibration) -> Result<(), Error> {
    save_calibrations(path, &[StoredCalibration { channel: String::new(), calibration: *calibration }])
}

/// Reads a calibration that [`save_calibration`] wrote, or `--save-calibration` of a single channel, bit for bit.
///
/// # Errors
/// [`Error::Analysis`] if it cannot be read, is not one calibration, or holds a number that cannot be.
pub fn load_calibration(path: impl AsRef<Path>) -> Result<Calibration, Error> {
    match load_calibrations(path.as_ref())?.as_slice() {
        [one] => Ok(one.calibration),
        several => {
            let found = format!("holds {} calibrations; give a file of one channel", several.len());
            Err(AnalysisError::CalibrationFile { place: path.as_ref().to_owned(), found }.into())
        }
    }
}

/// Writes the calibrations of several channels, as `--save-calibration` does; the file appears whole or not at all.
///
/// # Errors
/// [`Error::Analysis`] if the file cannot be written.
pub fn save_calibrations(path: impl AsRef<Path>, calibrations: &[StoredCalibration]) -> Result<(), Error> {
    Ok(write_calibrations(path.as_ref(), calibrations)?)
}

/// Reads calibrations that [`save_calibrations`] or `--save-calibration` wrote, bit for bit.
///
/// # Errors
/// [`Error::Analysis`] if the file cannot be read, holds none, or holds a number that cannot be.
pub fn load_calibrations(path: impl AsRef<Path>) -> Result<Vec<StoredCalibration>, Error> {
    Ok(read_calibrations(path.as_ref())?)
}

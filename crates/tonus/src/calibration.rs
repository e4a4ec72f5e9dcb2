//! Calibrations in files.

use std::path::Path;

use tonus_core::calibration::Calibration;
use tonus_core::config::Kind;
use tonus_core::pipeline::detector::{MAX_BAND_TICKS, WINDOW_TICKS};
use tonus_dsp::error::ConfigError;
use tonus_report::store::replace;

use crate::Error;

/// Writes a calibration as JSON; the file appears whole or not at all.
///
/// # Errors
/// [`Error::File`].
pub fn save_calibration(path: impl AsRef<Path>, calibration: &Calibration) -> Result<(), Error> {
    let place = path.as_ref().to_owned();
    let text = match serde_json::to_vec_pretty(calibration) {
        Ok(text) => text,
        Err(source) => return Err(Error::CalibrationFile { place, source }),
    };
    replace(&place, &text).map_err(|source| Error::File { place, source })
}

/// Reads a calibration that [`save_calibration`] wrote, bit for bit.
///
/// # Errors
/// [`Error::File`], [`Error::CalibrationFile`], [`Error::Config`] if a number cannot be.
pub fn load_calibration(path: impl AsRef<Path>) -> Result<Calibration, Error> {
    let place = path.as_ref().to_owned();
    let text = match std::fs::read(&place) {
        Ok(text) => text,
        Err(source) => return Err(Error::File { place, source }),
    };
    let calibration = serde_json::from_slice(&text).map_err(|source| Error::CalibrationFile { place, source })?;
    check(&calibration)?;
    Ok(calibration)
}

/// Checks the numbers of a calibration that comes from outside.
pub(crate) fn check(calibration: &Calibration) -> Result<(), ConfigError> {
    let detection = &calibration.detection;
    let (least, most) = (f64::from(f32::MIN_POSITIVE), f64::from(f32::MAX));
    // A ratio or level of rest that is zero divides by zero; an envelope's zero is arbitrary.
    let least_level = if calibration.kind == Kind::Raw { least } else { -most };
    let least_detected = if calibration.kind == Kind::Raw { least } else { 0.0 };
    let ticks = (f64::from(WINDOW_TICKS.0), f64::from(WINDOW_TICKS.1), f64::from(MAX_BAND_TICKS));
    let mut all = vec![
        ("calibration.baseline_uv", f64::from(calibration.baseline_uv), least_level, most),
        ("calibration.spread_uv", f64::from(calibration.spread_uv), 0.0, most),
        ("calibration.detection.level", f64::from(detection.level), least_detected, most),
        ("calibration.detection.window_ticks", f64::from(detection.window_ticks), ticks.0, ticks.1),
        ("calibration.detection.band_ticks", f64::from(detection.band_ticks), 1.0, ticks.2),
        ("calibration.detection.contrast", f64::from(detection.contrast), least, most),
    ];
    all.extend(calibration.reference_uv.map(|value| ("calibration.reference_uv", f64::from(value), least_level, most)));
    let level = "calibration.detection.reference";
    all.extend(detection.reference.map(|value| (level, f64::from(value), least_level, most)));
    all.extend(
        detection.whitening.taps.map(|tap| ("calibration.detection.whitening.taps", f64::from(tap), -most, most)),
    );
    for (field, value, min, max) in all {
        if !(min..=max).contains(&value) {
            return Err(ConfigError::OutOfRange { field, value, min, max });
        }
    }
    check_ratios(detection.ratios.0, detection.ratios.1)
}

/// Largest ratio to rest at which activity may start: 40 dB, more than surface EMG has between rest and maximum.
const MAX_RATIO: f32 = 100.0;

/// Checks where activity starts and ends, as ratios to rest.
pub(crate) fn check_ratios(on: f32, off: f32) -> Result<(), ConfigError> {
    for (field, value, min, max) in [("on", on, 1.0, MAX_RATIO), ("off", off, 1.0, on)] {
        if !(value > min && value <= max) {
            let (value, min, max) = (f64::from(value), f64::from(min), f64::from(max));
            return Err(ConfigError::OutOfRange { field, value, min, max });
        }
    }
    Ok(())
}

//! Calibrations in a file: JSON, kept bit for bit.

use std::path::Path;

use tonus_core::calibration::Calibration;
use tonus_core::calibration::detection::{MAX_BAND_TICKS, WINDOW_TICKS};
use tonus_core::config::{Config, Kind};
use tonus_dsp::error::ConfigError;
use tonus_record::session::StoredCalibration;
use tonus_report::atomic_file::replace;

use crate::error::AnalysisError;

/// Largest file of calibrations that is read.
const MAX_BYTES: u64 = 1 << 20;

/// What a file holds: one calibration, or one per channel.
enum Content {
    One(Box<Calibration>),
    Several(Vec<StoredCalibration>),
}

/// Reads the calibrations of a file that [`write_calibrations`] wrote.
///
/// # Errors
/// [`AnalysisError::CalibrationFile`] if the file cannot be read, is no list of calibrations, or holds a number that cannot be.
pub fn read_calibrations(file: &Path) -> Result<Vec<StoredCalibration>, AnalysisError> {
    let error = |found| AnalysisError::CalibrationFile { place: file.to_owned(), found };
    let json = tonus_record::file::read(file, MAX_BYTES).map_err(|source| error(source.to_string()))?;
    parse_calibrations(&json).map_err(error)
}

/// The calibrations of the text of such a file.
///
/// # Errors
/// What is wrong, with the field.
pub fn parse_calibrations(json: &[u8]) -> Result<Vec<StoredCalibration>, String> {
    // Read twice, so that an error names what is wrong with a calibration and not with the choice between the two forms.
    let is_list = json.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let content = if is_list {
        serde_json::from_slice(json).map(Content::Several)
    } else {
        serde_json::from_slice(json).map(Content::One)
    };
    let stored = match content.map_err(|source| format!("not a file of calibrations: {source}"))? {
        Content::One(calibration) => vec![StoredCalibration { channel: String::new(), calibration: *calibration }],
        Content::Several(stored) => stored,
    };
    if stored.is_empty() {
        return Err("no calibration is in it".to_owned());
    }
    for one in &stored {
        check_calibration(&one.calibration).map_err(|source| source.to_string())?;
    }
    Ok(stored)
}

/// Writes calibrations as JSON: a nameless one alone as itself, others as a list with the names of their channels. The file appears
/// whole or not at all.
///
/// # Errors
/// [`AnalysisError::Storage`].
pub fn write_calibrations(file: &Path, stored: &[StoredCalibration]) -> Result<(), AnalysisError> {
    let storage = |source| AnalysisError::Storage { place: file.to_owned(), source };
    let text = match stored {
        [one] if one.channel.is_empty() => serde_json::to_vec_pretty(&one.calibration),
        several => serde_json::to_vec_pretty(several),
    };
    let mut text = text.map_err(|error| storage(error.into()))?;
    text.push(b'\n');
    replace(file, &text).map_err(storage)
}

/// Gives each channel its calibration: by name, or, where the stored ones have no names, by place. Ratios that are stated in `config`
/// take the place of the stored ones.
///
/// # Errors
/// What does not fit, in words.
pub fn assign_calibrations(
    stored: &[StoredCalibration],
    names: &[&str],
    config: &Config,
) -> Result<Vec<Option<Calibration>>, String> {
    let mut given = vec![None; names.len()];
    for (place, one) in stored.iter().enumerate() {
        let found = if one.channel.is_empty() {
            (place < names.len()).then_some(place)
        } else {
            names.iter().position(|name| *name == one.channel)
        };
        // One of several that are stored may belong to a channel that is not looked at.
        if let Some(slot) = found.and_then(|place| given.get_mut(place)) {
            *slot = Some(with_ratios(one.calibration, config));
        }
    }
    if given.iter().any(Option::is_some) {
        return Ok(given);
    }
    let stored: Vec<&str> = stored.iter().map(|one| one.channel.as_str()).collect();
    Err(format!("calibrations are of {}, channels are {}", stored.join(", "), names.join(", ")))
}

/// The calibration with the ratios of onset and offset that are stated.
fn with_ratios(mut calibration: Calibration, config: &Config) -> Calibration {
    let (on, off) = calibration.detection.ratios;
    if calibration.kind == Kind::Raw {
        let on = config.on_ratio.unwrap_or(on);
        calibration.detection.ratios = (on, config.off_ratio.unwrap_or(off).min(on));
    }
    calibration
}

/// Checks the numbers of a calibration that comes from outside.
///
/// # Errors
/// [`ConfigError::OutOfRange`] with the field.
pub fn check_calibration(calibration: &Calibration) -> Result<(), ConfigError> {
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
///
/// # Errors
/// [`ConfigError::OutOfRange`] with the field.
pub fn check_ratios(on: f32, off: f32) -> Result<(), ConfigError> {
    for (field, value, min, max) in [("on", on, 1.0, MAX_RATIO), ("off", off, 1.0, on)] {
        if !(value > min && value <= max) {
            let (value, min, max) = (f64::from(value), f64::from(min), f64::from(max));
            return Err(ConfigError::OutOfRange { field, value, min, max });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AnalysisOptions, Span, calibrate};
    use tonus_record::{Memory, OpenOptions, Recording, Unit};
    use tonus_testkit::random::Pcg;

    /// A calibration of noise of this level.
    fn calibration(level: f64) -> Calibration {
        let mut noise = Pcg::new(5, 3);
        let values: Vec<f64> = (0..8000).map(|_| level * noise.normal()).collect();
        let memory = Memory { name: "array".into(), channels: vec!["emg".into()], gaps: Vec::new() };
        let options = OpenOptions { rate_hz: Some(1000.0), unit: Some(Unit::MicroVolt), ..OpenOptions::default() };
        let recording = Recording::from_frames(values.into_iter(), memory, &options).unwrap();
        let baseline = Some(Span { start_s: 1.0, end_s: 7.0 });
        calibrate(recording, &AnalysisOptions { baseline, ..AnalysisOptions::default() })
            .unwrap()
            .remove(0)
            .calibration
            .unwrap()
    }

    fn named(channel: &str, level: f64) -> StoredCalibration {
        StoredCalibration { channel: channel.to_owned(), calibration: calibration(level) }
    }

    #[test]
    fn what_is_written_is_read_bit_for_bit() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("me.json");
        for stored in [vec![named("", 3.0)], vec![named("jaw", 3.0), named("neck", 0.7)]] {
            write_calibrations(&file, &stored).unwrap();
            assert_eq!(read_calibrations(&file).unwrap(), stored);
        }
    }

    #[test]
    fn a_damaged_file_is_refused_with_its_field() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("me.json");
        write_calibrations(&file, &[named("jaw", 3.0)]).unwrap();
        let good = std::fs::read_to_string(&file).unwrap();
        let level = good.find("\"baseline_uv\"").unwrap();
        let end = level + good[level..].find(',').unwrap();
        for (text, part) in [
            (format!("{}\"baseline_uv\": -1.0{}", &good[..level], &good[end..]), "baseline_uv"),
            (good.replace("\"spread_uv\"", "\"sprad_uv\""), "sprad_uv"),
            ("[]".to_owned(), "no calibration"),
            ("{}".to_owned(), "missing field"),
            (good[..good.len() / 2].to_owned(), "EOF"),
        ] {
            std::fs::write(&file, text).unwrap();
            let message = read_calibrations(&file).unwrap_err().to_string();
            assert!(message.contains(part), "{message}");
        }
    }

    #[test]
    fn channels_are_found_by_name_or_by_place() {
        let stored = [named("jaw", 3.0), named("neck", 0.7)];
        let config = Config { on_ratio: Some(2.0), ..Config::default() };
        let given = assign_calibrations(&stored, &["arm", "neck"], &config).unwrap();
        assert!(given[0].is_none());
        let neck = given[1].unwrap();
        assert_eq!((neck.baseline_uv, neck.detection.ratios.0), (stored[1].calibration.baseline_uv, 2.0));
        let nameless = [named("", 3.0)];
        assert!(assign_calibrations(&nameless, &["arm"], &Config::default()).unwrap()[0].is_some());
        let message = assign_calibrations(&stored, &["arm"], &config).unwrap_err();
        assert!(message.contains("jaw, neck") && message.contains("arm"), "{message}");
    }
}

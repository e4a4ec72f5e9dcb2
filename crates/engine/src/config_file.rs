//! A configuration as a file: TOML, or JSON.

use std::path::Path;

use serde_json::{Map, Value};
use tonus_core::config::Config;

use crate::error::AnalysisError;

/// Largest configuration that is read.
const MAX_BYTES: u64 = 1 << 20;

/// Reads a configuration: JSON if the name ends in `.json`, TOML otherwise.
///
/// # Errors
/// [`AnalysisError::ConfigFile`] with the key: one that is not known, a value of the wrong kind or out of its limits.
pub fn read_config(file: &Path) -> Result<Config, AnalysisError> {
    let error = |found| AnalysisError::ConfigFile { place: file.to_owned(), found };
    let text = tonus_record::file::read_text(file, MAX_BYTES).map_err(|source| error(source.to_string()))?;
    let is_json = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let read = if is_json { parse_config(&text) } else { parse_toml(&text) };
    read.map_err(error)
}

/// The configuration of a JSON text.
///
/// # Errors
/// What is wrong, with the key.
pub fn parse_config(json: &str) -> Result<Config, String> {
    config(serde_json::from_str(json).map_err(|error| error.to_string())?)
}

fn parse_toml(text: &str) -> Result<Config, String> {
    config(toml::from_str(text).map_err(|error| {
        let before = text.get(..error.span().unwrap_or_default().start).unwrap_or_default();
        format!("line {}: {}", before.matches('\n').count() + 1, error.message())
    })?)
}

fn config(table: Map<String, Value>) -> Result<Config, String> {
    let mut config = Config::default();
    // Key by key, so that an error names the key.
    for (key, value) in table {
        if value.is_null() {
            return Err(format!("{key} has no value; give one, or leave the key out"));
        }
        let one = Value::Object(Map::from_iter([(key.clone(), value)]));
        let one: Config = serde_json::from_value(one).map_err(|error| format!("{key}: {error}"))?;
        config = Config { highpass_hz: one.highpass_hz.or(config.highpass_hz), ..one.over(config) };
    }
    config.check().map_err(|error| error.to_string())?;
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonus_core::config::{BodySite, MainsMode, ReferenceKind};
    use tonus_dsp::design::Mains;

    #[test]
    fn toml_and_json_say_the_same() {
        let toml = "highpass_hz = 25\nprofile = \"pelvic\"\nmains = 60\nreference = \"mvc\"\non_ratio = 1.6\n";
        let json = r#"{"highpass_hz": 25, "profile": "pelvic", "mains": "60", "reference": "mvc", "on_ratio": 1.6}"#;
        let config = parse_toml(toml).unwrap();
        assert_eq!(parse_config(json), Ok(config));
        let expected = Config {
            highpass_hz: Some(25.0),
            profile: Some(BodySite::Pelvic),
            mains: Some(MainsMode::Fixed(Mains::Hz60)),
            reference: Some(ReferenceKind::Mvc),
            on_ratio: Some(1.6),
            ..Config::default()
        };
        assert_eq!(config, expected);
    }

    #[test]
    fn an_error_names_the_key_and_what_is_known() {
        for (text, parts) in [
            ("tone_dwel_s = 1.0", ["tone_dwel_s", "`tone_dwell_s`"]),
            ("mains = \"55\"", ["mains", "`60`"]),
            ("mains = 55", ["mains", "50 or 60"]),
            ("profile = \"pelvis\"", ["profile", "`pelvic`"]),
            ("grace_s = 100", ["grace_s", "0.1 to 60"]),
            ("grace_s = \"2\"", ["grace_s", "f64"]),
            ("overshoot_ratio = nan", ["overshoot_ratio", "leave the key out"]),
            ("highpass_hz = 40\nlowpass_hz = 30", ["lowpass_hz is 30", "from 40"]),
            ("off_ratio = 1.8", ["off_ratio is 1.8;", "1 to 1.5"]),
            ("grace_s 2", ["line 1", "="]),
        ] {
            let message = parse_toml(text).unwrap_err();
            assert!(parts.iter().all(|part| message.contains(part)), "{text}: {message}");
        }
    }
}

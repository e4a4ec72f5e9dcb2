//! Every number of a report is a number of its summary, and there is no other.

use crate::common::page::{attribute, elements, parts, visible};
use serde_json::Value;
use tonus_report::Summary;
use tonus_report::html::render;
use tonus_report::trace::Trace;
use tonus_report::vocabulary::Language;

/// Digits that explain, and that are the same on every page.
const ALLOWED: &[&str] = &[
    "100 ms",
    "10 ms",
    "1.4826",
    "1.5 ×",
    "1.3 ×",
    "0.25 s",
    "1.15 ×",
    "first 3 s",
    "0 to 100",
    "0 at rest",
    "1 at the",
    "0.5 s",
    "e²",
    "B²",
    "R²",
    "SHA-256",
    // Published levels at rest, and where they stand.
    "2.40 µV (median, 95 % interval 1.91 to 2.97; ",
    "2025, doi 10.12659/MSM.950086",
    "6.26 ± 3.33 µV (mean ± SD; Oleksy 2020, doi 10.1097/MD.0000000000019060)",
];

fn sessions() -> Vec<(&'static str, Summary, Trace)> {
    let mut all = Vec::new();
    for program in ["contract-relax", "down-training", "breathing", "glazer", "quick-flicks"] {
        for profile in ["white1997", "fan2024"] {
            let (mut summary, trace) = crate::common::trained(program, &["pelvic floor", "abdomen"], 600);
            crate::common::judge(&mut summary, profile);
            all.push((program, summary, trace));
        }
    }
    let (summary, trace) = crate::common::trained("contract-relax", &["emg"], 130);
    all.push(("broken off", summary, trace));
    let (summary, trace) = crate::common::untrained();
    all.push(("untrained", summary, trace));
    let (summary, trace) = crate::common::hostile();
    all.push(("hostile", summary, trace));
    all.push(("bare", crate::common::bare(), Trace::default()));
    let (mut summary, trace) = crate::common::trained("awareness", &["emg"], 20);
    summary.channels[0].calibration = tonus_report::CalibrationReport::default();
    all.push(("no calibration", summary, trace));
    all
}

/// Rounds as the page says it does.
fn rounded(value: &str, scale: Option<&str>, shown: &str) -> String {
    let number: f64 = value.parse().unwrap();
    if scale == Some("clock") {
        let whole = number.round();
        let (hours, minutes, seconds) = ((whole / 3600.0).floor(), (whole / 60.0).floor() % 60.0, whole % 60.0);
        return if hours > 0.0 {
            format!("{hours}:{minutes:02}:{seconds:02}")
        } else {
            format!("{minutes}:{seconds:02}")
        };
    }
    if scale.is_none() && value == shown {
        return shown.to_owned();
    }
    let number = number * scale.map_or(1.0, |scale| scale.parse().unwrap());
    if shown.contains('e') {
        return format!("{number:.2e}");
    }
    let decimals = shown.split_once('.').map_or(0, |parts| parts.1.len());
    format!("{number:.decimals$}")
}

#[test]
fn every_number_is_the_one_of_the_summary() {
    for (name, summary, trace) in sessions() {
        let page = render(&summary, &trace, Language::English);
        let json = summary.to_json().unwrap();
        let value: Value = serde_json::from_str(&json).unwrap();
        let numbers = elements(&parts(&page), "data");
        assert!(numbers.len() > 10, "{name}");
        for (attributes, shown) in &numbers {
            let (exact, key) = (attribute(attributes, "value").unwrap(), attribute(attributes, "data-key").unwrap());
            let found = value.pointer(key).unwrap_or_else(|| panic!("{name}: nothing at {key}"));
            // The same text reads as the same number; the text itself stands in the file.
            assert_eq!(serde_json::from_str::<Value>(exact).unwrap(), *found, "{name}: {key}");
            assert!(json.contains(&format!(": {exact}")), "{name}: {key}: {exact}");
            let scale = attribute(attributes, "data-scale");
            let wanted = rounded(exact, scale, shown);
            let wanted = wanted.strip_prefix('-').filter(|text| text.parse() == Ok(0.0)).unwrap_or(&wanted);
            assert_eq!(shown, wanted, "{name}: {key} {exact}");
        }
    }
}

#[test]
fn a_german_report_has_the_same_numbers_with_a_comma() {
    for (name, summary, trace) in sessions() {
        let [english, german] =
            Language::ALL.map(|language| elements(&parts(&render(&summary, &trace, language)), "data"));
        let comma = |(attributes, shown): &(_, String)| (Clone::clone(attributes), shown.replace('.', ","));
        assert_eq!(english.iter().map(comma).collect::<Vec<_>>(), german, "{name}");
    }
}

#[test]
fn every_text_is_the_one_of_the_summary() {
    for (name, summary, trace) in sessions() {
        let value = serde_json::to_value(&summary).unwrap();
        let parts = parts(&render(&summary, &trace, Language::English));
        for (attributes, shown) in elements(&parts, "bdi") {
            let key = attribute(&attributes, "data-text").unwrap();
            let found =
                value.pointer(key).and_then(Value::as_str).unwrap_or_else(|| panic!("{name}: no text at {key}"));
            let (shown, is_cut) = shown.strip_suffix('…').map_or((shown.as_str(), false), |text| (text, true));
            let steers = |c: char| c.is_control() || ('\u{2028}'..'\u{2070}').contains(&c);
            let found: String = found
                .replace(['\n', '\r', '\t'], " ")
                .chars()
                .map(|c| if steers(c) { '\u{FFFD}' } else { c })
                .collect();
            // Of the recording only the name, without the folders before it.
            let is_same = if key == "/input/file" { found.ends_with(shown) || is_cut } else { found == shown };
            assert!(if is_cut { is_same || found.starts_with(shown) } else { is_same }, "{name}: {key}: {shown}");
        }
    }
}

#[test]
fn there_is_no_other_number() {
    for (name, summary, trace) in sessions() {
        let parts = parts(&render(&summary, &trace, Language::English));
        let mut text = visible(&parts, &["data", "bdi", "svg", "style", "title"]);
        for allowed in ALLOWED {
            text = text.replace(allowed, "");
        }
        let before = text.find(char::is_numeric).map(|place| text[..place].chars().rev().take(60).collect());
        assert_eq!(before.map(|text: String| text.chars().rev().collect::<String>()), None, "{name}");
    }
}

#[test]
fn the_main_numbers_are_there() {
    let (summary, trace) = crate::common::trained("glazer", &["pelvic floor"], 400);
    let page = render(&summary, &trace, Language::English);
    let numbers = elements(&parts(&page), "data");
    let keys: Vec<&str> = numbers.iter().filter_map(|(attributes, _)| attribute(attributes, "data-key")).collect();
    for key in [
        "/input/duration_s",
        "/input/rate_hz",
        "/channels/0/seconds/overactive",
        "/channels/0/calibration/baseline_uv",
        "/channels/0/rest/cv",
        "/channels/0/quality/motion",
        "/config/grace_s",
        "/training/channels/0/scores/releases",
        "/training/channels/0/segments/6/mdf_hz",
        "/training/channels/0/segments/3/window_s",
        "/training/channels/0/repetitions/10/residual_ratio",
    ] {
        assert!(keys.contains(&key), "{key}");
    }
}

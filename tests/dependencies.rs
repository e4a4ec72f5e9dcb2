//! Dependencies point one way, and what is heavy or dangerous stays in one crate.
//!
//! dsp ← core ← {record, program} ← {device (on record and wire), report (on both)} ← history ← engine ← viewer ← cli; capi on
//! core and wire; python, a workspace of its own, on wire and engine without sensors, so on neither device nor history.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// What each package uses of the others: exactly these, from below to above.
const ARROWS: &[(&str, &[&str])] = &[
    ("tonus-dsp", &[]),
    ("tonus-core", &["tonus-dsp"]),
    ("tonus-wire", &[]),
    ("tonus-record", &["tonus-core", "tonus-dsp"]),
    ("tonus-program", &["tonus-core"]),
    ("tonus-device", &["tonus-core", "tonus-record", "tonus-wire"]),
    ("tonus-report", &["tonus-core", "tonus-dsp", "tonus-program", "tonus-record"]),
    ("tonus-history", &["tonus-core", "tonus-program", "tonus-record", "tonus-report"]),
    (
        "tonus-engine",
        &[
            "tonus-core",
            "tonus-device",
            "tonus-dsp",
            "tonus-history",
            "tonus-program",
            "tonus-record",
            "tonus-report",
            "tonus-wire",
        ],
    ),
    ("tonus-viewer", EVERY_LIBRARY),
    ("tonus-cli", COMMAND),
    ("tonus-capi", &["tonus-core", "tonus-dsp", "tonus-wire"]),
    (
        "tonus-python",
        &["tonus-core", "tonus-dsp", "tonus-engine", "tonus-program", "tonus-record", "tonus-report", "tonus-wire"],
    ),
    ("tonus-testkit", &["tonus-core", "tonus-dsp", "tonus-record", "tonus-wire"]),
    ("tonus", EVERY_LIBRARY),
];

const EVERY_LIBRARY: &[&str] = &[
    "tonus-core",
    "tonus-device",
    "tonus-dsp",
    "tonus-engine",
    "tonus-history",
    "tonus-program",
    "tonus-record",
    "tonus-report",
    "tonus-wire",
];

/// The command also opens the window.
const COMMAND: &[&str] = &[
    "tonus-core",
    "tonus-device",
    "tonus-dsp",
    "tonus-engine",
    "tonus-history",
    "tonus-program",
    "tonus-record",
    "tonus-report",
    "tonus-viewer",
    "tonus-wire",
];

/// Prefix of a package from outside, and the only one of ours that may use it.
const ONE_PLACE: &[(&str, &str)] = &[
    ("egui", "tonus-viewer"),
    ("eframe", "tonus-viewer"),
    ("clap", "tonus-cli"),
    ("serialport", "tonus-device"),
    ("pyo3", "tonus-python"),
    ("numpy", "tonus-python"),
];

/// Packages that talk to a network. The program has no business there.
const NETWORK: &[&str] =
    &["reqwest", "ureq", "hyper", "curl", "rustls", "native-tls", "openssl", "tungstenite", "hickory-resolver"];

/// Package, dependency, and whether it is for tests only, of this workspace and of the Python package.
fn edges() -> Vec<(String, String, bool)> {
    ["Cargo.toml", "crates/python/Cargo.toml"].into_iter().flat_map(edges_of).collect()
}

fn edges_of(manifest: &str) -> Vec<(String, String, bool)> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline", "--manifest-path", manifest])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let text = |value: &Value| value.as_str().expect("a name").to_owned();
    let mut edges = Vec::new();
    for package in metadata["packages"].as_array().expect("packages") {
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            edges.push((text(&package["name"]), text(&dependency["name"]), dependency["kind"] == "dev"));
        }
    }
    assert!(edges.len() > 5, "cargo metadata names too few dependencies");
    edges
}

#[test]
fn dependencies_are_the_arrows_drawn_here() {
    let mut used: BTreeMap<String, BTreeSet<String>> =
        ARROWS.iter().map(|(package, _)| ((*package).to_owned(), BTreeSet::new())).collect();
    for (package, dependency, is_dev) in edges() {
        if !is_dev && dependency.starts_with("tonus") {
            used.entry(package).or_default().insert(dependency);
        }
    }
    let drawn = ARROWS.iter().map(|(package, dependencies)| {
        ((*package).to_owned(), dependencies.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>())
    });
    assert_eq!(used, drawn.collect());
}

#[test]
fn tools_for_tests_stay_in_tests() {
    for (package, dependency, is_dev) in edges() {
        assert!(is_dev || dependency != "tonus-testkit", "{package} uses tonus-testkit outside its tests");
    }
}

#[test]
fn window_command_line_and_ports_have_one_place_each() {
    for (package, dependency, _) in edges() {
        for (prefix, place) in ONE_PLACE {
            assert!(!dependency.starts_with(prefix) || package == *place, "{package} uses {dependency}");
        }
    }
}

#[test]
fn nothing_talks_to_a_network() {
    let lock = concat!(include_str!("../Cargo.lock"), include_str!("../crates/python/Cargo.lock"));
    let names: BTreeSet<&str> =
        lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')).collect();
    for name in NETWORK {
        assert!(!names.contains(name), "{name} is in Cargo.lock");
    }
}

//! Dependencies point one way, and what is heavy or dangerous stays in one crate.
//!
//! vector ← core ← wire ← record ← {serial, report, history} ← analysis ← live ← {cli, viewer}; program on core; capi on core and wire;
//! python, a workspace of its own, on analysis and wire.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// What each package may use of the others; packages that do not exist yet may stand here.
const ALLOWED: &[(&str, &[&str])] = &[
    ("tonus-vector", &[]),
    ("tonus-core", &["tonus-vector"]),
    ("tonus-wire", &["tonus-core"]),
    ("tonus-record", &["tonus-core", "tonus-wire"]),
    ("tonus-serial", &["tonus-core", "tonus-wire", "tonus-record"]),
    ("tonus-program", &["tonus-core"]),
    ("tonus-report", &["tonus-core", "tonus-wire", "tonus-record", "tonus-program"]),
    ("tonus-history", &["tonus-core", "tonus-wire", "tonus-record", "tonus-program", "tonus-report"]),
    ("tonus-analysis", &["tonus-core", "tonus-program", "tonus-record", "tonus-report"]),
    ("tonus-live", BELOW_LIVE),
    ("tonus-viewer", BELOW_VIEWER),
    ("tonus-cli", BELOW_CLI),
    ("tonus-capi", &["tonus-core", "tonus-wire"]),
    ("tonus-python", &["tonus-core", "tonus-wire", "tonus-record", "tonus-program", "tonus-report", "tonus-analysis"]),
    ("tonus-testkit", &["tonus-core", "tonus-wire"]),
    ("tonus", BELOW_VIEWER),
];

/// Packages from below to above: each may use those before it.
const ORDER: &[&str] = &[
    "tonus-core",
    "tonus-wire",
    "tonus-record",
    "tonus-serial",
    "tonus-program",
    "tonus-report",
    "tonus-history",
    "tonus-analysis",
    "tonus-live",
    "tonus-viewer",
];
const BELOW_LIVE: &[&str] = ORDER.split_at(8).0;
const BELOW_VIEWER: &[&str] = ORDER.split_at(9).0;
const BELOW_CLI: &[&str] = ORDER;

/// Prefix of a package from outside, and the only one of ours that may use it.
const ONE_PLACE: &[(&str, &str)] = &[
    ("egui", "tonus-viewer"),
    ("eframe", "tonus-viewer"),
    ("clap", "tonus-cli"),
    ("serialport", "tonus-serial"),
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
fn dependencies_point_one_way() {
    for (package, dependency, is_dev) in edges() {
        if is_dev || !dependency.starts_with("tonus") {
            continue;
        }
        let (_, allowed) = ALLOWED
            .iter()
            .find(|(name, _)| *name == package)
            .unwrap_or_else(|| panic!("{package} is new: say in tests/dependencies.rs what it may use"));
        assert!(allowed.contains(&dependency.as_str()), "{package} must not use {dependency}");
    }
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

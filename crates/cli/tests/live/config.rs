//! A configuration as a file: it takes effect live, is kept whole in the recording, and gives the same decisions again.

use std::fmt::Write as _;

use crate::common::live::{Rig, analyze};
use crate::common::{code, json, session, stderr, tonus};
use serde_json::{Value, json as value};
use tonus_testkit::random::Pcg;

/// Every key, each with another value than the default.
const MINE: &str = "\
mains = 60
profile = \"pelvic\"
highpass_hz = 25
lowpass_hz = 400.0
reference = \"mvc\"
on_ratio = 1.8
off_ratio = 1.5
overshoot_ratio = 1.2
grace_s = 1.0
tone_dwell_s = 0.5
overshoot_dwell_s = 0.3
free_limit_s = 5.0
";

/// What of it is recorded.
fn mine() -> Value {
    value!({
        "mains": "60", "profile": "pelvic", "highpass_hz": 25.0, "lowpass_hz": 400.0, "reference": "mvc", "on_ratio": 1.8,
        "off_ratio": 1.5, "overshoot_ratio": 1.2, "grace_s": 1.0, "tone_dwell_s": 0.5, "overshoot_dwell_s": 0.3,
        "free_limit_s": 5.0
    })
}

/// The defaults, stated.
const USUAL: &str = r#"{
    "mains": "auto", "profile": "limb", "highpass_hz": 20.0, "lowpass_hz": 450.0, "reference": "submaximal", "on_ratio": 1.5,
    "off_ratio": 1.3, "overshoot_ratio": 1.35, "grace_s": 2.0, "tone_dwell_s": 1.0, "overshoot_dwell_s": 0.5, "free_limit_s": 10.0
}"#;

/// A recording of 16 s of a simulated sensor, and its end line.
fn recorded(args: &[&str]) -> (Rig, Value) {
    let mut noise = Pcg::new(11, 1);
    recorded_of(|n| (4.0 * session(f64::from(n) / 1000.0).0 * noise.normal()).round(), args)
}

/// A recording of 16 s of these counts, and its end line.
fn recorded_of(mut counts: impl FnMut(i32) -> f64, args: &[&str]) -> (Rig, Value) {
    let rig = Rig::new();
    let mut text = String::from("time_s,emg_counts\n");
    for n in 0..16_000 {
        writeln!(text, "{:.3},{}", f64::from(n) / 1000.0, counts(n)).unwrap();
    }
    let file = rig.write("source.csv", &text);
    let cues = rig.write("cues.csv", "start_s,end_s,cue\n0,8,quiet\n8,13,reference\n13,16,rest\n");
    let sensor = rig.simulate(
        &[&["--device", "tonus-cobs", "--input", &file, "--channels", "1", "--once"][..], &["--speed", "max"]].concat(),
    );
    let end = rig.record(&[&["--device", "tonus-cobs", "--cues", &cues, "--duration", "4"][..], args].concat());
    assert_eq!((sensor.finish().0, &end["frames"]), (Some(0), &value!(16_000)));
    (rig, end)
}

/// Whether `config` holds all of `expected`; numbers are compared as they are written.
fn assert_holds(config: &Value, expected: &Value) {
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(config[key].to_string(), value.to_string(), "{key}");
    }
}

#[test]
fn a_recording_with_its_own_configuration_keeps_it_and_gives_its_digest_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    std::fs::write(&file, MINE).unwrap();
    let (rig, end) = recorded(&["--config", file.to_str().unwrap()]);
    rig.check(&end);
    assert_holds(&json(&rig.read("rec/session.json"))["config"], &mine());
    let place = rig.path("rec");
    assert_holds(&analyze(&[&place])["config"], &mine());

    // A file wins over what was recorded, a named option over the file.
    let usual = rig.write("usual.json", USUAL);
    let summary = analyze(&[&place, "--config", &usual]);
    assert_holds(&summary["config"], &json(USUAL));
    assert_ne!(summary["digest"], end["digest"]);
    let summary = analyze(&[&place, "--config", &usual, "--mains", "50", "--profile", "trunk"]);
    assert_holds(&summary["config"], &value!({"mains": "50", "profile": "trunk", "grace_s": 2.0}));
    // What the file does not state stays as recorded.
    let one = rig.write("one.toml", "grace_s = 4.0");
    let summary = analyze(&[&place, "--config", &one]);
    assert_holds(&summary["config"], &value!({"grace_s": 4.0, "tone_dwell_s": 0.5, "highpass_hz": 25.0}));
}

#[test]
fn a_wrong_configuration_ends_every_command_with_the_key_and_the_fix() {
    let rig = Rig::new();
    let recording = rig.write("a.csv", &crate::common::recording(1, 10, true));
    let port = rig.path("port");
    let out = rig.path("rec");
    let commands: [&[&str]; 4] = [
        &["analyze", &recording],
        &["replay", &recording],
        &["monitor", "--port", &port, "--device", "tonus-cobs"],
        &["record", "--port", &port, "--device", "tonus-cobs", "--out", &out],
    ];
    for (text, parts) in [
        ("tone_dwel_s = 1", ["tone_dwel_s", "tone_dwell_s"]),
        ("mains = \"55\"", ["mains", "`60`"]),
        ("overshoot_ratio = 0.5", ["overshoot_ratio is 0.5", "1.05 to 10"]),
    ] {
        let file = rig.write("wrong.toml", text);
        for command in commands {
            let output = tonus([command, &["--config", &file]].concat());
            let said = stderr(&output);
            assert_eq!(code(&output), 3, "{command:?}: {said}");
            assert!(parts.iter().all(|part| said.contains(part)) && said.contains("help: "), "{command:?}: {said}");
        }
    }
    // At 500 Hz no edge lies above 225 Hz.
    let file = rig.write("wrong.toml", "highpass_hz = 399\nlowpass_hz = 500\n");
    let output = tonus(["analyze", &recording, "--rate", "500", "--config", &file]);
    assert_eq!(code(&output), 2, "{}", stderr(&output));
    assert!(stderr(&output).contains("highpass_hz is 399 Hz"), "{}", stderr(&output));
}

#[test]
fn a_recording_is_held_against_its_stored_digest_and_never_read_with_a_guess() {
    let (rig, end) = recorded(&[]);
    let (place, about) = (rig.path("rec"), rig.read("rec/session.json"));
    let said = |args: &[&str]| {
        let output = tonus(args);
        assert_eq!(code(&output), 0, "{args:?}: {}", stderr(&output));
        stderr(&output).matches("the digest is not the one that was stored").count()
    };
    let noted = |summary: &Value| {
        let notes = summary["notes"].as_array().unwrap();
        notes.iter().filter(|note| note.as_str().unwrap().contains("the digest is not the one")).count()
    };
    assert_eq!(said(&["analyze", &place, "--quiet"]), 0);
    assert_eq!(noted(&analyze(&[&place])), 0);
    let other = format!("{:064x}", 1);
    rig.write("rec/session.json", &about.replace(end["digest"].as_str().unwrap(), &other));
    assert_eq!(said(&["analyze", &place, "--quiet"]), 1);
    assert_eq!(said(&["replay", &place, "--quiet", "--speed", "max"]), 1);
    assert_eq!(noted(&analyze(&[&place])), 1);
    // What was asked for otherwise is another result, not a difference.
    assert_eq!(said(&["analyze", &place, "--quiet", "--mains", "off"]), 0);

    for (from, to, known) in [
        ("\"auto\"", "\"55\"", "`60`"),
        ("\"limb\"", "\"pelvis\"", "`pelvic`"),
        ("\"raw\"", "\"cooked\"", "`envelope`"),
    ] {
        rig.write("rec/session.json", &about.replacen(from, to, 1));
        for command in [&["analyze", &place][..], &["replay", &place, "--speed", "max"]] {
            let output = tonus(command);
            let message = stderr(&output);
            assert_eq!(code(&output), 3, "{message}");
            assert!(message.contains(&to.replace('"', "`")) && message.contains(known), "{message}");
        }
    }
}

#[test]
fn a_calibration_is_kept_live_and_begins_the_next_recording() {
    let folder = tempfile::tempdir().unwrap();
    let me = folder.path().join("me.json").to_str().unwrap().to_owned();
    recorded(&["--save-calibration", &me]);
    let (rig, end) = recorded(&["--calibration", &me, "--config", &rig_config(&folder)]);
    let about = json(&rig.read("rec/session.json"));
    assert_eq!(about["config"]["calibration"], "file");
    assert_eq!(about["config"]["calibrations"][0]["calibration"]["detection"]["ratios"][0], 2.0);
    rig.check(&end);
}

/// A file with other ratios, which take the place of the stored ones.
fn rig_config(folder: &tempfile::TempDir) -> String {
    let place = folder.path().join("mine.toml");
    std::fs::write(&place, "on_ratio = 2.0\noff_ratio = 1.5\n").unwrap();
    place.to_str().unwrap().to_owned()
}

#[test]
fn a_signal_at_the_rails_of_its_profile_is_saturated_live_and_again() {
    let mut noise = Pcg::new(12, 1);
    // From 9 to 11 s at the upper rail of tonus-cobs, a count up and down, so that no two neighbours are equal.
    let counts = |n: i32| {
        let rest = (8.0 * noise.normal()).round();
        if (9000..11_000).contains(&n) { f64::from(32_766 + n % 2) } else { rest }
    };
    let (rig, end) = recorded_of(counts, &[]);
    rig.check(&end);
    let about = json(&rig.read("rec/session.json"));
    assert_eq!(about["scale"][0]["rails"], value!([-32_767.0, 32_766.0]));
    let saturated = |args: &[&str]| {
        let out = rig.path("out");
        analyze(&[&[&rig.path("rec"), "--out", &out][..], args].concat());
        let states = rig.read("out/states.csv");
        states.lines().filter(|row| row.contains("saturated")).count()
    };
    assert!(saturated(&[]) > 190, "{}", saturated(&[]));
    // Of another scale, what was known of the converter is not.
    assert_eq!(saturated(&["--uv-per-count", "3"]), 0);
}

//! A scripted Glazer session comes back as what was put in: from a file, and through a simulated sensor on a pseudo-terminal.

use crate::common::Bench;
use crate::common::glazer::{
    DEPTH, ENDURANCE, FALL, FLICK, MDF_HZ, REST, TONIC, TRIANGLE, UV_PER_COUNT, recording, seconds,
};
use crate::common::live::{Rig, analyze};
use serde_json::Value;

fn near(name: &str, value: &Value, expected: f64, tolerance: f64) {
    let value = value.as_f64().unwrap_or_else(|| panic!("{name}: {value}"));
    assert!((value - expected).abs() <= tolerance, "{name}: {value} is not {expected} ± {tolerance}");
}

fn segment<'a>(training: &'a Value, name: &str) -> &'a Value {
    let segments = training["channels"][0]["segments"].as_array().unwrap();
    segments.iter().find(|segment| segment["name"] == name).unwrap_or_else(|| panic!("no segment {name}: {segments:?}"))
}

/// The table of the assessment against the script.
fn check(summary: &Value, flick_rest_s: f64) {
    let training = &summary["training"];
    assert_eq!((&training["stage"], &training["planned_s"]), (&"finished".into(), &training["end_s"]));
    near("length", &training["end_s"], seconds(flick_rest_s), 0.0);
    let cv = DEPTH / std::f64::consts::SQRT_2;
    for (name, kind, level) in [
        ("pre_baseline", "rest", REST),
        ("tonic", "contraction", TONIC),
        ("post_tonic", "rest", REST),
        ("endurance", "contraction", ENDURANCE),
        ("post_endurance", "rest", REST),
    ] {
        let one = segment(training, name);
        assert_eq!((&one["kind"], &one["window_s"]), (&kind.into(), &0.1.into()), "{name}");
        near(&format!("{name} mean"), &one["mean_uv"], level, 0.01 * level);
        near(&format!("{name} SD"), &one["sd_uv"], cv * level, 0.01 * level.max(1.0));
        near(&format!("{name} CV"), &one["cv"], cv, 0.01);
        near(&format!("{name} MDF"), &one["mdf_hz"], MDF_HZ, 2.0);
    }
    let flicks = segment(training, "flicks");
    assert_eq!((&flicks["phases"], &flicks["counted"]), (&5.into(), &5.into()));
    near("flicks MDF", &flicks["mdf_hz"], MDF_HZ, 2.0);
    // RMS over 100 ms of a triangle of these slopes is 4 % below its tip.
    near("flicks peak", &flicks["peak_uv"], 0.96 * FLICK, 0.02 * FLICK);
    let (begin, peak, end) = TRIANGLE;
    // Activity begins at 1.5 × rest and ends at 1.3 × rest.
    let begin = begin + (peak - begin) * 0.5 * REST / (FLICK - REST);
    let end = end - (end - peak) * 0.3 * REST / (FLICK - REST);
    near("rise", &flicks["rise_s"], peak - begin, 0.05);
    near("fall", &flicks["fall_s"], end - peak, 0.05);
    let tonic = segment(training, "tonic");
    let released = FALL.0 + (FALL.1 - FALL.0) * (TONIC - 1.3 * REST) / (TONIC - REST);
    near("release", &tonic["release_s"], released, 0.05);
    let repetitions = training["channels"][0]["repetitions"].as_array().unwrap();
    assert_eq!(repetitions.len(), 11);
    assert!(repetitions.iter().all(|one| one["counts"] == true && one["complete_release"] != false), "{repetitions:?}");
    for one in repetitions.iter().filter(|one| one["kind"] == "hold") {
        // A hold begins 0.2 s after its cue.
        near("reaction", &one["reaction_s"], 0.21, 0.05);
    }
}

#[test]
fn a_scripted_assessment_comes_back_as_written() {
    let bench = Bench::new();
    for (program, flick_rest_s) in [("glazer", 10.0), ("glazer-2s", 2.0)] {
        let file = bench.file("glazer.csv", recording(flick_rest_s));
        let scale = UV_PER_COUNT.to_string();
        let summary = analyze(&[&file, "--program", program, "--unit", "counts", "--uv-per-count", &scale]);
        check(&summary, flick_rest_s);
    }
}

#[test]
fn through_a_sensor_the_table_is_the_same() {
    std::thread::scope(|scope| {
        for (program, flick_rest_s) in [("glazer", 10.0), ("glazer-2s", 2.0)] {
            scope.spawn(move || through_a_sensor(program, flick_rest_s));
        }
    });
}

/// Eight times as fast as it is meant to be, so that a busy machine keeps up.
fn through_a_sensor(program: &str, flick_rest_s: f64) {
    let rig = Rig::new();
    let file = rig.write("glazer.csv", &recording(flick_rest_s));
    let scale = UV_PER_COUNT.to_string();
    let _sensor =
        rig.simulate(&["--device", "tonus-cobs", "--input", &file, "--channels", "1", "--once", "--speed", "8"]);
    let scaled = ["--unit", "counts", "--uv-per-count", &scale];
    let end = rig.record(&[&["--device", "tonus-cobs", "--channels", "1", "--program", program][..], &scaled].concat());
    assert_eq!(end["frames"].as_f64(), Some(seconds(flick_rest_s) * 1000.0));
    rig.check(&end);
    let recorded = analyze(&[&rig.path("rec")]);
    check(&recorded, flick_rest_s);
    let direct = analyze(&[&[&file, "--program", program][..], &scaled].concat());
    assert_eq!(recorded["digest"], direct["digest"]);
    assert_eq!(recorded["training"]["channels"][0]["segments"], direct["training"]["channels"][0]["segments"]);
    assert_eq!(recorded["training"]["phases"], direct["training"]["phases"]);
}

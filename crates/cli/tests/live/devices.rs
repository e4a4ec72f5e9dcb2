//! Every device profile on a real pseudo-terminal: simulate, record, analyze, replay give one digest, and it is that of the
//! source itself.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use crate::common::live::{Rig, analyze};
use crate::common::{json, session, stdout, tonus};
use serde_json::Value;
use tonus_testkit::random::Pcg;

/// How sources are played.
struct Play {
    speed: &'static str,
    /// Seconds of each source.
    seconds: f64,
    /// Level of the muscle at a time.
    level: fn(f64) -> f64,
    cues: &'static str,
    /// Seconds to record: the device's boot is before, everything it sends inside.
    duration: &'static str,
    /// Devices at a time.
    threads: usize,
}

/// As fast as it is read.
const FAST: Play = Play {
    speed: "max",
    seconds: 14.0,
    level: |t| session(t).0,
    cues: "start_s,end_s,cue\n0,8,quiet\n8,13,reference\n13,14,rest\n",
    duration: "6",
    threads: 6,
};

/// As a device sends it.
const IN_TIME: Play = Play {
    speed: "1",
    seconds: 5.0,
    level: |t| if (2.7..4.5).contains(&t) { 30.0 } else { 2.0 },
    cues: "start_s,end_s,cue\n0,2.5,quiet\n2.5,4.5,reference\n4.5,5,rest\n",
    duration: "7",
    threads: 12,
};

/// A source as the device quantises it: whole counts around `offset`.
fn source(play: &Play, channels: usize, rate_hz: f64, offset: f64) -> String {
    let mut text = String::from("time_s");
    for channel in 1..=channels {
        write!(text, ",emg{channel}_counts").unwrap();
    }
    text.push('\n');
    let mut noise: Vec<Pcg> = (0..channels).map(|channel| Pcg::new(11, channel as u64 + 1)).collect();
    for n in 0..(play.seconds * rate_hz) as u32 {
        let t = f64::from(n) / rate_hz;
        write!(text, "{t:.6}").unwrap();
        for noise in &mut noise {
            let count = (offset + 3.0 * (play.level)(t) * noise.normal()).round().max(0.0);
            write!(text, ",{count}").unwrap();
        }
        text.push('\n');
    }
    text
}

fn one(play: &Play, device: &Value) {
    let id = device["id"].as_str().unwrap();
    let rig = Rig::new();
    let cues = rig.write("cues.csv", play.cues);
    // What a text sensor does not know has to be said; A5 and A6 of a BITalino have another scale.
    let usual_hz = if id == "myoware-env" { 20.0 } else { 500.0 };
    let rate_hz = device["rate_hz"].as_f64().unwrap_or(usual_hz);
    let channels = match id {
        "bitalino" => 4,
        _ => device["channels"].as_u64().unwrap_or(2) as usize,
    };
    let (rate, count) = (rate_hz.to_string(), channels.to_string());
    let text = source(play, channels, rate_hz, 512.0);
    let file = rig.write("source.csv", &text);
    // Below 200 Hz there is no raw EMG.
    let kind: &[&str] = if rate_hz < 200.0 || id == "myoware-env" { &["--kind", "envelope"] } else { &[] };
    let sensor =
        rig.simulate(&["--device", id, "--input", &file, "--channels", &count, "--once", "--speed", play.speed]);
    let mut args = vec!["--device", id, "--cues", &cues, "--duration", play.duration];
    args.extend(kind);
    if device["rate_hz"].is_null() {
        args.extend(["--rate", &rate]);
    }
    if id == "bitalino" {
        args.extend(["--channels", &count]);
    }
    let end = rig.record(&args);
    let (code, told) = sensor.finish();
    assert_eq!(code, Some(0), "{id}");
    for (n, row) in
        rig.read("rec/session.csv").lines().enumerate().filter(|(_, row)| !row.ends_with(',') && !row.ends_with("gap"))
    {
        eprintln!("{id}: {n}: {row}");
    }
    let rows = text.lines().count() as u64 - 1;
    assert_eq!(
        (json(&told)["frames"].as_u64(), end["frames"].as_u64(), end["lost"].as_u64()),
        (Some(rows), Some(rows), Some(0)),
        "{id}"
    );
    rig.check(&end);
    if play.speed == "1" {
        // It did come at the device's own rate, by the reader's clock.
        let about = json(&rig.read("rec/session.json"));
        let measured_hz = about["rate"]["measured_hz"].as_f64().unwrap_or_else(|| panic!("{id}: no rate measured"));
        assert!((measured_hz / rate_hz - 1.0).abs() < 0.02, "{id}: {measured_hz} Hz");
    }
    let scale = device["uv_per_count"].as_f64().map(|scale| scale.to_string());
    let mut args = vec![file.as_str(), "--rate", &rate, "--cues", &cues];
    args.extend(kind);
    if let Some(scale) = &scale {
        args.extend(["--uv-per-count", scale]);
    }
    assert_eq!(analyze(&args)["digest"], end["digest"], "{id}: live and the source differ");
}

fn every(play: &Play) {
    // One after the other: what runs as fast as it can leaves no time to what runs in time.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let output = tonus(["devices", "--json"]);
    let devices: Vec<Value> = json(&stdout(&output))["devices"].as_array().unwrap().clone();
    assert!(devices.len() >= 20);
    let queue = Mutex::new(devices.iter());
    std::thread::scope(|scope| {
        for _ in 0..play.threads {
            scope.spawn(|| {
                while let Some(device) = { queue.lock().unwrap().next() } {
                    one(play, device);
                }
            });
        }
    });
}

#[test]
fn every_profile_gives_the_digest_of_its_source() {
    every(&FAST);
}

#[test]
fn every_profile_gives_the_digest_of_its_source_at_its_own_rate() {
    every(&IN_TIME);
}

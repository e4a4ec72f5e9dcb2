//! Every device profile on a real pseudo-terminal: simulate, record, analyze, replay give one digest, and it is that of the
//! source itself.
#![cfg(unix)]

mod common;

use std::fmt::Write as _;
use std::sync::Mutex;

use common::live::{Rig, analyze};
use common::{json, session, stdout, tonus};
use serde_json::Value;
use tonus_testkit::random::Pcg;

/// Seconds of each source.
const SECONDS: f64 = 14.0;

/// A source as the device quantises it: whole counts around `offset`.
fn source(channels: usize, rate_hz: f64, offset: f64) -> String {
    let mut text = String::from("time_s");
    for channel in 1..=channels {
        write!(text, ",emg{channel}_counts").unwrap();
    }
    text.push('\n');
    let mut noise: Vec<Pcg> = (0..channels).map(|channel| Pcg::new(11, channel as u64 + 1)).collect();
    for n in 0..(SECONDS * rate_hz) as u32 {
        let t = f64::from(n) / rate_hz;
        write!(text, "{t:.6}").unwrap();
        for noise in &mut noise {
            let count = (offset + 3.0 * session(t).0 * noise.normal()).round().max(0.0);
            write!(text, ",{count}").unwrap();
        }
        text.push('\n');
    }
    text
}

fn cues() -> &'static str {
    "start_s,end_s,cue\n0,8,quiet\n8,13,reference\n13,14,rest\n"
}

fn one(device: &Value) {
    let id = device["id"].as_str().unwrap();
    let rig = Rig::new();
    let cues = rig.write("cues.csv", cues());
    // What a text sensor does not know has to be said; A5 and A6 of a BITalino have another scale.
    let rate_hz = device["rate_hz"].as_f64().unwrap_or(500.0);
    let channels = match id {
        "bitalino" => 4,
        _ => device["channels"].as_u64().unwrap_or(2) as usize,
    };
    let (rate, count) = (rate_hz.to_string(), channels.to_string());
    let text = source(channels, rate_hz, 512.0);
    let file = rig.write("source.csv", &text);
    // Below 200 Hz there is no raw EMG.
    let kind: &[&str] = if rate_hz < 200.0 || id == "myoware-env" { &["--kind", "envelope"] } else { &[] };
    let sensor = rig.simulate(&["--device", id, "--input", &file, "--channels", &count, "--once", "--speed", "max"]);
    let mut args = vec!["--device", id, "--cues", &cues, "--duration", "6"];
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
    let scale = device["uv_per_count"].as_f64().map(|scale| scale.to_string());
    let mut args = vec![file.as_str(), "--rate", &rate, "--cues", &cues];
    args.extend(kind);
    if let Some(scale) = &scale {
        args.extend(["--uv-per-count", scale]);
    }
    assert_eq!(analyze(&args)["digest"], end["digest"], "{id}: live and the source differ");
}

#[test]
fn every_profile_gives_the_digest_of_its_source() {
    let output = tonus(["devices", "--json"]);
    let devices: Vec<Value> = json(&stdout(&output))["devices"].as_array().unwrap().clone();
    assert!(devices.len() >= 20);
    let queue = Mutex::new(devices.iter());
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while let Some(device) = { queue.lock().unwrap().next() } {
                    one(device);
                }
            });
        }
    });
}

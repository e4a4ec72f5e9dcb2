//! What goes wrong with live sensors, and what must hold all the same.
#![cfg(unix)]

mod common;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use common::live::{Rig, Running, analyze};
use common::{json, stdout, tonus};
use serde_json::Value;

fn count(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap()
}

#[test]
fn an_unplugged_sensor_comes_back_as_one_gap() {
    let rig = Rig::new();
    let _sensor = rig.simulate(&["--device", "tonus-cobs", "--scenario", "calm", "--fault", "unplug@1.5=1"]);
    let begin = Instant::now();
    let end = rig.record(&["--device", "tonus-cobs", "--duration", "5"]);
    assert!(begin.elapsed() < Duration::from_secs(8));
    assert_eq!((count(&end, "gaps"), count(&end, "lost")), (1, 0));
    // Of 5 s one is missing, and what boot and return take.
    assert!((3000..4100).contains(&count(&end, "frames")), "{end}");
    rig.check(&end);
    let about = json(&rig.read("rec/session.json"));
    let states: Vec<&str> = about["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["event"] == "state")
        .map(|event| event["text"].as_str().unwrap())
        .collect();
    let lost = states.iter().position(|state| *state == "lost").unwrap();
    assert!(states[lost..].contains(&"streaming"), "{states:?}");
    assert!(rig.read("rec/session.csv").lines().any(|row| row.ends_with(",stall")));
}

#[test]
fn a_stall_is_counted_where_there_is_a_counter() {
    let rig = Rig::new();
    let sensor = rig.simulate(&["--device", "tonus-cobs", "--scenario", "calm", "--fault", "stall@1=1.5", "--once"]);
    let end = rig.record(&["--device", "tonus-cobs", "--duration", "4"]);
    assert_eq!((count(&end, "gaps"), count(&end, "lost")), (1, 1500));
    rig.check(&end);
    drop(sensor);

    // A counter of one byte, turned several times in the silence; the clock tells how often.
    let rig = Rig::new();
    let _sensor = rig.simulate(&["--device", "openbci-cyton", "--scenario", "calm", "--fault", "stall@1=3"]);
    let end = rig.record(&["--device", "openbci-cyton", "--duration", "6"]);
    assert_eq!((count(&end, "gaps"), count(&end, "lost")), (1, 750));
    rig.check(&end);
}

#[test]
fn a_stall_without_a_counter_is_an_unknown_time() {
    let rig = Rig::new();
    let _sensor = rig.simulate(&["--device", "arduino-text", "--scenario", "calm", "--fault", "stall@1=2"]);
    let end = rig.record(&["--device", "arduino-text", "--rate", "1000", "--duration", "4"]);
    assert_eq!((count(&end, "gaps"), count(&end, "lost")), (1, 0));
    rig.check(&end);
}

#[test]
fn damaged_bytes_cost_frames_and_every_one_is_counted() {
    for (device, options) in [("tonus-cobs", &[][..]), ("bitalino", &["--channels", "2"])] {
        let rig = Rig::new();
        let fault = "drop=0.001,flip=0.0005,insert=0.0005";
        let args = ["--device", device, "--scenario", "calm", "--fault", fault, "--once", "--speed", "max"];
        let sensor = rig.simulate(&[&args, options].concat());
        let end = rig.record(&[&["--device", device, "--duration", "6"], options].concat());
        let sent = count(&json(&sensor.finish().1), "frames");
        let known = count(&end, "frames") + count(&end, "lost");
        // What is lost before the first frame and behind the last cannot be counted.
        assert!(known <= sent && sent - known < 10, "{device}: {known} of {sent}");
        assert!(count(&end, "lost") > 0 && count(&end, "gaps") > 0);
        rig.check(&end);
    }
}

#[test]
fn an_unknown_rate_is_measured_and_written_down() {
    let rig = Rig::new();
    let fault = "ppm=300,batch=16";
    let _sensor = rig.simulate(&["--device", "arduino-text", "--scenario", "calm", "--rate", "500", "--fault", fault]);
    let end = rig.record(&["--device", "arduino-text", "--duration", "6"]);
    let about = json(&rig.read("rec/session.json"));
    assert_eq!((&about["rate"]["hz"], &about["rate"]["source"]), (&500.0.into(), &"estimated".into()));
    rig.check(&end);
    assert_eq!(analyze(&[&rig.path("rec/session.csv"), "--rate", "500"])["digest"], end["digest"]);
}

#[test]
fn at_its_own_rate_a_file_gives_its_own_digest() {
    let rig = Rig::new();
    let mut text = String::from("time_s,emg_counts\n");
    for n in 0..4000_u32 {
        let count = n.wrapping_mul(2_654_435_761) >> 24;
        writeln!(text, "{:.3},{count}", f64::from(n) / 1000.0).unwrap();
    }
    let file = rig.write("source.csv", &text);
    let cues = rig.write("cues.csv", "start_s,end_s,cue\n0,3,quiet\n3,4,rest\n");
    let sensor = rig.simulate(&["--device", "tonus-cobs", "--input", &file, "--once"]);
    let end = rig.record(&["--device", "tonus-cobs", "--cues", &cues, "--duration", "6"]);
    assert_eq!(sensor.finish().0, Some(0));
    assert_eq!(count(&end, "frames"), 4000);
    rig.check(&end);
    assert_eq!(analyze(&[&file, "--cues", &cues])["digest"], end["digest"]);
}

#[test]
fn monitor_reads_tcp_and_ends_with_its_end_line() {
    let mut sensor =
        Running::start(&["simulate", "--tcp", "127.0.0.1:0", "--device", "tonus-cobs", "--scenario", "calm"]);
    let told = sensor.first_message();
    let port = told.trim().rsplit(' ').next().unwrap().to_owned();
    assert!(port.starts_with("tcp:127.0.0.1:"), "{told}");
    let output = tonus(["monitor", "--port", &port, "--device", "tonus-cobs", "--json", "--duration", "2", "--quiet"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = stdout(&output);
    let lines: Vec<Value> = text.lines().map(json).collect();
    let (end, decisions) = lines.split_last().unwrap();
    assert_eq!((&end["end"], &end["lost"]), (&true.into(), &0.into()));
    assert!(decisions.len() > 300, "{}", decisions.len());
    for key in ["n", "t_s", "channel", "state", "reason", "envelope_uv", "activation", "quality", "cue"] {
        assert!(decisions[0].get(key).is_some(), "{key}");
    }
}

#[test]
fn the_first_ctrl_c_finalises() {
    let rig = Rig::new();
    let _sensor = rig.simulate(&["--device", "tonus-cobs", "--scenario", "calm"]);
    let (port, out) = (rig.path("port"), rig.path("rec"));
    let recorder = Running::start(&["record", "--port", &port, "--device", "tonus-cobs", "--out", &out]);
    std::thread::sleep(Duration::from_secs(2));
    recorder.signal("INT");
    let (code, text) = recorder.finish();
    assert_eq!(code, Some(0));
    let end = json(&text);
    assert!(count(&end, "frames") > 500, "{end}");
    rig.check(&end);
    let output = tonus(["record", "--port", &port, "--device", "tonus-cobs", "--out", &out]);
    assert_eq!(output.status.code(), Some(6), "a recording is never written over");
}

#[test]
fn absent_busy_and_unknown_sensors_say_what_to_do() {
    let said = |args: &[&str]| {
        let output = tonus(args);
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, text) = said(&["monitor", "--port", "/dev/tonus-none", "--device", "tonus-cobs"]);
    assert!(code == Some(5) && text.contains("no such port") && text.contains("tonus devices"), "{text}");
    let (code, text) = said(&["monitor", "--port", "tcp:127.0.0.1:1", "--device", "tonus-cobs"]);
    assert!(code == Some(5) && text.contains("refused"), "{text}");
    let (code, text) = said(&["monitor", "--port", "/dev/null", "--device", "tonus-cobs"]);
    assert!(code == Some(5) && text.contains("not a serial port"), "{text}");
    let (code, _) = said(&["monitor", "--port", "/dev/null", "--device", "nothing"]);
    assert_eq!(code, Some(2));

    let rig = Rig::new();
    let _sensor = rig.simulate(&["--device", "tonus-cobs", "--scenario", "calm"]);
    let port = rig.path("port");
    let _first = Running::start(&["monitor", "--port", &port, "--device", "tonus-cobs", "--quiet"]);
    std::thread::sleep(Duration::from_secs(1));
    let (code, text) = said(&["monitor", "--port", &port, "--device", "tonus-cobs"]);
    assert!(code == Some(5) && text.contains("in use"), "{text}");
}

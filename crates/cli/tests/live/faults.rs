//! What goes wrong with live sensors, and what must hold all the same.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::common::live::{Rig, Running, analyze};
use crate::common::{json, stdout, tonus};
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
fn silence_is_shown_before_it_is_a_stall() {
    let rig = Rig::new();
    let _sensor = rig.simulate(&["--device", "tonus-cobs", "--scenario", "calm", "--fault", "stall@1=2"]);
    let port = rig.path("port");
    let mut monitor =
        Running::start(&["monitor", "--port", &port, "--device", "tonus-cobs", "--duration", "5", "--json"]);
    let said = monitor.messages();
    let when = |text: &str| {
        let found = said.iter().find(|(_, line)| line.contains(text));
        found.unwrap_or_else(|| panic!("no '{text}' in {said:?}")).0
    };
    // 250 ms and 1 s after the last frame.
    let between = when("sensor: stalled").duration_since(when("sensor: no signal"));
    assert!((Duration::from_millis(400)..Duration::from_millis(1500)).contains(&between), "{between:?}: {said:?}");
    assert!(said.iter().rfind(|(_, line)| line == "sensor: streaming").unwrap().0 > when("sensor: stalled"));
}

#[test]
fn another_rate_than_the_profiles_is_told() {
    // OpenEEG says 256 Hz and sends 250; the SpikerBox says 10 kHz and sends 10050.
    let cases = [("openeeg-p2", "256", "250."), ("spikerbox-muscle", "10000", "100")];
    std::thread::scope(|scope| {
        for (device, rate, measured) in cases {
            scope.spawn(move || {
                let rig = Rig::new();
                let _sensor = rig.simulate(&["--device", device, "--scenario", "calm"]);
                let port = rig.path("port");
                let args = ["--port", &port, "--device", device, "--rate", rate, "--duration", "13", "--json"];
                let mut monitor = Running::start(&[&["monitor"], &args[..]].concat());
                let said = monitor.messages();
                let warning = said.iter().find(|(_, line)| line.contains("frames per second"));
                let (_, line) = warning.unwrap_or_else(|| panic!("{device}: {said:?}"));
                assert!(line.contains(&format!("sends {measured}")) && line.contains("give --rate"), "{line}");
            });
        }
    });
}

#[test]
fn a_sensor_that_is_away_costs_hardly_any_time() {
    let rig = Rig::new();
    let sensor = rig.simulate(&["--device", "tonus-cobs", "--scenario", "calm"]);
    let port = rig.path("port");
    let monitor =
        Running::start(&["monitor", "--port", &port, "--device", "tonus-cobs", "--duration", "60", "--quiet"]);
    std::thread::sleep(Duration::from_millis(1500));
    // The link goes with the sensor.
    sensor.signal("TERM");
    sensor.finish();
    std::thread::sleep(Duration::from_millis(300));
    let Some(before_s) = monitor.cpu_s() else { return };
    std::thread::sleep(Duration::from_secs(4));
    let share = (monitor.cpu_s().unwrap() - before_s) / 4.0;
    println!("away: {:.1} % of a core", 100.0 * share);
    assert!(share < 0.05, "{share}");
    monitor.signal("INT");
    assert_eq!(monitor.finish().0, Some(0));
}

#[test]
fn a_reader_of_decisions_that_stops_for_five_seconds_loses_nothing() {
    let rig = Rig::new();
    let _sensor = rig.simulate(&["--device", "openbci-cyton", "--scenario", "calm"]);
    let port = rig.path("port");
    let monitor = Running::start(&[
        "monitor",
        "--port",
        &port,
        "--device",
        "openbci-cyton",
        "--duration",
        "9",
        "--json",
        "--quiet",
    ]);
    // Eight channels fill the pipe within half a second; from then on nothing can be written.
    std::thread::sleep(Duration::from_millis(7500));
    let (code, text) = monitor.finish();
    assert_eq!(code, Some(0));
    let lines: Vec<Value> = text.lines().map(json).collect();
    let (end, decisions) = lines.split_last().unwrap();
    assert_eq!((count(end, "lost"), count(end, "gaps")), (0, 0), "{end}");
    assert!(count(end, "frames") > 2000, "{end}");
    // Every tick of every channel is there.
    let ticks = decisions.chunks_exact(8).map(|tick| (tick[0]["t_s"].as_f64().unwrap() * 100.0).round() as usize);
    assert!(ticks.enumerate().all(|(n, tick)| tick == n + 1));
}

#[test]
fn after_ten_minutes_of_losses_every_sample_is_where_it_belongs() {
    const FRAMES: u64 = 600_000;
    let value = |n: u64| (n.wrapping_mul(2_654_435_761) >> 13) % 20_000;
    let rig = Rig::new();
    let mut text = String::from("time_s,emg_counts\n");
    for n in 0..FRAMES {
        writeln!(text, "{:.3},{}", n as f64 / 1000.0, value(n)).unwrap();
    }
    let file = rig.write("source.csv", &text);
    let fault = "drop=0.0005,flip=0.0005,insert=0.0005";
    let sensor =
        rig.simulate(&["--device", "tonus-cobs", "--input", &file, "--fault", fault, "--once", "--speed", "max"]);
    let (port, out) = (rig.path("port"), rig.path("rec"));
    let recorder = Running::start(&["record", "--port", &port, "--device", "tonus-cobs", "--out", &out, "--quiet"]);
    // Until nothing more comes.
    let size = || std::fs::metadata(rig.path("rec/session.csv")).map_or(0, |about| about.len());
    let (mut seen, mut grown, begin) = (0, Instant::now(), Instant::now());
    while seen == 0 || grown.elapsed() < Duration::from_secs(2) {
        assert!(begin.elapsed() < Duration::from_secs(120));
        std::thread::sleep(Duration::from_millis(50));
        if size() > seen {
            (seen, grown) = (size(), Instant::now());
        }
    }
    recorder.signal("INT");
    let end = json(&recorder.finish().1);
    assert_eq!(count(&json(&sensor.finish().1), "frames"), FRAMES);
    assert!(count(&end, "lost") > 5000, "{end}");
    // Every row carries the value of its own index; a gap stands for as many as are missing and for nothing else.
    let (mut next, mut frames, mut lost, mut gaps) = (0, 0, 0, 0);
    let mut start = None;
    for row in rig.read("rec/session.csv").lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let n: u64 = cells[0].parse().unwrap();
        assert_eq!(n, next, "{row}");
        if let Ok(missing) = cells[cells.len() - 1].parse::<u64>() {
            (next, lost, gaps) = (next + missing, lost + missing, gaps + 1);
            continue;
        }
        let count: u64 = cells[2].parse().unwrap();
        // What was damaged before the first frame cannot be counted.
        let start = *start.get_or_insert_with(|| (0..50).find(|start| value(*start) == count).unwrap());
        assert_eq!(count, value(start + n), "{row}");
        (next, frames) = (next + 1, frames + 1);
    }
    assert_eq!((frames, lost, gaps), (count(&end, "frames"), count(&end, "lost"), count(&end, "gaps")));
    // And what was damaged behind the last one.
    let known = start.unwrap() + next;
    assert!((FRAMES - 50..=FRAMES).contains(&known), "{known}");
    rig.check(&end);
}

#[test]
fn a_sensor_too_slow_for_raw_emg_says_so() {
    for device in ["openbci-cyton-daisy", "neuropawn-knight"] {
        let rig = Rig::new();
        let _sensor = rig.simulate(&["--device", device, "--scenario", "calm"]);
        let output = tonus(["monitor", "--port", &rig.path("port"), "--device", device, "--duration", "3"]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(3) && text.contains("125") && text.contains("--kind envelope"), "{text}");
    }
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

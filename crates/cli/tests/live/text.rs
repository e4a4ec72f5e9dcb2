//! Sketches as people write them, and ports of which nobody knows what they send.

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::common::live::Rig;
use crate::common::{code, json, stderr, stdout, tonus};
use serde_json::Value;

/// Noise of a muscle, in counts.
fn emg(n: u32) -> u32 {
    500 + n.wrapping_mul(2_654_435_761).rotate_left(9) % 31
}

/// Serves the lines of a sketch, 500 a second, to one reader after the other.
fn sketch(line: impl Fn(u32) -> String + Send + 'static) -> String {
    serve(move |n| line(n).into_bytes())
}

fn serve(piece: impl Fn(u32) -> Vec<u8> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp:{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for reader in listener.incoming() {
            let mut reader = reader.unwrap();
            let begin = Instant::now();
            for n in 0_u32.. {
                std::thread::sleep(Duration::from_millis(2 * u64::from(n)).saturating_sub(begin.elapsed()));
                // A reader that is gone has heard enough.
                if reader.write_all(&piece(n)).is_err() {
                    break;
                }
            }
        }
    });
    address
}

/// Records two seconds of a sketch; the channels with their units, and what was said.
fn record(
    rig: &Rig,
    line: impl Fn(u32) -> String + Send + 'static,
    options: &[&str],
) -> (Vec<(String, String)>, String) {
    let (address, out) = (sketch(move |n| line(n) + "\r\n"), rig.path("rec"));
    let args = ["record", "--port", &address, "--rate", "500", "--duration", "2", "--out", &out];
    let output = tonus([&args, options].concat());
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    rig.check(&json(&stdout(&output)));
    let about = json(&rig.read("rec/session.json"));
    let scale = about["scale"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (scale.iter().map(|one| (text(&one["channel"]), text(&one["unit"]))).collect(), stderr(&output))
}

fn channels(found: &[(String, String)]) -> Vec<(&str, &str)> {
    found.iter().map(|(name, unit)| (name.as_str(), unit.as_str())).collect()
}

#[test]
fn a_clock_is_no_muscle_and_its_lines_lose_nothing() {
    let rig = Rig::new();
    let (found, said) = record(&rig, |n| format!("{},{}", n * 2000, emg(n)), &["--device", "arduino-text"]);
    assert_eq!(channels(&found), [("ch", "au")]);
    assert!(said.contains("1 = the sensor's clock, 2 = channel 1"), "{said}");
    let rows = rig.read("rec/session.csv");
    let values: Vec<f64> = rows.lines().skip(1).map(|row| row.split(',').nth(2).unwrap().parse().unwrap()).collect();
    let expected: Vec<f64> = (1..).take(values.len()).map(|n| emg(n).into()).collect();
    assert_eq!(values, expected, "every line but the first is a frame");
}

#[test]
fn a_clock_tells_the_rate_and_the_lines_that_did_not_come() {
    let rig = Rig::new();
    let line = |n: u32| format!("{},{}\n", 1000 + 2 * n, emg(n)).into_bytes();
    let address = serve(move |n| if (2300..2307).contains(&n) { Vec::new() } else { line(n) });
    let out = rig.path("rec");
    let output = tonus(["record", "--port", &address, "--device", "arduino-text", "--duration", "6", "--out", &out]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let end = json(&stdout(&output));
    assert_eq!((&end["lost"], &end["gaps"]), (&7.into(), &1.into()), "{end}");
    rig.check(&end);
    let about = json(&rig.read("rec/session.json"));
    assert_eq!((&about["rate"]["hz"], &about["rate"]["source"]), (&500.0.into(), &"clock".into()));
    assert!(stderr(&output).contains("1 = the sensor's clock, 2 = channel 1"), "{}", stderr(&output));
}

#[test]
fn labels_with_blanks_units_and_json_are_read() {
    let rig = Rig::new();
    let line = |n: u32| format!("Left biceps: {}.5 mV, t = {} ms", emg(n), n * 2);
    let (found, _) = record(&rig, line, &["--device", "arduino-text"]);
    assert_eq!(channels(&found), [("Left biceps", "mV")]);
    let rig = Rig::new();
    let line = |n: u32| format!("{{\"t\":{},\"emg\":[{},{}]}}", n * 2, emg(n), emg(n + 9));
    let (found, _) = record(&rig, line, &["--device", "arduino-plotter"]);
    assert_eq!(channels(&found), [("emg", "au"), ("emg 2", "au")]);
}

#[test]
fn the_caller_chooses_columns() {
    let rig = Rig::new();
    let line = |n: u32| format!("a:{},b:{},c:{}", emg(n), emg(n + 1), emg(n + 2));
    let (found, _) = record(&rig, line, &["--device", "arduino-text", "--columns", "3,a"]);
    assert_eq!(channels(&found), [("c", "au"), ("a", "au")]);
    let row: Vec<f64> = rig
        .read("rec/session.csv")
        .lines()
        .nth(1)
        .unwrap()
        .split(',')
        .skip(2)
        .take(2)
        .map(|v| v.parse().unwrap())
        .collect();
    assert_eq!(row, [f64::from(emg(3)), f64::from(emg(1))], "in the order of the caller");

    let (address, out) = (sketch(move |n| line(n) + "\n"), rig.path("other"));
    let args = ["record", "--port", &address, "--device", "arduino-text", "--out", &out, "--columns", "top"];
    let output = tonus(args);
    assert_eq!(code(&output), 2, "{}", stderr(&output));
    assert!(stderr(&output).contains("no such column") && stderr(&output).contains("2 'b'"), "{}", stderr(&output));
    let output = tonus(["monitor", "--port", &address, "--device", "openbci-cyton", "--columns", "1"]);
    assert_eq!(code(&output), 2, "{}", stderr(&output));
}

#[test]
fn a_line_that_is_no_frame_is_shown() {
    let address = sketch(|n| format!("{}\n", emg(n)));
    let output = tonus(["monitor", "--port", &address, "--device", "arduino-plotter", "--quiet"]);
    assert_eq!(code(&output), 5);
    assert!(stderr(&output).contains("numbers without labels, such as '5"), "{}", stderr(&output));
    assert!(stderr(&output).contains("help: choose --device arduino-text"), "{}", stderr(&output));
}

#[test]
fn a_refused_rate_leaves_no_session_with_a_guessed_one() {
    let rig = Rig::new();
    let address = serve(|n| if n % 5 == 0 { format!("{}\n", emg(n)).into_bytes() } else { Vec::new() });
    let out = rig.path("rec");
    let output = tonus(["record", "--port", &address, "--device", "arduino-text", "--duration", "8", "--out", &out]);
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    assert!(stderr(&output).contains("--kind envelope"), "{}", stderr(&output));
    assert!(!std::path::Path::new(&out).exists());
}

fn probe(port: &str) -> Value {
    let output = tonus(["devices", "--probe", port, "--json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    json(&stdout(&output))
}

/// Simulates a device and listens to it.
fn recognise(device: &Value) {
    let id = device["id"].as_str().unwrap();
    let rig = Rig::new();
    let rate: &[&str] = if id == "myoware-env" { &["--rate", "50"] } else { &[] };
    let _sensor = rig.simulate(&[&["--device", id, "--scenario", "calm"], rate].concat());
    let heard = probe(&rig.path("port"));
    let also: Vec<&str> = heard["also"].as_array().unwrap().iter().map(|other| other.as_str().unwrap()).collect();
    let profile = heard["profile"].as_str().unwrap_or_else(|| panic!("{id}: {heard}"));
    // What looks the same on the wire is told as such.
    let is_alone = !matches!(id, "openbci-cyton-daisy" | "myoware-raw" | "myoware-env" | "bioamp-text");
    assert!(profile == id || !is_alone && also.contains(&id), "{id}: {heard}");
    let command = heard["command"].as_str().unwrap();
    assert!(command.contains(&format!("tonus monitor --port {} --device {profile}", rig.path("port"))), "{command}");
    if let (Some(nominal), true) = (device["rate_hz"].as_f64(), is_alone) {
        let measured = heard["rate_hz"].as_f64().unwrap();
        assert!((measured / nominal - 1.0).abs() < 0.1, "{id}: {measured} Hz");
        assert_eq!(heard["channels"], device["channels"], "{id}");
    }
}

#[test]
fn every_profile_is_recognised_by_what_it_sends() {
    let devices = json(&stdout(&tonus(["devices", "--json"])))["devices"].as_array().unwrap().clone();
    let queue = Mutex::new(devices.iter());
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while let Some(device) = { queue.lock().unwrap().next() } {
                    recognise(device);
                }
            });
        }
    });
}

#[test]
fn silence_noise_and_absence_are_told_apart() {
    let silent = serve(|_| Vec::new());
    let begin = Instant::now();
    let heard = probe(&silent);
    assert_eq!((&heard["finding"], &heard["command"]), (&"silence".into(), &Value::Null));
    assert!(heard["help"].as_str().unwrap().contains("cable"), "{heard}");
    assert!(begin.elapsed() < Duration::from_secs(9), "{:?}", begin.elapsed());

    let noise = serve(|n| (0..8_u32).map(|k| (n * 8 + k).wrapping_mul(2_654_435_761).rotate_left(11) as u8).collect());
    assert_eq!(probe(&noise)["finding"], "noise");

    let text = sketch(|n| format!("Min:0,Max:1023,EMG:{},t_ms:{}\n", emg(n), n * 2));
    let heard = probe(&text);
    assert_eq!(
        (&heard["finding"], &heard["profile"], &heard["channels"]),
        (&"text".into(), &"arduino-plotter".into(), &1.into())
    );
    let is_channel: Vec<bool> =
        heard["columns"].as_array().unwrap().iter().map(|column| column["is_channel"].as_bool().unwrap()).collect();
    assert_eq!(is_channel, [false, false, true, false], "{heard}");

    let output = tonus(["devices", "--probe", "/dev/no-such-port"]);
    assert_eq!(code(&output), 5);
    assert!(stderr(&output).contains("no such port"));
}

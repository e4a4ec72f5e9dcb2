//! `tonus convert`: the same decisions, nobody's name, nothing written over.

use crate::common::{Bench, code, stderr, stdout, tonus, tonus_with_input};
use std::fmt::Write as _;

/// Ten minutes of nobody's day would be long; eight seconds of work and rest, in µV.
fn table(rate: u32, gap: bool) -> String {
    let mut text = "time_s,emg_uv,cue\n".to_owned();
    let mut state = 7_u32;
    for n in 0..8 * rate {
        if gap && n.is_multiple_of(5000) && n > 0 || gap && n / 10 == 640 {
            continue;
        }
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let second = n / rate;
        let (cue, size) = match second {
            0..=2 => ("quiet", 4.0),
            4 | 6 => ("work", 90.0),
            _ => ("rest", 4.0),
        };
        let value = (f64::from(state >> 8) / f64::from(1_u32 << 24) - 0.5) * size + 40.0;
        writeln!(text, "{:.6},{value:.3},{cue}", f64::from(n) / f64::from(rate)).unwrap();
    }
    text
}

fn analyzed(file: &str) -> serde_json::Value {
    let output = tonus(["analyze", "--json", file]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    serde_json::from_str(&stdout(&output)).unwrap()
}

#[test]
fn a_table_converted_to_a_table_gives_the_same_digest() {
    let bench = Bench::new();
    for (name, gap) in [("whole", false), ("gaps", true)] {
        let file = bench.file(&format!("{name}.csv"), table(1000, gap));
        let out = bench.path(&format!("{name}-2.csv")).display().to_string();
        let output = tonus(["convert", &file, &out]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        assert!(stderr(&output).contains("read again and the same") && stdout(&output).is_empty());
        let (was, is) = (analyzed(&file), analyzed(&out));
        assert_eq!(was["digest"], is["digest"]);
        assert_eq!(was["input"]["frames"], is["input"]["frames"]);
        assert_eq!(was["input"]["frames_missing"], is["input"]["frames_missing"]);
    }
}

#[test]
fn through_edf_and_bdf_decisions_differ_by_quantisation_only() {
    let bench = Bench::new();
    let file = bench.file("a.csv", table(1000, true));
    let was = analyzed(&file);
    for kind in ["edf", "bdf"] {
        let out = bench.path(&format!("a.{kind}")).display().to_string();
        assert_eq!(code(&tonus(["convert", &file, &out, "--quiet"])), 0);
        let is = analyzed(&out);
        for key in ["frames", "frames_missing"] {
            assert_eq!(was["input"][key], is["input"][key], "{key}");
        }
        let of = |summary: &serde_json::Value| summary["channels"][0].clone();
        let (was, is) = (of(&was), of(&is));
        assert_eq!(was["contractions"].as_array().unwrap().len(), is["contractions"].as_array().unwrap().len());
        let baseline = |channel: &serde_json::Value| channel["calibration"]["baseline_uv"].as_f64().unwrap();
        assert!((baseline(&was) / baseline(&is) - 1.0).abs() < 0.001, "{kind}");
    }
    // EDF to a table and back to EDF: the same bytes are not promised, the same decisions are.
    let (edf, csv) = (bench.path("a.edf").display().to_string(), bench.path("b.csv").display().to_string());
    assert_eq!(code(&tonus(["convert", &edf, &csv, "--quiet"])), 0);
    assert_eq!(analyzed(&edf)["digest"], analyzed(&csv)["digest"]);
}

#[test]
fn files_are_kept_safe() {
    let bench = Bench::new();
    let file = bench.file("a.csv", table(1000, false));
    let before = std::fs::read(&file).unwrap();
    for (args, status, said) in [
        (vec!["convert", &file, &file], 2, "one of the files that are read"),
        (vec!["convert", &file, &file, "--force"], 2, "one of the files that are read"),
        (vec!["convert", &file, "/nowhere/at/all/a.edf"], 6, "/nowhere/at/all/a.edf"),
        (vec!["convert", &file, "a.txt"], 2, "--format"),
        (vec!["convert", "/nowhere.csv", "/nowhere.edf"], 3, "check the path"),
    ] {
        let output = tonus(args);
        assert_eq!(code(&output), status, "{}", stderr(&output));
        assert!(stderr(&output).contains(said), "{}", stderr(&output));
    }
    assert_eq!(std::fs::read(&file).unwrap(), before);
    let taken = bench.file("taken.edf", "mine");
    assert_eq!(code(&tonus(["convert", &file, &taken])), 2);
    assert_eq!(std::fs::read(&taken).unwrap(), b"mine");
    assert_eq!(code(&tonus(["convert", &file, &taken, "--force"])), 0);
    assert_ne!(std::fs::read(&taken).unwrap(), b"mine");
    let names: Vec<_> = std::fs::read_dir(bench.path("")).unwrap().collect();
    assert_eq!(names.len(), 2, "no draft is left");
}

#[test]
fn a_pipe_and_a_named_format() {
    let bench = Bench::new();
    let file = bench.file("a.csv", table(1000, false));
    let out = bench.path("a.data").display().to_string();
    let output = tonus_with_input(&["convert", "-", &out, "--format", "bdf", "--quiet"], std::path::Path::new(&file));
    assert_eq!((code(&output), stderr(&output)), (0, String::new()));
    assert_eq!(std::fs::read(&out).unwrap()[..8], *b"\xffBIOSEMI");
}

/// An EDF file of somebody: no word of the person comes out anywhere.
#[test]
fn nobody_is_named_on_the_screen() {
    let bench = Bench::new();
    let file = bench.file("a.csv", table(1000, false));
    let edf = bench.path("a.edf").display().to_string();
    assert_eq!(code(&tonus(["convert", &file, &edf, "--quiet"])), 0);
    let mut bytes = std::fs::read(&edf).unwrap();
    let patient = b"MCH-0234567 F 02-MAY-1951 Haagse_Harry";
    bytes[8..8 + patient.len()].copy_from_slice(patient);
    let recording = b"Startdate 02-MAR-2002 EMG561 BK/JOP Sony";
    bytes[88..88 + recording.len()].copy_from_slice(recording);
    bytes[168..184].copy_from_slice(b"02.03.0210.20.30");
    let of_harry = bench.file("b.edf", &bytes);
    bytes[256..272].copy_from_slice(b"no signal       ");
    let broken = bench.file("c.edf", &bytes);
    let out = bench.path("out").display().to_string();
    let table = bench.path("b.csv").display().to_string();
    for args in [
        vec!["analyze", "--json", &of_harry],
        vec!["analyze", &of_harry, "--out", &out],
        vec!["convert", &of_harry, &table],
        vec!["analyze", &broken],
        vec!["analyze", &of_harry, "--channel", "2"],
    ] {
        let output = tonus(args);
        let said = stdout(&output) + &stderr(&output);
        for word in ["Haagse", "Harry", "MCH", "Sony", "BK/JOP", "EMG561", "02-MA", "02.03.02", "10.20.30"] {
            assert!(!said.contains(word), "{word}: {said}");
        }
    }
    for entry in std::fs::read_dir(&out).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!text.contains("Haagse") && !text.contains("Sony") && !text.contains("2002"));
    }
}

/// Two signals of 12 s with time columns of their own, at 2000 and at 500 Hz: rest, and a contraction each.
fn two_rates() -> String {
    let mut text = "X[s],EMG 1 (uV),X[s],EMG 2 (uV)\n".to_owned();
    let mut state = 11_u32;
    let mut value = |seconds: f64, begin: f64| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let size = if (begin..begin + 2.0).contains(&seconds) { 120.0 } else { 5.0 };
        (f64::from(state >> 8) / f64::from(1_u32 << 24) - 0.5) * size
    };
    for n in 0..24_000_u32 {
        let (fast, slow) = (f64::from(n) / 2000.0, f64::from(n) / 500.0);
        write!(text, "{fast:.4},{:.4},", value(fast, 7.0)).unwrap();
        match n {
            0..6000 => writeln!(text, "{slow:.3},{:.4}", value(slow, 8.5)).unwrap(),
            _ => writeln!(text, ",").unwrap(),
        }
    }
    text
}

#[test]
fn several_rates_are_replayed_and_kept_in_edf() {
    let bench = Bench::new();
    let file = bench.file("two.csv", two_rates());
    let was = analyzed(&file);
    assert_eq!(was["channels"].as_array().unwrap().len(), 2);
    let output = tonus(["replay", "--json", "--speed", "max", &file]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let lines: Vec<serde_json::Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (end, decisions) = lines.split_last().unwrap();
    assert_eq!((&end["digest"], &end["frames"]), (&was["digest"], &was["input"]["frames"]));
    let order: Vec<(f64, &str)> =
        decisions.iter().map(|d| (d["t_s"].as_f64().unwrap(), d["channel"].as_str().unwrap())).collect();
    assert!(order.len() == 2400 && order.is_sorted_by(|a, b| a <= b), "by time, then by channel");
    for kind in ["edf", "bdf"] {
        let out = bench.path(&format!("two.{kind}")).display().to_string();
        let output = tonus(["convert", &file, &out]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let is = analyzed(&out);
        for n in 0..2 {
            assert_eq!(was["input"]["channels"][n]["rate_hz"], is["input"]["channels"][n]["rate_hz"]);
            let seconds = |of: &serde_json::Value| of["channels"][n]["seconds"]["controlled"].as_f64().unwrap();
            assert!(
                (seconds(&was) - seconds(&is)).abs() < 0.05,
                "{kind}: {} {}",
                was["channels"][n],
                is["channels"][n]
            );
        }
    }
    // A table has one rate: one of the options that the message names works.
    let out = bench.path("one.csv").display().to_string();
    let output = tonus(["convert", &file, &out]);
    assert_eq!(code(&output), 3);
    let message = stderr(&output);
    assert!(message.contains("--channel 2 at 2000 Hz, or --channel 4 at 500 Hz"), "{message}");
    assert!(message.contains("OUT.edf"), "{message}");
    let output = tonus(["convert", &file, &out, "--channel", "4"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let output = tonus(["analyze", &file, "--program", "contract-relax-gentle"]);
    assert!(code(&output) == 3 && stderr(&output).contains("--channel 4 at 500 Hz"), "{}", stderr(&output));
}

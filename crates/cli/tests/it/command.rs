//! The command itself: exit codes, messages, help, replay.

use crate::common::{Bench, code, json, recording, stderr, stdout, tonus, tonus_with_input};

#[test]
fn exit_codes_and_messages() {
    let bench = Bench::new();
    let good = bench.file("good.csv", recording(1, 14, true));
    let flat = bench.file("flat.csv", recording(1, 14, false).replace("emg1_uv", "emg1"));
    let blocker = bench.file("blocker", "");
    let none = bench.path("none.csv").display().to_string();
    let cases: &[(&[&str], i32, &str)] = &[
        (&["analyze", &good], 0, ""),
        (&["analyze", &good, "--strict"], 0, ""),
        (&["analyze", &none], 3, "help: check the path"),
        (&["analyze", &flat], 0, "--unit"),
        (&["analyze", &good, "--channel", "nope"], 2, "--channel"),
        (&["analyze", &good, "--rate", "-5"], 2, ""),
        (&["analyze", &good, "--rate", "5"], 2, "--rate"),
        (&["analyze", &good, "--baseline", "5:2"], 2, "end must come after"),
        (&["analyze", &good, "--baseline", "2:3", "--strict", "-q"], 4, "quality gate"),
        (&["analyze", &good, "--rate", "100"], 3, "--kind envelope"),
        (&["analyze", &good, "--cues", &none], 3, "help: "),
        (&["analyze", &good, "--out", &blocker], 6, "help: "),
        (&["analyze", "-", "-"], 2, "twice"),
        (&["analyze"], 2, "FILE"),
        (&["train", "--port", "x"], 2, "--device"),
        (&["train", "--simulate", "nobody"], 2, "give one of"),
        (&["walk"], 2, "unrecognized"),
        (&["--version"], 0, ""),
    ];
    for (args, expected, said) in cases {
        let output = tonus(*args);
        let said_of = stderr(&output);
        assert_eq!(code(&output), *expected, "{args:?}: {said_of}");
        assert!(said_of.contains(said), "{args:?}: {said_of}");
        if matches!(expected, 3 | 6) {
            let lines: Vec<&str> = said_of.lines().collect();
            assert!(lines.len() == 2 && lines[0].starts_with("error: ") && lines[1].starts_with("help: "), "{said_of}");
        }
    }
    assert!(stdout(&tonus(["--version"])).starts_with("tonus 0."));
}

/// The command alone opens the window; where there is no desktop it says what to do instead.
#[cfg(target_os = "linux")]
#[test]
fn without_a_desktop_there_is_no_window() {
    for args in [&[][..], &["train"], &["train", "--simulate"]] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tonus"));
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
            command.env_remove(name);
        }
        let output = command.args(args).output().unwrap();
        let said = stderr(&output);
        assert!(code(&output) == 1 && said.contains("help: a desktop is needed") && !said.contains(".rs"), "{said}");
    }
}

#[test]
fn a_bad_file_among_several_is_reported_and_the_rest_done() {
    let bench = Bench::new();
    let good = [bench.file("a.csv", recording(1, 12, true)), bench.file("b.csv", recording(1, 12, true))];
    let bad = bench.file("bad.csv", "not a table\n");
    for jobs in ["1", "3"] {
        let output = tonus(["analyze", &good[0], &bad, &good[1], "--json", "--jobs", jobs]);
        assert_eq!(code(&output), 3);
        assert_eq!(stdout(&output).lines().count(), 2);
        assert!(stderr(&output).contains("bad.csv"));
    }
}

#[test]
fn replay_gives_the_digest_of_analyze() {
    let bench = Bench::new();
    let cued = bench.file("a.csv", recording(2, 20, true));
    let free = bench.file("b.csv", recording(2, 20, false).replace("\n5.000,", "\n5.100,"));
    for (file, options) in
        [(&cued, &[][..]), (&free, &[]), (&free, &["--baseline", "2:7"]), (&cued, &["--channel", "3", "--mains", "50"])]
    {
        let analyzed = json(&stdout(&tonus([&["analyze", file, "--json"], options].concat())));
        let output = tonus([&["replay", file, "--json", "--speed", "max"], options].concat());
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let text = stdout(&output);
        let lines: Vec<&str> = text.lines().collect();
        let end = json(lines[lines.len() - 1]);
        assert_eq!(end["digest"], analyzed["digest"], "{options:?}");
        assert_eq!((&end["end"], &end["frames"]), (&true.into(), &analyzed["input"]["frames"]));
        assert_eq!(lines.len() - 1, 2000 * analyzed["channels"].as_array().unwrap().len());
        let first = json(lines[0]);
        for key in ["n", "t_s", "channel", "state", "reason", "envelope_uv", "activation", "quality", "cue"] {
            assert!(first.get(key).is_some(), "{key}");
        }
    }
}

#[test]
fn replay_keeps_time_and_takes_standard_input() {
    let bench = Bench::new();
    let file = bench.file("a.csv", recording(1, 10, true));
    let begin = std::time::Instant::now();
    let output = tonus(["replay", &file, "--speed", "20"]);
    assert!(begin.elapsed().as_secs_f64() > 0.45);
    assert!(stdout(&output).contains("Rest") && stdout(&output).ends_with("}\n"));
    let piped = tonus_with_input(&["replay", "-", "--speed", "max", "-q"], file.as_ref());
    assert_eq!(stdout(&piped), stdout(&output).lines().last().unwrap().to_owned() + "\n");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::{Command, Stdio};
    let bench = Bench::new();
    let file = bench.file("a.csv", recording(1, 20, true));
    let mut child = Command::new(env!("CARGO_BIN_EXE_tonus"))
        .args(["replay", &file, "--json", "--speed", "max"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((code(&output), stderr(&output).as_str()), (0, ""));
}

#[test]
fn help_shows_examples_first() {
    for args in [&["--help"][..], &["analyze", "--help"], &["replay", "--help"]] {
        let output = tonus(args);
        assert_eq!(code(&output), 0);
        assert!(stdout(&output).starts_with("Examples:"), "{args:?}");
    }
    assert!(stdout(&tonus(["analyze", "--help"])).contains("Exit codes"));
}

#[test]
fn completions_and_manual_are_printed() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(stdout(&tonus(["completions", shell])).contains("tonus"));
    }
    let manual = stdout(&tonus(["man"]));
    assert!(manual.contains(".TH tonus") && manual.contains("quality gate"));
}

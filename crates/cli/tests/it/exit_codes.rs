//! Every command with every kind of file that cannot be what it should be: the exit code tells whose fault it is, and nothing is
//! waited for.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::{Bench, recording};

const USAGE: i32 = 2;
const INPUT: i32 = 3;
const DEVICE: i32 = 5;
const STORAGE: i32 = 6;
/// Longer than any of these commands takes on a busy machine; a pipe would be waited for without end.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a command in the folder; its exit code and messages.
fn run(bench: &Bench, args: &[&str]) -> (i32, String) {
    let messages = bench.path(".messages");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tonus"));
    command.args(args).current_dir(bench.path("")).env("TONUS_HOME", bench.path("home")).stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(std::fs::File::create(&messages).unwrap());
    let (mut child, begin) = (command.spawn().unwrap(), Instant::now());
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begin.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{args:?} does not end");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    (status.code().unwrap_or(-1), String::from_utf8_lossy(&std::fs::read(messages).unwrap()).into_owned())
}

fn check(bench: &Bench, args: &[&str], expected: i32) {
    let (code, said) = run(bench, args);
    assert_eq!(code, expected, "{args:?}: {said}");
    // What the parser of the command line says has its own form.
    assert!(said.starts_with("error: ") && (code == USAGE || said.contains("\nhelp: ")), "{args:?}: {said}");
    assert!(!said.contains("\\u000a"), "{args:?}: a message is one line: {said}");
    let is_about_options = said.lines().next().is_some_and(|line| line.contains("--channel"));
    assert!(!is_about_options || args.contains(&"--channel"), "{args:?}: {said}");
}

/// Files that are no recording, no settings, no programme, nothing.
fn malformed(bench: &Bench) -> Vec<String> {
    let noise: Vec<u8> = (0..5000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let edf_head = [b"0       ".to_vec(), vec![b' '; 300]].concat();
    let wav = [b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0".to_vec(), vec![0; 8]].concat();
    let mut all: Vec<String> = [
        ("empty", Vec::new()),
        ("prose", b"Dear reader,\nthis is a letter and no table.\n".to_vec()),
        ("noise", noise),
        ("cut.edf", edf_head),
        ("cut.wav", wav),
        ("cut.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b".to_vec()),
        ("cut.zip", b"PK\x03\x04\x14\0\0\0\x08\0".to_vec()),
        ("nul", vec![0; 4096]),
        ("half.json", b"{\"a\": [1, 2".to_vec()),
        ("deep.json", vec![b'['; 200_000]),
        ("half.toml", b"name = \"x\"\n[[step".to_vec()),
        ("half.hea", b"half 2 1000\nhalf.dat 16".to_vec()),
        ("names.csv", b"time_s,emg_uv\n".to_vec()),
        ("cues.csv", b"start_s,end_s,cue\n5,2,work\n".to_vec()),
        ("line", vec![b'1'; 3 << 20]),
    ]
    .into_iter()
    .map(|(name, bytes)| {
        bench.file(name, bytes);
        name.to_owned()
    })
    .collect();
    for pipe in ["pipe", "pipe.toml", "pipe.json", "pipe.csv"] {
        assert!(Command::new("mkfifo").arg(bench.path(pipe)).status().unwrap().success());
        all.push(pipe.to_owned());
    }
    symlink("/dev/zero", bench.path("endless")).unwrap();
    symlink("/dev/zero", bench.path("endless.toml")).unwrap();
    symlink("nowhere", bench.path("dangling.csv")).unwrap();
    symlink("loop", bench.path("loop")).unwrap();
    std::fs::create_dir(bench.path("folder")).unwrap();
    std::fs::create_dir(bench.path("folder.toml")).unwrap();
    all.extend(
        ["endless", "endless.toml", "dangling.csv", "loop", "folder", "folder.toml", "none.csv"].map(str::to_owned),
    );
    all
}

#[test]
fn a_file_that_cannot_be_what_it_should_be_is_exit_code_3_whoever_reads_it() {
    let bench = Bench::new();
    bench.file("good.csv", recording(1, 3, true));
    for file in malformed(&bench) {
        let file = file.as_str();
        check(&bench, &["analyze", file], INPUT);
        check(&bench, &["analyze", file, "--json", "--out", "out"], INPUT);
        check(&bench, &["analyze", "good.csv", file, "-q"], INPUT);
        check(&bench, &["replay", file], INPUT);
        check(&bench, &["convert", file, "out.edf"], INPUT);
        check(&bench, &["convert", file, "out.csv"], INPUT);
        check(&bench, &["simulate", "--link", "port", "--device", "tonus-cobs", "--input", file], INPUT);
        // Settings of which none is stated are settings.
        for option in ["--cues", "--config", "--calibration"]
            .into_iter()
            .filter(|option| (*option, file) != ("--config", "empty"))
        {
            check(&bench, &["analyze", "good.csv", option, file], INPUT);
            check(&bench, &["replay", "good.csv", option, file], INPUT);
            check(&bench, &["record", "--port", "none", "--device", "tonus-cobs", "--out", "out", option, file], INPUT);
            check(&bench, &["monitor", "--port", "none", "--device", "tonus-cobs", option, file], INPUT);
        }
        check(&bench, &["convert", "good.csv", "out.edf", "--cues", file], INPUT);
        // A word is the name of a programme or device; a path or an end in `.toml` is a file.
        let path = format!("./{file}");
        check(&bench, &["programs", &path], INPUT);
        check(&bench, &["history", "--plan", &path], INPUT);
        check(&bench, &["analyze", "good.csv", "--program", &path], INPUT);
        check(&bench, &["record", "--port", "none", "--device", "tonus-cobs", "--program", &path], INPUT);
        if Path::new(file).extension().is_some_and(|end| end == "toml") {
            check(&bench, &["record", "--port", "none", "--device", file, "--out", "out"], INPUT);
            check(&bench, &["simulate", "--link", "port", "--device", file], INPUT);
        }
    }
    assert!(!bench.path("out").exists() && !bench.path("out.csv").exists() && !bench.path("port").exists());
}

#[test]
fn a_folder_that_is_no_recording_is_exit_code_3() {
    let bench = Bench::new();
    let all = malformed(&bench);
    // Each in the place of each file of a recording, an analysis, a journal.
    for (n, file) in all.iter().enumerate() {
        for name in ["session.csv", "session.json", "summary.json", "states.csv", "journal.tonus"] {
            let folder = format!("r{n}-{name}");
            let place = |name: &str| bench.path(&folder).join(name);
            std::fs::create_dir(bench.path(&folder)).unwrap();
            match name {
                "session.json" => {
                    std::fs::write(place("session.csv"), "n,time_s,a_counts,cue,gap\n0,0,1,free,\n").unwrap();
                }
                "summary.json" => {
                    std::fs::write(place("states.csv"), "t_s,channel,state,envelope_uv,cue\n").unwrap();
                }
                "states.csv" => std::fs::write(place("summary.json"), "{}").unwrap(),
                _ => {}
            }
            if bench.path(file).symlink_metadata().is_ok() {
                std::fs::rename(bench.path(file), place(name)).unwrap();
            }
            let recover = run(&bench, &["recover", &folder]);
            // A folder that was finalised, or looks so, has nothing to be recovered.
            assert!(matches!(recover.0, 0 | INPUT), "{name} {file}: {recover:?}");
            assert!(recover.0 != 0 || name.starts_with("session"), "{name} {file}: {recover:?}");
            for args in [&["report", &folder][..], &["analyze", &folder], &["replay", &folder]] {
                check(&bench, args, INPUT);
            }
            let (code, said) = run(&bench, &["history", "add", &folder]);
            let is_bare = matches!(name, "summary.json" | "states.csv");
            assert!(
                code == INPUT || is_bare && code == USAGE && said.contains("--date"),
                "{name} {file}: {code} {said}"
            );
            if place(name).symlink_metadata().is_ok() {
                std::fs::rename(place(name), bench.path(file)).unwrap();
            }
        }
    }
}

#[test]
fn names_that_are_not_known_are_usage() {
    let bench = Bench::new();
    bench.file("good.csv", recording(1, 3, true));
    for args in [
        &["analyze", "good.csv", "--channel", "nobody"][..],
        &["analyze", "good.csv", "--program", "nothing"],
        &["analyze", "good.csv", "--norms", "nobody"],
        &["analyze", "good.csv", "--mains", "55"],
        &["replay", "good.csv", "--speed", "0"],
        &["convert", "good.csv", "out.doc"],
        &["programs", "nothing"],
        &["history", "--plan", "nothing"],
        &["history", "delete", "nothing", "--yes"],
        &["record", "--port", "none", "--device", "nothing", "--out", "out"],
        &["simulate", "--link", "port", "--device", "nothing"],
        &["simulate", "--link", "port", "--device", "tonus-cobs", "--fault", "nothing"],
        &["recover", "nothing"],
        &["report", "nothing"],
    ] {
        check(&bench, args, USAGE);
    }
}

#[test]
fn places_that_take_nothing_are_exit_code_6() {
    let bench = Bench::new();
    bench.file("good.csv", recording(1, 12, true));
    bench.file("taken", "");
    assert_eq!(run(&bench, &["analyze", "good.csv", "--out", "done"]).0, 0);
    for args in [
        &["analyze", "good.csv", "--out", "taken"][..],
        &["analyze", "good.csv", "good.csv", "--out", "taken", "-q"],
        &["analyze", "good.csv", "--save-calibration", "none/me.json"],
        &["convert", "good.csv", "none/out.edf"],
        &["convert", "good.csv", "taken/out.edf"],
        &["report", "done", "--out", "none/report.html"],
        &["history", "--store", "taken"],
        &["history", "add", "done", "--store", "taken"],
        &["history", "export", "--all", "--out", "none/all"],
        &["diary", "add", "--pain", "1", "--store", "taken"],
        &["simulate", "--link", "none/port", "--device", "tonus-cobs"],
        &["simulate", "--link", "taken", "--device", "tonus-cobs"],
        &["simulate", "--link", "port", "--device", "tonus-cobs", "--write-cues", "none/cues.csv"],
    ] {
        check(&bench, args, STORAGE);
    }
}

#[test]
fn a_sensor_that_is_not_there_is_exit_code_5() {
    let bench = Bench::new();
    bench.file("taken", "");
    for port in ["none", "taken", "tcp:127.0.0.1:1", "."] {
        check(&bench, &["monitor", "--port", port, "--device", "tonus-cobs", "--duration", "1"], DEVICE);
        check(&bench, &["record", "--port", port, "--device", "tonus-cobs", "--duration", "1", "--out", "out"], DEVICE);
        check(&bench, &["devices", "--probe", port], DEVICE);
    }
    assert!(!bench.path("out/session.csv").exists());
}

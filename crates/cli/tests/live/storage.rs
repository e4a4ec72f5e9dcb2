//! Disks that are full or closed, modes of files, and system calls of a recorder.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::common::live::{Rig, analyze};
use crate::common::{code, json, stderr, stdout, tonus};

const TONUS: &str = env!("CARGO_BIN_EXE_tonus");

/// Runs a line of the shell with `$0` as the program, then its words.
fn shell(line: &str, args: &[&str]) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", line, TONUS]).args(args).stdin(Stdio::null());
    command.output().unwrap()
}

fn record_args<'a>(port: &'a str, out: &'a str, seconds: &'a str) -> Vec<&'a str> {
    vec!["record", "--port", port, "--device", "tonus-cobs", "--out", out, "--duration", seconds, "--quiet"]
}

/// A limit of 32 KiB per file stands for a disk that fills up: it needs no rights and no mount.
#[test]
fn a_full_disk_ends_the_recording_and_not_the_session() {
    let rig = Rig::new();
    let _sensor = rig.simulate(&["--device", "tonus-cobs", "--scenario", "calm"]);
    let (port, out) = (rig.path("port"), rig.path("rec"));
    let output = shell("trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"", &record_args(&port, &out, "12"));
    let said = stderr(&output);
    assert_eq!(code(&output), 6, "{said}");
    assert!(said.contains("journal.tonus") && said.contains("feedback goes on"), "{said}");
    assert!(said.contains(&format!("tonus recover {out}")) || said.contains("are kept in"), "{said}");
    // Decisions went on to the end.
    let end = json(&stdout(&output));
    let frames = end["frames"].as_u64().unwrap();
    assert!(frames > 9000, "{end}");
    check_kept(&rig, &out, frames);
}

/// On a real disk of a megabyte, where this may be mounted.
#[test]
fn a_full_file_system_too() {
    let rig = Rig::new();
    let disk = rig.path("disk");
    std::fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=48k", "tmpfs", &disk]).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        println!("no right to mount: a limit of the size of files stands for it");
        return;
    }
    let _sensor = rig.simulate(&["--device", "tonus-cobs", "--scenario", "calm"]);
    let (port, out) = (rig.path("port"), rig.path("disk/rec"));
    let mut args = record_args(&port, &out, "14");
    args.pop();
    let output = shell("exec \"$0\" \"$@\"", &args);
    let copied = Command::new("cp").args(["-r", &out, &rig.path("rec")]).status().unwrap();
    let refused = tonus(["recover", &out]);
    Command::new("umount").arg(&disk).status().unwrap();
    let said = stderr(&output);
    assert_eq!(code(&output), 6, "{said}");
    assert!(said.contains("room for about") && said.contains("No space left"), "{said}");
    assert!(said.contains("free ") && said.contains(&format!("tonus recover {out}")), "{said}");
    assert_eq!(code(&refused), 6, "{}", stderr(&refused));
    let frames = json(&stdout(&output))["frames"].as_u64().unwrap();
    assert!(copied.success() && frames > 11_000, "{frames}");
    check_kept(&rig, &rig.path("rec"), frames);
}

/// Another program cuts the journal while it is written: said at once or at the end, never passed over.
#[test]
fn a_journal_that_others_cut_is_said_and_no_success() {
    let rig = Rig::new();
    let _sensor = rig.simulate(&["--device", "tonus-cobs", "--scenario", "calm"]);
    let (port, out) = (rig.path("port"), rig.path("rec"));
    let args = ["record", "--port", &port, "--device", "tonus-cobs", "--out", &out, "--duration", "4"];
    let recorder = Command::new(TONUS).args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let journal = Path::new(&out).join("journal.tonus");
    let begin = std::time::Instant::now();
    while std::fs::metadata(&journal).map_or(0, |found| found.len()) < 12_000 {
        assert!(begin.elapsed().as_secs() < 60, "nothing is recorded");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let file = std::fs::OpenOptions::new().write(true).open(&journal).unwrap();
    file.set_len(8000).unwrap();
    let output = recorder.wait_with_output().unwrap();
    let (said, end) = (stderr(&output), json(&stdout(&output)));
    assert_eq!(code(&output), 6, "{said}");
    let shown = end["frames"].as_u64().unwrap();
    assert!(said.contains(&format!("of {shown} frames are there; the journal was changed by others")), "{said}");
    // What is left is a recording; its digest is another one, and that is said too.
    let analysis = tonus(["analyze", "--json", &out]);
    assert_eq!(code(&analysis), 0, "{}", stderr(&analysis));
    let kept = json(&stdout(&analysis));
    assert!(kept["input"]["frames"].as_u64().unwrap() < shown);
    assert!(stderr(&analysis).contains("the digest is not the one that was stored"), "{}", stderr(&analysis));
}

/// What was stored before can be recovered and analyzed.
fn check_kept(rig: &Rig, out: &str, shown: u64) {
    let output = tonus(["recover", out, "--json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let summary = analyze(&[&rig.path("rec")]);
    let kept = summary["input"]["frames"].as_u64().unwrap();
    // A frame of two channels takes 4 bytes, so 32 KiB take about 7 s.
    assert!(kept > 5000 && kept < shown, "{kept} of {shown}");
    assert!(!Path::new(out).join("journal.tonus").exists());
}

#[test]
fn a_folder_that_cannot_be_written_to_is_told_at_once() {
    let rig = Rig::new();
    let _sensor = rig.simulate(&["--device", "tonus-cobs", "--scenario", "calm"]);
    let port = rig.path("port");
    rig.write("file", "");
    let closed = rig.path("closed");
    std::fs::create_dir(&closed).unwrap();
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o500)).unwrap();
    let mut places = vec![rig.path("file/rec"), "/sys/tonus-rec".to_owned()];
    if std::fs::write(Path::new(&closed).join("probe"), "").is_err() {
        places.push(closed);
    }
    for place in places {
        let output = tonus(record_args(&port, &place, "2"));
        let said = stderr(&output);
        assert_eq!(code(&output), 6, "{place}: {said}");
        assert!(said.contains(&place) && said.contains("--out"), "{said}");
    }
}

#[test]
fn files_are_for_their_owner_whatever_the_umask() {
    for umask in ["000", "022"] {
        let rig = Rig::new();
        let _sensor = rig.simulate(&["--device", "tonus-cobs", "--scenario", "calm"]);
        let (port, out) = (rig.path("port"), rig.path("a/rec"));
        let line = format!("umask {umask}; exec \"$0\" \"$@\"");
        let args: Vec<String> = record_args(&port, &out, "1.5").into_iter().map(str::to_owned).collect();
        let recorder = std::thread::spawn(move || {
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            shell(&line, &args)
        });
        // While it happens, and after.
        let mut seen = 0;
        while !recorder.is_finished() {
            seen += check_modes(Path::new(&rig.path("a")), false);
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        let output = recorder.join().unwrap();
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        assert!(seen > 0);
        assert_eq!(check_modes(Path::new(&rig.path("a")), true), 2);
    }
}

/// Modes of all that is in a folder; how many files that is.
fn check_modes(place: &Path, strict: bool) -> usize {
    let Ok(found) = place.symlink_metadata() else {
        assert!(!strict, "{} is gone", place.display());
        return 0;
    };
    let wanted = if found.is_dir() { 0o700 } else { 0o600 };
    assert_eq!(found.permissions().mode() & 0o777, wanted, "{}", place.display());
    if found.is_dir() {
        let items = place.read_dir().into_iter().flatten().flatten();
        return items.map(|item| check_modes(&item.path(), strict)).sum();
    }
    1
}

/// No call of any command here is for a network; `.ci/run` installs strace.
#[test]
#[cfg(target_os = "linux")]
fn nothing_calls_a_network() {
    let rig = Rig::new();
    let _sensor = rig.simulate(&["--device", "tonus-cobs", "--scenario", "calm"]);
    let (port, out) = (rig.path("port"), rig.path("rec"));
    let trace = rig.path("trace");
    let cut = rig.path("cut");
    let record = record_args(&port, &out, "1.5");
    let results = rig.path("results");
    let runs: [&[&str]; 5] = [
        &record,
        &["analyze", &out, "--out", &results, "--quiet"],
        &["replay", &out, "--speed", "max", "--quiet"],
        &["recover", &out],
        &["recover", &cut],
    ];
    for args in runs {
        if args.last() == Some(&cut.as_str()) {
            leave_a_journal(&port, &cut);
        }
        let traced = Command::new("strace")
            .args(["-f", "-qq", "-e", "trace=network", "-e", "signal=none", "-o", &trace, TONUS])
            .args(args)
            .stdin(Stdio::null())
            .output()
            .expect("strace is installed: `.ci/run tools` does that");
        assert_eq!(code(&traced), 0, "{args:?}: {}", stderr(&traced));
        let calls = std::fs::read_to_string(&trace).unwrap();
        let calls: Vec<&str> = calls.lines().filter(|line| !line.contains("+++ exited")).collect();
        assert!(calls.is_empty(), "{args:?}: {calls:?}");
    }
}

/// A folder whose recorder was killed.
#[cfg(target_os = "linux")]
fn leave_a_journal(port: &str, folder: &str) {
    let mut recorder = crate::common::live::Running::start(&record_args(port, folder, "60"));
    while !Path::new(folder).join("journal.tonus").exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    std::thread::sleep(std::time::Duration::from_millis(500));
    let busy = tonus(["recover", folder]);
    assert!(code(&busy) == 6 && stderr(&busy).contains("still being written"), "{}", stderr(&busy));
    recorder.kill();
}

/// While the rate of a sensor is still being measured, what comes is kept all the same.
#[test]
fn what_comes_before_the_rate_is_known_is_recovered() {
    let rig = Rig::new();
    let sensor = ["--device", "arduino-text", "--scenario", "calm", "--rate", "200"];
    let _sensor = rig.simulate(&sensor);
    let (port, folder) = (rig.path("port"), rig.path("early"));
    let args = ["record", "--port", &port, "--device", "arduino-text", "--out", &folder, "--kind", "raw", "--quiet"];
    let mut recorder = crate::common::live::Running::start(&args);
    let begin = std::time::Instant::now();
    while !Path::new(&folder).join("journal.tonus").is_file() {
        assert!(begin.elapsed().as_secs() < 10, "no journal");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    std::thread::sleep(std::time::Duration::from_secs(1));
    recorder.kill();
    let output = tonus(["recover", &folder, "--json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let frames = json(&stdout(&output))["frames"].as_u64().unwrap();
    assert!((180..500).contains(&frames), "{frames}");
    let about = json(&std::fs::read_to_string(Path::new(&folder).join("session.json")).unwrap());
    assert_eq!(about["rate"]["source"], "estimated");
}

#[test]
fn the_history_says_how_to_recover_a_session_that_was_cut_short() {
    let rig = Rig::new();
    let _sensor = rig.simulate(&["--device", "tonus-cobs", "--scenario", "calm"]);
    let (port, store) = (rig.path("port"), rig.path("store"));
    let program = ["--program", "breathing", "--posture", "lying", "--note", "after work"];
    let mut args = vec!["record", "--port", &port, "--device", "tonus-cobs", "--store", &store, "--quiet"];
    args.extend(program);
    let mut recorder = crate::common::live::Running::start(&args);
    let sessions = Path::new(&store).join("sessions");
    let journal = || {
        let folder = sessions.read_dir().ok()?.flatten().next()?.path();
        folder.join("journal.tonus").is_file().then_some(folder)
    };
    let begin = std::time::Instant::now();
    let folder = loop {
        if let Some(folder) = journal() {
            break folder;
        }
        assert!(begin.elapsed().as_secs() < 10);
        std::thread::sleep(std::time::Duration::from_millis(5));
    };
    std::thread::sleep(std::time::Duration::from_secs(1));
    recorder.kill();
    let name = folder.file_name().unwrap().to_str().unwrap();
    // The journal, and what was said about the session.
    assert_eq!(check_modes(&folder, true), 2);
    let listed = stdout(&tonus(["history", "--store", &store, "--json"]));
    assert!(listed.contains(&format!("tonus recover {name}")), "{listed}");
    let output = tonus(["recover", name, "--store", &store, "--json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(json(&stdout(&output))["frames"].as_u64().unwrap() > 500);
    let about = json(&std::fs::read_to_string(folder.join("session.json")).unwrap());
    assert_eq!(about["program"]["name"], "breathing");
    assert!(about["events"].as_array().unwrap().iter().any(|event| event["event"] == "recovered"));
    // Table and description, and what comes of every stored session: about.json, summary.json, report.html.
    assert_eq!(check_modes(&folder, true), 5);
    let listed = json(&stdout(&tonus(["history", "--store", &store, "--json"])));
    let session = &listed["sessions"][0];
    assert!(session["program"] == "breathing" && session["posture"] == "lying" && session["problem"].is_null());
    let about = std::fs::read_to_string(folder.join("about.json")).unwrap();
    assert!(about.contains("after work"), "{about}");
    let summary = analyze(&[folder.to_str().unwrap()]);
    assert_eq!(summary["training"]["program"], "breathing");
    assert_eq!(json(&std::fs::read_to_string(folder.join("summary.json")).unwrap())["digest"], summary["digest"]);
}

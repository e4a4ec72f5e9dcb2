//! Training over days: programmes, sessions that are kept, reports, diary, history, and deleting all of it.

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::common::live::{Rig, Running};
use crate::common::{Bench, code, json, stderr, stdout, tonus, trainee};
use serde_json::Value;
use tonus_testkit::random::Pcg;
use tonus_testkit::trainee::Trainee;

/// Runs a command that must succeed; what it prints.
fn run(args: &[&str]) -> String {
    let output = tonus(args);
    assert_eq!(code(&output), 0, "{args:?}: {}", stderr(&output));
    stdout(&output)
}

fn data(args: &[&str]) -> Value {
    json(&run(args))
}

#[test]
fn programmes_are_listed_shown_and_checked() {
    let listed = data(&["programs", "--json"]);
    let names: Vec<&str> =
        listed["programs"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    for name in [
        "taster",
        "awareness",
        "down-training",
        "contract-relax",
        "contract-relax-gentle",
        "quick-flicks",
        "breathing",
        "discrimination",
        "glazer",
        "glazer-2s",
        "first-steps",
    ] {
        assert!(names.contains(&name), "{name}: {names:?}");
        assert!(
            run(&["programs", name]).contains("You can stop at any time") || run(&["programs", name]).contains("stop")
        );
    }
    let bench = Bench::new();
    let own = bench.file("own.toml", run(&["programs", "breathing", "--toml"]));
    assert_eq!(data(&["programs", &own, "--json"])["seconds"], data(&["programs", "breathing", "--json"])["seconds"]);
    let broken = bench.file("broken.toml", run(&["programs", "breathing", "--toml"]).replace("duration_s", "duration"));
    let output = tonus(["programs", &broken]);
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).contains("broken.toml") && stderr(&output).contains("duration"), "{}", stderr(&output));
    assert_eq!(code(&tonus(["analyze", &own, "--program", "no-such-thing"])), 2);
}

#[test]
fn a_session_is_kept_with_its_report_and_gives_its_digest_again() {
    let rig = Rig::new();
    let store = rig.path("store");
    let _sensor = rig.simulate(&["--device", "tonus-cobs", "--scenario", "contract-relax", "--speed", "10"]);
    let port = rig.path("port");
    let own = rig.write(
        "short.toml",
        "name = \"short\"\nversion = 1\n[text.en]\ntitle = \"Short\"\nabout = \"Short.\"\nrest = \"Rest.\"\nhold = \"Hold.\"\n\
         [[step]]\nkind = \"quiet\"\nduration_s = 10\nprompt = \"rest\"\n\
         [[step]]\nkind = \"reference\"\nduration_s = 5\nprompt = \"hold\"\n\
         [[step]]\nkind = \"rest\"\nduration_s = 5\nprompt = \"rest\"\nceiling_ratio = 1.3\n\
         [[step]]\nkind = \"hold\"\nduration_s = 5\nprompt = \"hold\"\nband = [0.5, 1.5]\n\
         [[step]]\nkind = \"rest\"\nduration_s = 5\nprompt = \"rest\"\nceiling_ratio = 1.3\n",
    );
    let base = ["record", "--port", &port, "--device", "tonus-cobs", "--uv-per-count", "0.5", "--store", &store];
    let end = data(&[&base[..], &["--program", &own, "--posture", "lying", "--quiet"]].concat());
    // The programme ends the recording.
    assert!((30_000..30_600).contains(&end["frames"].as_u64().unwrap()), "{end}");
    let history = data(&["history", "--json", "--store", &store]);
    let session = &history["sessions"][0];
    assert_eq!(
        (&session["digest"], &session["posture"], &session["program"]),
        (&end["digest"], &"lying".into(), &"short".into())
    );
    assert_eq!(session["is_scaled"], true);
    let folder = Path::new(&store).join("sessions").join(session["id"].as_str().unwrap());
    for file in ["session.csv", "session.json", "summary.json", "report.html", "about.json"] {
        let mode = std::fs::metadata(folder.join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let summary = json(&std::fs::read_to_string(folder.join("summary.json")).unwrap());
    assert_eq!((&summary["training"]["stage"], &summary["digest"]), (&"finished".into(), &end["digest"]));
    assert_eq!(summary["training"]["channels"][0]["scores"]["repetitions_counted"], 1);
    let replayed = run(&["replay", folder.to_str().unwrap(), "--speed", "max", "--quiet"]);
    assert_eq!(json(replayed.lines().last().unwrap())["digest"], end["digest"]);
    // The report again, from the name of the session, beside published numbers.
    let page = rig.path("visit.html");
    let numbers = data(&["report", "latest", "--store", &store, "--norms", "white1997", "--out", &page, "--json"]);
    assert!(!numbers["channels"][0]["verdicts"].as_array().unwrap().is_empty());
    assert!(rig.read("visit.html").contains("white1997"));
    // A sensor that is not there leaves no session.
    let absent = rig.path("absent");
    let nothing = ["record", "--port", &absent, "--device", "tonus-cobs", "--store", &store, "--program", &own];
    assert_eq!(code(&tonus(nothing)), 5);
    assert_eq!(data(&["history", "--json", "--store", &store])["sessions"].as_array().unwrap().len(), 1);
}

/// Rest, a hold, and 40 s of letting go.
const LETTING_GO: &str = "name = \"letting-go\"\nversion = 1\n\
    [text.en]\ntitle = \"Letting go\"\nabout = \"A test.\"\nrest = \"Rest.\"\nhold = \"Hold.\"\n\
    [[step]]\nkind = \"quiet\"\nduration_s = 12\nprompt = \"rest\"\n\
    [[step]]\nkind = \"reference\"\nduration_s = 5\nprompt = \"hold\"\n\
    [[step]]\nkind = \"rest\"\nduration_s = 33\nprompt = \"rest\"\nceiling_ratio = 1.3\n";

#[test]
fn deep_rest_is_adopted_live_as_when_read_again_and_remembered_in_the_store() {
    let rig = Rig::new();
    let store = rig.path("store");
    let program = rig.write("letting-go.toml", LETTING_GO);
    let session = |deep_uv: f64| {
        // Tense at 6 µV while rest is measured.
        let mut noise = Pcg::new(3, 4);
        let mut text = String::from("time_s,emg_counts\n");
        for n in 0..52_000 {
            let level = match n {
                12_000..17_000 => 60.0,
                25_000.. => deep_uv,
                _ => 6.0,
            };
            writeln!(text, "{:.3},{}", f64::from(n) / 1000.0, (20.0 * level * noise.normal()).round()).unwrap();
        }
        let file = rig.write("source.csv", &text);
        let sensor = ["--device", "tonus-cobs", "--input", &file, "--channels", "1", "--once", "--speed", "8"];
        let _sensor = rig.simulate(&sensor);
        let port = rig.path("port");
        let base = ["record", "--port", &port, "--device", "tonus-cobs", "--channels", "1", "--uv-per-count", "0.05"];
        let output = tonus([&base[..], &["--store", &store, "--program", &program]].concat());
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let folder = latest(&store);
        std::fs::remove_file(rig.path("port")).ok();
        (json(&stdout(&output)), stderr(&output), folder)
    };
    let (end, said, folder) = session(1.5);
    let summary = data(&["analyze", &folder, "--json"]);
    assert_eq!(summary["digest"], end["digest"]);
    let replayed = run(&["replay", &folder, "--speed", "max", "--quiet"]);
    assert_eq!(json(replayed.lines().last().unwrap())["digest"], end["digest"]);
    let adoptions = summary["training"]["channels"][0]["adoptions"].as_array().unwrap();
    let [adopted] = &adoptions[..] else { panic!("{adoptions:?}") };
    let level = |key: &str| adopted[key].as_f64().unwrap();
    // What the filters leave of white noise is 0.92 of it.
    assert!((level("from_uv") / 5.5 - 1.0).abs() < 0.1 && (level("to_uv") / 1.38 - 1.0).abs() < 0.1, "{adopted}");
    let calibration = &summary["channels"][0]["calibration"];
    assert_eq!(calibration["baseline_uv"], adopted["to_uv"]);
    assert!((calibration["reference_uv"].as_f64().unwrap() / 55.0 - 1.0).abs() < 0.1, "{calibration}");
    assert!(said.contains("let go further than before") && said.contains("rest now 5.5"), "{said}");
    let page = std::fs::read_to_string(Path::new(&folder).join("report.html")).unwrap();
    assert!(page.contains("Rest that became the resting level"), "no table of what was adopted");
    // The next session knows how calm it has been.
    let (_, said, folder) = session(4.0);
    assert!(said.contains("calmest seen 1.3") && said.contains("× the calmest seen of you"), "{said}");
    let summary = json(&std::fs::read_to_string(Path::new(&folder).join("summary.json")).unwrap());
    let before = summary["channels"][0]["calibration"]["calmest_before_uv"].as_f64().unwrap();
    assert!((before / 1.38 - 1.0).abs() < 0.1, "{before}");
    let history = data(&["history", "--json", "--store", &store]);
    assert_eq!(
        (&history["calmest"]["session"], &history["calmest"]["sessions"]),
        (&history["sessions"][0]["id"], &2.into())
    );
    assert!(run(&["history", "--store", &store]).contains("Calmest rest seen: 1.3"));
}

/// The folder of the latest session of a store.
fn latest(store: &str) -> String {
    let sessions = data(&["history", "--json", "--store", store])["sessions"].clone();
    let id = sessions.as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();
    Path::new(store).join("sessions").join(id).display().to_string()
}

#[test]
fn whoever_ends_the_recording_stops_the_session() {
    let rig = Rig::new();
    let _sensor = rig.simulate(&["--device", "tonus-cobs", "--scenario", "calm"]);
    let (port, out) = (rig.path("port"), rig.path("rec"));
    let base = [
        "record",
        "--port",
        &port,
        "--device",
        "tonus-cobs",
        "--out",
        &out,
        "--program",
        "breathing",
        "--posture",
        "sitting",
    ];
    let mut running = Running::start(&base);
    // The name of the sensor, then the first prompt.
    running.first_message();
    std::thread::sleep(std::time::Duration::from_secs(2));
    running.signal("INT");
    let (status, text) = running.finish();
    assert_eq!(status, Some(0), "{text}");
    let summary = data(&["analyze", &out, "--json"]);
    assert_eq!((&summary["training"]["stage"], &summary["digest"]), (&"stopped".into(), &json(&text)["digest"]));
    let commands = json(&rig.read("rec/session.json"))["program"]["commands"].clone();
    assert_eq!(commands[0]["input"], "stop");
    // What was said about it goes with it, and a recording that was not analyzed is when it is added; twice is once.
    let store = rig.path("store");
    let id = run(&["history", "add", &out, "--store", &store]);
    let session = data(&["history", "--json", "--store", &store])["sessions"][0].clone();
    assert_eq!((&session["id"], &session["posture"]), (&id.trim().into(), &"sitting".into()));
    assert_eq!((&session["digest"], &session["problem"]), (&json(&text)["digest"], &Value::Null));
    assert_eq!(code(&tonus(["history", "add", &out, "--store", &store])), 2);
    assert!(run(&["history", "--store", &store]).contains(id.trim()));
    assert_eq!(code(&tonus(["history", "delete", "nothing", "--yes", "--store", &store])), 2);
    assert!(run(&["analyze", &out]).contains("stopped early"));
}

/// A session of a trainee in the store, as if recorded on that day.
fn add(bench: &Bench, store: &str, day: u32, trainee: &Trainee, program: &str, posture: &str) -> String {
    let file = tonus_program::builtin(program).unwrap();
    let recording = bench.file("emg.csv", trainee::recording(trainee, &file, 100 + u64::from(day)));
    let out = bench.path(&format!("day-{day}-{posture}")).display().to_string();
    run(&["analyze", &recording, "--program", program, "--out", &out, "--quiet"]);
    // 2026-11-01, 08:00 UTC, and so many days later.
    let started = 1_793_520_000 + 86_400 * u64::from(day);
    let about = format!("{{\"schema_version\":1,\"started_unix_s\":{started},\"device\":\"bench\"}}");
    std::fs::write(Path::new(&out).join("about.json"), about).unwrap();
    run(&["history", "add", &out, "--store", store, "--posture", posture]).trim().to_owned()
}

fn change<'a>(history: &'a Value, axis: &str) -> &'a str {
    let trends = history["trends"].as_array().unwrap();
    let is_it = |one: &&Value| one["axis"] == axis && one["is_latest_series"] == true;
    trends.iter().find(is_it).and_then(|one| one["change"].as_str()).unwrap_or_else(|| panic!("{axis}: {trends:#?}"))
}

#[test]
fn twenty_sessions_of_somebody_who_learns_to_let_go() {
    let bench = Bench::new();
    let store = bench.path("store").display().to_string();
    for day in 0..20 {
        add(&bench, &store, day, &Trainee::improving(day), "contract-relax-gentle", "lying");
    }
    let history = data(&["history", "--json", "--store", &store]);
    assert_eq!(history["sessions"].as_array().unwrap().len(), 20);
    assert_eq!(change(&history, "resting_tension"), "lower");
    assert_eq!(change(&history, "release"), "lower");
    let milestones = history["milestones"].as_array().unwrap();
    for kind in ["first_session", "first_complete_release", "twenty_sessions"] {
        assert!(milestones.iter().any(|one| one["kind"] == kind), "{kind}: {milestones:#?}");
    }
    // Sitting is not lying.
    let sitting = add(&bench, &store, 21, &Trainee::CALM, "contract-relax-gentle", "sitting");
    let history = data(&["history", "--json", "--store", &store]);
    let left = history["not_compared"].as_array().unwrap();
    assert_eq!(left.len(), 20, "{left:#?}");
    let text = run(&["history", "--store", &store]);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    run(&["history", "delete", &sitting, "--yes", "--store", &store]);
    assert_eq!(data(&["history", "--json", "--store", &store])["sessions"].as_array().unwrap().len(), 20);
}

#[test]
fn ten_percent_is_about_the_same_and_half_is_lower() {
    let bench = Bench::new();
    for (share, expected) in [(0.9, "about_the_same"), (0.5, "lower")] {
        let store = bench.path(&format!("store-{share}")).display().to_string();
        for day in 0..6 {
            let rest_uv = if day < 3 { 4.0 } else { 4.0 * share };
            add(&bench, &store, day, &Trainee { rest_uv, ..Trainee::CALM }, "contract-relax-gentle", "lying");
        }
        assert_eq!(change(&data(&["history", "--json", "--store", &store]), "resting_tension"), expected, "{share}");
    }
}

#[test]
fn the_diary_is_written_read_and_deleted() {
    let bench = Bench::new();
    let store = bench.path("store").display().to_string();
    let own = |args: &[&str]| run(&[&["diary"], args, &["--store", &store]].concat());
    let note = "a quiet \"day\", warm bath\n\u{1b}[31m";
    let id = own(&["add", "--pain", "3", "--mood", "6", "--sleep", "7.5", "--note", note]);
    own(&["add", "--when", "day", "--stress", "2", "--date", "2026-11-23"]);
    let listed = json(&own(&["list", "--json"]));
    let entries = listed["entries"].as_array().unwrap();
    let today = entries.iter().find(|one| one["pain"] == 3).unwrap();
    assert_eq!((entries.len(), &today["sleep_hours"], &today["note"]), (2, &7.5.into(), &note.into()));
    let other = entries.iter().find(|one| one["stress"] == 2).unwrap();
    assert_eq!(other["at_unix_s"].as_f64(), Some(1_795_435_200.0));
    let text = own(&["list"]);
    assert!(text.contains("pain 3") && !text.contains('\u{1b}'), "{text:?}");
    for wrong in [
        &["add"][..],
        &["add", "--pain", "11"],
        &["add", "--sleep", "99"],
        &["add", "--session", "nope", "--pain", "1"],
        &["add", "--pain", "-1"],
        &["add", "--pain", "1", "--date", "2026-13-01"],
    ] {
        let output = tonus([&["diary"], wrong, &["--store", &store]].concat());
        assert_eq!(code(&output), 2, "{wrong:?}: {}", stderr(&output));
    }
    own(&["delete", id.trim()]);
    assert_eq!(json(&own(&["list", "--json"]))["entries"].as_array().unwrap().len(), 1);
    // Everything out, then everything away.
    let export = bench.path("export").display().to_string();
    run(&["history", "export", "--all", "--out", &export, "--store", &store]);
    assert!(std::fs::read_to_string(Path::new(&export).join("diary.jsonl")).unwrap().contains("\"stress\":2"));
    assert_eq!(code(&tonus(["history", "delete", "--all", "--store", &store])), 2, "asks first");
    run(&["history", "delete", "--all", "--yes", "--store", &store]);
    let left: Vec<_> = walk(Path::new(&store));
    assert!(left.iter().all(|path| std::fs::read(path).unwrap().len() < 200), "{left:?}");
    assert!(json(&own(&["list", "--json"]))["entries"].as_array().unwrap().is_empty());
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for item in std::fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}

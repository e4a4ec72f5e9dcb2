//! Nothing that comes from a file, a device, a name or a command line steers the terminal, forges a message or becomes a formula, in
//! any message or table of any command.

use std::ffi::OsStr;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::common::{Bench, code, recording};
use serde_json::{Value, json};
use tonus_core::input::Cue;
use tonus_core::text::{begins_formula, is_plain};
use tonus_record::SessionWriter;
use tonus_record::session::{SessionEvent, SessionInfo};
use tonus_testkit::record::session_info;

/// Names that would steer a terminal or look like a message if they were sent as they are.
const STEERING: [&str; 3] = [
    "a\u{1b}]0;x\u{7}\u{1b}[2J\u{9b}31m\u{85}",
    "a\u{202e}gpj\u{2066}b\u{2069}\u{ad}",
    "a\nerror: forged\rerror: forged\u{2028}error: forged\u{feff}",
];
/// Names that would begin a formula in a table, behind a tab or a line end too.
const FORMULAS: [&str; 8] =
    ["=cmd|'C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "a;=1+1", "\u{ff1d}1+1"];

/// A folder in which commands are run, so that names stand first in what is said.
struct Place(Bench);

impl Place {
    fn run(&self, args: &[&OsStr]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tonus"));
        let store = self.0.path("store");
        command.args(args).current_dir(self.0.path("")).env("TONUS_HOME", store).stdin(Stdio::null()).output().unwrap()
    }

    /// Runs a command; its output and messages only show.
    fn check(&self, args: &[&str]) -> Output {
        let args: Vec<&OsStr> = args.iter().map(OsStr::new).collect();
        let output = self.run(&args);
        for (name, bytes) in [("output", &output.stdout), ("messages", &output.stderr)] {
            let text = String::from_utf8_lossy(bytes);
            assert_shown(&format!("{args:?}: {name}"), &text);
        }
        assert!(!matches!(output.status.code(), None | Some(101)), "{args:?} ends by itself");
        output
    }

    /// All tables below a folder hold no formula, and nothing that steers.
    fn check_tables(&self) -> usize {
        let mut tables = 0;
        for path in walk(&self.0.path("")) {
            // What is read, and its copies in the store, are as they came.
            let is_ours = !["input", "store"].iter().any(|name| path.starts_with(self.0.path(name)));
            if is_ours && path.extension().is_some_and(|end| end == "csv") {
                check_table(&path);
                tables += 1;
            }
        }
        tables
    }
}

fn assert_shown(what: &str, text: &str) {
    let sent = text.chars().find(|c| !is_plain(*c) && !matches!(c, '\n' | '\t'));
    let shown: String = text.chars().take(2000).collect();
    assert_eq!(sent, None, "{what}: {}", shown.escape_debug());
    assert!(!text.lines().any(|line| line.trim_start().starts_with("error: forged")), "{what}: {shown}");
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for item in std::fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}

fn check_table(path: &Path) {
    let text = std::fs::read_to_string(path).unwrap();
    assert_shown(&path.display().to_string(), &text);
    // Some spreadsheets begin a cell behind each `;`.
    for cell in text.split(['\n', ',', ';']) {
        let cell = cell.trim_start_matches('"');
        let is_formula =
            cell.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}']) || cell.starts_with(['\t', '\r']);
        assert!(!is_formula || cell.parse::<f64>().is_ok(), "{}: {cell:?}", path.display());
    }
}

/// A recording of a sensor whose every text is `name`, as a program wrote it that looks after nothing.
fn foreign_session(folder: &Path, name: &str) {
    let mut info: SessionInfo = session_info(1000.0, &[name, "other"]);
    (info.device.id, info.device.name, info.device.port) = (name.to_owned(), name.to_owned(), name.to_owned());
    (info.tonus_version, info.rate.source) = (name.to_owned(), name.to_owned());
    info.config.accessory = vec!["other".to_owned()];
    info.finalised = true;
    info.events = vec![SessionEvent { n: 0, t_s: 0.0, event: name.to_owned(), text: name.to_owned() }];
    info.end = Some(serde_json::from_value(json!({"frames": 1, "lost": 0, "gaps": 0, "digest": name})).unwrap());
    let mut writer = SessionWriter::create(folder, &info).unwrap();
    for n in 0..3000_u64 {
        writer.frame(n, &[(n * 37 % 101) as f64, (n * 31 % 97) as f64], Cue::Free).unwrap();
    }
    writer.finish(&info).unwrap();
    // Names as they are, where that leaves the table a table.
    if !name.contains([',', ';', '"', '\n', '\r', '#', '%']) {
        let table = folder.join("session.csv");
        let text = std::fs::read_to_string(&table).unwrap();
        let (_, rows) = text.split_once('\n').unwrap();
        // Control characters never stood there; earlier versions left the others.
        let was: String = name.chars().map(|c| if c.is_control() { '_' } else { c }).collect();
        let was = if begins_formula(&was) { format!("_{was}") } else { was };
        std::fs::write(&table, format!("n,time_s,{was}_counts,other_counts,cue,gap\n{rows}")).unwrap();
    }
}

/// A stored session and a diary whose every text is `name`.
fn foreign_store(root: &Path, name: &str, recording: &Path) {
    let session = root.join("sessions").join("20260101-000000");
    std::fs::create_dir_all(&session).unwrap();
    for item in ["session.csv", "session.json"] {
        std::fs::copy(recording.join(item), session.join(item)).unwrap();
    }
    let about = json!({"schema_version": 1, "started_unix_s": 1_767_225_600.0, "program": name, "plan": name, "posture": name,
                       "electrode": name, "device": name, "channel": name, "note": name});
    std::fs::write(session.join("about.json"), about.to_string()).unwrap();
    let entry = json!({"id": name, "at_unix_s": 1_767_225_600.0, "when": "day", "pain": 3, "note": name});
    std::fs::write(root.join("diary.jsonl"), format!("{entry}\n")).unwrap();
}

#[test]
fn no_text_from_outside_steers_a_terminal_forges_a_message_or_is_a_formula() {
    for name in STEERING.into_iter().chain(FORMULAS) {
        let place = Place(Bench::new());
        let bench = &place.0;
        std::fs::create_dir(bench.path("input")).unwrap();
        let cell = if name.contains(['\n', '\r']) { "emg" } else { name };
        let table =
            recording(1, 3, true).replace("emg1_uv", &format!("{cell}_uv")).replacen(",quiet", &format!(",{cell}"), 1);
        let good = format!("{name}.csv");
        std::fs::write(bench.path("input").join(&good), table).unwrap();
        // The name stands first, as `tonus analyze *` gives it.
        let good = format!("input/{good}");
        let bad = format!("input/{name}-bad.csv");
        bench.file(&bad, format!("{name}\n{name},1,2\n\0{name}\n"));
        let toml = format!("input/{name}.toml");
        bench.file(&toml, format!("name = {}\n[{}]\n", json!(name), json!(name)));
        let program = format!("input/{name}-p.toml");
        let text = String::from_utf8(place.run(&["programs", "breathing", "--toml"].map(OsStr::new)).stdout).unwrap();
        let title = text.lines().find(|line| line.starts_with("title = ")).unwrap().to_owned();
        bench.file(&program, text.replace(&title, &format!("title = {}", json!(name))));
        let json_file = format!("input/{name}.json");
        bench.file(&json_file, json!({name: name, "channel": name}).to_string());
        let missing = format!("input/none-{name}");
        let session = bench.path("input").join(format!("rec-{name}"));
        foreign_session(&session, name);
        foreign_store(&bench.path("store"), name, &session);
        let session = format!("input/rec-{name}");
        let out = format!("out-{name}");
        let files = [good.as_str(), &bad, &toml, &program, &json_file, &missing, &session];
        // What begins a formula is only a text to a terminal.
        for file in files.into_iter().filter(|_| STEERING.contains(&name)) {
            place.check(&["analyze", file]);
            place.check(&["analyze", file, "--json"]);
            place.check(&["analyze", file, "--out", &out, "--channel", name]);
            place.check(&["analyze", &good, "--config", file]);
            place.check(&["analyze", &good, "--calibration", file]);
            place.check(&["analyze", &good, "--cues", file]);
            place.check(&["analyze", &good, "--program", file]);
            place.check(&["replay", file, "--speed", "max"]);
            place.check(&["replay", file, "--speed", "max", "--json"]);
            place.check(&["convert", file, &format!("{out}.edf"), "--force"]);
            place.check(&["convert", file, &format!("{out}.csv"), "--force"]);
            place.check(&["report", file]);
            place.check(&["recover", file]);
            place.check(&["history", "add", file]);
            place.check(&["history", "export", "--all", "--out", file]);
            place.check(&["programs", file]);
            place.check(&["history", "--plan", file]);
            place.check(&["simulate", "--link", file, "--device", file, "--once"]);
            place.check(&["record", "--port", file, "--device", file, "--out", &out]);
            place.check(&["monitor", "--port", "tcp:127.0.0.1:1", "--device", "tonus-cobs", "--config", file]);
            place.check(&["record", "--port", "tcp:127.0.0.1:1", "--device", "tonus-cobs", "--program", file]);
        }
        let several: Vec<&str> = ["analyze", "--out", &out].into_iter().chain(files).collect();
        assert_eq!(code(&place.check(&several)), 3);
        let whole = format!("whole-{name}");
        for file in [&good, &session] {
            let output = place.check(&["analyze", file, "--unit", "uV", "--out", &whole]);
            assert_eq!(code(&output), 0, "{name:?}: {}", String::from_utf8_lossy(&output.stderr));
            place.check(&["report", &whole]);
            place.check(&["convert", file, &format!("{name}-back.csv"), "--unit", "uV", "--force"]);
        }
        for words in [
            &["record", "--port", name, "--device", name, "--out", name][..],
            &["devices", "--probe", name],
            &["history"],
            &["history", "--json"],
            &["history", "--plan", name],
            &["history", "delete", name],
            &["history", "delete", name, "--yes"],
            &["diary", "list"],
            &["diary", "list", "--json"],
            &["diary", "add", "--note", name, "--session", name],
            &["diary", "add", "--note", name],
            &["diary", "delete", name],
            &["report", name],
            &["report", "latest"],
            &["recover", name],
            &["programs", name],
            &["analyze", &good, "--norms", name, "--rate", name],
            &["analyze", &good, "--norms", name],
            &["analyze", &good, "--baseline", name],
            &["train", "--simulate", name],
            &["simulate", "--tcp", name, "--device", name],
            &["completions", name],
            &[name],
            &["history", "delete", "20260101-000000"],
            &["history", "delete", "20260101-000000", "--yes"],
        ] {
            place.check(words);
        }
        assert!(place.check_tables() >= 5, "{name:?}");
    }
}

/// What a hostile sensor sends is no better than what a file says.
#[test]
fn no_text_of_a_sensor_steers_a_terminal() {
    let place = Place(Bench::new());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp:{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for line in listener.incoming() {
            let mut line = line.unwrap();
            for n in 0..20_000 {
                let named = STEERING.iter().chain(&FORMULAS).filter(|name| !name.contains(['\n', '\r', ';']));
                let cells: Vec<String> =
                    named.enumerate().map(|(c, name)| format!("{name}:{}", n * 37 % 101 + c)).collect();
                let noise =
                    if n % 500 == 0 { format!("{}\n", STEERING[n / 500 % STEERING.len()]) } else { String::new() };
                if line.write_all(format!("{noise}{}\n", cells.join(",")).as_bytes()).is_err() {
                    break;
                }
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
        }
    });
    let live = ["--port", &address, "--device", "arduino-text", "--duration", "1"];
    place.check(&[&["monitor"], &live[..]].concat());
    place.check(&[&["monitor", "--json"], &live[..]].concat());
    place.check(&[&["record", "--out", "rec"], &live[..]].concat());
    place.check(&["devices", "--probe", &address]);
    place.check(&["devices", "--probe", &address, "--json"]);
    if place.0.path("rec/session.json").is_file() {
        place.check(&["analyze", "rec"]);
        let about: Value = serde_json::from_slice(&std::fs::read(place.0.path("rec/session.json")).unwrap()).unwrap();
        for scale in about["scale"].as_array().unwrap() {
            assert_shown("a channel of a recording", scale["channel"].as_str().unwrap());
        }
    }
    place.check_tables();
}

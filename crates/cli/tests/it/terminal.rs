//! Nothing that comes from a file, a name or a command line steers the terminal, in any message of any command.

use std::fmt::Write as _;

use crate::common::{Bench, tonus};

/// ESC, a right-to-left override, C1's CSI, a bell.
const HOSTILE: &str = "a\u{1b}]0;x\u{7}\u{202e}\u{9b}31m";

fn check(args: &[&str]) {
    let output = tonus(args);
    for (name, bytes) in [("output", &output.stdout), ("messages", &output.stderr)] {
        let text = String::from_utf8_lossy(bytes);
        let sent = text.chars().find(|c| !tonus_core::text::is_plain(*c) && !matches!(c, '\n' | '\t'));
        assert_eq!(sent, None, "{args:?}: {name}: {}", text.escape_debug());
    }
}

#[test]
fn no_message_of_any_command_steers_the_terminal() {
    let bench = Bench::new();
    let mut table = format!("time_s,{HOSTILE}_uv,{HOSTILE}\n");
    for n in 0..3000 {
        writeln!(table, "{:.3},{},{HOSTILE}", f64::from(n) / 1000.0, n * 37 % 101).unwrap();
    }
    let good = bench.file(&format!("{HOSTILE}.csv"), &table);
    let bad = bench.file(&format!("{HOSTILE}-bad.csv"), format!("{HOSTILE}\n{HOSTILE},1,2\n"));
    let toml = bench.file(&format!("{HOSTILE}.toml"), format!("name = \"{HOSTILE}\"\n[{HOSTILE}"));
    let missing = bench.path(&format!("none-{HOSTILE}")).display().to_string();
    let out = bench.path(&format!("out-{HOSTILE}")).display().to_string();
    let session = bench.path(&format!("rec-{HOSTILE}"));
    std::fs::create_dir(&session).unwrap();
    std::fs::write(session.join("session.csv"), format!("n,time_s,{HOSTILE}_counts,cue,gap\n")).unwrap();
    std::fs::write(session.join("session.json"), format!("{{\"{HOSTILE}\": \"{HOSTILE}\"}}")).unwrap();
    let session = session.display().to_string();
    let store = bench.path("store").display().to_string();
    for file in [&good, &bad, &missing, &session, &toml] {
        check(&["analyze", file]);
        check(&["analyze", file, "--json"]);
        check(&["analyze", file, "--out", &out, "--channel", HOSTILE]);
        check(&["analyze", file, &bad, "--cues", &bad, "--config", &toml]);
        check(&["replay", file, "--speed", "max"]);
        check(&["convert", file, &format!("{out}.edf")]);
        check(&["convert", file, &format!("{out}.csv")]);
        check(&["report", file]);
        check(&["recover", file]);
        check(&["history", "add", file, "--store", &store]);
        check(&["programs", file]);
        check(&["record", "--port", file, "--device", file, "--out", &out]);
        check(&["record", "--port", "tcp:127.0.0.1:1", "--device", "tonus-cobs", "--program", file, "--store", &store]);
    }
    for words in [
        &["record", "--port", HOSTILE, "--device", HOSTILE, "--out", HOSTILE][..],
        &["history", "delete", HOSTILE, "--store", &store],
        &["history", "show", HOSTILE, "--store", &store],
        &["report", HOSTILE],
        &["programs", HOSTILE],
        &["analyze", &good, "--norms", HOSTILE, "--rate", HOSTILE],
        &["analyze", &good, "--norms", HOSTILE],
        &[HOSTILE],
    ] {
        check(words);
    }
}

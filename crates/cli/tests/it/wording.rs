//! What the program says to people: kind, factual, and never a judgement of a person.

use crate::common::{Bench, code, stderr, stdout, tonus, trainee};
use tonus_testkit::trainee::Trainee;

/// Words that no text for a person may contain, as whole words; beside them what may contain them all the same.
const WORDS: &[(&str, &[&str])] = &[
    ("diagnosis", &["nothing here is a diagnosis", "no diagnosis"]),
    ("diagnose", &[]),
    ("abnormal", &[]),
    ("normal", &[]),
    ("dysfunction", &[]),
    ("disorder", &[]),
    ("hypertonia", &[]),
    ("hypertonic", &[]),
    ("pathological", &[]),
    ("symptom", &[]),
    ("weak", &["weak_reference"]),
    ("poor", &[]),
    ("bad", &["a bad one", "a bad signal"]),
    ("wrong", &[]),
    ("failed", &[]),
    ("failure", &["runtime failure"]),
    ("lazy", &[]),
    ("streak", &[]),
    ("cure", &[]),
    ("therapy", &[]),
];

fn check(what: &str, text: &str) {
    let lower = text.to_lowercase();
    for (word, allowed) in WORDS {
        let mut text = lower.clone();
        for phrase in *allowed {
            text = text.replace(phrase, "");
        }
        let is_word = |found: &str| text.split(|c: char| !c.is_alphanumeric()).any(|one| one == found);
        assert!(!is_word(word), "{what} says “{word}”:\n{text}");
    }
}

#[test]
fn help_and_manual() {
    for verb in ["programs", "report", "history", "diary", "record", "monitor", "analyze", "replay"] {
        let output = tonus([verb, "--help"]);
        assert_eq!(code(&output), 0);
        let text = stdout(&output);
        // Exit codes and the quality gate speak of the program, not of a person.
        check(
            verb,
            &text.replace("quality gate failed", "").replace("gate fails", "").replace("failed (--strict)", ""),
        );
    }
}

#[test]
fn what_is_said_of_a_session() {
    let bench = Bench::new();
    let store = bench.path("store").display().to_string();
    let out = bench.path("out").display().to_string();
    for (program, habit) in [
        ("contract-relax-gentle", Trainee::SLOW),
        ("glazer-2s", Trainee::GUARDED),
        ("breathing", Trainee { lost_share: 0.4, ..Trainee::GUARDED }),
    ] {
        let file = tonus_program::builtin(program).unwrap();
        let recording = bench.file("emg.csv", trainee::recording(&habit, &file, 3));
        let output = tonus(["analyze", &recording, "--program", program, "--norms", "fan2024", "--out", &out]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        check(program, &stdout(&output));
        let about = "{\"schema_version\":1,\"started_unix_s\":1793520000}";
        std::fs::write(std::path::Path::new(&out).join("about.json"), about).unwrap();
        tonus(["history", "add", &out, "--store", &store]);
        for args in [&["history", "--store", &store][..], &["programs", program], &["diary", "list", "--store", &store]]
        {
            check(&args.join(" "), &stdout(&tonus(args)));
        }
    }
    for pain in ["2", "2", "2", "2", "2", "6", "7", "7", "8", "8"] {
        tonus(["diary", "add", "--pain", pain, "--store", &store]);
    }
    let output = tonus(["history", "--store", &store]);
    assert!(stdout(&output).contains("clinician") || stdout(&output).contains("looks after"), "{}", stdout(&output));
    check("history after pain rose", &stdout(&output));
}

//! Sessions in and out of a store.

use std::fs;

use crate::common::{START, id, lying, recording, summary};
use serde_json::json;
use tonus_history::{About, HistoryError, Store};

#[test]
fn a_recording_is_copied_in_and_read_as_it_is() {
    let temp = tempfile::tempdir().unwrap();
    let (store, from) = (Store::open(&temp.path().join("store")).unwrap(), temp.path().join("rec"));
    recording(&from, START + 0.25, &summary(4.0));
    fs::write(from.join("letter.txt"), "not ours").unwrap();
    let id = store.add(&from, &lying()).unwrap();
    assert_eq!(id.as_str(), "20261001-060000");

    let entries = store.sessions().unwrap();
    let [entry] = &entries[..] else { panic!("{entries:?}") };
    assert_eq!((entry.problem.as_deref(), entry.started_unix_s, entry.duration_s), (None, START + 0.25, Some(340.5)));
    let conditions = &entry.conditions;
    assert_eq!(conditions.program.as_deref(), Some("down-training"));
    assert_eq!(conditions.device.as_deref(), Some("chords"));
    assert_eq!((conditions.channel.as_deref(), conditions.is_scaled), (Some("ch1"), true));
    let numbers = &entry.numbers;
    assert_eq!((numbers.rest_mean_uv, numbers.rest_cv, numbers.contraction_uv), (Some(4.0), Some(0.2), Some(9.0)));
    // √(9² − 2²) / √(10² − 2²)
    assert!((numbers.contraction_activation.unwrap() - (77.0_f64 / 96.0).sqrt()).abs() < 1e-6);
    assert_eq!((numbers.release_s, numbers.residual_ratio), (Some(0.75), Some(1.1)));
    assert_eq!((numbers.complete_releases, numbers.releases, numbers.complete_release_share), (3, 4, Some(0.75)));
    assert_eq!((numbers.relaxation_points, numbers.hold_points), (Some(71.5), None));
    // 170 of 200 s; the break between two calibrations is none of them.
    assert_eq!((numbers.valid_share, numbers.done_share), (Some(0.9), Some(0.85)));
    assert_eq!(numbers.digest.as_deref(), Some("d4"));

    assert!(store.file(&id, "session.csv").unwrap().is_file());
    assert!(matches!(store.file(&id, "report.html"), Err(HistoryError::NoFile { .. })));
    assert!(matches!(store.file(&id, "../../diary.jsonl"), Err(HistoryError::NoFile { .. })));
    assert!(!store.folder(&id).unwrap().join("letter.txt").exists());
    assert!(matches!(store.add(&from, &lying()), Err(HistoryError::AlreadyThere { id: there }) if there == id));
    assert_eq!(store.about(&id).unwrap().posture.as_deref(), Some("lying"));
}

#[test]
fn tonic_contractions_win_and_another_channel_can_be_asked_for() {
    let temp = tempfile::tempdir().unwrap();
    let store = Store::open(temp.path()).unwrap();
    let mut tonic = summary(4.0);
    tonic["training"]["channels"][0]["segments"] = json!([{"name": "tonic", "kind": "contraction", "mean_uv": 6.0}]);
    tonic["training"]["stage"] = json!("finished");
    recording(&temp.path().join("a"), START, &tonic);
    store.add(&temp.path().join("a"), &lying()).unwrap();
    recording(&temp.path().join("b"), START, &summary(5.0));
    let other = |name: &str| About { channel: Some(name.into()), ..lying() };
    store.add(&temp.path().join("b"), &other("ch2")).unwrap();
    recording(&temp.path().join("c"), START + 9.0, &summary(6.0));
    store.add(&temp.path().join("c"), &other("ch9")).unwrap();

    let entries = store.sessions().unwrap();
    assert_eq!((entries[0].numbers.contraction_uv, entries[0].numbers.done_share), (Some(6.0), Some(1.0)));
    assert_eq!(entries[1].id.as_str(), "20261001-060000-2");
    assert!(!entries[1].conditions.is_scaled);
    let numbers = &entries[1].numbers;
    assert_eq!(
        (numbers.rest_mean_uv, numbers.contraction_uv, numbers.valid_share),
        (Some(9.5), Some(20.0), Some(0.75))
    );
    // One release says too little.
    assert_eq!((numbers.release_s, numbers.contraction_activation), (None, None));
    assert!(entries[2].problem.as_deref().unwrap().contains("channel"), "{:?}", entries[2]);
}

#[test]
fn a_session_begins_and_ends() {
    let temp = tempfile::tempdir().unwrap();
    let store = Store::open(temp.path()).unwrap();
    let folder = store.new_session(START).unwrap();
    let name = id(folder.file_name().unwrap().to_str().unwrap());
    assert!(store.sessions().unwrap()[0].problem.as_deref().unwrap().contains("not finished"));
    let full: tonus_report::Summary = serde_json::from_str(include_str!("summary.json")).unwrap();
    let about =
        About { plan: Some(" first-steps ".into()), stage: Some(2), posture: Some(" ".into()), ..About::default() };
    let entry = store.finish(&name, &full, &about).unwrap();
    assert_eq!((entry.problem.as_deref(), entry.plan.as_deref(), entry.stage), (None, Some("first-steps"), Some(2)));
    assert_eq!(entry.conditions.posture, None);
    assert_eq!(store.sessions().unwrap(), [entry]);
    assert_eq!(fs::read_to_string(folder.join("summary.json")).unwrap(), full.to_json().unwrap());
    assert!(matches!(store.finish(&id("none"), &full, &about), Err(HistoryError::NoSession { .. })));
    assert!(matches!(store.new_session(f64::NAN), Err(HistoryError::Field { field: "started_unix_s", .. })));
}

#[test]
fn what_cannot_be_read_says_why_and_breaks_nothing_else() {
    let temp = tempfile::tempdir().unwrap();
    let store = Store::open(temp.path()).unwrap();
    let sessions = temp.path().join("sessions");
    recording(&sessions.join("20261001-060000"), START, &summary(4.0));
    for (name, file, content) in [
        ("20261002-060000", "summary.json", "{\"schema_version\": 1, \"note\": \"se"),
        ("20261003-060000", "summary.json", "{\"schema_version\": 99, \"input\": {}}"),
        ("20261004-060000", "about.json", "{\"schema_version\": 1, \"stage\": \"secret words\"}"),
        ("20261005-060000", "session.json", "\u{0}\u{0}"),
        ("kept by hand", "session.json", "{\"schema_version\": 1}"),
    ] {
        recording(&sessions.join(name), START, &summary(4.0));
        fs::write(sessions.join(name).join(file), content).unwrap();
    }
    fs::create_dir(sessions.join("20261006-060000")).unwrap();
    fs::write(sessions.join("desktop.ini"), "").unwrap();

    let entries = store.sessions().unwrap();
    assert_eq!(entries.len(), 7);
    let problems: Vec<_> = entries.iter().filter_map(|entry| entry.problem.as_deref()).collect();
    assert_eq!(problems.len(), 6, "{problems:?}");
    assert!(problems.iter().all(|problem| !problem.contains("secret")), "{problems:?}");
    let of = |name: &str| entries.iter().find(|entry| entry.id.as_str() == name).unwrap().problem.clone().unwrap();
    assert!(of("20261002-060000").contains("line 1"));
    assert!(of("20261003-060000").contains("newer tonus"));
    assert!(of("20261004-060000").starts_with("about.json"));
    assert!(of("kept by hand").contains("when it began"));
    let mended = sessions.join("20261004-060000");
    fs::write(mended.join("about.json"), "{\"schema_version\": 1, \"stage\": 3}").unwrap();
    assert_eq!(store.sessions().unwrap().iter().find(|entry| entry.stage == Some(3)).unwrap().problem, None);
}

#[test]
fn fields_have_limits_and_folders_have_to_be_recordings() {
    let temp = tempfile::tempdir().unwrap();
    let store = Store::open(&temp.path().join("store")).unwrap();
    let refused = |about: About| store.add(temp.path(), &about).unwrap_err().to_string();
    let long = |text: String| About { device: Some(text), ..About::default() };
    assert_eq!(refused(long("x".repeat(121))), "device takes at most 120 characters, without line ends");
    assert!(refused(long("a\nb".into())).starts_with("device takes"));
    assert!(refused(About { stage: Some(0), ..About::default() }).starts_with("stage takes"));
    let note = refused(About { note: Some("secret ".repeat(400).into()), ..About::default() });
    assert_eq!(note, "note takes at most 2000 characters");
    assert!(matches!(store.add(temp.path(), &About::default()), Err(HistoryError::NoRecording { .. })));
    fs::write(temp.path().join("session.csv"), "n,time_s\n").unwrap();
    assert!(matches!(store.add(temp.path(), &About::default()), Err(HistoryError::NoStart { .. })));
    let about = About { started_unix_s: Some(START), ..About::default() };
    let id = store.add(temp.path(), &about).unwrap();
    assert!(store.sessions().unwrap()[0].problem.is_some());
    assert_eq!(id.as_str(), "20261001-060000");
    assert!(!format!("{:?}", About { note: Some("secret".into()), ..lying() }).contains("secret"));
}

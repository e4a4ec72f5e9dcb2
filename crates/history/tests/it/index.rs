//! The index is only there to be fast: lost, stale or damaged, the folders win.

use std::fs;
use std::path::Path;

use crate::common::{START, lying, recording, summary};
use proptest::prelude::*;
use serde_json::{Value, json};
use tonus_history::Store;

fn filled(root: &Path, levels: &[f64]) -> Store {
    let store = Store::open(root).unwrap();
    let from = tempfile::tempdir().unwrap();
    for (n, level) in levels.iter().enumerate() {
        recording(from.path(), START + n as f64 / 3.0, &summary(*level));
        store.add(from.path(), &lying()).unwrap();
    }
    store
}

#[test]
fn folders_win() {
    let temp = tempfile::tempdir().unwrap();
    let store = filled(temp.path(), &[4.0, 5.0]);
    let (index, sessions) = (temp.path().join("index.json"), temp.path().join("sessions"));
    let good = store.sessions().unwrap();
    let written = fs::read(&index).unwrap();
    // Listing again changes nothing.
    assert_eq!((store.sessions().unwrap(), fs::read(&index).unwrap()), (good.clone(), written.clone()));
    // Cut, empty, of another version, or with a digit changed.
    let mut older: Value = serde_json::from_slice(&written).unwrap();
    older["schema_version"] = json!(0);
    let turned = String::from_utf8(written.clone()).unwrap().replace("\"rest_mean_uv\":4.0", "\"rest_mean_uv\":6.0");
    assert_ne!(turned.as_bytes(), written);
    for damaged in [&written[..written.len() / 2], b"", older.to_string().as_bytes(), turned.as_bytes()] {
        fs::write(&index, damaged).unwrap();
        assert_eq!(store.sessions().unwrap(), good);
        assert_eq!(fs::read(&index).unwrap(), written);
    }
    // A folder that changes, one that goes, and one that comes from elsewhere.
    let first = sessions.join(good[0].id.as_str());
    let text = fs::read_to_string(first.join("summary.json")).unwrap();
    fs::write(first.join("summary.json"), text.replace("\"rest_mean_uv\":4.0", "\"rest_mean_uv\":7.0")).unwrap();
    assert_eq!(store.sessions().unwrap()[0].numbers.rest_mean_uv, Some(7.0));
    fs::rename(&first, sessions.join("20261105-060000")).unwrap();
    let names: Vec<_> = store.sessions().unwrap().iter().map(|entry| entry.id.to_string()).collect();
    assert_eq!(names, ["20261105-060000", good[1].id.as_str()]);
    fs::remove_dir_all(sessions.join("20261105-060000")).unwrap();
    assert_eq!(store.sessions().unwrap(), good[1..]);
    // One that cannot be written is no obstacle.
    fs::remove_file(&index).unwrap();
    fs::create_dir(&index).unwrap();
    assert_eq!(store.sessions().unwrap(), good[1..]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn an_index_made_anew_says_the_same_to_the_last_bit(
        levels in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::ZERO | prop::num::f64::SUBNORMAL, 0..5)
    ) {
        let temp = tempfile::tempdir().unwrap();
        let store = filled(temp.path(), &levels);
        let from_index = store.sessions().unwrap();
        let index = temp.path().join("index.json");
        let before = fs::read(&index).ok();
        if before.is_some() {
            fs::remove_file(&index).unwrap();
        }
        let from_folders = store.sessions().unwrap();
        let read: Vec<_> = from_folders.iter().map(|entry| entry.numbers.rest_mean_uv.unwrap().to_bits()).collect();
        prop_assert_eq!(read, levels.iter().map(|level| level.to_bits()).collect::<Vec<_>>());
        prop_assert_eq!(from_index, from_folders);
        prop_assert_eq!(fs::read(&index).ok(), before);
    }

    #[test]
    fn whatever_stands_in_a_session_or_the_index_is_listed(
        name in prop::sample::select(vec!["sessions/20261001-060000/summary.json", "sessions/20261001-060000/about.json",
            "sessions/20261001-060000/session.json", "index.json"]),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let temp = tempfile::tempdir().unwrap();
        let store = filled(temp.path(), &[4.0, 5.0, 6.0, 7.0]);
        fs::write(temp.path().join(name), bytes).unwrap();
        let sessions = store.sessions().unwrap();
        prop_assert_eq!(sessions.len(), 4);
        prop_assert!(sessions.iter().skip(1).all(|entry| entry.problem.is_none()));
    }
}

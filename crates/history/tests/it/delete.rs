//! What is deleted is gone, also when a program died on the way; and everything can be taken along.

use std::fs;
use std::path::Path;

use crate::common::{START, lying, recording, summary};
use tonus_history::{Contents, DiaryEntry, HistoryError, Id, SETTINGS, Store};

/// A store with two sessions, an index, and a diary of three entries of which one names the first session.
fn filled(root: &Path) -> (Store, Id, Id) {
    let store = Store::open(root).unwrap();
    let from = tempfile::tempdir().unwrap();
    let add = |day: f64| {
        recording(from.path(), START + day, &summary(4.0 + day));
        store.add(from.path(), &lying()).unwrap()
    };
    let (first, second) = (add(1.0), add(2.0));
    let entry = |session: Option<&Id>| DiaryEntry {
        session: session.cloned(),
        pain: Some(4),
        note: Some("mine".into()),
        ..DiaryEntry::at(START)
    };
    for session in [Some(&first), Some(&second), None] {
        store.diary_add(&entry(session)).unwrap();
    }
    store.sessions().unwrap();
    (store, first, second)
}

/// The same with a session and a diary entry of the simulated sensor, and the settings of the window.
fn used(root: &Path) -> Store {
    let (store, ..) = filled(root);
    let (simulated, from) = (Store::open(&Store::simulated_root(root)).unwrap(), tempfile::tempdir().unwrap());
    recording(from.path(), START, &summary(4.0));
    simulated.add(from.path(), &lying()).unwrap();
    simulated.diary_add(&DiaryEntry { pain: Some(4), ..DiaryEntry::at(START) }).unwrap();
    fs::write(root.join(SETTINGS), "{\"body\":\"pelvic\"}").unwrap();
    store
}

/// Every name and all bytes below a folder.
fn everything(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for item in fs::read_dir(folder).unwrap() {
        let place = item.unwrap().path();
        if place.is_dir() {
            all.push((place.display().to_string(), Vec::new()));
            all.extend(everything(&place));
        } else {
            all.push((place.display().to_string(), fs::read(&place).unwrap()));
        }
    }
    all
}

fn mentions(folder: &Path, id: &Id) -> Vec<String> {
    let holds = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(&format!("\"{id}\""));
    everything(folder)
        .into_iter()
        .filter(|(name, bytes)| name.contains(id.as_str()) || holds(bytes))
        .map(|x| x.0)
        .collect()
}

/// Entry 1 of the diary is named after its own time, and that is not the time of a session.
fn assert_deleted(root: &Path, gone: &Id, stays: &Id) {
    assert_eq!(mentions(root, gone), [""; 0]);
    let store = Store::open(root).unwrap();
    let sessions = store.sessions().unwrap();
    assert_eq!(sessions.iter().map(|entry| &entry.id).collect::<Vec<_>>(), [stays]);
    assert_eq!(mentions(root, gone), [""; 0]);
    let diary = store.diary().unwrap();
    assert_eq!((diary.entries().len(), diary.unread()), (3, 0));
    assert!(diary.entries().iter().all(|entry| entry.pain == Some(4) && entry.note.is_some()));
    let linked: Vec<_> = diary.entries().iter().filter_map(|entry| entry.session.as_ref()).collect();
    assert_eq!(linked, [stays]);
}

#[test]
fn a_deleted_session_is_gone_from_folders_index_and_diary() {
    let temp = tempfile::tempdir().unwrap();
    let (store, first, second) = filled(temp.path());
    assert!(mentions(temp.path(), &first).len() > 3);
    store.delete(&first).unwrap();
    assert_deleted(temp.path(), &first, &second);
    assert!(matches!(store.delete(&first), Err(HistoryError::NoSession { .. })));
    assert!("../sessions".parse::<Id>().is_err());
}

#[test]
fn a_deletion_that_was_cut_off_is_completed_when_the_store_is_opened() {
    let doomed = |root: &Path, id: &Id| root.join(format!("sessions/.deleting-{id}"));
    for step in 0..3 {
        let temp = tempfile::tempdir().unwrap();
        let (store, first, second) = filled(temp.path());
        let root = temp.path();
        // The program dies after the new name; after one file; with the folder empty.
        fs::rename(store.folder(&first).unwrap(), doomed(root, &first)).unwrap();
        if step > 0 {
            fs::remove_file(doomed(root, &first).join("session.csv")).unwrap();
        }
        if step > 1 {
            fs::remove_dir_all(doomed(root, &first)).unwrap();
            fs::create_dir(doomed(root, &first)).unwrap();
        }
        assert_eq!(store.sessions().unwrap().len(), 1, "it is in no list any more");
        Store::open(root).unwrap();
        assert_deleted(root, &first, &second);
    }
}

#[test]
fn all_means_all_and_leaves_what_is_not_ours() {
    let temp = tempfile::tempdir().unwrap();
    let store = used(temp.path());
    let contents = Contents {
        sessions: 2,
        diary_entries: 3,
        simulated_sessions: 1,
        simulated_diary_entries: 1,
        has_settings: true,
    };
    assert_eq!(store.contents().unwrap(), contents);
    fs::write(temp.path().join(".diary.jsonl.1-0.draft"), "half a diary").unwrap();
    fs::create_dir_all(temp.path().join("sessions/.deleting-20260101-000000")).unwrap();
    store.delete_all().unwrap();
    assert_eq!(everything(temp.path()), []);
    assert_eq!(store.contents().unwrap(), Contents::default());
    store.new_session(START).unwrap();
    fs::write(temp.path().join("letter.txt"), "not ours").unwrap();
    store.delete_all().unwrap();
    let left = everything(temp.path());
    assert!(left.len() == 1 && left[0].0.ends_with("letter.txt"), "{left:?}");
}

#[test]
fn deleting_all_goes_on_when_it_was_cut_off() {
    for step in 0..4 {
        let temp = tempfile::tempdir().unwrap();
        used(temp.path());
        let root = temp.path();
        fs::write(root.join(".deleting-all"), "").unwrap();
        if step == 2 {
            fs::remove_dir_all(root.join("simulated/sessions")).unwrap();
        }
        if step > 0 {
            fs::remove_file(root.join("diary.jsonl")).unwrap();
        }
        if step > 1 {
            fs::remove_file(root.join("index.json")).unwrap();
        }
        if step > 2 {
            fs::remove_dir_all(root.join("sessions")).unwrap();
        }
        let store = Store::open(root).unwrap();
        assert_eq!(everything(root).len(), 1, "an empty folder of sessions");
        assert_eq!((store.sessions().unwrap().len(), store.diary().unwrap().entries().len()), (0, 0));
    }
}

#[test]
fn an_export_holds_everything_and_can_be_taken_in_again() {
    let temp = tempfile::tempdir().unwrap();
    let root = temp.path().join("store");
    let (store, simulated) = (used(&root), Store::open(&Store::simulated_root(&root)).unwrap());
    let (first, second) = (&store.sessions().unwrap()[0].id, &store.sessions().unwrap()[1].id);
    fs::create_dir(store.root().join("sessions/20260901-000000")).unwrap();
    let to = temp.path().join("export");
    store.export_all(&to).unwrap();
    for id in [first, second] {
        let (there, here) = (store.folder(id).unwrap(), to.join("sessions").join(id.as_str()));
        for name in ["session.csv", "session.json", "summary.json", "about.json"] {
            assert_eq!(fs::read(there.join(name)).unwrap(), fs::read(here.join(name)).unwrap());
        }
    }
    assert_eq!(fs::read(store.root().join("diary.jsonl")).unwrap(), fs::read(to.join("diary.jsonl")).unwrap());
    let history: serde_json::Value = serde_json::from_slice(&fs::read(to.join("history.json")).unwrap()).unwrap();
    assert_eq!(history["schema_version"], 1);
    assert_eq!(history["sessions"].as_array().unwrap().len(), 3);
    assert_eq!(history["sessions"][1]["rest_mean_uv"], 5.0);
    assert_eq!((history["diary"].as_array().unwrap().len(), &history["diary"][0]["note"]), (3, &"mine".into()));
    let copy = Store::open(&Store::simulated_root(&to)).unwrap();
    assert_eq!(copy.sessions().unwrap(), simulated.sessions().unwrap());
    assert_eq!(copy.diary().unwrap().entries().len(), 1);
    assert_eq!(fs::read(root.join(SETTINGS)).unwrap(), fs::read(to.join(SETTINGS)).unwrap());

    assert!(matches!(store.export_all(&to), Err(HistoryError::Taken { .. })));
    let inside = store.root().join("sessions/copy");
    assert!(matches!(store.export_all(&inside), Err(HistoryError::InsideStore { .. })));
    assert!(matches!(store.export_all(&temp.path().join("none/copy")), Err(HistoryError::Storage { .. })));

    let again = Store::open(&temp.path().join("again")).unwrap();
    again.add(&to.join("sessions").join(first.as_str()), &tonus_history::About::default()).unwrap();
    assert_eq!(again.sessions().unwrap()[0], store.sessions().unwrap()[1]);
}

#[cfg(unix)]
#[test]
fn nothing_is_called_deleted_that_a_link_leads_to() {
    use std::os::unix::fs::symlink;
    for moved in ["sessions", "diary.jsonl", "sessions/ID", "sessions/ID/session.csv"] {
        let (temp, vault) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (store, first, _) = filled(temp.path());
        let place = temp.path().join(moved.replace("ID", first.as_str()));
        let target = vault.path().join("moved");
        fs::rename(&place, &target).unwrap();
        symlink(&target, &place).unwrap();
        let (before, safe) = (everything(temp.path()), everything(vault.path()));
        let said = store.delete_all().unwrap_err().to_string();
        assert!(said.contains("is a link to") && said.contains("nothing was deleted"), "{moved}: {said}");
        assert_eq!((everything(temp.path()), everything(vault.path())), (before, safe), "{moved}");
        fs::remove_file(&place).unwrap();
        store.delete_all().unwrap();
        assert!(!temp.path().join("sessions").exists() && !temp.path().join("diary.jsonl").exists());
    }
}

#[test]
fn files_go_even_where_the_diary_cannot_be_written() {
    let temp = tempfile::tempdir().unwrap();
    let (store, first, second) = filled(temp.path());
    // As a full disk has no room for the lock.
    let lock = temp.path().join(".diary.lock");
    fs::create_dir(&lock).unwrap();
    assert!(store.delete(&first).is_err());
    let doomed = temp.path().join(format!("sessions/.deleting-{first}"));
    assert_eq!(fs::read_dir(&doomed).unwrap().count(), 0, "its files are gone, its name goes on");
    assert!(store.delete_all().is_err());
    assert_eq!(fs::read_dir(temp.path().join("sessions")).unwrap().count(), 0);
    fs::remove_dir(&lock).unwrap();
    let store = Store::open(temp.path()).unwrap();
    assert!(store.sessions().unwrap().is_empty() && store.diary().unwrap().entries().is_empty());
    assert!(everything(temp.path()).iter().all(|(name, bytes)| !name.contains(second.as_str()) && bytes.is_empty()));
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_store_is_an_error_and_not_a_wait() {
    let temp = tempfile::tempdir().unwrap();
    let (store, first, _) = filled(temp.path());
    let pipe = |name: &str| {
        let place = temp.path().join(name);
        let _ = fs::remove_file(&place);
        assert!(std::process::Command::new("mkfifo").arg(&place).status().unwrap().success());
    };
    pipe("index.json");
    pipe(&format!("sessions/{first}/about.json"));
    pipe(&format!("sessions/{first}/summary.json"));
    let sessions = store.sessions().unwrap();
    assert!(sessions.iter().any(|entry| entry.problem.is_some()));
    pipe("diary.jsonl");
    assert!(store.diary().is_err());
    assert!(store.diary_add(&DiaryEntry::at(START)).is_err());
    fs::remove_file(temp.path().join("diary.jsonl")).unwrap();
    pipe(".diary.lock");
    assert!(store.diary_add(&DiaryEntry::at(START)).is_err());
}

//! Nobody but the owner reads the history, whatever the umask.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use crate::common::{START, lying, recording, summary};
use tonus_history::{DiaryEntry, HistoryError, Store};

/// Everything that a store writes. Run by the test below, in a process of its own with another umask.
#[test]
#[ignore = "run by files_are_for_their_owner"]
fn write_everything() {
    let Some(root) = std::env::var_os("TONUS_TEST_ROOT") else { return };
    let (root, from) = (Path::new(&root).join("a/b/store"), Path::new(&root).join("rec"));
    recording(&from, START, &summary(4.0));
    let store = Store::open(&root).unwrap();
    let id = store.add(&from, &lying()).unwrap();
    let live = store.new_session(START + 60.0).unwrap();
    // A recorder that does not know about modes.
    std::fs::write(live.join("session.csv"), "n,time_s\n").unwrap();
    let full = serde_json::from_str(include_str!("summary.json")).unwrap();
    let name = live.file_name().unwrap().to_str().unwrap().parse().unwrap();
    store.finish(&name, &full, &lying()).unwrap();
    let entry = store.diary_add(&DiaryEntry { pain: Some(1), ..DiaryEntry::at(START) }).unwrap();
    store.diary_add(&DiaryEntry { pain: Some(2), session: Some(id), ..DiaryEntry::at(START) }).unwrap();
    store.diary_delete(&entry.id).unwrap();
    store.sessions().unwrap();
    store.export_all(&root.join("../../export")).unwrap();
}

#[test]
fn files_are_for_their_owner() {
    for umask in ["000", "022", "077"] {
        let temp = tempfile::tempdir().unwrap();
        let run = format!("umask {umask}; exec \"$0\" --exact modes::write_everything --ignored");
        let test = std::env::current_exe().unwrap();
        let done =
            Command::new("sh").arg("-c").arg(run).arg(test).env("TONUS_TEST_ROOT", temp.path()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
        let mut files = 0;
        check(&temp.path().join("a"), &mut files);
        // Two sessions of 4 and 3 files, a diary and a list of all; and the same in the export.
        assert_eq!(files, 2 * (4 + 3 + 2), "umask {umask}");
    }
}

fn check(place: &Path, files: &mut u32) {
    let found = place.metadata().unwrap();
    let wanted = if found.is_dir() { 0o700 } else { 0o600 };
    assert_eq!(found.permissions().mode() & 0o777, wanted, "{}", place.display());
    if found.is_dir() {
        for item in place.read_dir().unwrap() {
            check(&item.unwrap().path(), files);
        }
    } else {
        *files += 1;
    }
}

#[test]
fn a_store_that_was_open_to_others_is_closed() {
    let temp = tempfile::tempdir().unwrap();
    let sessions = temp.path().join("sessions");
    std::fs::create_dir(&sessions).unwrap();
    std::fs::set_permissions(&sessions, std::fs::Permissions::from_mode(0o755)).unwrap();
    Store::open(temp.path()).unwrap();
    assert_eq!(sessions.metadata().unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn nothing_is_written_through_a_link() {
    let temp = tempfile::tempdir().unwrap();
    let elsewhere = temp.path().join("elsewhere");
    let root = temp.path().join("store");
    let store = Store::open(&root).unwrap();
    let entry = store.diary_add(&DiaryEntry { pain: Some(1), ..DiaryEntry::at(START) }).unwrap();
    let from = temp.path().join("rec");
    recording(&from, START, &summary(4.0));
    let id = store.add(&from, &lying()).unwrap();
    store.sessions().unwrap();
    let link = |name: &str| {
        std::fs::rename(root.join(name), &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, root.join(name)).unwrap();
        std::fs::read(&elsewhere).unwrap()
    };
    let says_link = |error: HistoryError| assert!(error.to_string().contains("link"), "{error}");
    // Appended to, rewritten, or left out of what is deleted: what it leads to would say another thing than the store.
    let before = link("diary.jsonl");
    says_link(store.diary_add(&DiaryEntry { pain: Some(2), ..DiaryEntry::at(START) }).unwrap_err());
    says_link(store.diary_delete(&entry.id).unwrap_err());
    says_link(store.delete(&id).unwrap_err());
    assert_eq!((std::fs::read(&elsewhere).unwrap(), store.sessions().unwrap().len()), (before, 1));
    assert_eq!(store.diary().unwrap().entries().len(), 1, "it is read all the same");
    std::fs::rename(&elsewhere, root.join("diary.jsonl")).unwrap();
    // The index is there to be fast only; a link in its place is left alone.
    let before = link("index.json");
    store.new_session(START + 60.0).unwrap();
    assert_eq!(store.sessions().unwrap().len(), 2);
    assert_eq!(std::fs::read(&elsewhere).unwrap(), before);
    std::fs::rename(&elsewhere, root.join("index.json")).unwrap();
    let name = format!("sessions/{id}/about.json");
    let before = link(&name);
    let full = serde_json::from_str(include_str!("summary.json")).unwrap();
    says_link(store.finish(&id, &full, &lying()).unwrap_err());
    assert_eq!(std::fs::read(&elsewhere).unwrap(), before);
    // A lock that is a link is one that is held, and what it leads to stays.
    std::fs::rename(&elsewhere, root.join(name)).unwrap();
    std::fs::write(&elsewhere, "mine").unwrap();
    std::os::unix::fs::symlink(&elsewhere, root.join(".diary.lock")).unwrap();
    store.diary_delete(&entry.id).unwrap();
    assert_eq!(std::fs::read_to_string(&elsewhere).unwrap(), "mine");
}

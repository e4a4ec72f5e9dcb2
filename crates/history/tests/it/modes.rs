//! Nobody but the owner reads the history, whatever the umask.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use crate::common::{START, lying, recording, summary};
use tonus_history::{DiaryEntry, Store};

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

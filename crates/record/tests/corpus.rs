//! Replays the committed fuzz corpus through the targets' bodies, so that nobody needs cargo-fuzz for it.

use std::path::Path;

use tonus_record::check;

fn replay(target: &str, body: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).expect("the corpus is committed") {
        let path = entry.expect("readable").path();
        body(&std::fs::read(&path).expect("readable"));
        count += 1;
    }
    assert!(count > 0, "{} is empty", folder.display());
}

#[test]
fn journal_recover() {
    replay("journal_recover", check::journal_recover);
}

#[test]
fn session_json() {
    replay("session_json", check::session_json);
}

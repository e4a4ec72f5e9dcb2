//! Replays the committed fuzz corpus through the targets' bodies, so that nobody needs cargo-fuzz for it.

use std::path::Path;

use tonus_testkit::wire;

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
fn frame_decode() {
    replay("frame_decode", wire::frame_decode);
}

#[test]
fn frame_roundtrip() {
    replay("frame_roundtrip", wire::frame_roundtrip);
}

#[test]
fn text_line() {
    replay("text_line", wire::text_line);
}

#[test]
fn profile_toml() {
    replay("profile_toml", wire::profile_toml);
}

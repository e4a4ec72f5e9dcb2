//! Replays the committed fuzz corpus through the target's body, so that nobody needs cargo-fuzz for it.

use std::path::Path;

#[test]
fn edf_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/edf_read");
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).expect("the corpus is committed") {
        tonus_record::check_edf_read(&std::fs::read(entry.expect("readable").path()).expect("readable"));
        count += 1;
    }
    assert!(count > 0, "{} is empty", folder.display());
}

//! Replays the committed fuzz corpus through the targets' bodies, so that nobody needs cargo-fuzz for it.

use std::path::Path;

use tonus_testkit::record;

fn replay(target: &str, body: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).expect("the corpus is committed") {
        body(&std::fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count >= 4, "{target}: {count}");
}

#[test]
fn csv_import_finds_nothing_in_the_corpus() {
    replay("csv_import", record::csv_import);
}

#[test]
fn importer_any_finds_nothing_in_the_corpus() {
    replay("importer_any", record::importer_any);
}

#[test]
fn packed_import_finds_nothing_in_the_corpus() {
    replay("packed_import", record::packed_import);
}

#[test]
fn wav_read_finds_nothing_in_the_corpus() {
    replay("wav_read", record::wav_read);
}

#[test]
fn time_axis_finds_nothing_in_the_corpus() {
    replay("time_axis", record::time_axis);
}

#[test]
fn edf_read_finds_nothing_in_the_corpus() {
    replay("edf_read", record::edf_read);
}

#[test]
fn journal_recover_finds_nothing_in_the_corpus() {
    replay("journal_recover", record::journal_recover);
}

#[test]
fn session_json_finds_nothing_in_the_corpus() {
    replay("session_json", record::session_json);
}

#[test]
fn every_header_reads_with_and_without_options() {
    for options in 0..32 {
        for header in 0..32 {
            for rows in [&b""[..], b"1,2,3\n", b"0.5\t2\t3\n", b"5\n\0\0", b"Interval=\t1 s\n", b"a:1,b:2\n"] {
                record::importer_any(&[&[options, header], rows].concat());
            }
        }
    }
}

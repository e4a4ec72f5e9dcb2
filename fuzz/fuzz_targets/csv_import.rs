//! The body is `tonus_testkit::record::csv_import`; crates/record/tests/it/corpus.rs replays fuzz/corpus/csv_import without cargo-fuzz.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tonus_testkit::record::csv_import(data));

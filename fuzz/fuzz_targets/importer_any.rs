//! The body is `tonus_testkit::record::importer_any`; crates/record/tests/it/corpus.rs replays fuzz/corpus/importer_any without cargo-fuzz.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tonus_testkit::record::importer_any(data));

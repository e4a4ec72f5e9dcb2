//! The body is `tonus_record::check::importer_any`; crates/record/tests/it/corpus.rs replays fuzz/corpus/importer_any without cargo-fuzz.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tonus_record::check::importer_any(data));

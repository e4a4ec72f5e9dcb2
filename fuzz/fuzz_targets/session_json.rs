//! The body is `tonus_testkit::record::session_json`; crates/record/tests/it/corpus.rs replays fuzz/corpus/session_json without cargo-fuzz.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tonus_testkit::record::session_json(data));

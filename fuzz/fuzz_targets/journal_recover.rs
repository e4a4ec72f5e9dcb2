//! The body is `tonus_testkit::record::journal_recover`; crates/record/tests/it/corpus.rs replays fuzz/corpus/journal_recover without cargo-fuzz.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tonus_testkit::record::journal_recover(data));

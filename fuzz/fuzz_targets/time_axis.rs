//! The body is `tonus_testkit::record::time_axis`; crates/record/tests/corpus.rs replays fuzz/corpus/time_axis without cargo-fuzz.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tonus_testkit::record::time_axis(data));

//! The body is `tonus_record::check::time_axis`; crates/record/tests/corpus.rs replays fuzz/corpus/time_axis without cargo-fuzz.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tonus_record::check::time_axis(data));

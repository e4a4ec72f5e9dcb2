//! The body is `tonus_testkit::record::wav_read`; crates/record/tests/it/corpus.rs replays fuzz/corpus/wav_read without cargo-fuzz.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tonus_testkit::record::wav_read(data));

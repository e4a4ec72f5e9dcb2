//! The body is `tonus_record::check_edf_read`; crates/record/tests/it/corpus.rs replays fuzz/corpus/edf_read without cargo-fuzz.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tonus_record::check_edf_read(data));

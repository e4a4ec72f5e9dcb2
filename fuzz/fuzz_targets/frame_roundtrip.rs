//! The body is `tonus_testkit::wire::frame_roundtrip`; crates/wire/tests/it/corpus.rs replays fuzz/corpus/frame_roundtrip without cargo-fuzz.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tonus_testkit::wire::frame_roundtrip(data));

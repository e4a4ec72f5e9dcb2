//! The body is `tonus_testkit::wire::frame_decode`; crates/wire/tests/it/corpus.rs replays fuzz/corpus/frame_decode without cargo-fuzz.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tonus_testkit::wire::frame_decode(data));

//! The body is `tonus_wire::check::frame_roundtrip`; crates/wire/tests/it/corpus.rs replays fuzz/corpus/frame_roundtrip without cargo-fuzz.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tonus_wire::check::frame_roundtrip(data));

//! The body is `tonus_testkit::wire::text_line`; crates/wire/tests/it/corpus.rs replays fuzz/corpus/text_line without cargo-fuzz.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tonus_testkit::wire::text_line(data));

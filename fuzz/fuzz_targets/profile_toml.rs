//! The body is `tonus_testkit::wire::profile_toml`; crates/wire/tests/it/corpus.rs replays fuzz/corpus/profile_toml without cargo-fuzz.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tonus_testkit::wire::profile_toml(data));

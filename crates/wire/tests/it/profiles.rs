//! The built-in profiles are valid and equal the constants; bad profiles are refused with the key that is wrong.

use tonus_wire::profile::{BUILTIN, DeviceProfile};
use tonus_wire::{Decoder, builtin};

#[test]
fn every_builtin_parses_and_has_the_id_of_its_file() {
    for (id, text) in BUILTIN {
        let profile = DeviceProfile::parse(text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(profile.id, *id);
        assert!(Decoder::new(&profile.layout).is_ok(), "{id}");
        assert!(!profile.summary.is_empty());
    }
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/profiles")).expect("the folder").count();
    assert_eq!(files, BUILTIN.len());
}

#[test]
fn constants_equal_the_profiles() {
    for (id, layout) in vec![
        ("tonus-cobs", builtin::TONUS_COBS),
        ("arduino-text", builtin::ARDUINO_TEXT),
        ("bioamp-text", builtin::ARDUINO_TEXT),
        ("myoware-raw", builtin::MYOWARE),
        ("myoware-env", builtin::MYOWARE),
        ("chords-uno-r3", builtin::chords(6, 10)),
        ("chords-uno-r4", builtin::chords(6, 14)),
        ("chords-nano", builtin::chords(8, 10)),
        ("chords-mega", builtin::chords(16, 10)),
        ("chords-rp2040", builtin::chords(3, 12)),
        ("chords-stm32f4", builtin::chords(8, 12)),
        ("chords-stm32g4", builtin::chords(16, 12)),
        ("chords-giga-r1", builtin::chords(6, 16)),
        ("chords-npg-lite", builtin::chords(3, 12)),
        ("spikerbox-muscle", builtin::SPIKERBOX),
        ("openbci-cyton", builtin::OPENBCI_CYTON),
        ("openbci-cyton-daisy", builtin::OPENBCI_CYTON_DAISY),
        ("openeeg-p2", builtin::OPENEEG_P2),
        ("bitalino", builtin::bitalino(6)),
        ("freeeeg32", builtin::FREEEEG32),
        ("neuropawn-knight", builtin::NEUROPAWN_KNIGHT),
    ] {
        let profile = DeviceProfile::builtin(id).unwrap_or_else(|| panic!("{id}"));
        assert_eq!(profile.layout, layout, "{id}");
    }
}

#[test]
fn channels_have_names_and_scales_and_follow_the_stream() {
    let cobs = DeviceProfile::builtin("tonus-cobs").expect("built in");
    assert_eq!((cobs.used_channels(), cobs.channel(1).name.as_str()), (2, "ch2"));
    let cyton = DeviceProfile::builtin("openbci-cyton-daisy").expect("built in");
    assert_eq!((cyton.channels.len(), cyton.channel(15).name.as_str()), (16, "ch16"));
    let text = DeviceProfile::builtin("arduino-text").expect("built in");
    assert_eq!((text.used_channels(), text.channel(2).name.as_str()), (0, "ch3"));
    let spiker = DeviceProfile::builtin("spikerbox-muscle").expect("built in");
    assert_eq!(spiker.rate_hz(2), Some(5025.125));
    assert!(spiker.with_channels(7).is_err());
}

const GOOD: &str = r#"
schema = 1
id = "mine"
name = "Mine"
[port]
baud = 115200
[frame]
kind = "fixed"
length = 8
sync = [0xAA]
confirm = 2
counter = { at = 1, type = "u8" }
checksum = { kind = "crc16-modbus", at = -2, endian = "little", from = 1 }
[rate]
hz = 1000.0
[[channels]]
name = "ch"
repeat = 2
at = 2
type = "i16le"
scale = { uv_per_count = 0.5 }
"#;

#[test]
fn mistakes_are_named_by_their_key() {
    DeviceProfile::parse(GOOD).unwrap_or_else(|error| panic!("{error}"));
    for (from, to, key) in [
        ("schema = 1", "schema = 2", "schema"),
        ("id = \"mine\"", "id = \"My Device\"", "id"),
        ("sync = [0xAA]", "sinc = [0xAA]", "sinc"),
        ("length = 8", "length = 7", "channels"),
        ("length = 8", "length = 600", "frame.length"),
        ("length = 8", "", "frame.length"),
        ("\nat = 2", "\nat = 1", "channels"),
        ("\nat = 2", "\nat = 9", "channels"),
        ("type = \"i16le\"", "type = \"int16\"", "channels.type"),
        ("type = \"i16le\"", "type = \"u32le\"", "channels.type"),
        ("repeat = 2", "repeat = 0", "channels.repeat"),
        ("uv_per_count = 0.5", "uv_per_count = -0.5", "channels.scale"),
        ("uv_per_count = 0.5", "vref = 5.0", "channels.scale"),
        ("uv_per_count = 0.5", "gain = 5.0, volts = 1", "volts"),
        ("crc16-modbus", "crc16", "frame.checksum.kind"),
        ("endian = \"little\"", "endian = \"middle\"", "frame.checksum.endian"),
        ("confirm = 2", "confirm = 9", "frame.confirm"),
        ("confirm = 2", "max_line = 80", "frame.max_line"),
        ("confirm = 2", "codec = \"x\"", "frame.codec"),
        ("counter = { at = 1, type = \"u8\" }", "counter = { at = 0, type = \"u8\" }", "frame.counter"),
        ("type = \"u8\" }", "type = \"u8\", modulus = 1000 }", "frame.counter.modulus"),
        ("hz = 1000.0", "hz = 100000.0", "rate.hz"),
        ("hz = 1000.0", "hz = -1.0", "rate.hz"),
        ("baud = 115200", "baud = 1", "port.baud"),
        ("[rate]", "[startup]\nstart = [{ send = '{gain}' }]\n[rate]", "startup.start"),
        ("kind = \"fixed\"", "kind = \"magic\"", "kind"),
        ("kind = \"fixed\"", "kind = \"text\"", "channels.at"),
    ] {
        assert!(GOOD.contains(from), "{from}");
        let Err(error) = DeviceProfile::parse(&GOOD.replacen(from, to, 1)) else { panic!("{to} is accepted") };
        let error = error.to_string();
        assert!(error.contains(key), "{to}: {error}");
    }
}

#[test]
fn the_example_in_the_manual_is_valid() {
    let text = include_str!("../../../../docs/DEVICES.md");
    let block = text.split("```toml").nth(1).and_then(|rest| rest.split("```").next()).expect("a TOML block");
    let profile = DeviceProfile::parse(block).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((profile.id.as_str(), profile.used_channels()), ("my-board", 4));
}

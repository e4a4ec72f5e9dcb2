//! One worked stream per device, from `docs/DEVICES.md`'s sources: bytes → values, and the encoder gives the same bytes.

use tonus_testkit::wire::{Collect, Seen, decode_in, slip_crc16};
use tonus_wire::profile::DeviceProfile;
use tonus_wire::{Calibrator, Encoder, Layout, Stamp, Values};

/// Bytes of a hex string.
fn hex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    (0..digits.len()).step_by(2).map(|i| u8::from_str_radix(&digits[i..i + 2], 16).expect("hex")).collect()
}

fn layout(id: &str) -> Layout {
    DeviceProfile::builtin(id).unwrap_or_else(|| panic!("{id}")).layout
}

/// Encodes frames, the first with counter `first`.
fn encode(layout: &Layout, first: u64, frames: &[(&[i32], &[i32])]) -> Vec<u8> {
    let mut encoder = Encoder::new(layout).expect("valid");
    encoder.skip(first);
    let mut out = Vec::new();
    for (values, aux) in frames {
        let mut buffer = [0; 1100];
        let stamp = Stamp { device_us: 1_000_000, aux };
        let length = encoder.encode(Values::Counts(values), stamp, &mut buffer).expect("fits");
        out.extend_from_slice(&buffer[..length]);
    }
    out
}

/// The golden frame, then two more from the encoder, so that weak framings lock.
fn check(layout: &Layout, first: u64, values: &[i32], aux: &[i32], golden: &str) {
    let golden = hex(golden);
    let stream = encode(layout, first, &[(values, aux), (values, aux), (values, aux)]);
    assert_eq!(stream[..golden.len()], golden[..], "encoder");
    let (seen, stats) = decode_in(layout, &stream, || usize::MAX);
    let (got, meta) = seen.frames().next().expect("a frame");
    assert_eq!(got, values.iter().map(|&value| f64::from(value)).collect::<Vec<_>>());
    assert_eq!(meta.aux, aux);
    if let Some(counter) = meta.counter {
        assert_eq!(u64::from(counter), first);
    }
    assert_eq!((stats.frames, stats.lost, stats.skipped_bytes), (3, 0, 0));
}

#[test]
fn tonus_cobs() {
    let golden = "03 01 2A 04 40 42 0F 02 64 07 9C FF 92 A3 9B BD 00";
    check(&layout("tonus-cobs"), 42, &[100, -100], &[], golden);
    let (seen, _) = decode_in(&layout("tonus-cobs"), &hex(golden), || 1);
    assert_eq!(seen.frames().next().expect("one").1.device_us, Some(1_000_000));
}

#[test]
fn a_hello_comes_out_as_a_message() {
    let text = br#"{"tonus":1,"channels":3,"rate_hz":500,"uv_per_count":0.5}"#;
    let layout = layout("tonus-cobs");
    let mut buffer = [0; 1100];
    let length = Encoder::new(&layout).expect("valid").message(text, &mut buffer).expect("fits");
    let mut stream = buffer[..length].to_vec();
    // The channel count follows from the frames, so the decoder needs no hello.
    let three = layout.with_channels(3).expect("3 channels");
    stream.extend(encode(&three, 0, &[(&[1, 2, 3], &[])]));
    let (seen, stats) = decode_in(&layout, &stream, || usize::MAX);
    assert_eq!(seen.0[0], Seen::Message(text.to_vec()));
    assert_eq!(seen.frames().next().expect("a frame").0, [1.0, 2.0, 3.0]);
    assert_eq!((stats.messages, stats.frames, stats.skipped_bytes), (1, 1, 0));
}

/// What the sketch of `docs/DEVICES.md` sends, compiled for a host with `analogRead(pin) = 500 + pin`.
#[test]
fn the_sketch_in_the_manual_is_understood() {
    let (seen, stats) = decode_in(&layout("tonus-cobs"), include_bytes!("../data/sketch.bin"), || 11);
    let Seen::Message(hello) = &seen.0[0] else { panic!("{:?}", seen.0[0]) };
    let hello = tonus_wire::hello::Hello::parse(hello).expect("a hello");
    assert_eq!((hello.channels, hello.rate_hz, hello.uv_per_count), (Some(2), Some(1000.0), Some(24.414)));
    assert_eq!((stats.frames, stats.lost, stats.skipped_bytes), (20, 0, 0));
    for (i, (values, meta)) in (0_u32..).zip(seen.frames()) {
        assert_eq!((values, meta.counter), (vec![500.0, 501.0], Some(i)));
        assert_eq!(meta.device_us, seen.frames().next().and_then(|(_, first)| first.device_us).map(|t| t + i * 1000));
    }
}

#[test]
fn slip_with_crc16() {
    check(&slip_crc16(), 42, &[100, -100], &[], "C0 01 2A 00 40 42 0F 00 64 00 9C FF 03 FF C0");
}

#[test]
fn chords() {
    let golden = "C7 7C 2A 02 00 01 2C 01 FF 00 00 03 FF 01 C7 01";
    for id in ["chords-uno-r3", "chords-uno-r4", "chords-giga-r1"] {
        check(&layout(id), 42, &[512, 300, 511, 0, 1023, 455], &[], golden);
    }
    let three = "C7 7C 00 08 00 00 01 0F FF 01";
    for id in ["chords-rp2040", "chords-npg-lite"] {
        check(&layout(id), 0, &[2048, 1, 4095], &[], three);
    }
    for (id, channels, length) in
        [("chords-nano", 8, 20), ("chords-mega", 16, 36), ("chords-stm32f4", 8, 20), ("chords-stm32g4", 16, 36)]
    {
        let values: Vec<i32> = (0..channels).collect();
        assert_eq!(encode(&layout(id), 0, &[(&values, &[])]).len(), length, "{id}");
    }
}

#[test]
fn spikerbox() {
    let one = layout("spikerbox-muscle");
    check(&one, 0, &[612], &[], "84 64");
    check(&one.with_channels(2).expect("2"), 0, &[612, 512], &[], "84 64 04 00");
    check(&one, 0, &[1023], &[], "87 7F");
    // FF may be the end of a message: as the first byte of a stream it is no frame.
    check(&one, 0, &[16255], &[], "FE 7F");
    let message = hex("FF FF 01 01 80 FF 48 57 54 3A 4D 55 53 43 4C 45 53 53 3B FF FF 01 01 81 FF");
    let mut buffer = [0; 64];
    let length = Encoder::new(&one).expect("valid").message(b"HWT:MUSCLESS;", &mut buffer).expect("fits");
    assert_eq!(buffer[..length], message[..]);
    let mut stream = hex("84 64 84 65");
    stream.extend(&message);
    stream.extend(hex("84 66"));
    let (seen, stats) = decode_in(&one, &stream, || 1);
    assert_eq!(seen.frames().map(|(values, _)| values[0]).collect::<Vec<_>>(), [612.0, 613.0, 614.0]);
    assert!(seen.0.contains(&Seen::Message(b"HWT:MUSCLESS;".to_vec())));
    assert_eq!(stats.skipped_bytes, 0);
}

#[test]
fn cyton() {
    let golden = "A0 2A 000001 FFFFFF 00117A FFEE86 7FFFFF 800000 00AEC3 000000 0000 0000 1F40 C0";
    let values = [1, -1, 4474, -4474, 8388607, -8388608, 44739, 0];
    check(&layout("openbci-cyton"), 42, &values, &[0, 0, 8000], golden);
    let profile = DeviceProfile::builtin("openbci-cyton").expect("built in");
    let mut calibrator = Calibrator::new(&profile.scales(8));
    calibrator.set_anchors(&[0.0; 8]);
    let mut uv = [0.0; 8];
    calibrator.convert(Values::Counts(&values), &mut uv);
    for (got, expected) in uv.iter().zip([0.022, -0.022, 100.002, -100.002, 187500.0, -187500.02, 999.995, 0.0]) {
        assert!((got - expected).abs() < 1e-3_f32.max(expected.abs() * 1e-6), "{got} {expected}");
    }
    // Time-stamped variants end with C3 to C6; a counter that passes 255 loses nothing.
    let mut stream = encode(&layout("openbci-cyton"), 254, &[(&values, &[]), (&values, &[]), (&values, &[])]);
    stream[32] = 0xC3;
    let (seen, stats) = decode_in(&layout("openbci-cyton"), &stream, || 7);
    assert_eq!((seen.frames().count(), stats.lost), (3, 0));
}

#[test]
fn cyton_with_daisy() {
    let values: Vec<i32> = (1..=16).map(|i| i * 1000).collect();
    let golden = "A0 01 0003E8 0007D0 000BB8 000FA0 001388 001770 001B58 001F40 0000 0000 0000 C0
                  A0 02 002328 002710 002AF8 002EE0 0032C8 0036B0 003A98 003E80 0000 0000 0000 C0";
    let layout = layout("openbci-cyton-daisy");
    let stream = encode(&layout, 0, &[(&values, &[0, 0, 0]), (&values, &[]), (&values, &[])]);
    assert_eq!(stream[..66], hex(golden)[..]);
    let (seen, stats) = decode_in(&layout, &stream, || 5);
    assert!(seen.frames().all(|(got, _)| got.iter().zip(&values).all(|(a, b)| *a == f64::from(*b))));
    assert_eq!((stats.frames, stats.lost, stats.skipped_bytes), (3, 0, 0));
    // Without its second half a sample is lost, and counted.
    let mut torn = encode(&layout, 0, &(0..8).map(|_| (&values[..], &[][..])).collect::<Vec<_>>());
    torn.drain(3 * 66 + 33..4 * 66);
    let (seen, stats) = decode_in(&layout, &torn, || usize::MAX);
    assert_eq!((seen.frames().count(), stats.lost), (7, 1));
}

#[test]
fn openeeg_p2() {
    let golden = "A5 5A 02 2A 02 00 01 2C 01 FF 00 00 03 FF 01 C7 01";
    check(&layout("openeeg-p2"), 42, &[512, 300, 511, 0, 1023, 455], &[1], golden);
}

#[test]
fn bitalino_of_every_size() {
    let values = [512, 300, 511, 1023, 40, 20];
    for (channels, golden) in [
        (1, "00 88 50"),
        (2, "2C 01 88 5A"),
        (3, "C0 7F 2C 01 88 57"),
        (4, "F0 FF 7F 2C 01 88 57"),
        (5, "00 FA FF 7F 2C 01 88 58"),
        (6, "14 FA FF 7F 2C 01 88 54"),
    ] {
        let layout = layout("bitalino").with_channels(channels).expect("1 to 6");
        check(&layout, 5, &values[..channels], &[1, 0, 0, 0], golden);
    }
    let profile = DeviceProfile::builtin("bitalino").expect("built in");
    let start: Vec<_> = profile
        .startup
        .start
        .iter()
        .flat_map(|step| match step {
            tonus_wire::profile::Step::Send(template) => template.render(&profile.variables()),
            _ => Vec::new(),
        })
        .collect();
    assert_eq!(start, [0xC3, 0xFD]);
}

#[test]
fn freeeeg32() {
    let values: Vec<i32> = (0..32).map(|i| i * 3 - 40).collect();
    let golden = "A0 07 FFFFD8 FFFFDB FFFFDE";
    check(&layout("freeeeg32"), 7, &values, &[], golden);
    let stream = encode(&layout("freeeeg32"), 7, &[(&values, &[])]);
    assert_eq!((stream.len(), stream[105]), (106, 0xC0));
}

#[test]
fn neuropawn_knight() {
    let golden = "A0 2A 0001 FFFF 7FFF 8000 0064 FF9C 0000 1234 03 80 C0";
    check(&layout("neuropawn-knight"), 42, &[1, -1, 32767, -32768, 100, -100, 0, 0x1234], &[3, 128], golden);
}

fn text(id: &str, stream: &[u8]) -> (Vec<Vec<f64>>, Collect) {
    let (seen, _) = decode_in(&layout(id), stream, || 3);
    (seen.frames().map(|(values, _)| values).collect(), seen)
}

#[test]
fn arduino_text_in_all_its_forms() {
    // The first line may have been cut.
    for stream in [
        "12\r\n512,300\r\n513,301\r\n514,302\r\n",
        "x\n512 300\n513 301\n514 302\n",
        "9\r512\t300\r513\t301\r514\t302\r",
    ] {
        let (frames, seen) = text("arduino-text", stream.as_bytes());
        assert_eq!(frames, [[512.0, 300.0], [513.0, 301.0], [514.0, 302.0]], "{stream:?}");
        assert!(!seen.0.iter().any(|seen| matches!(seen, Seen::Rejected(_))));
    }
    let golden = encode(&layout("arduino-text"), 0, &[(&[512, 300], &[])]);
    assert_eq!(golden, hex("35 31 32 2C 33 30 30 0D 0A"));
}

#[test]
fn text_refuses_what_a_lost_byte_makes() {
    // A lost separator, a lost line end, a bad character: refused. A line before three agree: not believed.
    let stream = "1\n7,8,9\n1,2\n3,4\n5,6\n71 8x\n78\n7,8\n";
    let (frames, seen) = text("arduino-text", stream.as_bytes());
    assert_eq!(frames, [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]);
    assert_eq!(seen.0.iter().filter(|seen| matches!(seen, Seen::Rejected(_))).count(), 3);
}

#[test]
fn arduino_plotter_names_its_channels() {
    let stream = b"raw:1\r\nraw:512,env:33\r\nraw:513,env:34\r\nraw:514 env:35\r\n";
    let (frames, seen) = text("arduino-plotter", stream);
    assert_eq!(frames, [[512.0, 33.0], [513.0, 34.0], [514.0, 35.0]]);
    assert_eq!(seen.0[0], Seen::Locked(b"raw:512,env:33".to_vec()));
    let labels: Vec<_> =
        tonus_wire::number::labels(b"raw:512,env:33", &tonus_wire::layout::TextSpec::ARDUINO).collect();
    assert_eq!(labels, [&b"raw"[..], b"env"]);
}

#[test]
fn myoware_banner_is_a_message() {
    for id in ["myoware-raw", "myoware-env"] {
        let stream = b"\r\nMyoWare junk\r\nMyoWare Example_01_analogRead_SINGLE\r\n512\r\n513\r\n70000\r\n514\r\n";
        let (frames, seen) = text(id, stream);
        assert_eq!(frames, [[512.0], [513.0], [514.0]], "{id}");
        assert!(seen.0.contains(&Seen::Message(b"MyoWare Example_01_analogRead_SINGLE".to_vec())));
    }
}

#[test]
fn bioamp_prints_fractions() {
    let (frames, _) = text("bioamp-text", b"0\r\n-12.34,5\r\n1.5,6\r\n-0.25,7\r\n");
    assert_eq!(frames, [[-12.34, 5.0], [1.5, 6.0], [-0.25, 7.0]]);
}

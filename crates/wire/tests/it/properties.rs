//! Laws of every decoder: any split is the whole, any bytes are survived, what was encoded comes back, and what damage does
//! stays within the promises.

use proptest::prelude::*;
use tonus_testkit::wire::{self, corruption, decode_in, layouts};
use tonus_wire::profile::DeviceProfile;
use tonus_wire::{Decoder, Encoder, Framing, Layout, Stamp, Values, builtin, cobs, slip};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_in_any_split(data in prop::collection::vec(any::<u8>(), 0..1500)) {
        wire::frame_decode(&data);
    }

    #[test]
    fn bytes_that_look_like_frames_in_any_split(
        choice in any::<u8>(),
        seed in any::<u8>(),
        picks in prop::collection::vec(prop::sample::select(vec![
            0x00_u8, 0xA0, 0xC0, 0xC7, 0x7C, 0x01, 0xA5, 0x5A, 0x02, 0xFF, 0x80, 0x81, 0xDB, 0xAA, 0x55, b'\r', b'\n',
            b'1', b',', b':', b'-', b'.', b'#', 0x03, 0x7F,
        ]), 0..1500),
    ) {
        let mut data = vec![choice, seed];
        data.extend(picks);
        wire::frame_decode(&data);
    }

    #[test]
    fn encoded_frames_come_back(data in prop::collection::vec(any::<u8>(), 2..40)) {
        wire::frame_roundtrip(&data);
    }

    #[test]
    fn any_text(data in "[\\x00-\\xff]{3}([-+0-9.,eE:;# \t\r\nnaix]{0,20}[\r\n]){0,40}") {
        wire::text_line(data.as_bytes());
    }

    #[test]
    fn cobs_and_slip_are_their_own_inverse(payload in prop::collection::vec(prop::sample::select(vec![0_u8, 1, 0xC0, 0xDB, 9]), 0..600)) {
        let (mut block, mut back) = ([0; 1300], [0; 700]);
        let length = cobs::encode(&payload, &mut block).expect("room");
        prop_assert!(length <= cobs::encoded_len(payload.len()));
        prop_assert!(!block[..length - 1].contains(&0));
        prop_assert_eq!(cobs::decode(&block[..length - 1], &mut back), Some(payload.len()));
        prop_assert_eq!(&back[..payload.len()], &payload[..]);
        let length = slip::encode(&payload, &mut block).expect("room");
        prop_assert!(length <= slip::encoded_len(payload.len()));
        prop_assert_eq!(slip::decode(&block[1..length - 1], &mut back), Some(payload.len()));
        prop_assert_eq!(&back[..payload.len()], &payload[..]);
    }

    #[test]
    fn every_loss_is_counted(gaps in prop::collection::vec(0_u64..100, 1..60)) {
        for layout in [builtin::TONUS_COBS, builtin::OPENBCI_CYTON, builtin::chords(6, 10)] {
            let mut encoder = Encoder::new(&layout).expect("valid");
            let values = vec![1; usize::from(layout.channels)];
            let mut stream = Vec::new();
            let mut run = |encoder: &mut Encoder<'_>| for _ in 0..4 {
                let mut out = [0; 600];
                let length = encoder.encode(Values::Counts(&values), Stamp::default(), &mut out).expect("fits");
                stream.extend_from_slice(&out[..length]);
            };
            run(&mut encoder);
            for &gap in &gaps {
                encoder.skip(gap);
                run(&mut encoder);
            }
            let (seen, stats) = decode_in(&layout, &stream, || usize::MAX);
            let truth: u64 = gaps.iter().sum();
            prop_assert_eq!(stats.lost, truth);
            prop_assert_eq!(stats.frames, 4 * (gaps.len() as u64 + 1));
            let declared: Vec<u64> =
                seen.frames().map(|(_, meta)| u64::from(meta.lost_before)).filter(|lost| *lost > 0).collect();
            prop_assert_eq!(declared, gaps.iter().copied().filter(|gap| *gap > 0).collect::<Vec<_>>());
        }
    }
}

#[test]
fn cobs_runs_around_254() {
    for length in 250..=260 {
        for tail in [&[][..], &[0], &[0, 7], &[7]] {
            let payload: Vec<u8> =
                (0..length).map(|i| (i % 255) as u8 + 1).map(|b| b.max(1)).chain(tail.iter().copied()).collect();
            let (mut block, mut back) = ([0; 600], [0; 600]);
            let n = cobs::encode(&payload, &mut block).expect("room");
            assert!(n <= cobs::encoded_len(payload.len()), "{length}");
            assert_eq!(cobs::decode(&block[..n - 1], &mut back), Some(payload.len()));
            assert_eq!(back[..payload.len()], payload[..]);
        }
    }
}

/// The table of `examples/corruption.rs`, smaller.
#[test]
fn one_percent_of_damaged_bytes() {
    for (name, layout) in layouts() {
        let o = corruption::run(&layout, 1_000_000, 0.01, 7);
        let delivered = o.delivered as f64 / o.intact as f64;
        match name.as_str() {
            "tonus-cobs" => {
                assert_eq!(o.wrong, 0);
                assert!(delivered >= 0.999, "{delivered}");
                assert_eq!(o.lost, o.truly_lost);
            }
            // Two of three frames of 106 bytes are damaged, so three in sequence are rare.
            "freeeeg32" => assert!(delivered >= 0.9985, "{name}: {delivered}"),
            "text-crlf" => assert!(delivered >= 0.97, "{name}: {delivered}"),
            _ => assert!(delivered >= 0.999, "{name}: {delivered}"),
        }
        // One intact frame per resync, K where K frames confirm each other. With eight bits of framing one more may be
        // needed, and a line of text-crlf that has lost its CR LF takes two more with it.
        let worst = u64::from(layout.confirm) + u64::from(matches!(name.as_str(), "bitalino" | "text-crlf"));
        assert!(o.worst_resync <= worst, "{name}: {o:?}");
        if name.contains("crc16") {
            assert!(o.wrong <= 1, "{name}: {o:?}");
        }
    }
}

/// Frames of counts 0, 1, 2, … after `damage`; the values that come out.
fn counted(layout: &Layout, frames: i32, damage: impl Fn(i32, &mut Vec<u8>)) -> Vec<f64> {
    let mut encoder = Encoder::new(layout).expect("valid");
    let mut stream = Vec::new();
    for n in 0..frames {
        let mut out = [0; 64];
        let length = encoder.encode(Values::Counts(&[n]), Stamp::default(), &mut out).expect("fits");
        let mut frame = out[..length].to_vec();
        damage(n, &mut frame);
        stream.extend(frame);
    }
    decode_in(layout, &stream, || 5).0.frames().map(|(values, _)| values[0]).collect()
}

#[test]
fn an_intact_frame_between_a_short_and_a_damaged_one_is_delivered() {
    let values = counted(&builtin::bitalino(1), 12, |n, frame| match n {
        5 => drop(frame.remove(0)),
        7 => frame[2] ^= 0x40,
        _ => {}
    });
    assert_eq!(values, [0, 1, 2, 3, 4, 6, 8, 9, 10, 11].map(f64::from));
}

#[test]
fn a_lost_flag_byte_costs_its_own_frame_only() {
    let layout = DeviceProfile::builtin("spikerbox-muscle").expect("built in").layout;
    let values = counted(&layout, 8, |n, frame| {
        if n == 4 {
            frame.remove(0);
        }
    });
    assert_eq!(values, [0, 1, 2, 3, 5, 6, 7].map(f64::from));
}

/// Frames of `msbflag` with messages between them, from any byte on: nothing is delivered that was not sent whole after it.
#[test]
fn a_stream_that_begins_anywhere_makes_no_frame_of_its_own() {
    let (start, end) = (&[0xFF, 0xFF, 1, 1, 0x80, 0xFF][..], &[0xFF, 0xFF, 1, 1, 0x81, 0xFF][..]);
    for channels in 1..=6 {
        let profile =
            DeviceProfile::builtin("spikerbox-muscle").expect("built in").with_channels(channels).expect("it has six");
        for text in ["", "x", "ab", "HWT:MUSCLESS;", "STARTUP", "seven by"] {
            let mut encoder = Encoder::new(&profile.layout).expect("it can be encoded");
            let message = [start, text.as_bytes(), end].concat();
            // Bytes, and where each frame begins that is there in one piece.
            let (mut bytes, mut frames) = (Vec::new(), Vec::new());
            for n in 0..24_i32 {
                let mut room = [0; 64];
                let counts: Vec<i32> = (0..).take(channels).map(|c| (n * 41 + c * 7) % 1024).collect();
                let length = encoder.encode(Values::Counts(&counts), Stamp::default(), &mut room).expect("in range");
                let frame = &room[..length];
                match n % 6 {
                    // The message falls into the frame.
                    2 => bytes.extend(
                        [&frame[..=n as usize % (length - 1)], &message, &frame[1 + n as usize % (length - 1)..]]
                            .concat(),
                    ),
                    5 => {
                        bytes.extend_from_slice(&message);
                        frames.push((bytes.len(), counts));
                        bytes.extend_from_slice(frame);
                    }
                    _ => {
                        frames.push((bytes.len(), counts));
                        bytes.extend_from_slice(frame);
                    }
                }
            }
            for cut in 0..bytes.len() / 2 {
                let (seen, _) = decode_in(&profile.layout, &bytes[cut..], || usize::MAX);
                let mut sent = frames.iter().filter(|frame| frame.0 >= cut);
                let seen: Vec<Vec<i32>> =
                    seen.frames().map(|frame| frame.0.iter().map(|value| *value as i32).collect()).collect();
                for values in &seen {
                    let is_sent = sent.any(|frame| frame.1 == *values);
                    assert!(is_sent, "{channels} channels, {text:?}, from byte {cut}: {values:?} was never sent");
                }
                let whole = frames.iter().filter(|frame| frame.0 >= cut).count();
                assert!(
                    seen.len() + 2 >= whole,
                    "{channels} channels, {text:?}, from byte {cut}: {} of {whole}",
                    seen.len()
                );
            }
        }
    }
}

/// A stream that is joined anywhere: the frames delivered are the last of those sent, none is one that was not, and at most one
/// whole frame is missing.
#[test]
fn from_any_byte_on_the_last_frames_sent_are_delivered() {
    for (name, layout) in layouts() {
        // A profile that says that its first line is whole is believed.
        let is_decidable = !matches!(layout.framing, Framing::Text(spec) if !spec.skip_first);
        let Some(mut encoder) = Encoder::new(&layout).ok().filter(|_| is_decidable) else { continue };
        let channels = if layout.channels == 0 { 2 } else { usize::from(layout.channels) };
        let (mut bytes, mut sent, mut begins) = (Vec::new(), Vec::new(), Vec::new());
        for n in 0..16_i32 {
            // Values that hold the bytes that formats begin and end with, where a channel is wide enough.
            let value = |c: i32| [0, 10, 13, 192, 160, 199, 124, 90][(n + c) as usize % 8] + n;
            let is_narrow = name == "bitalino";
            let values: Vec<i32> =
                (0..).take(channels).map(|c| if is_narrow { value(c) % 64 } else { value(c) }).collect();
            let mut room = [0; 512];
            let encoded = encoder.encode(Values::Counts(&values), Stamp::default(), &mut room);
            let Ok(length) = encoded else { continue };
            begins.push(bytes.len());
            bytes.extend_from_slice(&room[..length]);
            sent.push(values);
        }
        assert_eq!(sent.len(), 16, "{name}");
        for cut in 0..bytes.len() / 2 {
            let (seen, _) = decode_in(&layout, &bytes[cut..], || usize::MAX);
            let seen: Vec<Vec<i32>> =
                seen.frames().map(|frame| frame.0.iter().map(|value| *value as i32).collect()).collect();
            let from = sent.len().saturating_sub(seen.len());
            assert_eq!(seen, sent[from..], "{name}, from byte {cut}");
            // A text sensor's columns are learned from its first lines.
            let whole = begins.iter().filter(|begin| **begin >= cut).count();
            let is_text = matches!(layout.framing, Framing::Text(_));
            assert!(is_text || seen.len() + 1 >= whole, "{name}, from byte {cut}: {} of {whole}", seen.len());
        }
    }
}

#[test]
fn a_clean_line_loses_nothing() {
    for (name, layout) in layouts() {
        let o = corruption::run(&layout, 100_000, 0.0, 1);
        let first = u64::from(name.contains("text") || name.contains("plotter") || name.contains("myoware"));
        assert_eq!((o.wrong, o.lost, o.repaired), (0, 0, 0), "{name}");
        assert!(o.sent - o.delivered <= first, "{name}: {o:?}");
    }
}

#[test]
fn noise_is_never_a_tonus_frame() {
    let mut random = wire::Random(3);
    let noise: Vec<u8> = (0..2_000_000).map(|_| random.bits() as u8).collect();
    for bytes in [&noise, &vec![0; 100_000], &vec![0xFF; 100_000], &vec![0xA0; 100_000], &vec![0xC0; 100_000]] {
        for (name, layout) in layouts() {
            let (seen, _) = decode_in(&layout, bytes, || usize::MAX);
            if name == "tonus-cobs" {
                assert_eq!(seen.frames().count(), 0);
            }
        }
    }
}

fn cobs_frames(encoder: &mut Encoder<'_>, times: &[u32]) -> Vec<u8> {
    let mut stream = Vec::new();
    for &device_us in times {
        let mut out = [0; 64];
        let stamp = Stamp { device_us, aux: &[] };
        let length = encoder.encode(Values::Counts(&[1, 2]), stamp, &mut out).expect("fits");
        stream.extend_from_slice(&out[..length]);
    }
    stream
}

#[test]
fn a_device_that_starts_again_is_not_a_loss() {
    let mut encoder = Encoder::new(&builtin::TONUS_COBS).expect("valid");
    encoder.skip(50_000);
    // Also over the clock's own wrap, which is none.
    let mut stream = cobs_frames(&mut encoder, &[u32::MAX - 500, 499, 1_499]);
    let mut again = Encoder::new(&builtin::TONUS_COBS).expect("valid");
    stream.extend(cobs_frames(&mut again, &[100, 1_100]));
    let (seen, stats) = decode_in(&builtin::TONUS_COBS, &stream, || 9);
    assert_eq!((stats.frames, stats.lost, stats.restarts), (5, 0, 1));
    let restarted: Vec<bool> = seen.frames().map(|(_, meta)| meta.restarted).collect();
    assert_eq!(restarted, [false, false, false, true, false]);
}

#[test]
fn a_small_counter_that_may_have_wrapped_is_marked() {
    let layout = builtin::bitalino(2);
    let mut encoder = Encoder::new(&layout).expect("valid");
    let run = |encoder: &mut Encoder<'_>| {
        let mut stream = Vec::new();
        for _ in 0..5 {
            let mut out = [0; 64];
            let length = encoder.encode(Values::Counts(&[512, 300]), Stamp::default(), &mut out).expect("fits");
            stream.extend_from_slice(&out[..length]);
        }
        stream
    };
    let mut decoder = Decoder::new(&layout).expect("valid");
    let mut seen = wire::Collect::default();
    decoder.push(&run(&mut encoder), &mut seen);
    // Three lost, and the caller knows of nothing else: certain.
    encoder.skip(3);
    decoder.push(&run(&mut encoder), &mut seen);
    assert_eq!((decoder.stats().lost, decoder.stats().ambiguous), (3, 0));
    // 16 + 3 lost in a silence: 3 by the counter, marked.
    encoder.skip(19);
    decoder.mark_discontinuity();
    decoder.push(&run(&mut encoder), &mut seen);
    assert_eq!((decoder.stats().lost, decoder.stats().ambiguous), (6, 1));
    // Half a turn of rubbish: marked without being told.
    encoder.skip(17);
    decoder.push(&[0x5A; 17 * 4], &mut seen);
    decoder.push(&run(&mut encoder), &mut seen);
    decoder.finish(&mut seen);
    assert_eq!((decoder.stats().lost, decoder.stats().ambiguous, decoder.stats().frames), (7, 2, 20));
}

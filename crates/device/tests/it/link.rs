//! A link over scripted bytes and TCP: hang-ups, slow readers, conversations. No port is needed.

use std::io::Write as _;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use tonus_device::transport::{Capture, Connector, Memory, Script};
use tonus_device::{Link, LinkOptions, Notice, Packet, State};
use tonus_wire::profile::DeviceProfile;
use tonus_wire::{Encoder, Stamp, Values};

fn cobs() -> DeviceProfile {
    DeviceProfile::builtin("tonus-cobs").unwrap()
}

/// Frames `from..to` of a device whose counter starts at 0.
fn bytes(from: u64, to: u64) -> Vec<u8> {
    let mut encoder = Encoder::new(&cobs().layout).unwrap();
    encoder.skip(from);
    let (mut out, mut room) = (Vec::new(), [0; 2048]);
    for n in from..to {
        let length = encoder.encode(Values::Counts(&[n as i32 % 1000, 7]), Stamp::default(), &mut room).unwrap();
        out.extend_from_slice(&room[..length]);
    }
    out
}

fn all(link: &mut Link) -> Vec<Packet> {
    let mut packets = Vec::new();
    while !link.is_finished() {
        link.wait(Duration::from_millis(20));
        packets.extend(std::iter::from_fn(|| link.frame()));
    }
    packets
}

fn open(connector: impl Connector + 'static, profile: &DeviceProfile, queue_frames: Option<usize>) -> Link {
    let options = LinkOptions { rate_hz: Some(1000.0), queue_frames, ..LinkOptions::default() };
    Link::open(Box::new(connector), profile, options).unwrap()
}

#[test]
fn losses_are_gaps_and_hang_ups_are_stalls() {
    let sensor = Memory::new([
        Script::Bytes(bytes(0, 100)),
        Script::Bytes(bytes(130, 200)),
        Script::HangUp,
        Script::Bytes(bytes(0, 50)),
    ]);
    let mut link = open(sensor, &cobs(), None);
    let packets = all(&mut link);
    assert_eq!(packets.len(), 100 + 70 + 50);
    let marked: Vec<(usize, u64, bool)> = packets
        .iter()
        .enumerate()
        .filter(|(_, p)| p.gap > 0 || p.stalled)
        .map(|(n, p)| (n, p.gap, p.stalled))
        .collect();
    assert_eq!(marked, [(100, 30, false), (170, 0, true)]);
    let states: Vec<State> = std::iter::from_fn(|| link.notice())
        .filter_map(|notice| if let Notice::State(state) = notice { Some(state) } else { None })
        .collect();
    let expected = [
        State::Opening,
        State::Starting,
        State::Streaming,
        State::Lost,
        State::Opening,
        State::Starting,
        State::Streaming,
        State::Closed,
    ];
    assert_eq!(states, expected);
    assert_eq!((link.stats().opened, link.stats().wire.frames), (2, 220));
}

#[test]
fn a_reader_that_sleeps_loses_nothing_within_the_queue_and_is_told_beyond() {
    let mut link = open(Memory::new([Script::Bytes(bytes(0, 5000))]), &cobs(), Some(6000));
    std::thread::sleep(Duration::from_millis(300));
    let packets = all(&mut link);
    assert!(packets.len() == 5000 && packets.iter().all(|p| p.gap == 0) && link.stats().overrun == 0);

    let script =
        [Script::Bytes(bytes(0, 5000)), Script::Silence(Duration::from_millis(500)), Script::Bytes(bytes(5000, 5001))];
    let mut link = open(Memory::new(script), &cobs(), Some(1000));
    std::thread::sleep(Duration::from_millis(300));
    let packets = all(&mut link);
    let overrun = link.stats().overrun;
    assert!(overrun > 0);
    assert_eq!(packets.len() as u64 + overrun, 5001);
    assert_eq!(packets.iter().map(|p| p.gap).sum::<u64>(), overrun, "every lost frame is declared");
    let mut index = 0;
    for packet in &packets {
        index += packet.gap;
        assert_eq!(packet.values(), [(index % 1000) as f64, 7.0]);
        index += 1;
    }
}

#[test]
fn a_device_is_asked_started_and_stopped() {
    let profile = DeviceProfile::builtin("spikerbox-muscle").unwrap();
    let sensor = Memory::new([
        Script::Bytes(b"StartUp!\r\n\xFF\xFF\x01\x01\x80\xFFHWT:MUSCLESS;\xFF\xFF\x01\x01\x81\xFF".to_vec()),
        Script::Silence(Duration::from_millis(20)),
        Script::Bytes([0x84, 0x64].repeat(20)),
        Script::Silence(Duration::from_millis(200)),
    ]);
    let watched = sensor.clone();
    let mut link = open(sensor, &profile, None);
    assert!(all(&mut link).iter().all(|p| p.values() == [612.0]));
    assert_eq!(watched.written(), b"b:;\nconf s:10000;c:1;\n");

    let profile = DeviceProfile::builtin("openbci-cyton").unwrap();
    let silence = || Script::Silence(Duration::from_millis(20));
    let sensor = Memory::new(
        std::iter::repeat_with(silence)
            .take(6)
            .chain([Script::Bytes(b"OpenBCI V3$$$".to_vec())])
            .chain(std::iter::repeat_with(silence).take(100)),
    );
    let watched = sensor.clone();
    let mut link = open(sensor, &profile, None);
    std::thread::sleep(Duration::from_millis(600));
    link.close();
    assert_eq!(watched.written(), b"svbs");
}

#[test]
fn a_capture_plays_again() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("capture");
    let capture = std::fs::File::create(&place).unwrap();
    let options = LinkOptions { rate_hz: Some(1000.0), capture: Some(Box::new(capture)), ..LinkOptions::default() };
    let sensor = Memory::new([Script::Bytes(bytes(0, 3000))]);
    let mut link = Link::open(Box::new(sensor), &cobs(), options).unwrap();
    let first = all(&mut link);
    drop(link);
    let again = Some(Capture::new(std::fs::File::open(&place).unwrap(), false));
    let mut link = open(again, &cobs(), None);
    let second = all(&mut link);
    assert_eq!(first.len(), 3000);
    assert!(first.iter().map(|p| p.values).eq(second.iter().map(|p| p.values)));
}

#[test]
fn a_server_that_was_away_for_long_is_found_again_soon() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let place = address.to_string();
    let serve = |listener: TcpListener, from: u64| {
        let (mut client, _) = listener.accept().unwrap();
        client.write_all(&bytes(from, from + 100)).unwrap();
        // Until it has been read.
        std::thread::sleep(Duration::from_millis(200));
    };
    let server = std::thread::spawn(move || {
        serve(listener, 0);
        std::thread::sleep(Duration::from_millis(3300));
        let back = Instant::now();
        serve(TcpListener::bind(address).unwrap(), 0);
        back
    });
    let mut link = open(tonus_device::transport::TcpConnector::new(&place), &cobs(), None);
    let mut packets = Vec::new();
    let begin = Instant::now();
    while packets.len() < 200 && begin.elapsed() < Duration::from_secs(20) {
        link.wait(Duration::from_millis(20));
        packets.extend(std::iter::from_fn(|| link.frame()));
    }
    let back = server.join().unwrap();
    assert_eq!(packets.len(), 200);
    let found = packets[100].arrival.duration_since(back);
    println!("found after {found:.0?}");
    assert!(packets[100].stalled && found < Duration::from_millis(1200), "{found:?}");
}

#[test]
fn an_absent_port_is_an_error_at_once() {
    let begin = Instant::now();
    let connector = tonus_device::transport::SerialConnector::new("/dev/tonus-none");
    let error = Link::open(Box::new(connector), &cobs(), LinkOptions::default()).unwrap_err();
    assert!(error.to_string().contains("plug the sensor in"), "{error}");
    assert!(begin.elapsed() < Duration::from_secs(1));
}

//! Bodies of the fuzz targets and the corruption experiment: plain functions, so that tests replay a corpus without
//! cargo-fuzz. They panic on a finding. Not part of the interface.

#![allow(
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::cast_possible_wrap,
    clippy::needless_for_each,
    reason = "test bodies: a panic is the finding, and numbers are small"
)]

pub mod corruption;
mod formats;

pub use formats::{layouts, slip_crc16};

use tonus_wire::hello::Hello;
use tonus_wire::layout::{Framing, Labels, MAX_CHANNELS, NumberStyle, Record, Terminator, TextSpec};
use tonus_wire::profile::DeviceProfile;
use tonus_wire::{Decoder, Encoder, Event, Frame, Layout, Reject, Sink, Stamp, Stats, Values};

/// Everything a decoder handed out, owned.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// A frame of counts.
    Counts(Vec<i32>, Meta),
    /// A frame of numbers, as bits.
    Numbers(Vec<u64>, Meta),
    /// First lock.
    Locked(Vec<u8>),
    /// Bytes thrown away.
    Resync(u32),
    /// A message.
    Message(Vec<u8>),
    /// A refusal.
    Rejected(Reject),
    /// Whatever comes later.
    Other,
}

/// What a frame carries besides values.
#[derive(Debug, Clone, PartialEq)]
pub struct Meta {
    /// Auxiliary values.
    pub aux: Vec<i32>,
    /// Counter.
    pub counter: Option<u32>,
    /// Device clock.
    pub device_us: Option<u32>,
    /// Frames missing before.
    pub lost_before: u32,
    /// Uncertain.
    pub ambiguous: bool,
    /// Started again.
    pub restarted: bool,
    /// Stream position.
    pub end: u64,
}

/// Collects.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Collect(pub Vec<Seen>);

impl Sink for Collect {
    fn frame(&mut self, frame: &Frame<'_>) {
        let meta = Meta {
            aux: frame.aux.to_vec(),
            counter: frame.counter,
            device_us: frame.device_us,
            lost_before: frame.lost_before,
            ambiguous: frame.ambiguous,
            restarted: frame.restarted,
            end: frame.end,
        };
        self.0.push(match frame.values {
            Values::Counts(counts) => Seen::Counts(counts.to_vec(), meta),
            Values::Numbers(numbers) => Seen::Numbers(numbers.iter().map(|v| v.to_bits()).collect(), meta),
        });
    }

    fn event(&mut self, event: &Event<'_>) {
        self.0.push(match *event {
            Event::Locked { line } => Seen::Locked(line.to_vec()),
            Event::Resync { skipped } => Seen::Resync(skipped),
            Event::Message(message) => {
                // Whatever it holds, it may be taken for what a sensor says of itself.
                let _ = Hello::parse(message);
                Seen::Message(message.to_vec())
            }
            Event::Rejected(reject) => Seen::Rejected(reject),
            _ => Seen::Other,
        });
    }
}

impl Collect {
    /// The frames only.
    pub fn frames(&self) -> impl Iterator<Item = (Vec<f64>, &Meta)> {
        self.0.iter().filter_map(|seen| match seen {
            Seen::Counts(counts, meta) => Some((counts.iter().map(|&count| f64::from(count)).collect(), meta)),
            Seen::Numbers(bits, meta) => Some((bits.iter().map(|&bits| f64::from_bits(bits)).collect(), meta)),
            _ => None,
        })
    }
}

/// Splitmix64: small, good enough to place faults.
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    /// 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 to `n` - 1.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(n)) >> 64) as u64
    }
}

/// Decodes in pieces; `next` gives the length of each.
pub fn decode_in(layout: &Layout, bytes: &[u8], mut next: impl FnMut() -> usize) -> (Collect, Stats) {
    let mut decoder = Decoder::new(layout).expect("a layout that was validated");
    let mut seen = Collect::default();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(next().clamp(1, rest.len()));
        decoder.push(now, &mut seen);
        let stats = decoder.stats();
        let done = stats.frame_bytes + stats.idle_bytes + stats.skipped_bytes;
        assert!(done <= stats.bytes, "more bytes accounted for than came: {stats:?}");
        rest = later;
    }
    decoder.finish(&mut seen);
    let stats = *decoder.stats();
    let half = if layout.framing == Framing::CytonDaisy { 33 } else { 0 };
    let done = stats.frame_bytes + stats.idle_bytes + stats.skipped_bytes;
    assert!(done <= stats.bytes && stats.bytes - done <= half, "bytes unaccounted for: {stats:?}");
    (seen, stats)
}

fn values_for(layout: &Layout, random: &mut Random) -> Vec<i32> {
    let channels = if layout.channels == 0 { 2 } else { usize::from(layout.channels) };
    let (mut low, mut high) = match layout.framing {
        Framing::Text(_) | Framing::MsbFlag(_) => (0, 1023),
        Framing::CytonDaisy => layout.record.channels[0].limits(),
        _ => layout.fields().iter().fold((i64::MIN, i64::MAX), |(low, high), field| {
            let (min, max) = field.limits();
            (low.max(min), high.min(max))
        }),
    };
    if let Some((min, max)) = layout.record.range {
        low = low.max(i64::from(min));
        high = high.min(i64::from(max));
    }
    (0..channels).map(|_| (low + random.below((high - low) as u64 + 1) as i64) as i32).collect()
}

/// Any bytes: no panic, and any split gives what the whole gives.
///
/// # Panics
/// On a finding.
pub fn frame_decode(data: &[u8]) {
    let [choice, seed, bytes @ ..] = data else { return };
    thread_local!(static LAYOUTS: Vec<(String, Layout)> = layouts());
    let layout = LAYOUTS.with(|all| all[usize::from(*choice) % all.len()].1);
    let whole = decode_in(&layout, bytes, || usize::MAX);
    let single = decode_in(&layout, bytes, || 1);
    assert_eq!(whole, single, "byte by byte differs from the whole");
    let mut random = Random(u64::from(*seed));
    let split = decode_in(&layout, bytes, || random.below(40) as usize + 1);
    assert_eq!(whole, split, "a split differs from the whole");
}

/// Frames that were encoded come back; after damage, nothing that was not sent comes out of a CRC-32 framing.
///
/// # Panics
/// On a finding.
pub fn frame_roundtrip(data: &[u8]) {
    let [choice, seed, faults @ ..] = data else { return };
    thread_local!(static LAYOUTS: Vec<(String, Layout)> = layouts());
    let (name, layout) = LAYOUTS.with(|all| all[usize::from(*choice) % all.len()].clone());
    let mut random = Random(u64::from(*seed));
    let labels = ["a", "b"];
    let mut encoder = Encoder::new(&layout).expect("valid");
    if name == "arduino-plotter" {
        encoder = encoder.with_labels(&labels);
    }
    let mut stream = Vec::new();
    let mut sent = Vec::new();
    for i in 0..12 {
        let values = values_for(&layout, &mut random);
        let mut out = [0; tonus_wire::MAX_ENCODED];
        let stamp = Stamp { device_us: i * 1000, aux: &[] };
        let length = encoder.encode(Values::Counts(&values), stamp, &mut out).expect("values fit");
        stream.extend_from_slice(&out[..length]);
        sent.push(values.iter().map(|&value| f64::from(value)).collect::<Vec<_>>());
    }
    let (seen, stats) = decode_in(&layout, &stream, || usize::MAX);
    let got: Vec<_> = seen.frames().map(|(values, _)| values).collect();
    let first = usize::from(matches!(layout.framing, Framing::Text(TextSpec { skip_first: true, .. })));
    assert_eq!(got, sent[first..], "{name}: clean frames");
    assert_eq!((stats.lost, stats.skipped_bytes, stats.bad_checksum), (0, 0, 0), "{name}: {stats:?}");

    for fault in faults.chunks_exact(3) {
        let at = usize::from(fault[0]) * stream.len() / 256;
        match fault[1] % 3 {
            0 => stream[at] ^= fault[2],
            1 => drop(stream.remove(at)),
            _ => stream.insert(at, fault[2]),
        }
        if stream.is_empty() {
            return;
        }
    }
    let (seen, _) = decode_in(&layout, &stream, || usize::MAX);
    if name == "tonus-cobs" {
        for (values, _) in seen.frames() {
            assert!(sent.contains(&values), "a frame that was never sent: {values:?}");
        }
    }
}

/// Any text through any text format: no panic, bounded, finite numbers only, any split the same.
///
/// # Panics
/// On a finding.
pub fn text_line(data: &[u8]) {
    let [options, max, fields, bytes @ ..] = data else { return };
    let mut spec = TextSpec::ARDUINO;
    spec.terminator = [Terminator::Auto, Terminator::Lf, Terminator::CrLf, Terminator::Cr][usize::from(options & 3)];
    spec.number = [NumberStyle::Float, NumberStyle::Int, NumberStyle::Hex][usize::from(options >> 2 & 3) % 3];
    spec.labels = [Labels::Auto, Labels::Require, Labels::Never][usize::from(options >> 4 & 3) % 3];
    spec.skip_first = options & 0x40 != 0;
    spec.max_line = u16::from(*max).max(2);
    spec.fields = fields % (MAX_CHANNELS as u8 + 1);
    let record = Record { range: (options & 0x80 != 0).then_some((-2000, 2000)), ..Record::EMPTY };
    let layout =
        Layout { framing: Framing::Text(spec), record, channels: spec.fields, lengths: [0; MAX_CHANNELS], confirm: 2 };
    let whole = decode_in(&layout, bytes, || usize::MAX);
    assert_eq!(whole, decode_in(&layout, bytes, || 1), "byte by byte differs from the whole");
    for (values, _) in whole.0.frames() {
        assert!(values.iter().all(|value| value.is_finite()), "{values:?}");
        assert!(values.len() <= MAX_CHANNELS);
    }
    let _ = Hello::parse(bytes);
}

/// Any text as a profile: no panic; one that is accepted makes a decoder and, if its frames can be filled, frames.
///
/// # Panics
/// On a finding.
pub fn profile_toml(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let Ok(profile) = DeviceProfile::parse(text) else { return };
    let mut decoder = Decoder::new(&profile.layout).expect("an accepted profile decodes");
    let mut seen = Collect::default();
    decoder.push(data, &mut seen);
    let zeros = vec![0; profile.used_channels().max(1)];
    let mut out = [0; tonus_wire::MAX_ENCODED];
    let mut encoder = Encoder::new(&profile.layout).expect("an accepted profile encodes");
    let _ = encoder.encode(Values::Counts(&zeros), Stamp::default(), &mut out);
    for step in profile.startup.pre.iter().chain(&profile.startup.start).chain(&profile.startup.stop) {
        if let tonus_wire::profile::Step::Send(template) = step {
            let _ = template.render(&profile.variables());
        }
    }
    let _ = profile.scales(40);
}

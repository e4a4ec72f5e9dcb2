//! Decoders in bytes per second: clean frames (goal ≥ 100 MB/s) and pure noise (goal ≥ 50 MB/s), pushed in reads of 4 KiB.
//!
//! The sink folds every value into a sum, so that nothing is optimised away. A megabyte per iteration.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use tonus_testkit::wire::Random;
use tonus_wire::layout::{Framing, Labels, TextSpec};
use tonus_wire::profile::DeviceProfile;
use tonus_wire::{Decoder, Encoder, Frame, Sink, Stamp, Values};

const BYTES: usize = 1 << 20;
pub(crate) const READ: usize = 4096;
/// Every format of its own; the other profiles differ in names and rates only.
const DEVICES: [&str; 13] = [
    "tonus-cobs",
    "arduino-text",
    "arduino-plotter",
    "myoware-raw",
    "chords-uno-r3",
    "chords-mega",
    "spikerbox-muscle",
    "openbci-cyton",
    "openbci-cyton-daisy",
    "openeeg-p2",
    "bitalino",
    "freeeeg32",
    "neuropawn-knight",
];

#[derive(Default)]
pub(crate) struct Sum(f64);

impl Sink for Sum {
    fn frame(&mut self, frame: &Frame<'_>) {
        match frame.values {
            Values::Counts(counts) => self.0 += counts.iter().map(|&count| f64::from(count)).sum::<f64>(),
            Values::Numbers(numbers) => self.0 += numbers.iter().sum::<f64>(),
        }
    }
}

pub(crate) fn frames(profile: &DeviceProfile) -> Vec<u8> {
    let mut encoder = Encoder::new(&profile.layout).expect("a built-in layout");
    if let Framing::Text(TextSpec { labels: Labels::Require, .. }) = profile.layout.framing {
        encoder = encoder.with_labels(&["raw", "env"]);
    }
    let mut random = Random(5);
    let channels = profile.used_channels().max(2).min(if profile.used_channels() == 1 { 1 } else { 32 });
    let mut stream = Vec::with_capacity(BYTES + 600);
    while stream.len() < BYTES {
        let wide = profile.layout.record.channels.first().map_or(0, |field| field.limits().1).max(1023);
        let values: Vec<i32> =
            (0..channels).map(|i| random.below(if i < 4 { wide as u64 } else { 60 }) as i32).collect();
        let values: Vec<i32> = match profile.layout.record.range {
            Some((low, high)) => values.iter().map(|value| value.clamp(&low, &high)).copied().collect(),
            None => values.iter().map(|&value| value % 1024).collect(),
        };
        let mut out = [0; 1100];
        let stamp = Stamp { device_us: stream.len() as u32, aux: &[] };
        let length = encoder.encode(Values::Counts(&values), stamp, &mut out).expect("values fit");
        stream.extend_from_slice(&out[..length]);
    }
    stream
}

fn decoders(criterion: &mut Criterion) {
    let mut random = Random(9);
    let noise: Vec<u8> = (0..BYTES).map(|_| random.bits() as u8).collect();
    for id in DEVICES {
        let profile = DeviceProfile::builtin(id).expect("built in");
        let clean = frames(&profile);
        let mut group = criterion.benchmark_group(id);
        for (name, bytes) in [("clean", &clean), ("noise", &noise)] {
            group.throughput(Throughput::Bytes(bytes.len() as u64));
            group.bench_with_input(BenchmarkId::from_parameter(name), bytes, |bencher, bytes| {
                let mut decoder = Decoder::new(&profile.layout).expect("a built-in layout");
                let mut sink = Sum::default();
                bencher.iter(|| {
                    for read in bytes.chunks(READ) {
                        decoder.push(black_box(read), &mut sink);
                    }
                });
                black_box(sink.0);
                assert!(name == "noise" || decoder.stats().frames > 0, "{id}: {:?}", decoder.stats());
            });
        }
        group.finish();
    }
}

criterion::criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = decoders
}
criterion::criterion_main!(benches);

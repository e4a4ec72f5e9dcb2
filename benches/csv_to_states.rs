//! From the bytes of a CSV file to decisions, in memory: 30 s at 2 kHz, channels {1, 4}.
//!
//! Beside it, what one would write with the `csv` and `biquad` crates: records, `str::parse`, eight sections in `f64`, running
//! RMS, two thresholds. That peer checks no quality, finds no gap, calibrates nothing and hashes nothing.
//! Throughput counts samples times channels.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Cursor;
use std::sync::Arc;

use biquad::{Biquad, Coefficients, DirectForm2Transposed};
use criterion::{BenchmarkId, Criterion, Throughput};
use tonus::core::config::{ChannelConfig, PipelineConfig};
use tonus::core::decision::Decision;
use tonus::core::input::{Command, Input};
use tonus::core::pipeline::Pipeline;
use tonus::dsp::design::{Mains, Sections, butterworth_highpass, butterworth_lowpass, mains_notches};
use tonus::dsp::units::SampleRate;
use tonus::record::{Chunk, OpenOptions, Recording};
use tonus_testkit::synth::{Contraction, Recipe};

pub(crate) const RATE_HZ: f64 = 2000.0;
pub(crate) const SECONDS: f64 = 30.0;
const SECTIONS: usize = 8;
const WINDOW: usize = 200;

pub(crate) fn text(channels: usize) -> Arc<[u8]> {
    let hold = Contraction { start_s: 15.0, ramp_s: 0.3, hold_s: 5.0, release_s: 0.2, ratio: 6.0 };
    let columns: Vec<Vec<f64>> = (0..channels)
        .map(|c| Recipe { contractions: vec![hold], ..Recipe::rest(RATE_HZ, SECONDS, c as u64) }.make_uv())
        .collect();
    let mut text = String::from("time_s");
    for c in 1..=channels {
        write!(text, ",emg{c}_uv").expect("memory");
    }
    for i in 0..columns[0].len() {
        write!(text, "\n{:.4}", i as f64 / RATE_HZ).expect("memory");
        for column in &columns {
            write!(text, ",{:.2}", column[i] + 40.0).expect("memory");
        }
    }
    text.push('\n');
    text.into_bytes().into()
}

/// Decisions of the pipeline, so that nothing can be left out.
pub(crate) fn tonus<const LANES: usize>(text: Arc<[u8]>) -> u64 {
    let mut recording =
        Recording::from_reader(Cursor::new(text), "memory.csv", &OpenOptions::default()).expect("a table");
    let config = PipelineConfig::new(recording.header().rate);
    let mut pipeline = Pipeline::<LANES>::new(&config, &[ChannelConfig::default(); LANES]).expect("a configuration");
    let mut decisions = 0;
    let mut sink = |_: &Decision| decisions += 1;
    while let Some(chunk) = recording.next_chunk().expect("rows that can be read") {
        let input = match chunk {
            Chunk::Frames(frames) => Input::Frames(frames),
            Chunk::Gap { frames } => Input::Gap { frames },
            Chunk::Stalled => Input::Stalled,
            Chunk::Cue(cue) => Input::Command(Command::Cue(cue)),
        };
        pipeline.push(input, &mut sink).expect("whole frames");
    }
    black_box(pipeline.digest());
    decisions
}

struct PeerChannel {
    filters: [DirectForm2Transposed<f64>; SECTIONS],
    ring: [f64; WINDOW],
    sum: f64,
    is_active: bool,
    active: u64,
}

impl PeerChannel {
    fn new(sections: &Sections<SECTIONS>) -> Self {
        let filters = core::array::from_fn(|i| {
            DirectForm2Transposed::<f64>::new(Coefficients::<f64>::from(&sections.as_slice()[i]))
        });
        Self { filters, ring: [0.0; WINDOW], sum: 0.0, is_active: false, active: 0 }
    }

    fn push(&mut self, at: usize, x: f64) {
        let y = self.filters.iter_mut().fold(x, |x, filter| filter.run(x));
        self.sum += y * y - core::mem::replace(&mut self.ring[at], y * y);
        let rms = (self.sum.max(0.0) / WINDOW as f64).sqrt();
        self.is_active = rms > if self.is_active { 2.6 } else { 3.0 };
        self.active += u64::from(self.is_active);
    }
}

fn peer(text: &[u8], sections: &Sections<SECTIONS>, channels: usize) -> u64 {
    let mut reader = csv::Reader::from_reader(text);
    let mut record = csv::StringRecord::new();
    let mut states: Vec<PeerChannel> = (0..channels).map(|_| PeerChannel::new(sections)).collect();
    let mut at = 0;
    while reader.read_record(&mut record).expect("rows that can be read") {
        for (state, field) in states.iter_mut().zip(record.iter().skip(1)) {
            state.push(at, field.parse().expect("a number"));
        }
        at = (at + 1) % WINDOW;
    }
    states.iter().map(|state| state.active).sum()
}

fn channels<const LANES: usize>(criterion: &mut Criterion) {
    let rate = SampleRate::new(RATE_HZ).expect("2 kHz is a rate");
    let mut sections = Sections::EMPTY;
    sections.extend(&butterworth_highpass(20.0, rate, 4).expect("below half the rate")).expect("room for 8");
    sections.extend(&mains_notches(Mains::Hz50, rate).expect("below half the rate")).expect("room for 8");
    sections.extend(&butterworth_lowpass(450.0, rate, 6).expect("below half the rate")).expect("room for 8");
    let text = text(LANES);
    assert_eq!(tonus::<LANES>(text.clone()), (100.0 * SECONDS) as u64 * LANES as u64);
    let mut group = criterion.benchmark_group("csv_to_states");
    group.sample_size(20);
    group.throughput(Throughput::Elements((SECONDS * RATE_HZ) as u64 * LANES as u64));
    group.bench_function(BenchmarkId::new("tonus", LANES), |bencher| bencher.iter(|| tonus::<LANES>(text.clone())));
    group.bench_function(BenchmarkId::new("csv_and_biquad", LANES), |bencher| {
        bencher.iter(|| peer(black_box(&text), &sections, LANES));
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    channels::<1>(&mut criterion);
    channels::<4>(&mut criterion);
    criterion.final_summary();
}

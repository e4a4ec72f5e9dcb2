//! Welch's method over ten minutes at 2 kHz: segments of 256 to 2048 samples, half of each shared; median and mean frequency.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use tonus::dsp::units::SampleRate;
use tonus_dsp::feature::spectrum::{Welch, mean_frequency, median_frequency};
use tonus_testkit::synth::Recipe;

pub(crate) const RATE_HZ: f64 = 2000.0;

/// Ten minutes of rest.
pub(crate) fn signal() -> Vec<f32> {
    Recipe::rest(RATE_HZ, 600.0, 1).make_uv().into_iter().map(|v| v as f32).collect()
}

fn main() {
    let rate = SampleRate::new(RATE_HZ).expect("2 kHz is a rate");
    let input = signal();
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("spectrum");
    group.throughput(Throughput::Elements(input.len() as u64));
    for segment in [256, 512, 1024, 2048] {
        let mut welch = Welch::new(segment, segment / 2, rate).expect("a segment that fits");
        let mut density = vec![0.0; welch.bins()];
        let step_hz = welch.resolution_hz();
        group.bench_function(BenchmarkId::new("welch_mdf_mnf", segment), |bencher| {
            bencher.iter(|| {
                welch.density(black_box(&input), &mut density).expect("ten minutes are longer than a segment");
                black_box(median_frequency(&density, step_hz, 20.0..=450.0));
                black_box(mean_frequency(&density, step_hz, 20.0..=450.0));
            });
        });
    }
    group.finish();
    criterion.final_summary();
}

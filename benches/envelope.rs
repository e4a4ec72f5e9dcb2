//! Amplitude: per-sample windows of 100 ms, the linear envelope, and sums over 10-ms ticks; at 2 kHz, one channel.
//!
//! `running_sum_f64` is what most software does (add the new square, subtract the old); it is here for scale, not for use:
//! in `f32` it never forgets a burst.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use tonus::dsp::envelope::{BlockRms, LinearEnvelope, MovingArv, MovingRms};
use tonus::dsp::stage::Stage;
use tonus::dsp::units::SampleRate;
use tonus_testkit::synth::Recipe;

const RATE_HZ: f64 = 2000.0;
const SECONDS: f64 = 2.0;
const WINDOW: usize = 200;
const TICK: usize = 20;

fn stage<S: Stage>(criterion: &mut Criterion, name: &str, stage: &S, input: &[f32]) {
    let (mut state, mut samples) = (S::State::default(), input.to_vec());
    let mut group = criterion.benchmark_group("envelope");
    group.throughput(Throughput::Elements(input.len() as u64));
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            samples.copy_from_slice(input);
            stage.process(&mut state, black_box(&mut samples));
        });
    });
    group.finish();
}

fn main() {
    let rate = SampleRate::new(RATE_HZ).expect("2 kHz is a rate");
    let input: Vec<f32> = Recipe::rest(RATE_HZ, SECONDS, 1).make_uv().into_iter().map(|v| v as f32).collect();
    let mut criterion = Criterion::default().configure_from_args();
    stage(&mut criterion, "moving_rms", &MovingRms::<256>::new(0.1, rate).expect("200 samples"), &input);
    stage(&mut criterion, "moving_arv", &MovingArv::<256>::new(0.1, rate).expect("200 samples"), &input);
    stage(&mut criterion, "linear", &LinearEnvelope::new(6.0, rate).expect("6 Hz is an edge"), &input);

    let mut group = criterion.benchmark_group("envelope");
    group.throughput(Throughput::Elements(input.len() as u64));
    let frames: Vec<[f32; 1]> = input.iter().map(|v| [*v]).collect();
    let mut blocks = BlockRms::<25>::new();
    group.bench_function("block_rms", |bencher| {
        bencher.iter(|| {
            for tick in black_box(&frames).chunks(TICK) {
                blocks.add(tick);
                blocks.end_tick();
                black_box(blocks.rms(0, 10));
            }
        });
    });
    let (mut ring, mut at, mut sum) = ([0.0_f64; WINDOW], 0, 0.0);
    let mut samples = input.clone();
    group.bench_function("running_sum_f64", |bencher| {
        bencher.iter(|| {
            samples.copy_from_slice(&input);
            for x in black_box(&mut samples) {
                let square = f64::from(*x) * f64::from(*x);
                sum += square - core::mem::replace(&mut ring[at], square);
                at = if at + 1 == WINDOW { 0 } else { at + 1 };
                *x = (sum.max(0.0) / WINDOW as f64).sqrt() as f32;
            }
        });
    });
    group.finish();
    criterion.final_summary();
}

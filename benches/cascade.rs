//! Eight second-order sections: lanes {1, 4, 8} × block {1, 16, 256}, beside the `biquad` crate's own filter in `f32` and `f64`.
//!
//! High-pass of order 4, notches at 50, 150 and 250 Hz, low-pass of order 6, at 2 kHz. One iteration filters 4096 frames;
//! throughput counts samples times lanes. Every form copies its input first, so that the state never dies out.

use std::hint::black_box;

use biquad::{Biquad, Coefficients, DirectForm2Transposed};
use criterion::{BenchmarkId, Criterion, Throughput};
use tonus::dsp::design::{Mains, Sections, butterworth_highpass, butterworth_lowpass, mains_notches};
use tonus::dsp::filter::{Bank, BankState};
use tonus::dsp::units::SampleRate;
use tonus_testkit::synth::Recipe;

const RATE_HZ: f64 = 2000.0;
const FRAMES: usize = 4096;
pub(crate) const SECTIONS: usize = 8;
const BLOCKS: [usize; 3] = [1, 16, 256];

pub(crate) fn sections() -> Sections<SECTIONS> {
    let rate = SampleRate::new(RATE_HZ).expect("2 kHz is a rate");
    let mut sections = Sections::EMPTY;
    sections.extend(&butterworth_highpass(20.0, rate, 4).expect("below half the rate")).expect("room for 8");
    sections.extend(&mains_notches(Mains::Hz50, rate).expect("below half the rate")).expect("room for 8");
    sections.extend(&butterworth_lowpass(450.0, rate, 6).expect("below half the rate")).expect("room for 8");
    assert_eq!(sections.len(), SECTIONS);
    sections
}

pub(crate) fn signal() -> Vec<f32> {
    let seconds = FRAMES as f64 / RATE_HZ;
    Recipe::rest(RATE_HZ, seconds, 1).make_uv().into_iter().map(|v| v as f32).collect()
}

fn lanes<const LANES: usize>(criterion: &mut Criterion) {
    let bank = Bank::<SECTIONS, LANES>::new(&sections());
    let input: Vec<[f32; LANES]> = signal().into_iter().map(|v| [v; LANES]).collect();
    let (mut state, mut frames) = (BankState::default(), input.clone());
    let mut group = criterion.benchmark_group("cascade");
    group.throughput(Throughput::Elements((input.len() * LANES) as u64));
    for block in BLOCKS {
        group.bench_function(BenchmarkId::new(format!("tonus_{LANES}_lanes"), block), |bencher| {
            bencher.iter(|| {
                frames.copy_from_slice(&input);
                for frames in frames.chunks_mut(block) {
                    bank.process(&mut state, black_box(frames));
                }
            });
        });
    }
    group.finish();
}

/// The peer as its documentation shows it: one value per section, sample by sample.
macro_rules! peer {
    ($criterion:expr, $float:ty, $name:literal) => {{
        let sections = sections();
        let mut filters: [DirectForm2Transposed<$float>; SECTIONS] = core::array::from_fn(|i| {
            DirectForm2Transposed::<$float>::new(Coefficients::<$float>::from(&sections.as_slice()[i]))
        });
        let input: Vec<$float> = signal().into_iter().map(<$float>::from).collect();
        let mut samples = input.clone();
        let mut group = $criterion.benchmark_group("cascade");
        group.throughput(Throughput::Elements(input.len() as u64));
        for block in BLOCKS {
            group.bench_function(BenchmarkId::new($name, block), |bencher| {
                bencher.iter(|| {
                    samples.copy_from_slice(&input);
                    for samples in samples.chunks_mut(block) {
                        for x in black_box(samples) {
                            *x = filters.iter_mut().fold(*x, |x, filter| filter.run(x));
                        }
                    }
                });
            });
        }
        group.finish();
    }};
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    lanes::<1>(&mut criterion);
    lanes::<4>(&mut criterion);
    lanes::<8>(&mut criterion);
    peer!(criterion, f32, "biquad_f32_array");
    peer!(criterion, f64, "biquad_f64_array");
    criterion.final_summary();
}

//! The whole pipeline, from frames to decisions: channels {1, 4, 8} × block {1, 16, 256}, at 2 kHz.
//!
//! One iteration pushes 2 s of signal, some rest and some contraction, into a calibrated pipeline that never starts again:
//! steps out, high-pass, notches, low-pass, detection band, sums, quality, windows, states, SHA-256 of every decision.
//! Beside it a flat line after that signal. Throughput counts samples times channels.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use tonus::core::config::{ChannelConfig, MainsMode, PipelineConfig};
use tonus::core::decision::Decision;
use tonus::core::input::{Command, Cue, Input};
use tonus::core::pipeline::Pipeline;
use tonus::dsp::design::Mains;
use tonus::dsp::units::SampleRate;
use tonus_testkit::synth::{Contraction, Recipe};

const RATE_HZ: f64 = 2000.0;
const SECONDS: f64 = 10.0;
/// Frames of one iteration.
const FRAMES: usize = 4096;
const BLOCKS: [usize; 3] = [1, 16, 256];

/// Interleaved frames: 5 s of rest, then a contraction of 3 s.
pub(crate) fn frames(channels: usize) -> Vec<f32> {
    let hold = Contraction { start_s: 5.0, ramp_s: 0.3, hold_s: 3.0, release_s: 0.2, ratio: 6.0 };
    let columns: Vec<Vec<f64>> = (0..channels)
        .map(|c| Recipe { contractions: vec![hold], ..Recipe::rest(RATE_HZ, SECONDS, c as u64) }.make_uv())
        .collect();
    (0..columns[0].len()).flat_map(|i| columns.iter().map(move |column| column[i] as f32)).collect()
}

pub(crate) fn calibrated<const LANES: usize>(frames: &[f32]) -> Pipeline<LANES> {
    let rate = SampleRate::new(RATE_HZ).expect("2 kHz is a rate");
    // With notches: the longest chain there is.
    let config = PipelineConfig { mains: MainsMode::Fixed(Mains::Hz50), ..PipelineConfig::new(rate) };
    let mut pipeline = Pipeline::new(&config, &[ChannelConfig::default(); LANES]).expect("a valid configuration");
    let rest = 5 * RATE_HZ as usize * LANES;
    let inputs = [
        Input::Command(Command::Cue(Cue::Quiet)),
        Input::Frames(&frames[..rest]),
        Input::Command(Command::Cue(Cue::Reference)),
        Input::Frames(&frames[rest..]),
        Input::Command(Command::Cue(Cue::Free)),
    ];
    for input in inputs {
        pipeline.push(input, &mut ()).expect("whole frames");
    }
    assert!((0..LANES).all(|c| pipeline.calibration(c).is_some_and(|c| c.reference_uv.is_some())));
    pipeline
}

/// What is pushed again and again: half rest, half contraction.
pub(crate) fn middle(frames: &[f32], channels: usize) -> &[f32] {
    let start = (5 * RATE_HZ as usize - FRAMES / 2) * channels;
    &frames[start..start + FRAMES * channels]
}

fn channels<const LANES: usize>(criterion: &mut Criterion) {
    let frames = frames(LANES);
    let signal = middle(&frames, LANES);
    let mut group = criterion.benchmark_group("pipeline");
    group.throughput(Throughput::Elements((FRAMES * LANES) as u64));
    for block in BLOCKS {
        let mut pipeline = calibrated::<LANES>(&frames);
        let mut sink = |decision: &Decision| {
            black_box(decision.state);
        };
        group.bench_function(BenchmarkId::new(format!("{LANES}_channels"), block), |bencher| {
            bencher.iter(|| {
                for frames in signal.chunks(block * LANES) {
                    pipeline.push(Input::Frames(black_box(frames)), &mut sink).expect("whole frames");
                }
            });
        });
    }
    // What comes after an electrode has come off or a converter hangs: the last frame, for ever.
    let flat = signal[signal.len() - LANES..].repeat(FRAMES);
    let mut pipeline = calibrated::<LANES>(&frames);
    pipeline.push(Input::Frames(signal), &mut ()).expect("whole frames");
    group.bench_function(BenchmarkId::new(format!("{LANES}_channels_flat"), 256), |bencher| {
        bencher.iter(|| {
            for frames in flat.chunks(256 * LANES) {
                pipeline.push(Input::Frames(black_box(frames)), &mut ()).expect("whole frames");
            }
        });
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    channels::<1>(&mut criterion);
    channels::<4>(&mut criterion);
    channels::<8>(&mut criterion);
    criterion.final_summary();
}

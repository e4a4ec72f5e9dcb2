//! The hot loops of the other benches, once each, for `benches/instructions` to count under valgrind.
//!
//! Prints a line per loop: its name, and by how many samples × channels (bytes, for the decoder) its count is divided.
//! Every loop runs once before it is counted, so that what happens only once is over. Not a bench of its own.

use std::hint::black_box;

use tonus::core::decision::Decision;
use tonus::core::input::Input;
use tonus::dsp::filter::{Bank, BankState};
use tonus::dsp::units::SampleRate;
use tonus_dsp::feature::spectrum::Welch;
use tonus_wire::Decoder;
use tonus_wire::profile::DeviceProfile;

#[allow(dead_code)]
mod cascade;
#[allow(dead_code)]
mod csv_to_states;
#[allow(dead_code)]
mod decoder_throughput;
#[allow(dead_code)]
mod pipeline;
#[allow(dead_code)]
mod spectrum;

/// What is counted, and nothing else. valgrind knows it by its name.
#[inline(never)]
fn counted_loop(work: &mut dyn FnMut()) {
    work();
    // Something after the call, or the call would become a jump and this function would end before the work.
    black_box(());
}

fn count(name: &str, units: usize, mut work: impl FnMut()) {
    work();
    counted_loop(&mut work);
    println!("{name} {units}");
}

fn filters<const LANES: usize>() {
    let bank = Bank::<{ cascade::SECTIONS }, LANES>::new(&cascade::sections());
    let input: Vec<[f32; LANES]> = cascade::signal().into_iter().map(|v| [v; LANES]).collect();
    let (mut state, mut frames) = (BankState::default(), input.clone());
    count(&format!("cascade/{LANES}_lanes/256"), input.len() * LANES, || {
        frames.copy_from_slice(&input);
        for frames in frames.chunks_mut(256) {
            bank.process(&mut state, black_box(frames));
        }
    });
}

fn pipelines<const LANES: usize>(blocks: &[usize]) {
    let frames = pipeline::frames(LANES);
    let signal = pipeline::middle(&frames, LANES);
    for block in blocks {
        let mut pipeline = pipeline::calibrated::<LANES>(&frames);
        let mut sink = |decision: &Decision| {
            black_box(decision.state);
        };
        count(&format!("pipeline/{LANES}_channels/{block}"), signal.len(), || {
            for frames in signal.chunks(block * LANES) {
                pipeline.push(Input::Frames(black_box(frames)), &mut sink).expect("whole frames");
            }
        });
    }
}

fn csv() {
    const CHANNELS: usize = 4;
    let text = csv_to_states::text(CHANNELS);
    let samples = (csv_to_states::SECONDS * csv_to_states::RATE_HZ) as usize * CHANNELS;
    count("csv_to_states/4_channels", samples, || {
        black_box(csv_to_states::tonus::<CHANNELS>(text.clone()));
    });
}

fn welch() {
    let input = spectrum::signal();
    let rate = SampleRate::new(spectrum::RATE_HZ).expect("2 kHz is a rate");
    let mut welch = Welch::new(1024, 512, rate).expect("a segment that fits");
    let mut density = vec![0.0; welch.bins()];
    count("spectrum/welch_1024", input.len(), || {
        welch.density(black_box(&input), &mut density).expect("ten minutes are longer than a segment");
    });
}

fn decoder() {
    let profile = DeviceProfile::builtin("tonus-cobs").expect("built in");
    let bytes = decoder_throughput::frames(&profile);
    let mut decoder = Decoder::new(&profile.layout).expect("a built-in layout");
    let mut sink = decoder_throughput::Sum::default();
    count("decoder/tonus-cobs", bytes.len(), || {
        for read in bytes.chunks(decoder_throughput::READ) {
            decoder.push(black_box(read), &mut sink);
        }
    });
    black_box(&sink);
}

fn main() {
    filters::<1>();
    filters::<4>();
    filters::<8>();
    pipelines::<1>(&[256]);
    pipelines::<4>(&[256, 16, 1]);
    pipelines::<8>(&[256]);
    csv();
    welch();
    decoder();
}

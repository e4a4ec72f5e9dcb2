//! The quick ways give the bits of the plain one.

extern crate std;

use std::vec::Vec;

use super::*;
use tonus_testkit::Pcg;

/// A sample of a signal that may be smooth, coarse, flat, stepping or broken.
fn sample(pcg: &mut Pcg, kind: usize, before: f32) -> f32 {
    let noise = pcg.normal() as f32;
    match kind {
        0 => 20.0 * noise,
        // A coarse converter: many equal neighbours.
        1 => (1.5 * noise).round() * 3.0,
        2 => before,
        // At a rail now and then.
        3 => (60.0 * noise).clamp(-50.0, 50.0),
        4 if pcg.below(15) == 0 => before + 4000.0 * noise,
        5 => [0.0, -0.0, f32::MIN_POSITIVE, -1.0e-42, 9.9e7, -9.9e7][pcg.below(6)],
        6 => [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1.0e8, -3.0e30, 1.0, 2.0][pcg.below(7)],
        _ => before + noise,
    }
}

fn pass_all<const LANES: usize>(conditioning: &mut Conditioning<LANES>, frames: usize) {
    let Conditioning { step_removal, conditioned, slews, sums, .. } = conditioning;
    step_removal.pass_all(&mut conditioned[..frames], &mut slews[..frames], sums);
}

fn pass_calm<const LANES: usize>(conditioning: &mut Conditioning<LANES>, frames: usize) -> bool {
    let Conditioning { step_removal, conditioned, slews, sums, count, .. } = conditioning;
    step_removal.pass_calm(*count, &mut conditioned[..frames], &mut slews[..frames], sums)
}

fn calm_frames_pass_as_all_do<const LANES: usize>() {
    let rate = SampleRate::new(2000.0).unwrap();
    let mut pcg = Pcg::new(LANES as u64, 7);
    let (mut passed, mut refused) = (0, 0);
    for round in 0..60 {
        let count = 1 + pcg.below(LANES);
        let mut channels = [ChannelConfig::default(); LANES];
        if round % 3 == 0 {
            channels[0].rails_uv = Some((-50.0, 50.0));
        }
        let mut conditioning = Conditioning::<LANES>::blank(rate);
        conditioning.set_up(&PipelineConfig::new(rate), &channels[..count], None).unwrap();
        let mut plain = conditioning.clone();
        let mut last = [0.0; LANES];
        let mut kinds = [0; LANES];
        for chunk in 0..80 {
            if chunk % 7 == 0 {
                let standing = pcg.below(3) == 0;
                kinds = core::array::from_fn(|_| if standing { 2 } else { pcg.below(8) });
            }
            if chunk == 40 {
                // Close to where counting ends.
                (conditioning.step_removal.run, plain.step_removal.run) =
                    ([16_777_200.0; LANES], [16_777_200.0; LANES]);
                kinds = [2; LANES];
            }
            if chunk % 11 == 3 {
                let rms = core::array::from_fn(|_| if pcg.below(3) == 0 { f32::INFINITY } else { 30.0 });
                conditioning.set_usual_slew(&rms);
                plain.set_usual_slew(&rms);
            }
            let frames = 1 + pcg.below(CHUNK);
            for n in 0..frames {
                for lane in 0..count {
                    last[lane] = sample(&mut pcg, kinds[lane], last[lane]);
                }
                (conditioning.conditioned[n], plain.conditioned[n]) = (last, last);
            }
            pass_all(&mut plain, frames);
            if pass_calm(&mut conditioning, frames) {
                passed += 1;
            } else {
                pass_all(&mut conditioning, frames);
                refused += 1;
            }
            let bits = |conditioning: &Conditioning<LANES>| {
                let (g, s) = (&conditioning.step_removal, &conditioning.sums);
                let used = |values: &[f32; LANES]| values.map(f32::to_bits)[..count].to_vec();
                let rows = [
                    &g.last,
                    &g.offset,
                    &g.peak,
                    &g.over_peak,
                    &g.swings.age,
                    &g.run,
                    &g.lsb,
                    &s.level,
                    &s.slew,
                    &s.bad,
                    &s.steps,
                    &s.railed,
                    &s.stuck,
                    &s.still,
                ];
                // Extremes as values: which of two zeros it was is of no consequence.
                let extremes = [g.high, g.low].map(|row| row.map(|v| (v + 0.0).to_bits())[..count].to_vec());
                let frames = conditioning.conditioned[..frames].iter().chain(&conditioning.slews[..frames]).map(used);
                (rows.map(used).to_vec(), extremes, frames.collect::<Vec<_>>())
            };
            assert!(
                bits(&conditioning) == bits(&plain),
                "{LANES} lanes, round {round}, chunk {chunk}, kinds {kinds:?}"
            );
            conditioning.sums = TickSums::ZERO;
            plain.sums = TickSums::ZERO;
        }
    }
    assert!(passed > 500 && refused > 500, "{passed} passed, {refused} refused");
}

#[test]
fn frames_without_artefacts_pass_with_the_bits_of_the_plain_loop() {
    calm_frames_pass_as_all_do::<1>();
    calm_frames_pass_as_all_do::<2>();
    calm_frames_pass_as_all_do::<3>();
    calm_frames_pass_as_all_do::<4>();
    calm_frames_pass_as_all_do::<8>();
}

/// What `take` does with one frame, never compiled for wider vectors.
fn take_plain(conditioning: &mut Conditioning<8>, frame: &[f32]) {
    conditioning.conditioned[0].copy_from_slice(frame);
    if conditioning.any_joining {
        let frame = conditioning.conditioned[0];
        conditioning.join(&frame);
    }
    conditioning.take_joined(0, 1);
    conditioning.sums.frames += 1;
}

#[test]
fn wide_vectors_give_the_bits_of_the_plain_loop() {
    let rate = SampleRate::new(2000.0).unwrap();
    let mut conditioning = Conditioning::<8>::blank(rate);
    conditioning.set_up(&PipelineConfig::new(rate), &[ChannelConfig::default(); 8], Some(Mains::Hz50)).unwrap();
    for lane in 0..8 {
        conditioning.set_whitening(lane, &Whitening { taps: [-0.9, 0.4, 0.1 * lane as f32, -0.05] });
    }
    let mut plain = conditioning.clone();
    let mut pcg = Pcg::new(3, 9);
    for tick in 0..400 {
        conditioning.correlating = tick % 5 == 0;
        plain.correlating = conditioning.correlating;
        let kind = if tick % 20 < 15 { 0 } else { pcg.below(8) };
        let values: [f32; 160] = core::array::from_fn(|_| sample(&mut pcg, kind, 1.0));
        conditioning.take(&values, 20, 8);
        // One frame at a time, compiled as everything else.
        for (n, frame) in values.chunks(8).enumerate() {
            take_plain(&mut plain, frame);
            assert!(
                plain.conditioned[0].map(f32::to_bits) == conditioning.conditioned[n].map(f32::to_bits),
                "{tick}, {n}"
            );
            assert!(plain.slews[0].map(f32::to_bits) == conditioning.slews[n].map(f32::to_bits), "{tick}, {n}");
        }
        let sums = |conditioning: &Conditioning<8>| {
            let s = &conditioning.sums;
            let rows = [s.power, s.rectified, s.teager, s.whitened, s.level, s.slew, s.bad, s.steps, s.stuck];
            rows.iter().chain(&s.autocorrelation).map(|row| row.map(f32::to_bits)).collect::<Vec<_>>()
        };
        assert!(sums(&conditioning) == sums(&plain), "{tick}");
        for conditioning in [&mut conditioning, &mut plain] {
            conditioning.settle();
            conditioning.start_sums();
        }
    }
}

//! An own stage beside the library's: Teager–Kaiser energy, smoothed, as a detector of activity.
//!
//! Feeds 6 s of noise with one louder stretch of 2 s, prints when the stage finds activity to start and end, and checks the
//! promise that every stage makes: any split of the input gives the same bits, and a default state is a fresh start.
//! Exits with an error if a split changes a bit or the stretch is found more than 0.1 s off.

use tonus::dsp::envelope::MovingArv;
use tonus::dsp::error::ConfigError;
use tonus::dsp::feature::tkeo::{Tkeo, TkeoState};
use tonus::dsp::ring::WindowSum;
use tonus::dsp::stage::Stage;
use tonus::dsp::units::SampleRate;

/// Longest smoothing window in samples.
const CAPACITY: usize = 512;

/// `y[n]` = mean of |Teager–Kaiser energy| over a window, in µV².
///
/// Configuration lives here, everything that changes in the state: so one detector serves any number of channels.
struct Detector {
    smooth: MovingArv<CAPACITY>,
}

impl Detector {
    fn new(window_s: f64, rate: SampleRate) -> Result<Self, ConfigError> {
        Ok(Self { smooth: MovingArv::new(window_s, rate)? })
    }
}

impl Stage for Detector {
    type State = (TkeoState, WindowSum<CAPACITY>);

    fn step(&self, (energy, window): &mut Self::State, x: f32) -> f32 {
        self.smooth.step(window, Tkeo.step(energy, x))
    }

    fn delay(&self) -> f64 {
        Tkeo.delay() + self.smooth.delay()
    }
}

/// Uniform noise, `amplitude_uv` rms; louder from 2 s to 4 s.
fn signal(rate: SampleRate) -> Vec<f32> {
    let mut seed = 7_u32;
    let mut noise = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed as f32 / 2_147_483_648.0 - 1.0) * 3.0_f32.sqrt()
    };
    let seconds = |n: u32| rate.seconds(u64::from(n));
    let amplitude_uv = |n| if (2.0..4.0).contains(&seconds(n)) { 20.0 } else { 4.0 };
    (0..6 * rate.hz() as u32).map(|n| amplitude_uv(n) * noise()).collect()
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

fn main() -> Result<(), ConfigError> {
    let rate = SampleRate::new(1000.0)?;
    let detector = Detector::new(0.1, rate)?;
    let input = signal(rate);

    let mut whole = input.clone();
    detector.process(&mut Default::default(), &mut whole);

    for size in [1, 2, 7, 64, 999] {
        let (mut state, mut pieces) = (Default::default(), input.clone());
        pieces.chunks_mut(size).for_each(|piece| detector.process(&mut state, piece));
        assert_eq!(bits(&pieces), bits(&whole), "blocks of {size} change the result");
    }
    println!("blocks of 1, 2, 7, 64 and 999 samples give the same bits");

    let threshold_uv2 = 5.0 * whole[1000];
    let active = |n: &usize| whole[*n] > threshold_uv2;
    let start = (0..whole.len()).find(active).unwrap_or_default();
    let end = (start..whole.len()).find(|n| !active(n)).unwrap_or_default();
    let (start_s, end_s) = (start as f64 / rate.hz(), end as f64 / rate.hz());
    println!(
        "active from {start_s:.3} s to {end_s:.3} s; the stage delays by {:.1} ms",
        1000.0 * detector.delay() / rate.hz()
    );
    assert!((start_s - 2.0).abs() < 0.1 && (end_s - 4.0).abs() < 0.1, "the stretch lies from 2 s to 4 s");
    Ok(())
}

//! What every [`Stage`] must do, as one macro.
//!
//! ```
//! use tonus_testkit::{conformance::Probe, stage_conformance};
//!
//! #[global_allocator]
//! static ALLOCATOR: tonus_testkit::CountingAllocator = tonus_testkit::CountingAllocator;
//!
//! stage_conformance!(tkeo, tonus_dsp::feature::tkeo::Tkeo, Probe::Centroid { pedestal: 0.0 }, 0.01);
//! # fn main() {}
//! ```

use tonus_dsp::math::MAX_MAGNITUDE;
use tonus_dsp::stage::Stage;

use crate::random::Pcg;
use crate::twin::dft;

/// How the delay of a stage shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Probe {
    /// Linear filter: slope of the phase of its impulse response at this low frequency, in cycles per sample.
    Phase(f64),
    /// Non-negative response: centre of mass of what an impulse adds on top of a constant input.
    Centroid {
        /// The constant input.
        pedestal: f32,
    },
    /// Amplitude of a window: centre of mass of the square of the impulse response.
    Power,
}

/// Tests a stage: `stage_conformance!(module_name, stage, probe, delay_tolerance_in_samples)`.
///
/// Makes a module with seven tests. The test binary must install [`CountingAllocator`](crate::CountingAllocator).
#[macro_export]
macro_rules! stage_conformance {
    ($name:ident, $stage:expr, $probe:expr, $tolerance:expr) => {
        mod $name {
            use super::*;

            #[test]
            fn any_split_gives_the_same_bits() {
                $crate::conformance::any_split(&$stage);
            }

            #[test]
            fn reset_equals_new() {
                $crate::conformance::reset_equals_new(&$stage);
            }

            #[test]
            fn clone_mid_stream_continues_equal() {
                $crate::conformance::clone_mid_stream(&$stage);
            }

            #[test]
            fn finite_in_gives_finite_out() {
                $crate::conformance::finite_in_finite_out(&$stage);
            }

            #[test]
            fn measured_delay_is_the_promised_one() {
                $crate::conformance::delay(&$stage, $probe, $tolerance);
            }

            #[test]
            fn state_of_one_channel_does_not_touch_another() {
                $crate::conformance::states_are_apart(&$stage);
            }

            #[test]
            fn allocates_nothing() {
                $crate::conformance::allocates_nothing(&$stage);
            }
        }
    };
}

/// A signal with noise, silence, a burst and steps, in µV.
pub fn signal(n: usize, seed: u64) -> Vec<f32> {
    let mut pcg = Pcg::new(seed, 1);
    (0..n)
        .map(|i| {
            let noise = 10.0 * pcg.normal();
            match (i * 10) / n {
                3 => 0.0,
                5 => (300.0 * noise) as f32,
                7 => (noise + 500.0) as f32,
                _ => noise as f32,
            }
        })
        .collect()
}

fn bits(x: &[f32]) -> Vec<u32> {
    x.iter().map(|v| v.to_bits()).collect()
}

fn whole<S: Stage>(stage: &S, x: &[f32]) -> Vec<f32> {
    let mut y = x.to_vec();
    stage.process(&mut S::State::default(), &mut y);
    y
}

/// Processes `x` in random pieces of 0 to 97 samples, some of them sample by sample.
fn in_pieces<S: Stage>(stage: &S, state: &mut S::State, x: &[f32], pcg: &mut Pcg) -> Vec<f32> {
    let mut y = x.to_vec();
    let mut rest = y.as_mut_slice();
    while !rest.is_empty() {
        let (piece, after) = rest.split_at_mut(pcg.below(98).min(rest.len()));
        if pcg.below(4) == 0 {
            for v in piece {
                *v = stage.step(state, *v);
            }
        } else {
            stage.process(state, piece);
        }
        rest = after;
    }
    y
}

/// Any split of the input gives the bits of the whole.
///
/// # Panics
/// If not.
pub fn any_split<S: Stage>(stage: &S) {
    let x = signal(3000, 1);
    let expected = bits(&whole(stage, &x));
    for seed in 0..20 {
        let y = in_pieces(stage, &mut S::State::default(), &x, &mut Pcg::new(seed, 2));
        assert!(bits(&y) == expected, "split {seed} differs from the whole");
    }
}

/// A state set back to its default works as a new one.
///
/// # Panics
/// If not.
pub fn reset_equals_new<S: Stage>(stage: &S) {
    let x = signal(1000, 2);
    let mut state = S::State::default();
    stage.process(&mut state, &mut x.clone());
    state = S::State::default();
    let mut again = x.clone();
    stage.process(&mut state, &mut again);
    assert_eq!(bits(&again), bits(&whole(stage, &x)));
}

/// A cloned state continues as the original does.
///
/// # Panics
/// If not.
pub fn clone_mid_stream<S: Stage>(stage: &S) {
    let x = signal(2000, 3);
    let mut state = S::State::default();
    stage.process(&mut state, &mut x[..777].to_vec());
    let mut copy = state.clone();
    let (mut a, mut b) = (x[777..].to_vec(), x[777..].to_vec());
    stage.process(&mut state, &mut a);
    stage.process(&mut copy, &mut b);
    assert_eq!(bits(&a), bits(&b));
    assert_eq!(bits(&a), bits(&whole(stage, &x)[777..]));
}

/// Finite samples up to the largest promised magnitude give finite results.
///
/// # Panics
/// If not.
pub fn finite_in_finite_out<S: Stage>(stage: &S) {
    let extremes = [MAX_MAGNITUDE, -MAX_MAGNITUDE, 0.0, -0.0, f32::MIN_POSITIVE, 1e-45, -1e-45, 1e-30, 1.0];
    let mut pcg = Pcg::new(4, 1);
    let wild = (0..4000).map(|_| extremes[pcg.below(extremes.len())]).collect::<Vec<_>>();
    let held = vec![MAX_MAGNITUDE; 4000];
    let alternating = (0..4000).map(|i| if i % 2 == 0 { MAX_MAGNITUDE } else { -MAX_MAGNITUDE }).collect();
    for (name, x) in [("wild", wild), ("held", held), ("alternating", alternating), ("muscle", signal(4000, 5))] {
        let y = whole(stage, &x);
        let bad = y.iter().position(|v| !v.is_finite());
        assert!(bad.is_none(), "{name}: result {bad:?} is not finite");
    }
}

/// Delay of a stage, measured on its response to one impulse of 100.
pub fn measured_delay<S: Stage>(stage: &S, probe: Probe) -> f64 {
    // Long enough for every default filter; longer only adds the rounding of a tail that has died out.
    let (lead, n) = (20_000, 4000);
    let pedestal = if let Probe::Centroid { pedestal } = probe { pedestal } else { 0.0 };
    let mut x = vec![pedestal; lead + n];
    let flat = whole(stage, &x);
    x[lead] += 100.0;
    let difference = whole(stage, &x).into_iter().zip(flat).map(|(a, b)| f64::from(a) - f64::from(b));
    let response: Vec<f64> = difference.skip(lead).collect();
    let centre = |weight: fn(f64) -> f64| {
        let total: f64 = response.iter().map(|v| weight(*v)).sum();
        response.iter().enumerate().map(|(i, v)| i as f64 * weight(*v)).sum::<f64>() / total
    };
    match probe {
        Probe::Centroid { .. } => centre(|v| v),
        Probe::Power => centre(|v| v * v),
        Probe::Phase(f) => {
            // −dφ/dω = Re(Σ n h z⁻ⁿ / Σ h z⁻ⁿ)
            let ramp: Vec<f64> = response.iter().enumerate().map(|(i, v)| i as f64 * v).collect();
            let ((a, b), (c, d)) = (dft(&ramp, f), dft(&response, f));
            (a * c + b * d) / (c * c + d * d)
        }
    }
}

/// The measured delay is the promised one.
///
/// # Panics
/// If they are further apart than `tolerance` samples.
pub fn delay<S: Stage>(stage: &S, probe: Probe, tolerance: f64) {
    let (measured, promised) = (measured_delay(stage, probe), stage.delay());
    assert!((measured - promised).abs() <= tolerance, "measured {measured}, promised {promised} samples");
}

/// Two channels through one configuration, interleaved, give what each gives alone.
///
/// # Panics
/// If not.
pub fn states_are_apart<S: Stage>(stage: &S) {
    let (x, y) = (signal(1000, 6), signal(1000, 7));
    let (mut first, mut second) = (S::State::default(), S::State::default());
    let both: Vec<(f32, f32)> =
        x.iter().zip(&y).map(|(a, b)| (stage.step(&mut first, *a), stage.step(&mut second, *b))).collect();
    let (a, b): (Vec<f32>, Vec<f32>) = both.into_iter().unzip();
    assert_eq!((bits(&a), bits(&b)), (bits(&whole(stage, &x)), bits(&whole(stage, &y))));
}

/// Processing and reset ask the heap for nothing.
///
/// # Panics
/// If they do, or if the test binary does not count.
pub fn allocates_nothing<S: Stage>(stage: &S) {
    let mut x = signal(1000, 8);
    let mut state = S::State::default();
    let count = crate::alloc::allocations(|| {
        stage.process(&mut state, &mut x);
        for v in &mut x {
            *v = stage.step(&mut state, *v);
        }
        state = S::State::default();
    });
    assert_eq!(count, 0);
}

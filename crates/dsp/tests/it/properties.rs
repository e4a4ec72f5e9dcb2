//! No number breaks a design, and no sample breaks what promises to stay finite.

use proptest::prelude::*;
use tonus_dsp::design::{Mains, group_delay};
use tonus_dsp::design::{Section, butterworth_highpass, butterworth_lowpass, mains_notches, notch, response};
use tonus_dsp::envelope::{BlockMean, BlockRms, LinearEnvelope, MovingArv, MovingRms};
use tonus_dsp::feature::{amplitude, crossing, tkeo};
use tonus_dsp::filter::Cascade;
use tonus_dsp::math::is_usable;
use tonus_dsp::stage::Stage;
use tonus_dsp::stats::{Extremes, Reservoir, Welford};
use tonus_dsp::units::SampleRate;

/// Any `f64`: by bits, or near where filters live.
fn any_f64() -> impl Strategy<Value = f64> {
    prop_oneof![any::<u64>().prop_map(f64::from_bits), 0.0..30_000.0_f64, 1e-6..1.0_f64]
}

fn any_f32() -> impl Strategy<Value = f32> {
    prop_oneof![any::<u32>().prop_map(f32::from_bits), -100.0..100.0_f32]
}

fn rates() -> impl Strategy<Value = SampleRate> {
    (SampleRate::MIN_HZ..=SampleRate::MAX_HZ).prop_map(|hz| SampleRate::new(hz).unwrap())
}

/// Poles inside the unit circle, in `f64` and in `f32`.
fn poles_are_inside(s: &Section) -> bool {
    let inside = |a1: f64, a2: f64| a2.abs() < 1.0 && a1.abs() < 1.0 + a2;
    inside(s.a1, s.a2) && inside(f64::from(s.a1 as f32), f64::from(s.a2 as f32))
}

fn run<S: Stage>(stage: &S, x: &[f32]) -> Vec<f32> {
    let mut y = x.to_vec();
    stage.process(&mut S::State::default(), &mut y);
    y
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn butterworth_is_stable_or_refused(edge in any_f64(), rate in rates(), order in 0_usize..12) {
        for design in [butterworth_highpass, butterworth_lowpass] {
            if let Ok(sections) = design(edge, rate, order) {
                prop_assert!(edge > 0.0 && edge < 0.5 * rate.hz() && sections.len() == order / 2);
                prop_assert!(sections.iter().all(poles_are_inside));
                prop_assert!(group_delay(&sections, 0.1 * rate.hz(), rate).is_finite());
            }
        }
    }

    #[test]
    fn notch_is_stable_or_refused(f0 in any_f64(), width in any_f64(), rate in rates()) {
        if let Ok(s) = notch(f0, width, rate) {
            prop_assert!(poles_are_inside(&s));
            prop_assert!(response(&[s], f0, rate).magnitude() < 1e-3);
        }
    }

    #[test]
    fn usual_edges_are_never_refused(rate in 200.0..50_000.0_f64, at in 0.0..1.0_f64, order in 1_usize..=4) {
        let rate = SampleRate::new(rate).unwrap();
        let edge = 1.0 + at * (0.45 * rate.hz() - 1.0);
        prop_assert!(butterworth_highpass(edge, rate, 2 * order).is_ok());
        prop_assert!(butterworth_lowpass(edge, rate, 2 * order).is_ok());
        prop_assert!(notch(edge.max(10.0), 5.0, rate).is_ok());
        prop_assert!(mains_notches(Mains::Hz50, rate).is_ok());
    }

    #[test]
    fn any_window_or_rate_is_taken_or_refused(window in any_f64(), hz in any_f64()) {
        if let Ok(rate) = SampleRate::new(hz) {
            prop_assert!(hz >= SampleRate::MIN_HZ);
            if let Ok(stage) = MovingRms::<64>::new(window, rate) {
                prop_assert!((1..=64).contains(&stage.window()));
            }
            let _ = MovingArv::<64>::new(window, rate);
            let _ = LinearEnvelope::new(window, rate);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// What `is_usable` lets through keeps every stage finite; what it refuses is all that could poison one.
    #[test]
    fn usable_samples_keep_stages_finite(x in prop::collection::vec(any_f32(), 0..300), edge in 0.5..400.0_f64) {
        let rate = SampleRate::new(1000.0).unwrap();
        let x: Vec<f32> = x.into_iter().filter(|v| is_usable(*v)).collect();
        let filter = Cascade::<4>::new(&butterworth_highpass(edge, rate, 8).unwrap());
        let finite = |y: Vec<f32>| y.iter().all(|v| v.is_finite());
        prop_assert!(finite(run(&filter, &x)));
        let y = run(&MovingRms::<64>::new(0.05, rate).unwrap(), &x);
        prop_assert!(y.iter().all(|v| *v >= 0.0) && finite(y));
        let y = run(&LinearEnvelope::new(edge.min(50.0), rate).unwrap(), &x);
        prop_assert!(y.iter().all(|v| *v >= 0.0) && finite(y));
        prop_assert!(finite(run(&tkeo::Tkeo, &x)));
        let frames: Vec<[f32; 1]> = x.iter().map(|v| [*v]).collect();
        let (mut rms, mut mean) = (BlockRms::<4>::new(), BlockMean::<4>::new());
        rms.add(&frames);
        rms.end_tick();
        mean.add(&frames);
        mean.end_tick();
        prop_assert_eq!(rms.rms(0, 4).is_some_and(f32::is_finite), !x.is_empty());
        prop_assert_eq!(mean.mean(0, 4).is_some_and(f64::is_finite), !x.is_empty());
    }

    /// Features and statistics take anything.
    #[test]
    fn features_are_finite_or_absent(x in prop::collection::vec(any_f32(), 0..200), epsilon in any_f64()) {
        let features = [
            amplitude::mav(&x), amplitude::iemg(&x), amplitude::rms(&x), amplitude::var(&x), amplitude::wl(&x),
            amplitude::dasdv(&x), amplitude::log_detector(&x), amplitude::ssi(&x), tkeo::tkeo_mean(&x),
        ];
        prop_assert!(features.iter().flatten().all(|v| v.is_finite()), "{:?}", features);
        let counts = [crossing::zc(&x, epsilon), crossing::ssc(&x, epsilon), crossing::wamp(&x, epsilon)];
        prop_assert!(counts.iter().all(|n| *n <= x.len()));
        let (mut welford, mut reservoir, mut extremes) = (Welford::new(), Reservoir::<16>::new(), Extremes::new());
        for v in &x {
            welford.push(f64::from(*v));
            reservoir.push(*v);
            extremes.push(*v);
        }
        let answers = [reservoir.median(), reservoir.mad(), reservoir.quantile(0.9), extremes.min(), extremes.max()];
        prop_assert!(answers.iter().flatten().all(|v| !v.is_nan()), "{:?}", answers);
        prop_assert!([welford.mean(), welford.sd()].iter().flatten().all(|v| v.is_finite()));
        prop_assert_eq!(welford.count() + welford.rejected(), x.len() as u64);
    }
}

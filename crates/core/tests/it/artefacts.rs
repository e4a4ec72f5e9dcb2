//! Artefacts become `invalid` with their name; they never become overactivity and never poison a calibration.

use crate::support::{CUES, Log, anchored, rate, run, session};
use proptest::prelude::*;
use tonus_core::config::{ChannelConfig, PipelineConfig};
use tonus_core::decision::{Quality, State};
use tonus_core::input::{Command, Cue, Input};
use tonus_core::pipeline::Pipeline;
use tonus_testkit::synth::{Contaminant, Contraction, Recipe};

fn config() -> PipelineConfig {
    PipelineConfig::new(rate(1000.0))
}

/// A calm session whose samples from 40 s on are changed by `change(seconds since, sample)`.
fn changed(change: impl Fn(f64, f64) -> f64) -> Vec<f32> {
    let mut x = session(1000.0, 55.0, 21).make_uv();
    for (n, v) in x.iter_mut().enumerate().skip(40_000) {
        *v = change(n as f64 / 1000.0 - 40.0, *v);
    }
    anchored(&x)
}

fn never_overactive(log: &Log) {
    assert_eq!(log.share(State::Overactive, 30.0, 55.0), 0.0);
}

#[test]
fn a_pop_is_invalid_for_a_moment() {
    for (height, decay) in [(1000.0, 0.05), (-1000.0, 0.3), (20_000.0, 0.1), (-150_000.0, 0.35)] {
        let x = changed(|t, v| v + height * (-t / decay).exp());
        let (_, log) = run(&config(), &x, &CUES, 64);
        never_overactive(&log);
        assert!(log.flagged(Quality::POP, 40.0, 40.2) >= 5, "{height}");
        assert!(log.share(State::Rest, 41.0, 55.0) > 0.98, "{height} µV: {}", log.share(State::Rest, 41.0, 55.0));
    }
}

#[test]
fn a_sharp_onset_is_muscle_and_no_pop() {
    // Within one sample to 16 to 160 times rest, at rest a quarter of the way into a tick and elsewhere.
    for (hz, late_s) in [(200.0, 0.06), (1000.0, 0.03), (2000.0, 0.03)] {
        for (seed, db) in [(1, 24.0), (2, 28.0), (3, 33.0), (4, 38.0), (5, 44.0)] {
            let ratio = 10.0_f64.powf(db / 20.0);
            let mut recipe = Recipe::rest(hz, 70.0, seed);
            let start = |n: i32| 15.0 + f64::from(n) * 5.0037;
            recipe.contractions = (0..10)
                .map(|n| Contraction { start_s: start(n), ratio, ramp_s: 1.0e-9, hold_s: 0.3, release_s: 0.02 })
                .collect();
            let cues = [(0.0, Cue::Quiet), (12.0, Cue::Free)];
            let (_, log) = run(&PipelineConfig::new(rate(hz)), &anchored(&recipe.make_uv()), &cues, 64);
            assert_eq!(log.flagged(Quality::POP, 12.0, 70.0), 0, "{db} dB at {hz} Hz");
            assert_eq!(log.share(State::Invalid, 13.0, 70.0), 0.0, "{db} dB at {hz} Hz");
            for onset in (0..10).map(start) {
                let mut from = log.between(onset + late_s, onset + 0.3);
                assert!(from.all(|d| d.state != State::Rest), "{db} dB at {hz} Hz, {onset} s");
            }
        }
    }
}

#[test]
fn values_of_a_slower_sensor_held_by_its_logger_are_muscle() {
    // 125, 200 and 250 Hz in a table of 1 kHz: each new value looks like a step that stays for 4 to 8 ms.
    for hold in [4, 5, 8] {
        for ratio in [4.0, 12.0, 40.0] {
            let mut recipe = Recipe::rest(1000.0 / hold as f64, 55.0, 6);
            let starts = [15.0, 22.0, 29.0, 36.0, 43.0];
            recipe.contractions = starts
                .map(|start_s| Contraction { start_s, ratio, ramp_s: 0.01, hold_s: 2.0, release_s: 0.05 })
                .to_vec();
            let slow = recipe.make_uv();
            let x: Vec<f64> = slow.iter().flat_map(|v| std::iter::repeat_n(v.round(), hold)).collect();
            let (_, log) = run(&config(), &anchored(&x), &[(0.0, Cue::Quiet), (12.0, Cue::Free)], 64);
            assert_eq!(log.flagged(Quality::POP, 12.0, 55.0), 0, "{hold} ms, {ratio}");
            for start in starts {
                let found = log.share(State::Controlled, start + 0.2, start + 2.0);
                assert!(found > 0.95, "{hold} ms, {ratio} at {start} s: {found}");
                assert!(log.share(State::Rest, start + 3.2, start + 6.9) > 0.9, "{hold} ms, {ratio} at {start} s");
            }
        }
    }
}

#[test]
fn a_spike_that_comes_back_costs_nothing() {
    let untouched = run(&config(), &changed(|_, v| v), &CUES, 64).1;
    for (height, length) in [(5000.0, 0.001), (-800.0, 0.003), (40_000.0, 0.006)] {
        let x = changed(|t, v| if (0.5..0.5 + length).contains(&t) { v + height } else { v });
        let (_, log) = run(&config(), &x, &CUES, 64);
        assert_eq!(log.share(State::Rest, 40.0, 41.0), 1.0, "{height} µV");
        let off = log.between(40.0, 41.0).zip(untouched.between(40.0, 41.0));
        let most = off.map(|(a, b)| (a.envelope_uv / b.envelope_uv - 1.0).abs()).fold(0.0, f32::max);
        assert!(most < 0.25, "{height} µV: {most}");
    }
}

#[test]
fn strong_movement_is_invalid_and_weak_movement_does_not_matter() {
    for (height, hz) in [(5000.0, 8.0), (20_000.0, 3.0), (100.0, 5.0)] {
        let inside = |t: f64| (-(t - 2.0).powi(2) / 0.5).exp();
        let x = changed(|t, v| v + height * inside(t) * (std::f64::consts::TAU * hz * t).sin());
        let (_, log) = run(&config(), &x, &CUES, 64);
        never_overactive(&log);
        assert!(height < 1000.0 || log.flagged(Quality::MOTION, 40.5, 43.5) > 20, "{height} µV at {hz} Hz");
        assert!(log.share(State::Rest, 46.0, 55.0) > 0.98);
    }
}

#[test]
fn a_lead_that_comes_off_is_never_shown_as_rest() {
    let quieter = changed(|_, v| 0.01 * v);
    let (_, log) = run(&config(), &quieter, &CUES, 64);
    assert_eq!(log.share(State::Invalid, 41.0, 55.0), 1.0);
    assert!(log.flagged(Quality::LEAD_OFF, 40.0, 40.7) > 0, "within 700 ms");
    let dead = changed(|_, _| 0.0);
    let (_, log) = run(&config(), &dead, &CUES, 64);
    assert_eq!(log.share(State::Invalid, 40.3, 55.0), 1.0);
    assert!(log.flagged(Quality::FLAT, 40.0, 40.3) > 0);
    let rail = changed(|_, _| 3000.0);
    let (_, log) = run(&config(), &rail, &CUES, 64);
    assert_eq!(log.share(State::Invalid, 40.3, 55.0), 1.0);
    assert!(log.flagged(Quality::SATURATED | Quality::FLAT, 40.0, 40.5) > 0);
    never_overactive(&log);
}

#[test]
fn electrodes_that_swing_from_rail_to_rail_are_no_contraction_at_any_rate() {
    for fs in [200.0, 250.0, 400.0, 1000.0] {
        for hz in [50.02, 60.03] {
            let x: Vec<f64> = Recipe::rest(fs, 40.0, 3)
                .make_uv()
                .iter()
                .enumerate()
                .map(|(n, v)| {
                    let t = n as f64 / fs;
                    let swing = 1e5 * (std::f64::consts::TAU * hz * t + 1.0).sin();
                    if t < 25.0 { v.round() } else { swing.clamp(-3000.0, 3000.0) }
                })
                .collect();
            let config = PipelineConfig::new(rate(fs));
            let (_, log) = run(&config, &anchored(&x), &[(0.0, Cue::Quiet), (12.0, Cue::Free)], 64);
            assert_eq!(log.share(State::Controlled, 25.1, 40.0), 0.0, "{fs} Hz, {hz}");
            assert!(log.share(State::Rest, 25.1, 40.0) < 0.01, "{fs} Hz, {hz}");
        }
    }
}

#[test]
fn known_rails_are_flagged_at_once() {
    let x = changed(|t, v| if t < 0.5 { 3000.0 } else { v });
    let channel = ChannelConfig { rails_uv: Some((-3000.0, 2990.0)), ..ChannelConfig::default() };
    let mut pipeline = Pipeline::<1>::new(&config(), &[channel]).unwrap();
    let mut log = Log::default();
    crate::support::push(&mut pipeline, &mut log, &x, &CUES, 64);
    assert!(log.flagged(Quality::SATURATED, 40.0, 40.5) >= 49);
    assert_eq!(log.share(State::Invalid, 40.0, 41.0), 1.0, "and half a second of settling");
    assert!(log.share(State::Rest, 41.2, 55.0) > 0.97);
    never_overactive(&log);
}

#[test]
fn non_finite_samples_are_flagged_and_forgotten() {
    for (bad, length) in [(f64::NAN, 1), (f64::INFINITY, 3), (f64::NEG_INFINITY, 400), (1e30, 50)] {
        let x = changed(|t, v| if t < length as f64 / 1000.0 { bad } else { v });
        let (_, log) = run(&config(), &x, &CUES, 64);
        assert!(log.flagged(Quality::NONFINITE, 40.0, 40.5) >= 1, "{bad} x {length}");
        assert!(log.decisions.iter().all(|d| d.envelope_uv.is_nan() || d.envelope_uv < 100.0));
        assert!(log.share(State::Rest, 41.5, 55.0) > 0.98);
        never_overactive(&log);
    }
}

#[test]
fn a_gap_is_invalid_and_what_follows_is_right() {
    for (frames, mains) in [(3_u64, 0.0), (120, 5.0), (400, 5.0), (700, 5.0), (60_000, 0.0)] {
        let mut recipe = session(1000.0, 55.0, 33);
        if mains > 0.0 {
            recipe.contaminants.push(Contaminant::Mains { hz: 50.0, rms: mains });
        }
        let x = anchored(&recipe.make_uv());
        let (mut pipeline, mut log) = run(&config(), &x[..40_000], &CUES, 64);
        pipeline.push(Input::Gap { frames }, &mut log).unwrap();
        let skip = (frames % 1000) as usize;
        pipeline.push(Input::Frames(&x[40_000 + skip..]), &mut log).unwrap();
        let after = 40.0 + frames as f64 / 1000.0;
        assert!(log.flagged(Quality::GAP, 39.99, after + 0.02) as u64 >= frames / 10, "{frames}");
        assert!(log.between(40.0, after).all(|d| d.state == State::Invalid));
        assert!(log.share(State::Rest, after + 0.7, after + 14.0) > 0.98, "{frames} frames, mains {mains}");
        never_overactive(&log);
    }
}

#[test]
fn artefacts_in_the_quiet_stretch_do_not_poison_the_baseline() {
    let clean = run(&config(), &anchored(&session(1000.0, 36.0, 8).make_uv()), &CUES, 64).1.calibrations[0].1;
    let mut recipe = session(1000.0, 36.0, 8);
    recipe.contaminants = vec![
        Contaminant::Pops { count: 9, peak: 500.0 },
        Contaminant::Motion { bursts: 12, peak: 50.0 },
        Contaminant::Ecg { peak: 10.0 },
        Contaminant::Converter { step_uv: 0.1, rail_uv: 3000.0 },
    ];
    let (_, log) = run(&config(), &anchored(&recipe.make_uv()), &CUES, 64);
    let soiled = log.calibrations[0].1;
    assert!((soiled.detection.level / clean.detection.level - 1.0).abs() < 0.06, "{soiled:?} {clean:?}");
    assert!((soiled.baseline_uv / clean.baseline_uv - 1.0).abs() < 0.25);
    assert!(log.share(State::Controlled, 24.8, 29.0) > 0.9);
    assert_eq!(log.share(State::Overactive, 18.0, 36.0), 0.0);
}

#[test]
fn strong_heart_beats_are_cut_out_and_the_rest_decides() {
    // At 75 times rest a fifth of the time was invalid.
    for peak in [50.0, 75.0, 150.0] {
        let mut recipe = Recipe::rest(1000.0, 90.0, 8);
        let starts = [30.0, 40.0, 50.0, 60.0, 70.0];
        recipe.contractions = starts
            .map(|start_s| Contraction { start_s, ratio: 4.0, ramp_s: 0.1, hold_s: 4.0, release_s: 0.05 })
            .to_vec();
        recipe.contaminants.push(Contaminant::Ecg { peak });
        let cues = [(0.0, Cue::Quiet), (20.0, Cue::Free)];
        let (_, log) = run(&config(), &anchored(&recipe.make_uv()), &cues, 64);
        let invalid = log.share(State::Invalid, 21.0, 90.0);
        assert!(invalid < 0.03, "{peak} x rest: {invalid}");
        for start in starts {
            let found = log.share(State::Controlled, start + 0.3, start + 4.0);
            assert!(found > 0.95, "{peak} x rest, {start} s: {found}");
            let active = log.share(State::Controlled, start + 5.0, start + 9.9);
            assert!(active < 0.12, "{peak} x rest, after {start} s: {active}");
        }
    }
}

#[test]
fn heart_beats_are_noticed() {
    let mut recipe = session(1000.0, 55.0, 8);
    recipe.contaminants.push(Contaminant::Ecg { peak: 15.0 });
    let (_, log) = run(&config(), &anchored(&recipe.make_uv()), &CUES, 64);
    assert!(log.flagged(Quality::ECG, 40.0, 55.0) > 700, "{}", log.flagged(Quality::ECG, 40.0, 55.0));
    let (_, log) = run(&config(), &anchored(&session(1000.0, 55.0, 8).make_uv()), &CUES, 64);
    let first = log.decisions.iter().find(|d| d.quality.intersects(Quality::ECG));
    assert_eq!(first, None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is pushed, in whatever order: no panic, one decision per tick and channel, finite or absent envelopes, and
    /// the same digest for another split.
    #[test]
    fn nothing_breaks_the_pipeline(
        hz in prop_oneof![Just(200.0), Just(1000.0), 200.0..5000.0_f64],
        parts in prop::collection::vec(
            (0..9_u8, prop::collection::vec(prop_oneof![
                any::<u32>().prop_map(f32::from_bits), -100.0..100.0_f32, Just(0.0), Just(3000.0)
            ], 0..400)), 1..25),
    ) {
        let channels = [ChannelConfig::default(); 2];
        let config = PipelineConfig::new(rate(hz));
        let mut digests = Vec::new();
        for block in [2, 14, 2000] {
            let mut pipeline = Pipeline::<2>::new(&config, &channels).unwrap();
            let mut log = Log::default();
            for (kind, values) in &parts {
                let whole = &values[..values.len() / 2 * 2];
                match kind {
                    0 => pipeline.push(Input::Gap { frames: values.len() as u64 * 7 }, &mut log).unwrap(),
                    1 => pipeline.push(Input::Stalled, &mut log).unwrap(),
                    2..=6 => {
                        let cue = [Cue::Free, Cue::Quiet, Cue::Reference, Cue::Rest, Cue::Work][usize::from(*kind) - 2];
                        pipeline.push(Input::Command(Command::Cue(cue)), &mut log).unwrap();
                    }
                    _ => {}
                }
                for frames in whole.chunks(block) {
                    pipeline.push(Input::Frames(frames), &mut log).unwrap();
                }
            }
            let ticks = log.decisions.last().map_or(0, |d| d.tick);
            prop_assert_eq!(log.decisions.len() as u64, 2 * ticks);
            prop_assert!(log.decisions.iter().all(|d| d.envelope_uv.is_nan() || d.envelope_uv.is_finite()));
            prop_assert!(log.decisions.iter().all(|d| (d.state == State::Invalid) <= !d.quality.is_empty()));
            digests.push(pipeline.digest());
        }
        prop_assert!(digests.iter().all(|digest| *digest == digests[0]));
    }
}

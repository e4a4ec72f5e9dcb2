//! What the pipeline promises: the same bits for any split, no allocation, exact indices, states that follow the muscle.

use crate::support::{CUES, Log, anchored, contraction, rate, run, session};
use tonus_core::config::{ChannelConfig, Kind, MainsMode, PipelineConfig};
use tonus_core::decision::{Decision, Quality, Reasons, State};
use tonus_core::input::{Command, Cue, Input};
use tonus_core::pipeline::Pipeline;
use tonus_dsp::design::Mains;
use tonus_dsp::units::SampleRate;
use tonus_testkit::Pcg;
use tonus_testkit::synth::{Contaminant, Recipe};

fn config(hz: f64) -> PipelineConfig {
    PipelineConfig::new(rate(hz))
}

#[test]
fn any_split_gives_one_digest() {
    let mut recipe = session(1000.0, 40.0, 1);
    recipe.contaminants = vec![
        Contaminant::Mains { hz: 50.0, rms: 3.0 },
        Contaminant::Pops { count: 4, peak: 500.0 },
        Contaminant::Dropouts { count: 3 },
    ];
    let x = anchored(&recipe.make_uv());
    let digests: Vec<_> =
        [1, 7, 64, 1000, x.len()].map(|block| run(&config(1000.0), &x, &CUES, block).0.digest()).to_vec();
    assert!(digests.iter().all(|digest| *digest == digests[0]), "{digests:02x?}");
    let other = anchored(&session(1000.0, 40.0, 2).make_uv());
    assert_ne!(run(&config(1000.0), &other, &CUES, 64).0.digest(), digests[0], "the digest sees the signal");
}

#[test]
fn a_used_pipeline_set_up_anew_is_a_new_one() {
    let x = anchored(&session(1000.0, 40.0, 3).make_uv());
    let (mut used, _) = run(&config(2000.0), &anchored(&session(2000.0, 30.0, 4).make_uv()), &CUES, 64);
    let rails = ChannelConfig { rails_uv: Some((-1000.0, 1000.0)), ..ChannelConfig::default() };
    used.set_up(&config(500.0), &[rails]).unwrap();
    assert!(used.set_up(&config(100.0), &[rails]).is_err());
    assert_eq!(used.config().rate.hz(), 500.0, "a refused configuration changes nothing");
    used.set_up(&config(1000.0), &[ChannelConfig::default()]).unwrap();
    let mut fresh = Pipeline::new(&config(1000.0), &[ChannelConfig::default()]).unwrap();
    for pipeline in [&mut used, &mut fresh] {
        for (at, cue) in CUES {
            let (from, to) = (pipeline.index() as usize, (at * 1000.0) as usize);
            pipeline.push(Input::Frames(&x[from..to.min(x.len())]), &mut ()).unwrap();
            pipeline.push(Input::Command(Command::Cue(cue)), &mut ()).unwrap();
        }
        pipeline.push(Input::Frames(&x[pipeline.index() as usize..]), &mut ()).unwrap();
    }
    assert_eq!(used.digest(), fresh.digest());
}

#[test]
fn thresholds_are_the_ratios_of_the_configuration() {
    let x = anchored(&session(1000.0, 40.0, 5).make_uv());
    let (_, usual) = run(&config(1000.0), &x, &CUES, 100);
    let wide = PipelineConfig { on_ratio: 8.0, off_ratio: 6.0, ..config(1000.0) };
    let (_, log) = run(&wide, &x, &CUES, 100);
    let calibration = log.calibrations[0].1;
    assert_eq!(calibration.detection.ratios, (8.0, 6.0));
    assert_eq!(calibration.on_uv(), 8.0 * calibration.baseline_uv);
    // The hold is four times rest.
    assert!(usual.share(State::Controlled, 25.0, 29.0) > 0.9);
    assert_eq!(log.share(State::Rest, 25.0, 29.0), 1.0);
}

#[test]
fn a_lane_gives_the_bits_that_it_gives_alone() {
    let alone: Vec<Vec<Decision>> = (0..3)
        .map(|seed| run(&config(1000.0), &anchored(&session(1000.0, 36.0, seed).make_uv()), &CUES, 100).1.decisions)
        .collect();
    let x: Vec<Vec<f32>> = (0..3).map(|seed| anchored(&session(1000.0, 36.0, seed).make_uv())).collect();
    let frames: Vec<f32> = (0..x[0].len()).flat_map(|n| [x[0][n], x[1][n], x[2][n]]).collect();
    let mut pipeline = Pipeline::<4>::new(&config(1000.0), &[ChannelConfig::default(); 3]).unwrap();
    let mut log = Log::default();
    for (at, cue) in CUES {
        let (from, to) = ((pipeline.index() * 3) as usize, (at * 3000.0) as usize);
        pipeline.push(Input::Frames(&frames[from..to.min(frames.len())]), &mut log).unwrap();
        pipeline.push(Input::Command(Command::Cue(cue)), &mut log).unwrap();
    }
    for (channel, alone) in alone.iter().enumerate() {
        let together = log.decisions.iter().filter(|d| usize::from(d.channel) == channel);
        for (a, b) in together.zip(alone) {
            let same =
                a.state == b.state && a.quality == b.quality && a.envelope_uv.to_bits() == b.envelope_uv.to_bits();
            assert!(same, "channel {channel}: {a:?} alone {b:?}");
        }
    }
}

/// The digest of some channels in so many lanes, pushed in pieces of random lengths.
fn digest_in<const LANES: usize>(frames: &[f32], channels: usize, pcg: &mut Pcg) -> [u8; 32] {
    let mut pipeline = Pipeline::<LANES>::new(&config(1000.0), &[ChannelConfig::default(); LANES][..channels]).unwrap();
    let mut rest = frames;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(((1 + pcg.below(12)) * channels).min(rest.len()));
        pipeline.push(Input::Frames(now), &mut ()).unwrap();
        rest = later;
    }
    pipeline.digest()
}

#[test]
fn lanes_that_are_not_used_change_nothing_however_frames_are_split() {
    let x: Vec<Vec<f32>> = (0..4).map(|seed| anchored(&session(1000.0, 4.0, seed).make_uv())).collect();
    let mut pcg = Pcg::new(9, 9);
    for channels in [1, 2, 4] {
        let frames: Vec<f32> = (0..x[0].len()).flat_map(|n| x[..channels].iter().map(move |x| x[n])).collect();
        let digests = [
            digest_in::<8>(&frames, channels, &mut pcg),
            digest_in::<8>(&frames, channels, &mut pcg),
            digest_in::<4>(&frames, channels, &mut pcg),
            if channels < 4 {
                digest_in::<2>(&frames, channels, &mut pcg)
            } else {
                digest_in::<4>(&frames, 4, &mut pcg)
            },
        ];
        assert!(digests.iter().all(|digest| *digest == digests[0]), "{channels} channels");
    }
}

#[test]
fn states_follow_the_muscle_at_every_rate() {
    for hz in [250.0, 500.0, 1000.0, 2000.0, 2048.0, 4000.0] {
        let mut recipe = session(hz, 50.0, 7);
        recipe.contractions.push(contraction(36.0, 3.0, 2.5, 0.1)); // uninvited
        recipe.contaminants.push(Contaminant::Offset { uv: 300_000.0 });
        let (_, log) = run(&config(hz), &anchored(&recipe.make_uv()), &CUES, 64);
        assert_eq!(log.refusals, [], "{hz} Hz {:?}", log.decisions[500].quality.names().collect::<Vec<_>>());
        assert!(log.share(State::Rest, 18.0, 24.0) > 0.97, "{hz} Hz: rest {}", log.share(State::Rest, 18.0, 24.0));
        assert!(log.share(State::Controlled, 24.8, 29.0) > 0.98, "{hz} Hz: work");
        assert!(log.share(State::Rest, 30.0, 36.0) > 0.98, "{hz} Hz: rest after work");
        assert!(log.share(State::Overactive, 37.5, 38.5) > 0.95, "{hz} Hz: tone");
        assert!(log.between(37.5, 38.5).all(|d| d.state != State::Overactive || d.reasons.intersects(Reasons::TONE)));
    }
}

#[test]
fn a_slow_release_and_an_overshoot_are_told_apart_from_work() {
    let mut recipe = session(1000.0, 50.0, 3);
    recipe.contractions[1].hold_s = 9.0; // until 33.5 s, the rest cue came at 29 s
    recipe.contractions.push(contraction(26.0, 8.0, 1.5, 0.05));
    let (_, log) = run(&config(1000.0), &anchored(&recipe.make_uv()), &CUES, 64);
    assert!(log.share(State::Overactive, 26.9, 27.6) > 0.95);
    assert!(log.between(26.9, 27.6).any(|d| d.reasons.intersects(Reasons::OVERSHOOT)));
    assert!(log.share(State::Controlled, 29.1, 30.9) > 0.95, "the allowance");
    assert!(log.share(State::Overactive, 31.2, 33.0) > 0.95);
    assert!(log.between(31.2, 33.0).all(|d| d.reasons.intersects(Reasons::SLOW_RELEASE)));
}

#[test]
fn mains_is_measured_and_notched_before_the_baseline() {
    for (hz, mains) in [(50.0, Mains::Hz50), (60.0, Mains::Hz60)] {
        let mut recipe = session(1000.0, 36.0, 5);
        recipe.contaminants.push(Contaminant::Mains { hz: hz + 0.07, rms: 5.0 });
        let (pipeline, log) = run(&config(1000.0), &anchored(&recipe.make_uv()), &CUES, 64);
        assert_eq!(pipeline.mains(), Some(mains));
        assert!(log.share(State::Controlled, 24.8, 29.0) > 0.98);
        let baseline = log.calibrations[0].1.baseline_uv;
        assert!((1.6..2.4).contains(&baseline), "{baseline}");
    }
    let (pipeline, _) = run(&config(1000.0), &anchored(&session(1000.0, 36.0, 5).make_uv()), &CUES, 64);
    assert_eq!(pipeline.mains(), None, "clean signals keep their 50 Hz");
}

#[test]
fn nothing_is_called_before_the_baseline_and_nothing_without_one() {
    let (_, log) = run(&config(1000.0), &anchored(&session(1000.0, 20.0, 9).make_uv()), &CUES, 64);
    assert_eq!(log.share(State::Invalid, 0.0, 11.9), 1.0);
    assert!(log.between(0.0, 11.9).all(|d| d.quality.intersects(Quality::WARMUP)));
    let (_, log) = run(&config(1000.0), &anchored(&session(1000.0, 20.0, 9).make_uv()), &[], 64);
    assert_eq!(log.share(State::Invalid, 0.0, 20.0), 1.0);
}

#[test]
fn indices_are_exact_with_gaps_and_odd_rates() {
    for hz in [50.0, 200.0, 1000.0, 1259.259, 2048.0] {
        let kind = if hz < 200.0 { Kind::Envelope } else { Kind::Raw };
        let channel = ChannelConfig { kind, ..ChannelConfig::default() };
        let mut pipeline = Pipeline::<1>::new(&config(hz), &[channel]).unwrap();
        let mut log = Log::default();
        for part in 0..40_u32 {
            pipeline.push(Input::Frames(&[part as f32; 37]), &mut log).unwrap();
            pipeline.push(Input::Gap { frames: u64::from(part % 5) * 13 }, &mut log).unwrap();
        }
        let index = 40 * 37 + 8 * 13 * (1 + 2 + 3 + 4);
        assert_eq!(pipeline.index(), index);
        let last = log.decisions.last().unwrap();
        assert_eq!(log.decisions.len() as u64, last.tick, "one decision per tick");
        assert!(last.index < index && (index - last.index) as f64 <= hz / 100.0 + 2.0);
    }
}

#[test]
fn an_envelope_sensor_bypasses_what_would_destroy_its_signal() {
    for hz in [50.0, 100.0, 1000.0] {
        let level = |t: f64| match t {
            t if (12.5..17.2).contains(&t) || (24.4..29.3).contains(&t) => 380.0,
            t if (36.0..39.0).contains(&t) => 200.0,
            _ => 100.0,
        };
        let n = (45.0 * hz) as usize;
        let x: Vec<f32> = (0..n).map(|i| (level(i as f64 / hz) + f64::from(i as u32 * 7 % 5)) as f32).collect();
        let channel = ChannelConfig { kind: Kind::Envelope, ..ChannelConfig::default() };
        let mut pipeline = Pipeline::<1>::new(&config(hz), &[channel]).unwrap();
        let mut log = Log::default();
        crate::support::push(&mut pipeline, &mut log, &x, &CUES, 16);
        assert_eq!(log.refusals, [], "{hz} Hz");
        let reference = log.calibrations[1].1.reference_uv.unwrap();
        assert!((375.0..390.0).contains(&reference), "{reference}");
        assert!(log.share(State::Rest, 18.0, 24.0) > 0.99);
        assert!(log.share(State::Controlled, 24.8, 29.0) > 0.99);
        assert!(log.share(State::Overactive, 37.3, 38.9) > 0.99);
        let held = log.between(26.0, 28.0).next().unwrap();
        assert!((held.activation - 1.0).abs() < 0.05 && (held.envelope_uv - 382.0).abs() < 4.0, "{held:?}");
    }
}

#[test]
fn no_allocation_after_construction() {
    let x = anchored(&session(1000.0, 36.0, 4).make_uv());
    let mut pipeline = Pipeline::<1>::new(&config(1000.0), &[ChannelConfig::default()]).unwrap();
    let count = tonus_testkit::alloc::allocations(|| {
        for (i, block) in x.chunks(100).enumerate() {
            let cue = [Cue::Quiet, Cue::Reference, Cue::Rest, Cue::Work][(i / 70) % 4];
            pipeline.push(Input::Command(Command::Cue(cue)), &mut ()).unwrap();
            pipeline.push(Input::Frames(block), &mut ()).unwrap();
            pipeline.push(Input::Gap { frames: u64::from(i % 50 == 0) }, &mut ()).unwrap();
        }
        std::hint::black_box(pipeline.digest());
    });
    assert_eq!(count, 0);
}

#[test]
fn eight_channels_fit_a_small_stack() {
    let build = || {
        let channels = [ChannelConfig::default(); 8];
        let mut pipeline = Pipeline::<8>::new(&config(2000.0), &channels).unwrap();
        pipeline.push(Input::Frames(&[0.5; 8 * 100]), &mut ()).unwrap();
        pipeline.index()
    };
    let thread = std::thread::Builder::new().stack_size(512 * 1024).spawn(build).unwrap();
    assert_eq!(thread.join().unwrap(), 100);
}

#[test]
fn latency_is_within_a_tenth_of_a_second() {
    let (pipeline, _) = run(&config(1000.0), &anchored(&session(1000.0, 36.0, 4).make_uv()), &CUES, 64);
    let latency = pipeline.latency();
    assert!(latency.total_ms() > 30.0 && latency.total_ms() < 100.0, "{latency:?}");
}

#[test]
fn a_stored_calibration_gives_states_from_the_start() {
    let x = anchored(&session(1000.0, 36.0, 6).make_uv());
    let (first, _) = run(&config(1000.0), &x, &CUES, 64);
    let calibration = *first.calibration(0).unwrap();
    let mut pipeline = Pipeline::<1>::new(&config(1000.0), &[ChannelConfig::default()]).unwrap();
    let mut log = Log::default();
    assert_eq!(pipeline.check_calibration(0, &calibration), Ok(()));
    pipeline.push(Input::Command(Command::Calibration { channel: 0, calibration }), &mut log).unwrap();
    pipeline.push(Input::Frames(&x), &mut log).unwrap();
    assert!(log.share(State::Rest, 1.0, 12.0) > 0.98 && log.share(State::Controlled, 13.0, 17.0) > 0.98);
    let other = Pipeline::<1>::new(&config(2000.0), &[ChannelConfig::default()]).unwrap();
    assert!(other.check_calibration(0, &calibration).unwrap_err().to_string().contains("sampling rate"));
}

#[test]
fn wrong_settings_and_shapes_are_errors_that_name_the_field() {
    let channels = [ChannelConfig::default(); 2];
    let message = |config: PipelineConfig| Pipeline::<2>::new(&config, &channels).unwrap_err().to_string();
    assert!(message(config(100.0)).contains("rate_hz of a raw channel"));
    for bad in [f64::NAN, 0.0, -5.0, 450.0, f64::INFINITY] {
        assert!(message(PipelineConfig { highpass_hz: bad, ..config(1000.0) }).contains("highpass_hz"), "{bad}");
    }
    assert!(message(PipelineConfig { lowpass_hz: f64::NAN, ..config(1000.0) }).contains("lowpass_hz"));
    assert!(message(PipelineConfig { overshoot_ratio: f32::NAN, ..config(1000.0) }).contains("overshoot_ratio"));
    assert!(message(PipelineConfig { tone_dwell_s: 0.0, ..config(1000.0) }).contains("tone_dwell_s"));
    for bad in [f64::NAN, 0.0, -1.0, f64::INFINITY, 1e9] {
        assert!(SampleRate::new(bad).unwrap_err().to_string().contains("rate_hz"));
    }
    assert!(Pipeline::<2>::new(&config(1000.0), &[]).is_err());
    assert!(Pipeline::<2>::new(&config(1000.0), &[ChannelConfig::default(); 3]).is_err());
    let mut pipeline = Pipeline::<2>::new(&config(1000.0), &channels).unwrap();
    assert!(pipeline.push(Input::Frames(&[1.0; 3]), &mut ()).is_err());
    assert_eq!(pipeline.index(), 0, "nothing was taken");
    let fixed = PipelineConfig { mains: MainsMode::Fixed(Mains::Hz60), ..config(1000.0) };
    assert_eq!(Pipeline::<2>::new(&fixed, &channels).unwrap().mains(), Some(Mains::Hz60));
}

#[test]
fn a_baseline_that_is_too_short_or_dead_is_refused_with_its_reason() {
    let recipe = Recipe::rest(1000.0, 8.0, 1);
    let cues = [(0.0, Cue::Quiet), (2.0, Cue::Rest)];
    let (_, log) = run(&config(1000.0), &anchored(&recipe.make_uv()), &cues, 64);
    assert_eq!(log.refusals[0].1.name(), "too_short");
    let (_, log) = run(&config(1000.0), &vec![0.0; 15_000], &CUES, 64);
    assert!(log.refusals.iter().any(|(_, refusal)| refusal.name() == "too_short"), "a flat line is no rest");
    assert_eq!(log.share(State::Invalid, 0.0, 15.0), 1.0);
    assert!(log.flagged(Quality::FLAT, 1.0, 12.0) > 1000);
}

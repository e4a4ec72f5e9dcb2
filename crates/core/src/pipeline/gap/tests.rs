//! A long gap gives the decisions, the digest and the state that tick by tick gives.

extern crate std;

use std::format;
use std::string::String;
use std::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::calibration::{Calibration, Refusal};
use crate::config::{ChannelConfig, Kind, MainsMode, PipelineConfig};
use crate::input::{Command, Cue, Input};
use tonus_dsp::design::Mains;
use tonus_dsp::units::SampleRate;
use tonus_testkit::Pcg;

/// A decision and the bits of its numbers, which may be no numbers.
type Seen = (u64, u64, u8, State, Reasons, Quality, u32, u32, Cue, Option<bool>);

#[derive(Default)]
struct Log {
    decisions: Vec<Seen>,
    calibrations: Vec<(u8, Calibration)>,
    refusals: Vec<(u8, Refusal)>,
}

impl Sink for Log {
    fn decision(&mut self, d: &Decision) {
        let (envelope, activation) = (d.envelope_uv.to_bits(), d.activation.to_bits());
        self.decisions
            .push((d.tick, d.index, d.channel, d.state, d.reasons, d.quality, envelope, activation, d.cue, d.tense));
    }

    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        self.calibrations.push((channel, *calibration));
    }

    fn refused(&mut self, channel: u8, refusal: Refusal) {
        self.refusals.push((channel, refusal));
    }
}

/// What happens in a session.
#[derive(Debug, Clone, Copy)]
enum Event {
    Cue(Cue),
    /// Signal for so many seconds, this loud, with so much mains.
    Signal(f64, f32, f32),
    /// Missing frames: whole seconds of them, and some more.
    Gap(f64, u64),
    Stalled,
}

fn event() -> impl Strategy<Value = Event> {
    let cue = prop::sample::select(&[Cue::Quiet, Cue::Reference, Cue::Rest, Cue::Work, Cue::Free][..]);
    prop_oneof![
        2 => cue.prop_map(Event::Cue),
        3 => (0.0..4.0, 0.0..3.0_f32, 0.0..3.0_f32).prop_map(|(s, gain, mains)| Event::Signal(s, gain, mains)),
        2 => (5.5..30.0, 0..50_u64).prop_map(|(seconds, more)| Event::Gap(seconds, more)),
        1 => (0.0..1.0, 0..3_u64).prop_map(|(seconds, more)| Event::Gap(seconds, more)),
        1 => Just(Event::Stalled),
    ]
}

fn setup() -> impl Strategy<Value = (PipelineConfig, Vec<ChannelConfig>)> {
    let mains = prop::sample::select(&[MainsMode::Auto, MainsMode::Off, MainsMode::Fixed(Mains::Hz60)][..]);
    let kinds = prop::collection::vec((any::<bool>(), any::<bool>()), 1..=4);
    let rates = &[60.0, 100.0, 250.0, 333.3, 1000.0, 1024.0, 2048.0][..];
    (prop::sample::select(rates), mains, kinds).prop_map(|(hz, mains, kinds)| {
        let config = PipelineConfig { mains, ..PipelineConfig::new(SampleRate::new(hz).unwrap()) };
        let channel = |(n, (is_raw, is_coarse)): (usize, &(bool, bool))| ChannelConfig {
            kind: if hz >= SampleRate::MIN_RAW_HZ && *is_raw { Kind::Raw } else { Kind::Envelope },
            lsb_uv: is_coarse.then_some(0.5),
            accessory: n > 1,
            ..ChannelConfig::default()
        };
        (config, kinds.iter().enumerate().map(channel).collect())
    })
}

/// A session, its gaps with or without the quick way: what it said, its digest, and what it remembers.
fn run(
    config: &PipelineConfig,
    channels: &[ChannelConfig],
    events: &[Event],
    is_quick: bool,
) -> (Log, [u8; 32], String) {
    let mut pipeline = Pipeline::<4>::new(config, channels).unwrap();
    let (mut log, mut pcg) = (Log::default(), Pcg::new(5, 3));
    let hz = config.rate.hz();
    for event in events {
        match *event {
            Event::Cue(cue) => pipeline.push(Input::Command(Command::Cue(cue)), &mut log).unwrap(),
            Event::Stalled => pipeline.push(Input::Stalled, &mut log).unwrap(),
            Event::Signal(seconds, gain, mains) => {
                let values: Vec<f32> = (0..(seconds * hz) as usize * channels.len())
                    .map(|n| {
                        let phase = (n / channels.len()) as f64 * 50.0 / hz * core::f64::consts::TAU;
                        4.0 + gain * pcg.normal() as f32 + mains * tonus_dsp::math::sin(phase) as f32
                    })
                    .collect();
                pipeline.push(Input::Frames(&values), &mut log).unwrap();
            }
            Event::Gap(seconds, more) => {
                let frames = (seconds * hz) as u64 + more;
                if is_quick {
                    pipeline.push(Input::Gap { frames }, &mut log).unwrap();
                } else if frames > 0 {
                    pipeline.begin_gap(frames);
                    pipeline.miss(pipeline.index() + frames, &mut log);
                    pipeline.end_gap(frames);
                }
            }
        }
    }
    let remembered = format!("{:?} {:?} {:?}", pipeline.channels, pipeline.mains, pipeline.conditioning);
    (log, pipeline.digest(), remembered)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_long_gap_gives_the_bits_of_tick_by_tick(
        (config, channels) in setup(),
        first in 2.0..8.0,
        mut events in prop::collection::vec(event(), 4..14),
    ) {
        // Most sessions have a baseline before the first gap, all have signal after the last.
        events.splice(0..0, [Event::Cue(Cue::Quiet), Event::Signal(first, 1.0, 0.0), Event::Cue(Cue::Free)]);
        events.push(Event::Signal(3.0, 1.0, 0.0));
        let (quick, quick_digest, quick_memory) = run(&config, &channels, &events, true);
        let (plain, plain_digest, plain_memory) = run(&config, &channels, &events, false);
        prop_assert_eq!(&quick.calibrations, &plain.calibrations);
        prop_assert_eq!(quick.refusals.len(), plain.refusals.len());
        let first = quick.decisions.iter().zip(&plain.decisions).find(|(quick, plain)| quick != plain);
        prop_assert!(first.is_none(), "{:?}", first);
        prop_assert_eq!(quick.decisions.len(), plain.decisions.len());
        prop_assert_eq!(quick_digest, plain_digest);
        prop_assert!(quick_memory == plain_memory, "the same is remembered");
    }
}

#[test]
fn a_gap_longer_than_an_index_can_count_is_refused_at_once() {
    let config = PipelineConfig::new(SampleRate::new(1000.0).unwrap());
    let mut pipeline = Pipeline::<1>::new(&config, &[ChannelConfig::default()]).unwrap();
    let most = (MOST_MISSING_S * 1000.0) as u64;
    for frames in [most + 1, 1_000_000_000_000_000, u64::MAX] {
        let refused = pipeline.push(Input::Gap { frames }, &mut ());
        assert_eq!(refused, Err(ShapeError::Gap { frames, most }));
    }
    assert_eq!(pipeline.index(), 0, "a refused gap is not taken");
}

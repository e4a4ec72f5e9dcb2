//! A contraction's own begin and end, beside the decided ones.

use tonus_core::calibration::Calibration;
use tonus_core::config::{ChannelConfig, PipelineConfig};
use tonus_core::decision::Decision;
use tonus_core::input::{Command, Cue, Input};
use tonus_core::pipeline::Pipeline;
use tonus_core::sink::Sink;
use tonus_core::summary::{ChannelSummary, Segment, SegmentKind};
use tonus_testkit::synth::{Contraction, Recipe};

use crate::support::{anchored, rate};

#[derive(Default)]
struct Contractions(ChannelSummary, Vec<Segment>);

impl Sink for Contractions {
    fn decision(&mut self, d: &Decision) {
        let Self(summary, found) = self;
        summary.push(d, |segment| found.extend((segment.kind == SegmentKind::Contraction).then_some(*segment)));
    }

    fn calibrated(&mut self, _channel: u8, calibration: &Calibration) {
        self.0.calibrated(calibration);
    }
}

/// Ten contractions of 1 s, each as strong as `db` above rest, from 15 s on.
fn ten(db: f64, seed: u64) -> (Recipe, Vec<f64>) {
    let starts: Vec<f64> = (0..10).map(|n| 15.0 + f64::from(n) * 4.0037).collect();
    let ratio = 10.0_f64.powf(db / 20.0);
    let mut recipe = Recipe::rest(1000.0, 58.0, seed);
    let one = |start: &f64| Contraction { start_s: *start, ratio, ramp_s: 0.03, hold_s: 1.0, release_s: 0.03 };
    recipe.contractions = starts.iter().map(one).collect();
    (recipe, starts)
}

fn run(recipe: &Recipe) -> Vec<Segment> {
    let config = PipelineConfig::new(rate(1000.0));
    let mut pipeline = Pipeline::<1>::new(&config, &[ChannelConfig::default()]).unwrap();
    let mut heard = Contractions::default();
    let samples = anchored(&recipe.make_uv());
    pipeline.push(Input::Command(Command::Cue(Cue::Quiet)), &mut heard).unwrap();
    pipeline.push(Input::Frames(&samples[..12_000]), &mut heard).unwrap();
    pipeline.push(Input::Command(Command::Cue(Cue::Free)), &mut heard).unwrap();
    pipeline.push(Input::Frames(&samples[12_000..]), &mut heard).unwrap();
    let Contractions(mut summary, mut found) = heard;
    summary.finish(|segment| found.extend((segment.kind == SegmentKind::Contraction).then_some(*segment)));
    found
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn own_times_are_nearer_to_the_muscle_than_decided_ones() {
    for (seed, db) in [(1, 10.0), (2, 14.0), (3, 20.0), (4, 30.0), (5, 40.0)] {
        let (recipe, starts) = ten(db, seed);
        let found = run(&recipe);
        assert_eq!(found.len(), 10, "{db} dB");
        let mut errors = [const { Vec::new() }; 4];
        for (segment, start) in found.iter().zip(starts) {
            let end = start + 0.03 + 1.0 + 0.03;
            let (onset, offset) = (segment.onset_s.unwrap(), segment.offset_s.unwrap());
            assert!(onset < segment.start_s() && onset < offset, "{segment:?}");
            let of = [segment.start_s() - start, onset - start, segment.end_s() - end, offset - end];
            errors.iter_mut().zip(of).for_each(|(all, error)| all.push(error.abs()));
        }
        let [decided, own, decided_end, own_end] = errors.map(median);
        // Noise that begins within a sample has no first potentials: what is strong then is decided at once, and its own begin is
        // up to 20 ms early.
        assert!(own <= 0.03 && (own < decided || db > 20.0), "{db} dB: onset {own}, decided {decided}");
        // After 30 times rest and more the notches ring on.
        let ringing = if db > 20.0 { 0.1 } else { 0.04 };
        assert!(own_end <= ringing && own_end < decided_end, "{db} dB: offset {own_end}, decided {decided_end}");
    }
}

/// Hears decisions and no calibration.
struct Only<'a>(&'a mut ChannelSummary, &'a mut Vec<Segment>);

impl Sink for Only<'_> {
    fn decision(&mut self, d: &Decision) {
        self.0.push(d, |segment| self.1.push(*segment));
    }
}

#[test]
fn without_a_baseline_there_are_no_own_times() {
    let (recipe, _) = ten(20.0, 6);
    let mut summary = ChannelSummary::default();
    let config = PipelineConfig::new(rate(1000.0));
    let mut found = Vec::new();
    let mut pipeline = Pipeline::<1>::new(&config, &[ChannelConfig::default()]).unwrap();
    let mut only = Only(&mut summary, &mut found);
    let samples = anchored(&recipe.make_uv());
    pipeline.push(Input::Command(Command::Cue(Cue::Quiet)), &mut only).unwrap();
    pipeline.push(Input::Frames(&samples[..12_000]), &mut only).unwrap();
    pipeline.push(Input::Command(Command::Cue(Cue::Free)), &mut only).unwrap();
    pipeline.push(Input::Frames(&samples[12_000..]), &mut only).unwrap();
    let contractions: Vec<_> = found.iter().filter(|segment| segment.kind == SegmentKind::Contraction).collect();
    assert!(contractions.len() >= 9, "{}", contractions.len());
    assert!(contractions.iter().all(|segment| segment.onset_s.is_none() && segment.offset_s.is_none()));
}

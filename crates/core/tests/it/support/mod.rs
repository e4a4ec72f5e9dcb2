//! A small session runner for the pipeline tests.
#![allow(dead_code)] // each test binary uses its part

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::config::{ChannelConfig, PipelineConfig};
use tonus_core::decision::{Decision, Quality, State};
use tonus_core::input::{Command, Cue, Input};
use tonus_core::pipeline::Pipeline;
use tonus_core::sink::Sink;
use tonus_dsp::units::SampleRate;
use tonus_testkit::synth::{Contraction, Recipe};

/// Keeps everything.
#[derive(Default)]
pub struct Log {
    pub decisions: Vec<Decision>,
    pub calibrations: Vec<(u8, Calibration)>,
    pub refusals: Vec<(u8, Refusal)>,
}

impl Sink for Log {
    fn decision(&mut self, decision: &Decision) {
        self.decisions.push(*decision);
    }
    fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        self.calibrations.push((channel, *calibration));
    }
    fn refused(&mut self, channel: u8, refusal: Refusal) {
        self.refusals.push((channel, refusal));
    }
}

impl Log {
    pub fn between(&self, from_s: f64, to_s: f64) -> impl Iterator<Item = &Decision> {
        let inside = move |d: &&Decision| d.tick as f64 * 0.01 > from_s && d.tick as f64 * 0.01 <= to_s;
        self.decisions.iter().filter(inside)
    }

    /// Share of ticks in a state.
    pub fn share(&self, state: State, from_s: f64, to_s: f64) -> f64 {
        let all = self.between(from_s, to_s).count();
        self.between(from_s, to_s).filter(|d| d.state == state).count() as f64 / all as f64
    }

    pub fn flagged(&self, flag: Quality, from_s: f64, to_s: f64) -> usize {
        self.between(from_s, to_s).filter(|d| d.quality.intersects(flag)).count()
    }
}

pub fn rate(hz: f64) -> SampleRate {
    SampleRate::new(hz).unwrap()
}

/// 12 s quiet, one 5-s hold, then work from 24 to 29 s and rest.
pub const CUES: [(f64, Cue); 6] = [
    (0.0, Cue::Quiet),
    (12.0, Cue::Reference),
    (17.0, Cue::Rest),
    (24.0, Cue::Work),
    (29.0, Cue::Rest),
    (60.0, Cue::Free),
];

pub fn contraction(start_s: f64, ratio: f64, hold_s: f64, release_s: f64) -> Contraction {
    Contraction { start_s, ratio, ramp_s: 0.2, hold_s, release_s }
}

/// A session that follows [`CUES`] with 12 dB.
pub fn session(rate_hz: f64, seconds: f64, seed: u64) -> Recipe {
    let mut recipe = Recipe::rest(rate_hz, seconds, seed);
    recipe.contractions = vec![contraction(12.3, 4.0, 4.7, 0.08), contraction(24.3, 4.0, 4.7, 0.08)];
    recipe
}

/// Subtracts the first value exactly, as every source does.
pub fn anchored(x: &[f64]) -> Vec<f32> {
    x.iter().map(|v| (v - x[0]) as f32).collect()
}

/// Runs a one-channel session in blocks of `block` samples.
pub fn run(config: &PipelineConfig, x: &[f32], cues: &[(f64, Cue)], block: usize) -> (Pipeline<1>, Log) {
    let mut pipeline = Pipeline::<1>::new(config, &[ChannelConfig::default()]).unwrap();
    let mut log = Log::default();
    push(&mut pipeline, &mut log, x, cues, block);
    (pipeline, log)
}

/// Pushes samples with cues at their times.
pub fn push(pipeline: &mut Pipeline<1>, log: &mut Log, x: &[f32], cues: &[(f64, Cue)], block: usize) {
    let rate_hz = pipeline.config().rate.hz();
    let mut cues = cues.iter().map(|(s, cue)| ((s * rate_hz).round() as usize, *cue)).peekable();
    let mut n = 0;
    while n < x.len() {
        while let Some((_, cue)) = cues.next_if(|(at, _)| *at <= n) {
            pipeline.push(Input::Command(Command::Cue(cue)), log).unwrap();
        }
        let end = (n + block).min(x.len()).min(cues.peek().map_or(usize::MAX, |(at, _)| *at));
        pipeline.push(Input::Frames(&x[n..end]), log).unwrap();
        n = end;
    }
}

//! The golden session, replayed: bytes of a sensor in, decisions out. No `std` and no allocator, so that the same file runs on
//! a computer (`examples/golden_session.rs`), on a microcontroller (`examples/firmware`) and in a browser (`examples/wasm`).
//!
//! `examples/c/golden.c` does the same in C. What is asked for is a list of lines `index,cue`: from sample `index` on, `cue`.

use tonus_core::config::{ChannelConfig, PipelineConfig};
use tonus_core::input::{Command, Cue, Input};
use tonus_core::pipeline::Pipeline;
use tonus_core::sink::Sink as Decisions;
use tonus_dsp::error::ConfigError;
use tonus_dsp::units::SampleRate;
use tonus_wire::{Calibrator, Frame, Sink, Timeline};

/// Channels of the session.
pub const CHANNELS: usize = 2;
/// Its sampling rate.
pub const RATE_HZ: f64 = 1000.0;
/// What one count of its converter is worth. An `f32` holds it exactly, so no frame needs an `f64`.
pub const UV_PER_COUNT: f64 = 0.25;

/// Makes any pipeline that of the session, with default settings.
#[inline(never)]
pub fn set_up(pipeline: &mut Pipeline<CHANNELS>) -> Result<(), ConfigError> {
    pipeline.set_up(&PipelineConfig::new(SampleRate::new(RATE_HZ)?), &[ChannelConfig::default(); CHANNELS])
}

/// The lines `index,cue`, one after the other.
#[derive(Debug, Clone)]
pub struct Cues<'a> {
    rest: &'a str,
}

impl<'a> Cues<'a> {
    /// From the text of the file.
    pub const fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// The next line that is a cue (the heading is none), and what follows it.
    fn peek(&self) -> Option<(u64, Cue, &'a str)> {
        let mut rest = self.rest;
        while let Some((line, after)) = rest.split_once('\n') {
            rest = after;
            let parsed =
                line.split_once(',').and_then(|(index, cue)| Some((index.parse().ok()?, Cue::from_name(cue)?)));
            if let Some((index, cue)) = parsed {
                return Some((index, cue, after));
            }
        }
        None
    }
}

/// From frames to the inputs of a pipeline.
pub struct Replay<'a, D> {
    /// The pipeline.
    pub pipeline: &'a mut Pipeline<CHANNELS>,
    /// What is asked for, and when.
    pub cues: Cues<'a>,
    /// Counts to µV.
    pub calibrator: Calibrator<CHANNELS>,
    /// Counter to sample index.
    pub timeline: Timeline,
    /// Where decisions go.
    pub decisions: D,
}

impl<D: Decisions> Replay<'_, D> {
    fn push(&mut self, input: Input<'_>) {
        // Whole frames of two channels: the only error there is cannot occur.
        let _ = self.pipeline.push(input, &mut self.decisions);
    }

    /// Gives the cues that are due.
    fn ask(&mut self) {
        while let Some((index, cue, after)) = self.cues.peek() {
            if index > self.pipeline.index() {
                break;
            }
            self.cues.rest = after;
            self.push(Input::Command(Command::Cue(cue)));
        }
    }

    /// Missing frames; a cue may fall among them.
    fn gap(&mut self, mut missing: u64) {
        while missing > 0 {
            self.ask();
            let next = self.cues.peek().map_or(u64::MAX, |(index, _, _)| index - self.pipeline.index());
            let frames = missing.min(next);
            self.push(Input::Gap { frames });
            missing -= frames;
        }
    }
}

impl<D: Decisions> Sink for Replay<'_, D> {
    fn frame(&mut self, frame: &Frame<'_>) {
        let placed = self.timeline.place(frame);
        if placed.restarted {
            self.push(Input::Stalled);
        }
        self.gap(placed.gap);
        self.ask();
        let mut values_uv = [0.0; CHANNELS];
        let count = self.calibrator.convert(frame.values, &mut values_uv);
        if count == CHANNELS {
            self.push(Input::Frames(&values_uv));
        }
    }
}

//! What comes out of a [`Driver`](crate::Driver), and who takes it.

use tonus_core::calibration::{Calibration, Refusal};
use tonus_core::decision::Decision;
use tonus_core::input::{Cue, Input};

/// One input on its way into the pipelines, cut where what is asked for changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step<'a> {
    /// Index of the first frame that it is about.
    pub index: u64,
    /// What the pipelines are given.
    pub input: Input<'a>,
    /// What the device sent for these frames; empty where nobody kept it.
    pub raw: &'a [f64],
    /// How many channels a frame has.
    pub channels: usize,
    /// What is asked for during it.
    pub cue: Cue,
}

impl<'a> Step<'a> {
    /// What the device sent, frame by frame, each with its index.
    pub fn raw_frames(&self) -> impl Iterator<Item = (u64, &'a [f64])> + use<'a> {
        (self.index..).zip(self.raw.chunks_exact(self.channels.max(1)))
    }
}

/// Takes what a [`Driver`](crate::Driver) gives. Nothing that an observer does changes a decision.
///
/// Observers compose: a pair observes, the first one first, and so do an observer that may be absent and one that is
/// borrowed. A closure observes decisions as [`OnDecision`].
pub trait Observer {
    /// Whether [`Observer::samples`] is to be called.
    const WANTS_SAMPLES: bool = false;

    /// An input, before the pipelines are given it.
    fn step(&mut self, _step: &Step<'_>) {}

    /// One decision; channels in order, then the next tick.
    fn decision(&mut self, _decision: &Decision) {}

    /// Conditioned samples of the display band in µV, from sample `first` on; only if [`Observer::WANTS_SAMPLES`].
    fn samples(&mut self, _channel: u8, _first: u64, _conditioned_uv: &[f32]) {}

    /// A calibration step of `channel` was closed and accepted.
    fn calibrated(&mut self, _channel: u8, _calibration: &Calibration) {}

    /// A calibration step of `channel` was closed and refused.
    fn refused(&mut self, _channel: u8, _refusal: Refusal) {}
}

/// Nobody observes.
impl Observer for () {}

/// All methods of an [`Observer`] that consists of others: each is handed on to every part, in order.
macro_rules! observe_as {
    ($parts:pat => $($part:ident: $Part:ident),+ $(; else $nobody:pat)?) => {
        const WANTS_SAMPLES: bool = $($Part::WANTS_SAMPLES)||+;

        #[inline]
        fn step(&mut self, step: &Step<'_>) {
            match self { $parts => { $($Part::step($part, step);)+ } $($nobody => {})? }
        }

        #[inline]
        fn decision(&mut self, decision: &Decision) {
            match self { $parts => { $($Part::decision($part, decision);)+ } $($nobody => {})? }
        }

        #[inline]
        fn samples(&mut self, channel: u8, first: u64, conditioned_uv: &[f32]) {
            match self {
                $parts => { $(if $Part::WANTS_SAMPLES { $Part::samples($part, channel, first, conditioned_uv); })+ }
                $($nobody => {})?
            }
        }

        fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
            match self { $parts => { $($Part::calibrated($part, channel, calibration);)+ } $($nobody => {})? }
        }

        fn refused(&mut self, channel: u8, refusal: Refusal) {
            match self { $parts => { $($Part::refused($part, channel, refusal);)+ } $($nobody => {})? }
        }
    };
}

impl<A: Observer, B: Observer> Observer for (A, B) {
    observe_as!((a, b) => a: A, b: B);
}

impl<A: Observer> Observer for Option<A> {
    observe_as!(Some(a) => a: A; else None);
}

impl<A: Observer> Observer for &mut A {
    observe_as!(a => a: A);
}

/// Hands every decision to a closure.
#[derive(Debug)]
pub struct OnDecision<F>(pub F);

impl<F: FnMut(&Decision)> Observer for OnDecision<F> {
    #[inline]
    fn decision(&mut self, decision: &Decision) {
        (self.0)(decision);
    }
}

//! What one channel shows.

use std::collections::VecDeque;
use std::sync::Arc;

use tonus_core::decision::{Decision, Quality, Reasons, State};

use super::Pyramid;

/// Ticks in a second.
pub const TICKS_PER_S: f64 = 100.0;

/// State, reasons and quality of one tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The state.
    pub state: State,
    /// Why.
    pub reasons: Reasons,
    /// What is wrong with the signal.
    pub quality: Quality,
}

impl Mark {
    /// Nothing is known of the tick.
    pub const UNKNOWN: Self = Self { state: State::Invalid, reasons: Reasons::NONE, quality: Quality::GAP };

    /// Whether the envelope must not be shown. While filters settle or before calibration there is one, if not yet a state.
    pub fn hides_envelope(self) -> bool {
        self.state == State::Invalid && !self.quality.is_harmless()
    }
}

/// Equal marks in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// The first tick.
    pub from: u64,
    /// The tick after the last.
    pub to: u64,
    /// What holds there.
    pub mark: Mark,
}

/// Something that happened at a tick, with a word for it: a phase begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub tick: u64,
    /// The word.
    pub label: Arc<str>,
}

/// The last minutes of one channel, ready to be drawn at any zoom.
///
/// Fed with decisions, and with samples if there are any; gaps stay gaps. Ticks are numbered as in [`Decision`].
#[derive(Debug, Clone)]
pub struct Track {
    rate_hz: f64,
    envelope: Pyramid,
    raw: Option<Pyramid>,
    marks: VecDeque<Mark>,
    /// Tick after the last mark.
    end: u64,
    events: VecDeque<Event>,
    latest: Option<Decision>,
}

impl Track {
    /// Room for `span_s` seconds of envelope, without samples.
    pub fn new(span_s: f64) -> Self {
        let ticks = (span_s * TICKS_PER_S).max(1.0) as usize;
        Self {
            rate_hz: 0.0,
            envelope: Pyramid::new(ticks),
            raw: None,
            marks: VecDeque::with_capacity(ticks),
            end: 0,
            events: VecDeque::new(),
            latest: None,
        }
    }

    /// With room for as many seconds of samples.
    #[must_use]
    pub fn with_samples(mut self, rate_hz: f64) -> Self {
        self.rate_hz = rate_hz;
        let samples = (self.envelope.span() as f64 / TICKS_PER_S * rate_hz).ceil();
        self.raw = Some(Pyramid::new(samples as usize));
        self
    }

    /// Takes in a decision. Ticks that were left out are gaps.
    pub fn decide(&mut self, decision: &Decision) {
        let mark = Mark { state: decision.state, reasons: decision.reasons, quality: decision.quality };
        let tick = decision.tick;
        if tick < self.end {
            return;
        }
        let span = self.envelope.span();
        if tick - self.end >= span || self.marks.is_empty() {
            self.marks.clear();
            self.end = tick;
        }
        while self.end <= tick {
            if self.marks.len() as u64 == span {
                self.marks.pop_front();
            }
            self.marks.push_back(if self.end == tick { mark } else { Mark::UNKNOWN });
            self.end += 1;
        }
        let value = if mark.hides_envelope() { f32::NAN } else { decision.envelope_uv };
        self.envelope.push(tick, &[value]);
        self.latest = Some(*decision);
        while self.events.front().is_some_and(|event| event.tick + span < self.end) {
            self.events.pop_front();
        }
    }

    /// Takes in samples in µV from an absolute index on.
    pub fn samples(&mut self, first: u64, values: &[f32]) {
        if let Some(raw) = &mut self.raw {
            raw.push(first, values);
        }
    }

    /// Notes that something begins.
    pub fn event(&mut self, tick: u64, label: impl Into<Arc<str>>) {
        self.events.push_back(Event { tick, label: label.into() });
    }

    /// Envelope in µV per tick.
    pub fn envelope(&self) -> &Pyramid {
        &self.envelope
    }

    /// Samples in µV, if any are kept.
    pub fn raw(&self) -> Option<&Pyramid> {
        self.raw.as_ref()
    }

    /// Samples in a second; 0 if none are kept.
    pub fn rate_hz(&self) -> f64 {
        self.rate_hz
    }

    /// The last decision.
    pub fn latest(&self) -> Option<&Decision> {
        self.latest.as_ref()
    }

    /// Seconds from the start of the pipeline to the end of the last tick.
    pub fn end_s(&self) -> f64 {
        self.end.saturating_sub(1) as f64 / TICKS_PER_S
    }

    /// What happened, oldest first.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.events.iter()
    }

    /// State and quality of a tick; none if it is not kept.
    pub fn mark(&self, tick: u64) -> Option<Mark> {
        let start = self.end - self.marks.len() as u64;
        self.marks.get(tick.checked_sub(start)? as usize).copied()
    }

    /// Runs of equal marks from tick `from` up to `to`.
    pub fn runs(&self, from: u64, to: u64) -> impl Iterator<Item = Run> {
        let start = self.end - self.marks.len() as u64;
        let (mut at, to) = (from.max(start), to.min(self.end));
        std::iter::from_fn(move || {
            if at >= to {
                return None;
            }
            let (from, mark) = (at, self.marks[(at - start) as usize]);
            while at < to && self.marks[(at - start) as usize] == mark {
                at += 1;
            }
            Some(Run { from, to: at, mark })
        })
    }

    /// The largest envelope in the last `span_s` seconds; none if there is no value.
    pub fn peak_uv(&self, span_s: f64) -> Option<f32> {
        let ticks = (span_s * TICKS_PER_S) as u64;
        let column = self.envelope.range(self.end.saturating_sub(ticks), self.end);
        (!column.is_empty()).then_some(column.max)
    }
}

#[cfg(test)]
mod tests {
    use tonus_core::input::Cue;

    use super::*;

    fn decision(tick: u64, state: State, quality: Quality, envelope_uv: f32) -> Decision {
        Decision {
            tick,
            index: tick * 10,
            channel: 0,
            state,
            reasons: Reasons::NONE,
            quality,
            envelope_uv,
            activation: 0.0,
            tense: None,
            cue: Cue::Free,
        }
    }

    #[test]
    fn runs_tell_states_and_gaps_in_order() {
        let mut track = Track::new(1.0);
        for tick in 1..=10 {
            track.decide(&decision(tick, State::Rest, Quality::NONE, 2.0));
        }
        for tick in 15..=20 {
            track.decide(&decision(tick, State::Controlled, Quality::NONE, 9.0));
        }
        let runs: Vec<_> = track.runs(0, 100).map(|run| (run.from, run.to, run.mark.state)).collect();
        assert_eq!(runs, [(1, 11, State::Rest), (11, 15, State::Invalid), (15, 21, State::Controlled)]);
        assert!(track.envelope().value(12).is_nan());
        assert_eq!(track.peak_uv(0.5), Some(9.0));
        assert_eq!(track.end_s(), 0.2);
    }

    #[test]
    fn only_the_span_is_kept() {
        let mut track = Track::new(0.5);
        track.event(3, "old");
        for tick in 1..=200 {
            track.decide(&decision(tick, State::Rest, Quality::NONE, tick as f32));
        }
        assert_eq!(track.runs(0, 1000).next().map(|run| run.from), Some(151));
        assert_eq!(track.mark(150), None);
        assert_eq!(track.events().count(), 0);
        track.decide(&decision(100_000, State::Rest, Quality::NONE, 1.0));
        assert_eq!(track.runs(0, u64::MAX).count(), 1);
    }

    #[test]
    fn what_cannot_be_trusted_is_blank_but_warming_up_is_shown() {
        let mut track = Track::new(1.0);
        track.decide(&decision(1, State::Invalid, Quality::WARMUP, 3.0));
        track.decide(&decision(2, State::Invalid, Quality::MOTION, 300.0));
        assert_eq!(track.envelope().value(1), 3.0);
        assert!(track.envelope().value(2).is_nan());
    }
}

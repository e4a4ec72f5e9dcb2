//! From decisions to events and totals, in constant memory: what a report says about one channel.
//!
//! Everything here is counted in ticks; seconds appear when a report asks for them. A tick stands for the 10 ms that end
//! at `tick · 0.01 s`, so a segment from tick 3 to tick 5 lasts from 0.02 s to 0.05 s.
//!
//! Deliberately not here: scores and judgements. A segment says what happened, not whether that is good.

mod own_times;

pub use own_times::{CROSSING_RATIO, ENVELOPE_WINDOW_S, LOOKED_AT_S, ONSET_DELAY_S};

use own_times::OwnTimes;

use crate::calibration::{Calibration, ticks};
use crate::decision::{Decision, Quality, Reasons, State};
use crate::input::Cue;
use tonus_dsp::stats::{Extremes, Reservoir, Welford};
use tonus_dsp::units::tick_seconds;

/// Inactivity that a release after a rest cue must hold; shorter pauses join its parts.
pub const RELEASE_HELD_S: f64 = 0.25;
/// Inactivity that ends a contraction otherwise: twitches 0.2 s apart are two.
pub const PAUSE_S: f64 = 0.2;
/// Shorter activity is a flicker of the detector, no contraction; it shows in the states and nowhere else.
pub const SHORTEST_S: f64 = 0.1;
/// The longest stretch of unusable signal that a contraction goes on through.
pub const BRIDGED_INVALID_S: f64 = 0.5;

const RELEASE_TICKS: u32 = ticks(RELEASE_HELD_S);
const PAUSE_TICKS: u32 = ticks(PAUSE_S);
const SHORTEST_TICKS: u64 = ticks(SHORTEST_S) as u64;
const BRIDGED_TICKS: u32 = ticks(BRIDGED_INVALID_S);
/// Envelope values kept for the median of rest.
const KEPT: usize = 512;

/// What a segment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SegmentKind {
    /// The muscle was active: controlled, or overactive because of overshoot, slow release or length.
    Contraction,
    /// An unbroken run of overactive ticks.
    Overactivity,
    /// An unbroken run of invalid ticks.
    Invalid,
}

impl SegmentKind {
    /// The word used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Contraction => "contraction",
            Self::Overactivity => "overactivity",
            Self::Invalid => "invalid",
        }
    }
}

/// A stretch of one channel that belongs together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment {
    /// What it is.
    pub kind: SegmentKind,
    /// Its first tick.
    pub start_tick: u64,
    /// Its last tick.
    pub end_tick: u64,
    /// Largest envelope over its valid ticks, µV; none without one.
    pub peak_uv: Option<f32>,
    /// Mean envelope over its valid ticks, µV; none without one.
    pub mean_uv: Option<f32>,
    /// When the muscle itself began, in seconds, of a contraction: the delay of the detector taken off, and walked back to where the
    /// envelope left the baseline. None where no baseline is known.
    pub onset_s: Option<f64>,
    /// When the muscle itself ended, in seconds: likewise, without what the envelope's window still held.
    pub offset_s: Option<f64>,
    /// Ticks from the rest cue to the end; only of a contraction that was under way when a work cue changed to rest, and
    /// that was then let go for [`RELEASE_HELD_S`].
    pub release_ticks: Option<u64>,
    /// Every reason that was named in it.
    pub reasons: Reasons,
    /// Every quality flag that was raised in it.
    pub quality: Quality,
}

impl Segment {
    /// Begin in seconds.
    pub fn start_s(&self) -> f64 {
        tick_seconds(self.start_tick.saturating_sub(1))
    }

    /// End in seconds.
    pub fn end_s(&self) -> f64 {
        tick_seconds(self.end_tick)
    }

    fn is_long_enough(&self) -> bool {
        self.end_tick - self.start_tick + 1 >= SHORTEST_TICKS
    }

    /// From the rest cue to the end, in seconds; see [`Segment::release_ticks`].
    pub fn release_s(&self) -> Option<f64> {
        self.release_ticks.map(tick_seconds)
    }
}

/// Sums over a run of ticks.
#[derive(Debug, Clone, Copy)]
struct Run {
    start: u64,
    end: u64,
    extremes: Extremes,
    mean: Welford,
    reasons: Reasons,
    quality: Quality,
}

impl Run {
    const fn at(tick: u64) -> Self {
        Self {
            start: tick,
            end: tick,
            extremes: Extremes::new(),
            mean: Welford::new(),
            reasons: Reasons::NONE,
            quality: Quality::NONE,
        }
    }

    fn take(&mut self, d: &Decision) {
        self.end = d.tick;
        self.reasons |= d.reasons;
        self.quality |= d.quality;
        if d.state != State::Invalid {
            self.extremes.push(d.envelope_uv);
            self.mean.push(f64::from(d.envelope_uv));
        }
    }

    fn append(&mut self, later: &Self) {
        self.end = later.end;
        self.reasons |= later.reasons;
        self.quality |= later.quality;
        for extreme in [later.extremes.min(), later.extremes.max()].into_iter().flatten() {
            self.extremes.push(extreme);
        }
        self.mean.merge(&later.mean);
    }

    fn segment(&self, kind: SegmentKind, release_ticks: Option<u64>) -> Segment {
        Segment {
            kind,
            start_tick: self.start,
            end_tick: self.end,
            peak_uv: self.extremes.max(),
            mean_uv: self.mean.mean().map(|mean| mean as f32),
            onset_s: None,
            offset_s: None,
            release_ticks,
            reasons: self.reasons,
            quality: self.quality,
        }
    }
}

/// A contraction that has not ended yet.
#[derive(Debug, Clone, Copy)]
struct Contraction {
    run: Run,
    /// What came after the last active tick; becomes part of the contraction if activity returns.
    after: Option<Run>,
    inactive: u32,
    invalid: u32,
    /// First tick of the rest cue, if a work cue changed to rest during activity.
    rest_from: Option<u64>,
    /// When the muscle itself began.
    onset_s: Option<f64>,
}

/// Turns the decisions of one channel into segments.
///
/// | segment | begins | ends |
/// |---|---|---|
/// | contraction | first active tick | last active tick before 0.2 s of inactivity (0.25 s after a rest cue) or more than 0.5 s of invalid signal; at least 0.1 s |
/// | overactivity, invalid | first tick of a run | last tick of that run |
///
/// Segments come out in the order in which they end.
#[derive(Debug, Clone, Default)]
pub struct Segmenter {
    contraction: Option<Contraction>,
    overactivity: Option<Run>,
    invalid: Option<Run>,
    cue: Cue,
    own: OwnTimes,
}

impl Segmenter {
    /// A calibration of the channel is in force from the next decision on: contractions have their own times with it.
    pub fn calibrated(&mut self, calibration: &Calibration) {
        self.own.calibrated(calibration);
    }

    /// Takes the next decision of the channel; segments that end with it go to `out`.
    pub fn push(&mut self, d: &Decision, mut out: impl FnMut(&Segment)) {
        for (run, state, kind) in [
            (&mut self.overactivity, State::Overactive, SegmentKind::Overactivity),
            (&mut self.invalid, State::Invalid, SegmentKind::Invalid),
        ] {
            if d.state == state {
                run.get_or_insert(Run::at(d.tick)).take(d);
            } else if let Some(run) = run.take() {
                out(&run.segment(kind, None));
            }
        }
        self.own.push(d);
        let before = core::mem::replace(&mut self.cue, d.cue);
        if let Some(segment) = self.contraction(d, before) {
            out(&segment);
        }
    }

    /// Ends what is still open: the decisions are over.
    pub fn finish(&mut self, mut out: impl FnMut(&Segment)) {
        if let Some(run) = self.overactivity.take() {
            out(&run.segment(SegmentKind::Overactivity, None));
        }
        if let Some(run) = self.invalid.take() {
            out(&run.segment(SegmentKind::Invalid, None));
        }
        if let Some(open) = self.contraction.take() {
            let segment = self.timed(&open, None);
            if segment.is_long_enough() {
                out(&segment);
            }
        }
    }

    /// Whether a contraction is open: under way, or over for less than a pause.
    pub const fn is_contracting(&self) -> bool {
        self.contraction.is_some()
    }

    fn contraction(&mut self, d: &Decision, before: Cue) -> Option<Segment> {
        let active = is_active(d);
        let Some(open) = &mut self.contraction else {
            if active {
                let mut run = Run::at(d.tick);
                run.take(d);
                let onset_s = self.own.onset_s(d.tick);
                self.contraction =
                    Some(Contraction { run, after: None, inactive: 0, invalid: 0, rest_from: None, onset_s });
            }
            return None;
        };
        if d.cue.is_work() {
            open.rest_from = None;
        } else if before.is_work() && d.cue.is_rest() && open.inactive == 0 {
            open.rest_from = Some(d.tick);
        }
        if active {
            if let Some(after) = open.after.take() {
                open.run.append(&after);
            }
            open.run.take(d);
            (open.inactive, open.invalid) = (0, 0);
            return None;
        }
        open.after.get_or_insert(Run::at(d.tick)).take(d);
        let release = if d.state == State::Invalid {
            open.invalid += 1;
            (open.invalid > BRIDGED_TICKS).then_some(None)
        } else {
            open.invalid = 0;
            open.inactive += 1;
            let ticks = open.rest_from.map(|first| (open.run.end + 1).saturating_sub(first));
            let pause = if open.rest_from.is_some() { RELEASE_TICKS } else { PAUSE_TICKS };
            (open.inactive >= pause).then_some(ticks)
        };
        let release = release?;
        let open = self.contraction.take()?;
        let segment = self.timed(&open, release);
        if segment.is_long_enough() {
            self.own.free_from = segment.end_tick + 1;
        }
        segment.is_long_enough().then_some(segment)
    }

    /// A contraction that is over, with its own times.
    fn timed(&self, open: &Contraction, release_ticks: Option<u64>) -> Segment {
        let segment = open.run.segment(SegmentKind::Contraction, release_ticks);
        let offset_s = open.onset_s.map(|onset_s| self.own.offset_s(open.run.end, onset_s));
        Segment { onset_s: open.onset_s, offset_s, ..segment }
    }
}

/// Whether the muscle itself is active at this decision, as far as contractions go.
fn is_active(d: &Decision) -> bool {
    let because = Reasons::OVERSHOOT | Reasons::SLOW_RELEASE | Reasons::TOO_LONG;
    d.state == State::Controlled || (d.state == State::Overactive && d.reasons.intersects(because))
}

/// Totals of one channel.
#[derive(Debug, Clone)]
pub struct ChannelStats {
    states: [u64; 4],
    flags: [u64; Quality::NAMES.len()],
    unflagged: u64,
    lost: u64,
    rest: Welford,
    rest_kept: Reservoir<KEPT>,
}

impl Default for ChannelStats {
    fn default() -> Self {
        Self {
            states: [0; 4],
            flags: [0; Quality::NAMES.len()],
            unflagged: 0,
            lost: 0,
            rest: Welford::new(),
            rest_kept: Reservoir::new(),
        }
    }
}

impl ChannelStats {
    /// Takes the next decision; `releasing` keeps it out of the statistics of rest.
    pub fn push(&mut self, d: &Decision, releasing: bool) {
        self.states[d.state as usize] += 1;
        if d.quality.is_empty() {
            self.unflagged += 1;
        } else {
            for (count, (flag, _)) in self.flags.iter_mut().zip(Quality::NAMES) {
                *count += u64::from(d.quality.intersects(*flag));
            }
        }
        self.lost += u64::from(d.state == State::Invalid && !d.quality.is_harmless());
        if d.state == State::Rest && !releasing {
            self.rest.push(f64::from(d.envelope_uv));
            self.rest_kept.push(d.envelope_uv);
        }
    }

    /// Decisions so far.
    pub fn decisions(&self) -> u64 {
        self.states.iter().sum()
    }

    /// Seconds in a state.
    pub fn seconds(&self, state: State) -> f64 {
        tick_seconds(self.states[state as usize])
    }

    /// Decisions that carry no flag.
    pub const fn unflagged(&self) -> u64 {
        self.unflagged
    }

    /// Decisions that carry each flag, in the order of [`Quality::NAMES`].
    pub fn flags(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Quality::NAMES.iter().zip(self.flags).map(|((_, name), count)| (*name, count))
    }

    /// Decisions that carry this flag.
    pub fn count(&self, flag: Quality) -> u64 {
        Quality::NAMES.iter().zip(self.flags).filter(|((one, _), _)| *one == flag).map(|(_, count)| count).sum()
    }

    /// Invalid decisions that more than a warm-up is to blame for: what was lost to a bad signal.
    pub const fn lost(&self) -> u64 {
        self.lost
    }

    /// Envelope at rest, µV; ticks within 0.25 s after a contraction are left out.
    pub const fn rest(&self) -> &Welford {
        &self.rest
    }

    /// Median of the envelope at rest, µV.
    pub fn rest_median(&self) -> Option<f32> {
        self.rest_kept.median()
    }
}

/// Segments and totals of one channel.
#[derive(Debug, Clone, Default)]
pub struct ChannelSummary {
    segmenter: Segmenter,
    stats: ChannelStats,
}

impl ChannelSummary {
    /// See [`Segmenter::calibrated`].
    pub fn calibrated(&mut self, calibration: &Calibration) {
        self.segmenter.calibrated(calibration);
    }

    /// Takes the next decision of the channel; segments that end with it go to `out`.
    pub fn push(&mut self, d: &Decision, out: impl FnMut(&Segment)) {
        self.segmenter.push(d, out);
        self.stats.push(d, self.segmenter.is_contracting());
    }

    /// Ends what is still open.
    pub fn finish(&mut self, out: impl FnMut(&Segment)) {
        self.segmenter.finish(out);
    }

    /// The totals.
    pub const fn stats(&self) -> &ChannelStats {
        &self.stats
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::vec::Vec;

    const REST: (State, Reasons) = (State::Rest, Reasons::NONE);
    const HOLD: (State, Reasons) = (State::Controlled, Reasons::NONE);
    const SLOW: (State, Reasons) = (State::Overactive, Reasons::SLOW_RELEASE);
    const TONE: (State, Reasons) = (State::Overactive, Reasons::TONE);
    const BAD: (State, Reasons) = (State::Invalid, Reasons::NONE);

    fn summarize(runs: &[((State, Reasons), Cue, u32)]) -> (Vec<Segment>, ChannelSummary) {
        let (mut summary, mut segments, mut tick) = (ChannelSummary::default(), Vec::new(), 0);
        for ((state, reasons), cue, ticks) in runs {
            for _ in 0..*ticks {
                tick += 1;
                let quality = if *state == State::Invalid { Quality::GAP } else { Quality::NONE };
                let envelope_uv = if *state == State::Invalid { f32::NAN } else { 1.0 + *state as u8 as f32 };
                let (channel, activation, index) = (0, f32::NAN, 10 * tick - 1);
                let (state, reasons, cue) = (*state, *reasons, *cue);
                let d = Decision {
                    tick,
                    index,
                    channel,
                    state,
                    reasons,
                    quality,
                    envelope_uv,
                    activation,
                    cue,
                    tense: None,
                };
                summary.push(&d, |segment| segments.push(*segment));
            }
        }
        summary.finish(|segment| segments.push(*segment));
        (segments, summary)
    }

    fn spans(segments: &[Segment], kind: SegmentKind) -> Vec<(u64, u64)> {
        segments.iter().filter(|s| s.kind == kind).map(|s| (s.start_tick, s.end_tick)).collect()
    }

    #[test]
    fn fragments_nearer_than_a_pause_are_one_contraction_and_a_flicker_is_none() {
        let (segments, _) = summarize(&[
            (REST, Cue::Free, 10),
            (HOLD, Cue::Free, 20),
            (REST, Cue::Free, 19),
            (HOLD, Cue::Free, 11),
            (REST, Cue::Free, 20),
            (HOLD, Cue::Free, 9),
            (REST, Cue::Free, 20),
            (HOLD, Cue::Free, 10),
        ]);
        assert_eq!(spans(&segments, SegmentKind::Contraction), [(11, 60), (110, 119)]);
        assert_eq!((segments[0].start_s(), segments[0].end_s()), (0.1, 0.6));
        let mean = (31.0 * 2.0 + 19.0) / 50.0;
        assert_eq!((segments[0].peak_uv, segments[0].mean_uv), (Some(2.0), Some(mean)));
    }

    #[test]
    fn short_loss_of_signal_does_not_end_a_contraction_and_long_loss_does() {
        let (segments, _) =
            summarize(&[(HOLD, Cue::Work, 10), (BAD, Cue::Work, 50), (HOLD, Cue::Work, 10), (REST, Cue::Work, 30)]);
        assert_eq!(spans(&segments, SegmentKind::Contraction), [(1, 70)]);
        assert_eq!(spans(&segments, SegmentKind::Invalid), [(11, 60)]);
        let (segments, _) = summarize(&[(HOLD, Cue::Work, 10), (BAD, Cue::Work, 51), (HOLD, Cue::Work, 10)]);
        assert_eq!(spans(&segments, SegmentKind::Contraction), [(1, 10), (62, 71)]);
        let invalid = segments.iter().find(|s| s.kind == SegmentKind::Invalid).unwrap();
        assert_eq!((invalid.peak_uv, invalid.mean_uv, invalid.quality), (None, None, Quality::GAP));
    }

    #[test]
    fn release_runs_from_the_rest_cue_to_the_first_tick_let_go() {
        let (segments, _) = summarize(&[(HOLD, Cue::Work, 50), (HOLD, Cue::Rest, 30), (REST, Cue::Rest, 60)]);
        assert_eq!((segments[0].release_ticks, segments[0].release_s()), (Some(30), Some(0.3)));
        let (segments, _) =
            summarize(&[(HOLD, Cue::Work, 50), (HOLD, Cue::Rest, 200), (SLOW, Cue::Rest, 100), (REST, Cue::Rest, 60)]);
        let contraction = segments.iter().find(|s| s.kind == SegmentKind::Contraction).unwrap();
        assert_eq!((contraction.release_ticks, contraction.end_tick), (Some(300), 350));
        assert!(contraction.reasons.intersects(Reasons::SLOW_RELEASE));
        assert_eq!(spans(&segments, SegmentKind::Overactivity), [(251, 350)]);
    }

    #[test]
    fn no_release_without_activity_at_the_cue_or_without_letting_go() {
        let before = [(HOLD, Cue::Work, 50), (REST, Cue::Work, 5), (REST, Cue::Rest, 60)];
        let never = [(HOLD, Cue::Work, 50), (HOLD, Cue::Rest, 60), (HOLD, Cue::Work, 10), (REST, Cue::Work, 60)];
        let cut = [(HOLD, Cue::Work, 50), (HOLD, Cue::Rest, 10), (REST, Cue::Rest, 24)];
        let free = [(HOLD, Cue::Free, 50), (REST, Cue::Free, 60)];
        for runs in [&before[..], &never, &cut, &free] {
            let (segments, _) = summarize(runs);
            assert_eq!((segments.len(), segments[0].release_ticks), (1, None));
        }
    }

    #[test]
    fn tone_is_overactivity_but_no_contraction() {
        let (segments, summary) =
            summarize(&[(REST, Cue::Rest, 40), (TONE, Cue::Rest, 20), (REST, Cue::Rest, 1), (TONE, Cue::Rest, 9)]);
        assert_eq!(segments.len(), 2);
        assert_eq!(spans(&segments, SegmentKind::Overactivity), [(41, 60), (62, 70)]);
        assert_eq!(summary.stats().seconds(State::Overactive), 0.29);
    }

    #[test]
    fn rest_leaves_out_what_follows_a_contraction() {
        let (_, summary) =
            summarize(&[(REST, Cue::Free, 10), (HOLD, Cue::Free, 20), (REST, Cue::Free, 44), (BAD, Cue::Free, 6)]);
        let stats = summary.stats();
        assert_eq!((stats.rest().count(), stats.rest_median(), stats.rest().cv()), (35, Some(1.0), Some(0.0)));
        assert_eq!((stats.decisions(), stats.unflagged(), stats.count(Quality::GAP), stats.lost()), (80, 74, 6, 6));
    }
}

//! Everything a picture of a session needs, in bounded memory, for a session of any length.
//!
//! | part | kept | bound |
//! |---|---|---|
//! | envelope and states of a channel | bins of 2ⁿ ticks; n grows when they would be too many | [`MAX_BINS`] bins |
//! | cues | spans of one cue | [`MAX_CUES`] spans, the rest counted |
//! | releases of a channel | curves from 1 s before to 6 s after a rest cue that follows a work cue, at 10 Hz | [`MAX_CURVES`] curves, the rest counted |
//!
//! The same decisions give the same trace, bit for bit, whether they come one by one ([`Trace::push`]) or out of a `states.csv`
//! ([`Trace::from_states`]): both hold the same `f32` values.
//!
//! Deliberately not here: drawing ([`crate::html`]), and anything that `summary.json` says.

mod bins;
mod read;
mod releases;

pub use bins::{Bin, Bins, Level, MAX_BINS};
pub use releases::{AFTER_S, BEFORE_S, CURVE_HZ, Curve, MAX_CURVES, POINTS, Releases};

use std::io::{self, BufRead};

use tonus_core::decision::Decision;
use tonus_core::input::Cue;
use tonus_dsp::units::tick_seconds;

/// Most spans of cues: over two hours of two-second flicks.
pub const MAX_CUES: usize = 4096;

/// A stretch of one cue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CueSpan {
    /// Begin.
    pub start_s: f64,
    /// End.
    pub end_s: f64,
    /// What was asked for.
    pub cue: Cue,
}

/// One channel.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelTrace {
    /// Its name.
    pub name: String,
    /// Envelope and states over time.
    pub bins: Bins,
    /// How it let go.
    pub releases: Releases,
}

/// A session for a picture.
///
/// Memory: under 250 kB for each channel and 100 kB for the cues, however long the session.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trace {
    channels: Vec<ChannelTrace>,
    cues: Vec<CueSpan>,
    cues_total: u64,
    cue: Option<Cue>,
}

impl Trace {
    /// An empty trace of these channels.
    pub fn new<'a>(channel_names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut trace = Self::default();
        for name in channel_names {
            trace.add(name);
        }
        trace
    }

    /// Appends the channels of another trace of the same recording; cues are those of the first.
    pub fn join(&mut self, other: Self) {
        self.channels.extend(other.channels);
    }

    fn add(&mut self, name: &str) {
        let (bins, releases) = (Bins::default(), Releases::default());
        self.channels.push(ChannelTrace { name: name.to_owned(), bins, releases });
    }

    /// Reads a `states.csv`, row by row.
    ///
    /// Columns are found by name; `t_s`, `channel`, `state`, `envelope_uv` and `cue` are needed, others are passed over.
    ///
    /// # Errors
    /// What the reader says, and [`io::ErrorKind::InvalidData`] with line, column and what was found where a row is none of
    /// a `states.csv`.
    pub fn from_states(reader: impl BufRead) -> io::Result<Self> {
        read::states(reader)
    }

    /// Takes the next decision; one of a channel that does not exist is passed over.
    pub fn push(&mut self, d: &Decision) {
        let Some(channel) = self.channels.get_mut(usize::from(d.channel)) else { return };
        channel.bins.push(d.tick, d.state, d.envelope_uv);
        channel.releases.push(d);
        // Cues are the same for all channels: the first one tells them.
        if d.channel == 0 {
            self.cue(d);
        }
    }

    fn cue(&mut self, d: &Decision) {
        let end_s = tick_seconds(d.tick);
        if self.cue.replace(d.cue) != Some(d.cue) {
            self.cues_total += 1;
            if self.cues.len() < MAX_CUES {
                let start_s = tick_seconds(d.tick.saturating_sub(1));
                self.cues.push(CueSpan { start_s, end_s, cue: d.cue });
            }
        } else if self.cues_total == self.cues.len() as u64
            && let Some(last) = self.cues.last_mut()
        {
            last.end_s = end_s.max(last.end_s);
        }
    }

    /// The channels.
    pub fn channels(&self) -> &[ChannelTrace] {
        &self.channels
    }

    /// What was asked for, in the order of time; see [`MAX_CUES`].
    pub fn cues(&self) -> &[CueSpan] {
        &self.cues
    }

    /// How many spans of cues there were.
    pub const fn cues_total(&self) -> u64 {
        self.cues_total
    }

    /// The end of the last decision.
    pub fn end_s(&self) -> f64 {
        self.channels.iter().map(|channel| channel.bins.end_s()).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonus_core::decision::{Quality, Reasons, State};

    /// A decision as simple as can be.
    pub(super) fn decision(tick: u64, channel: u8, cue: Cue, envelope_uv: f32) -> Decision {
        let state = if envelope_uv > 3.0 { State::Controlled } else { State::Rest };
        Decision {
            tick,
            index: 10 * tick - 1,
            channel,
            state,
            reasons: Reasons::NONE,
            quality: Quality::NONE,
            envelope_uv,
            activation: f32::NAN,
            tense: None,
            cue,
        }
    }

    fn cue_at(tick: u64) -> Cue {
        match tick / 1000 % 2 {
            0 => Cue::Rest,
            _ => Cue::Work,
        }
    }

    fn hour(trace: &mut Trace, hours: u64) {
        for tick in 1..=hours * 360_000 {
            for channel in 0..2 {
                let cue = cue_at(tick);
                let envelope = if cue.is_work() { 8.0 } else { 2.0 } + f32::from(channel);
                trace.push(&decision(tick, channel, cue, envelope));
            }
        }
    }

    #[test]
    fn an_hour_of_two_channels_stays_small() {
        let mut trace = Trace::new(["left", "right"]);
        hour(&mut trace, 1);
        assert_eq!(trace.cues_total(), 361);
        assert_eq!(trace.end_s(), 3600.0);
        for channel in trace.channels() {
            assert_eq!((channel.bins.width_ticks(), channel.bins.bins().len()), (256, 1407));
            let ticks: u32 = channel.bins.bins().iter().map(Bin::ticks).sum();
            assert_eq!(ticks, 360_000);
            assert_eq!(channel.releases.curves().len(), MAX_CURVES);
            assert_eq!(channel.releases.total(), 180);
        }
        let cue = trace.cues()[3];
        assert_eq!((cue.start_s, cue.end_s, cue.cue), (29.99, 39.99, Cue::Work));
    }

    #[test]
    fn memory_does_not_grow_with_time() {
        let mut trace = Trace::new(["left", "right"]);
        for (tick, n) in (0..24 * 3600).map(|second| (100 * second + 1, second)) {
            let cue = if n % 4 < 2 { Cue::Work } else { Cue::Rest };
            trace.push(&decision(tick, 0, cue, 2.0));
            trace.push(&decision(tick, 1, cue, 2.0));
        }
        assert_eq!((trace.cues().len(), trace.cues_total()), (MAX_CUES, 43_200));
        let mut bytes = size_of_val(trace.cues());
        for channel in trace.channels() {
            assert!(channel.bins.bins().len() <= MAX_BINS);
            bytes += channel.bins.bytes() + channel.releases.bytes();
        }
        assert!(bytes < 600_000, "{bytes}");
    }

    #[test]
    fn the_same_decisions_give_the_same_trace() {
        let (mut one, mut other) = (Trace::new(["a", "b"]), Trace::new(["a", "b"]));
        hour(&mut one, 1);
        hour(&mut other, 1);
        assert_eq!(one, other);
    }

    #[test]
    fn a_channel_that_does_not_exist_is_passed_over() {
        let mut trace = Trace::new([]);
        trace.push(&decision(1, 0, Cue::Free, 1.0));
        assert_eq!((trace.channels().len(), trace.cues().len(), trace.end_s()), (0, 0, 0.0));
    }
}

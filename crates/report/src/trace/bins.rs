//! Envelope and states over time, in bins that grow with the session.

use tonus_core::decision::State;
use tonus_dsp::units::tick_seconds;

/// Most bins of a channel; one more, and each two become one.
pub const MAX_BINS: usize = 2048;

/// Smallest, largest and mean envelope.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    min: f32,
    max: f32,
    sum: f64,
    count: u32,
}

impl Default for Level {
    fn default() -> Self {
        Self { min: f32::INFINITY, max: f32::NEG_INFINITY, sum: 0.0, count: 0 }
    }
}

impl Level {
    fn push(&mut self, value: f32) {
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.sum += f64::from(value);
        self.count += 1;
    }

    fn merge(&mut self, later: &Self) {
        self.min = self.min.min(later.min);
        self.max = self.max.max(later.max);
        self.sum += later.sum;
        self.count = self.count.saturating_add(later.count);
    }

    /// Smallest; none without a value.
    pub fn min(&self) -> Option<f32> {
        (self.count > 0).then_some(self.min)
    }

    /// Largest; none without a value.
    pub fn max(&self) -> Option<f32> {
        (self.count > 0).then_some(self.max)
    }

    /// Mean; none without a value.
    pub fn mean(&self) -> Option<f32> {
        (self.count > 0).then(|| (self.sum / f64::from(self.count)) as f32)
    }
}

/// A few ticks of one channel.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bin {
    /// Envelope while the signal is valid.
    pub valid: Level,
    /// Envelope while it is invalid, where there is a number: for context, never for a scale.
    pub invalid: Level,
    states: [u32; 4],
}

impl Bin {
    fn push(&mut self, state: State, envelope_uv: f32) {
        let count = &mut self.states[state as usize];
        *count = count.saturating_add(1);
        if envelope_uv.is_finite() {
            if state == State::Invalid { &mut self.invalid } else { &mut self.valid }.push(envelope_uv);
        }
    }

    fn merge(&mut self, later: &Self) {
        self.valid.merge(&later.valid);
        self.invalid.merge(&later.invalid);
        for (count, more) in self.states.iter_mut().zip(later.states) {
            *count = count.saturating_add(more);
        }
    }

    /// Decisions in it.
    pub fn ticks(&self) -> u32 {
        self.states.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Whether a state occurred at all.
    pub const fn has(&self, state: State) -> bool {
        self.states[state as usize] > 0
    }

    /// The state that most decisions have; of two that share the lead, the one that needs more attention: invalid before
    /// overactive before controlled before rest. None without a decision.
    pub fn dominant(&self) -> Option<State> {
        [State::Rest, State::Controlled, State::Overactive, State::Invalid]
            .into_iter()
            .filter(|state| self.has(*state))
            .max_by_key(|state| self.states[*state as usize])
    }
}

/// The bins of one channel.
///
/// A bin starts as one tick. When the session has outgrown [`MAX_BINS`], each two neighbours become one, so the width is
/// always a power of two ticks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bins {
    list: Vec<Bin>,
    shift: u32,
    last_tick: u64,
}

impl Bins {
    pub(super) fn push(&mut self, tick: u64, state: State, envelope_uv: f32) {
        let before = tick.saturating_sub(1);
        while before >> self.shift >= MAX_BINS as u64 {
            self.double();
        }
        let place = (before >> self.shift) as usize;
        if place >= self.list.len() {
            self.list.resize(place + 1, Bin::default());
        }
        self.list[place].push(state, envelope_uv);
        self.last_tick = self.last_tick.max(tick);
    }

    fn double(&mut self) {
        self.shift += 1;
        let half = self.list.len().div_ceil(2);
        for place in 0..half {
            let mut bin = self.list[2 * place];
            if let Some(later) = self.list.get(2 * place + 1) {
                bin.merge(later);
            }
            self.list[place] = bin;
        }
        self.list.truncate(half);
    }

    /// The bins in the order of time, from the begin of the recording; one without a decision is empty.
    pub fn bins(&self) -> &[Bin] {
        &self.list
    }

    /// Ticks in a bin.
    pub const fn width_ticks(&self) -> u64 {
        1 << self.shift
    }

    /// Seconds in a bin.
    pub fn width_s(&self) -> f64 {
        tick_seconds(self.width_ticks())
    }

    /// The end of the last decision.
    pub fn end_s(&self) -> f64 {
        tick_seconds(self.last_tick)
    }

    /// What they take in memory.
    pub fn bytes(&self) -> usize {
        self.list.capacity() * size_of::<Bin>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_keep_extremes_mean_and_states_when_they_merge() {
        let mut bins = Bins::default();
        for tick in 1..=2 * MAX_BINS as u64 + 1 {
            let state = if tick % 4 == 0 { State::Overactive } else { State::Rest };
            bins.push(tick, state, tick as f32);
        }
        assert_eq!((bins.width_ticks(), bins.bins().len()), (4, 1025));
        let first = bins.bins()[0];
        assert_eq!((first.valid.min(), first.valid.max(), first.valid.mean()), (Some(1.0), Some(4.0), Some(2.5)));
        assert_eq!((first.dominant(), first.has(State::Overactive)), (Some(State::Rest), true));
        assert_eq!((first.has(State::Invalid), first.ticks()), (false, 4));
        assert_eq!(bins.bins()[1024].ticks(), 1);
    }

    #[test]
    fn invalid_time_never_sets_the_scale_and_a_missing_number_is_none() {
        let mut bins = Bins::default();
        bins.push(1, State::Invalid, 900.0);
        bins.push(2, State::Invalid, f32::NAN);
        let [first, second] = bins.bins() else { panic!("two bins") };
        assert_eq!((first.valid.max(), first.invalid.max()), (None, Some(900.0)));
        assert_eq!((second.invalid.max(), second.dominant()), (None, Some(State::Invalid)));
        assert_eq!(Bin::default().dominant(), None);
    }

    #[test]
    fn a_leap_in_time_and_a_step_back_stay_bounded() {
        let mut bins = Bins::default();
        bins.push(1, State::Rest, 1.0);
        bins.push(u64::MAX, State::Rest, 2.0);
        bins.push(0, State::Rest, 3.0);
        assert!(bins.bins().len() <= MAX_BINS);
        assert_eq!(bins.bins()[0].ticks(), 2);
    }
}

//! Frames that are missing.
//!
//! Nothing is learned while nothing comes: six seconds into a gap every counter has run out, and each tick is decided as the one
//! before. From there on decisions are repeated without looking again, which gives the same bits at a tenth of the cost; what is
//! left is the digest, which takes every decision.

use super::Pipeline;
use crate::decision::{Decision, Quality, Reasons, State};
use crate::digest::record;
use crate::input::MOST_MISSING_S;
use crate::pipeline::windows::CAPACITY;
use crate::sink::Sink;
use tonus_dsp::error::ShapeError;
use tonus_dsp::units::{SampleRate, TICKS_PER_S};

/// Longest gap that is coasted through; a longer one starts the filters again.
const COAST_S: f64 = 0.5;
/// Longest gap that needs no settling afterwards.
const HARMLESS_GAP_S: f64 = 0.0025;
/// Ticks of a gap after which nothing changes any more. The slowest are the mains monitor (4 s without a look, 1 s with one) and
/// the finder of heart beats (1.5 s).
const STILL_AFTER: u64 = 600;

/// Refuses a gap that is longer than [`MOST_MISSING_S`].
///
/// # Errors
/// [`ShapeError::Gap`].
pub fn check_gap(frames: u64, rate: SampleRate) -> Result<(), ShapeError> {
    let most = (MOST_MISSING_S * rate.hz()) as u64;
    if frames <= most { Ok(()) } else { Err(ShapeError::Gap { frames, most }) }
}

impl<const LANES: usize> Pipeline<LANES> {
    #[inline(never)]
    pub(super) fn gap<S: Sink>(&mut self, frames: u64, sink: &mut S) -> Result<(), ShapeError> {
        let rate = self.config.rate;
        check_gap(frames, rate)?;
        if frames == 0 {
            return Ok(());
        }
        self.begin_gap(frames);
        let end = self.index + frames;
        let still = rate.samples_at_tick(self.tick + STILL_AFTER);
        // Below 100 Hz there are ticks that should have no sample, and so miss none.
        if still < end && rate.hz() >= f64::from(TICKS_PER_S) {
            self.miss(still, sink);
            self.repeat(end, sink);
        }
        self.miss(end, sink);
        self.end_gap(frames);
        Ok(())
    }

    fn begin_gap(&mut self, frames: u64) {
        let seconds = frames as f64 / self.config.rate.hz();
        if seconds > COAST_S {
            self.restart(Quality::GAP);
            return;
        }
        self.conditioning.coast(frames as u32);
        if seconds > HARMLESS_GAP_S {
            self.mains.restart();
        }
    }

    fn end_gap(&mut self, frames: u64) {
        if frames as f64 / self.config.rate.hz() > HARMLESS_GAP_S {
            self.channels.iter_mut().for_each(|channel| channel.gate.joined());
        }
    }

    /// No frame comes up to index `end`.
    fn miss<S: Sink>(&mut self, end: u64, sink: &mut S) {
        while self.index < end {
            let now = (end - self.index).min(self.tick_end - self.index);
            self.index += now;
            self.conditioning.sums.missing += now as u32;
            while self.index == self.tick_end {
                self.end_tick(sink);
            }
        }
    }

    /// Decides the whole ticks before index `end` as the last one was decided, but for those that the windows reach back to: they
    /// know how many samples each should have had.
    fn repeat<S: Sink>(&mut self, end: u64, sink: &mut S) {
        let rate = self.config.rate;
        let mut last = (end as f64 * f64::from(TICKS_PER_S) / rate.hz()) as u64;
        while rate.samples_at_tick(last) > end {
            last -= 1;
        }
        let Some(ticks) = last.checked_sub(self.tick + CAPACITY as u64) else { return };
        let mut decisions: [Decision; LANES] = core::array::from_fn(|lane| self.decision_without_samples(lane));
        let mut records = decisions.map(|decision| record(&decision));
        for tick in self.tick + 1..=self.tick + ticks {
            let index = rate.samples_at_tick(tick).saturating_sub(1);
            for (decision, slot) in decisions.iter_mut().zip(&mut records).take(self.count) {
                (decision.tick, decision.index) = (tick, index);
                slot[..size_of::<u64>()].copy_from_slice(&index.to_le_bytes());
                sink.decision(decision);
            }
            self.digest.push_records(&records[..self.count]);
        }
        self.tick += ticks;
        self.index = rate.samples_at_tick(self.tick);
        (self.tick_start, self.tick_end) = (self.index, rate.samples_at_tick(self.tick + 1));
        self.mains.pass(ticks);
        for (channel, raw) in self.channels.iter_mut().zip(self.raw).take(self.count) {
            channel.gate.pass(ticks, raw);
            channel.machine.pass(ticks);
            if raw {
                channel.deepest.pass(ticks);
            }
        }
    }

    /// What is decided of a lane once nothing has come for long.
    fn decision_without_samples(&self, lane: usize) -> Decision {
        let unknown = if self.channels[lane].calibration.is_none() { Quality::NO_BASELINE } else { Quality::NONE };
        Decision {
            tick: self.tick,
            index: self.index,
            channel: lane as u8,
            state: State::Invalid,
            reasons: Reasons::NONE,
            quality: Quality::GAP | unknown,
            envelope_uv: f32::NAN,
            activation: f32::NAN,
            cue: self.cue,
            tense: None,
        }
    }
}

#[cfg(test)]
mod tests;

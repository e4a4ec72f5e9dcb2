//! How a muscle let go: the envelope around each rest cue that follows a work cue.

use tonus_core::decision::{Decision, State};
use tonus_core::input::Cue;
use tonus_dsp::units::{TICKS_PER_S, tick_seconds};

/// Seconds of a curve before the rest cue.
pub const BEFORE_S: u32 = 1;
/// Seconds of a curve after it.
pub const AFTER_S: u32 = 6;
/// Points per second.
pub const CURVE_HZ: u32 = 10;
/// Points of a whole curve: from −1.0 s to 6.0 s.
pub const POINTS: usize = ((BEFORE_S + AFTER_S) * CURVE_HZ + 1) as usize;
/// Most curves of a channel.
pub const MAX_CURVES: usize = 64;

const STEP: u64 = (TICKS_PER_S / CURVE_HZ) as u64;
const BEFORE: usize = (BEFORE_S * TICKS_PER_S) as usize;

/// One release.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// When rest was asked for.
    pub rest_s: f64,
    /// The envelope at −1.0 s, −0.9 s … 6.0 s from the rest cue; NaN where it is invalid, shorter if something else was asked
    /// for before.
    pub envelope_uv: Vec<f32>,
}

impl Curve {
    /// Seconds from the rest cue to a point.
    pub fn seconds(point: usize) -> f64 {
        point as f64 / f64::from(CURVE_HZ) - f64::from(BEFORE_S)
    }
}

/// The releases of one channel; the first [`MAX_CURVES`] are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Releases {
    curves: Vec<Curve>,
    total: u64,
    /// The last second, the tick before it and the tick after it, as a ring; the place of a tick is its number modulo the
    /// length.
    past: Vec<f32>,
    cue: Cue,
    /// First tick of the rest after which the last curve is still drawn.
    open: Option<u64>,
    last_tick: u64,
}

impl Default for Releases {
    fn default() -> Self {
        let (curves, past) = (Vec::new(), vec![f32::NAN; BEFORE + 2]);
        Self { curves, total: 0, past, cue: Cue::Free, open: None, last_tick: 0 }
    }
}

impl Releases {
    pub(super) fn push(&mut self, d: &Decision) {
        if self.last_tick.checked_add(1) != Some(d.tick) {
            self.past.fill(f32::NAN);
            self.open = None;
        }
        self.last_tick = d.tick;
        let envelope = if d.state == State::Invalid { f32::NAN } else { d.envelope_uv };
        let length = self.past.len() as u64;
        self.past[(d.tick % length) as usize] = envelope;
        let before = std::mem::replace(&mut self.cue, d.cue);
        if before == Cue::Work && d.cue.is_rest() {
            self.total += 1;
            if self.curves.len() < MAX_CURVES {
                // The last tick of work ends where rest begins: that is the cue.
                let cue = d.tick.saturating_sub(1);
                let first = (0..=u64::from(BEFORE_S * CURVE_HZ)).rev().map(|back| {
                    let tick = cue.checked_sub(back * STEP).filter(|tick| *tick > 0);
                    tick.map_or(f32::NAN, |tick| self.past[(tick % length) as usize])
                });
                self.curves.push(Curve { rest_s: tick_seconds(cue), envelope_uv: first.collect() });
                self.open = Some(cue);
            }
        } else if !d.cue.is_rest() {
            self.open = None;
        }
        if let (Some(cue), Some(curve)) = (self.open, self.curves.last_mut())
            && (d.tick - cue).is_multiple_of(STEP)
        {
            curve.envelope_uv.push(envelope);
            if curve.envelope_uv.len() >= POINTS {
                self.open = None;
            }
        }
    }

    /// The first curves, in the order of time.
    pub fn curves(&self) -> &[Curve] {
        &self.curves
    }

    /// How many releases there were.
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// What they take in memory.
    pub fn bytes(&self) -> usize {
        let points: usize = self.curves.iter().map(|curve| curve.envelope_uv.capacity()).sum();
        (points + self.past.len()) * size_of::<f32>() + self.curves.capacity() * size_of::<Curve>()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::decision;
    use super::*;

    fn releases(runs: &[(Cue, u64)]) -> Releases {
        let (mut releases, mut tick) = (Releases::default(), 0);
        for (cue, ticks) in runs {
            for _ in 0..*ticks {
                tick += 1;
                releases.push(&decision(tick, 0, *cue, tick as f32));
            }
        }
        releases
    }

    #[test]
    fn a_curve_runs_from_a_second_before_the_cue_to_six_after() {
        let releases = releases(&[(Cue::Rest, 50), (Cue::Work, 150), (Cue::Rest, 1000)]);
        let [curve] = releases.curves() else { panic!("one curve") };
        assert_eq!((curve.rest_s, curve.envelope_uv.len()), (2.0, POINTS));
        assert_eq!((curve.envelope_uv[0], curve.envelope_uv[10], curve.envelope_uv[70]), (100.0, 200.0, 800.0));
        assert_eq!((Curve::seconds(0), Curve::seconds(10), Curve::seconds(70)), (-1.0, 0.0, 6.0));
    }

    #[test]
    fn the_next_cue_ends_a_curve_and_an_early_one_starts_with_gaps() {
        let releases = releases(&[(Cue::Work, 30), (Cue::Rest, 200), (Cue::Work, 100)]);
        let [curve] = releases.curves() else { panic!("one curve") };
        assert_eq!(curve.envelope_uv.len(), 31);
        assert!(curve.envelope_uv[..8].iter().all(|value| value.is_nan()));
        assert_eq!(curve.envelope_uv[8..11], [10.0, 20.0, 30.0]);
    }

    #[test]
    fn a_reference_is_no_repetition_and_what_is_too_much_is_counted() {
        assert_eq!(releases(&[(Cue::Reference, 50), (Cue::Rest, 50)]).total(), 0);
        let runs = [(Cue::Work, 200), (Cue::Rest, 200)].repeat(100);
        let releases = releases(&runs);
        assert_eq!((releases.curves().len(), releases.total()), (MAX_CURVES, 100));
        assert!(releases.curves().iter().all(|curve| curve.envelope_uv.len() == 31));
    }
}

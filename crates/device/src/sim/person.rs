//! Somebody who does what is asked for, with habits: a simulated sensor for whoever has none at hand.
//!
//! What is asked for is read while it plays ([`Wish`]), so the person follows a programme through pauses, skips and repeated
//! calibrations. The signal is that of [`super::signal`], seeded; what it becomes depends on when wishes come.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tonus_record::ReadError;
use tonus_wire::profile::DeviceProfile;

use super::random::Random;
use super::signal::Signal;
use super::source::{Converter, Next, Source, simulated};

/// A comfortable hold over rest.
const HOLD: f64 = 8.0;
/// Answer to what is asked for.
const REACTION_S: f64 = 0.25;
/// Rise time of a contraction.
const RISE_S: f64 = 0.2;
/// Length of a contraction that is to be quick.
const QUICK_S: f64 = 0.5;
/// How fast resting tension wanders.
const WANDER_S: f64 = 6.0;

/// What is asked of a simulated person now; may be changed from anywhere, at any time.
#[derive(Debug, Clone, Default)]
pub struct Wish(Arc<AtomicU32>);

impl Wish {
    /// Let go.
    pub fn let_go(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// Contract to a share of a comfortable hold, and hold.
    pub fn hold(&self, share: f32) {
        self.0.store(share.clamp(0.0, 2.0).to_bits(), Ordering::Relaxed);
    }

    /// Contract quickly to a share of a comfortable hold, and let go.
    pub fn flick(&self, share: f32) {
        self.0.store((-share.clamp(0.01, 2.0)).to_bits(), Ordering::Relaxed);
    }

    fn get(&self) -> f32 {
        f32::from_bits(self.0.load(Ordering::Relaxed))
    }
}

/// How a simulated person does what is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Habit {
    /// Resting tension besides calibration, over that of rest.
    pub tension: f64,
    /// How far it wanders, as a standard deviation of its logarithm.
    pub wander: f64,
    /// Time constant of letting go.
    pub release_s: f64,
}

impl Habit {
    /// Rests, holds steadily, lets go.
    pub const CALM: Self = Self { tension: 1.0, wander: 0.03, release_s: 0.09 };
    /// Is tenser between the tasks, now more, now less.
    pub const GUARDED: Self = Self { tension: 1.35, wander: 0.25, release_s: 0.25 };
    /// Lets go over seconds.
    pub const SLOW: Self = Self { tension: 1.0, wander: 0.05, release_s: 1.2 };
}

/// A simulated person on all channels that a profile uses; only the first muscle does what is asked for.
#[derive(Debug)]
pub struct PersonSource {
    wish: Wish,
    habit: Habit,
    channels: Vec<(Signal, Converter)>,
    whims: Random,
    rate_hz: f64,
    position: u64,
    /// The last wish, and since when.
    asked: (f32, u64),
    /// The wish that is being done.
    level: f64,
    progress: f64,
    wander: f64,
    has_worked: bool,
}

impl PersonSource {
    /// Somebody with this habit, who hears of wishes through `wish`.
    pub fn new(habit: Habit, wish: Wish, profile: &DeviceProfile, rate_hz: f64, seed: u64) -> Self {
        let channel = |(n, converter)| (Signal::new(rate_hz, seed, n), converter);
        Self {
            wish,
            habit,
            channels: simulated(profile).into_iter().enumerate().map(channel).collect(),
            whims: Random::new(seed, 1 << 20),
            rate_hz,
            position: 0,
            asked: (0.0, 0),
            level: 0.0,
            progress: 0.0,
            wander: 0.0,
            has_worked: false,
        }
    }

    /// Amplitude over rest, one sample on.
    fn amplitude(&mut self) -> f64 {
        let wish = self.wish.get();
        if wish.to_bits() != self.asked.0.to_bits() {
            self.asked = (wish, self.position);
        }
        let since_s = (self.position - self.asked.1) as f64 / self.rate_hz - REACTION_S;
        if since_s >= 0.0 {
            let is_over = wish < 0.0 && since_s > QUICK_S;
            let share = if is_over { 0.0 } else { f64::from(wish.abs()) };
            if share > 0.0 {
                self.has_worked = true;
                self.level = share;
                self.progress = (self.progress + 1.0 / (RISE_S * self.rate_hz)).min(1.0);
            } else {
                self.progress *= libm::exp(-1.0 / (self.habit.release_s * self.rate_hz));
            }
        }
        let decay = libm::exp(-1.0 / (WANDER_S * self.rate_hz));
        let kick = self.habit.wander * libm::sqrt(1.0 - decay * decay);
        self.wander = decay * self.wander + kick * self.whims.normal();
        // The baseline is measured before the first contraction, in quiet.
        let tension = if self.has_worked { self.habit.tension * libm::exp(self.wander) } else { 1.0 };
        let active = self.level * self.progress;
        libm::sqrt(tension * tension + active * active * (HOLD * HOLD - 1.0))
    }
}

impl Source for PersonSource {
    fn next(&mut self, out: &mut Vec<f64>) -> Result<Next, ReadError> {
        let amplitude = self.amplitude();
        self.position += 1;
        out.clear();
        for (n, (signal, converter)) in self.channels.iter_mut().enumerate() {
            out.push(converter.printed(signal.next_at(if n == 0 { amplitude } else { 1.0 })));
        }
        Ok(Next::Frame)
    }

    fn rewind(&mut self) -> Result<(), ReadError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_does_what_is_asked_for() {
        let wish = Wish::default();
        let profile = DeviceProfile::builtin("tonus-cobs").unwrap();
        let mut person = PersonSource::new(Habit::CALM, wish.clone(), &profile, 1000.0, 1);
        let mut seconds = |count: usize| {
            let amplitudes: Vec<f64> = (0..count * 1000)
                .map(|_| {
                    person.position += 1;
                    person.amplitude()
                })
                .collect();
            *amplitudes.last().unwrap()
        };
        assert!((seconds(2) - 1.0).abs() < 0.01);
        wish.hold(0.5);
        assert!((seconds(2) / (1.0_f64 + 0.25 * 63.0).sqrt() - 1.0).abs() < 0.1);
        wish.let_go();
        assert!(seconds(2) < 1.2);
        wish.flick(1.0);
        assert!(seconds(2) < 1.2, "a quick contraction is over");
    }
}

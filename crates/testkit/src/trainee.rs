//! People who train, simulated: what a muscle does when it is asked for something, with habits that are known.
//!
//! Amplitudes are multiples of the person's own rest in the quiet step. Noise and muscle add in power.

use tonus_core::training::{Entry, Program, Step, StepKind, Target};

use crate::random::Pcg;
use crate::synth::Shwedyk;

/// Samples thrown away while the filter settles.
const WARM_UP: usize = 1000;
/// Amplifier noise.
const INSTRUMENT_UV: f64 = 0.3;
/// How fast resting tension wanders.
const WANDER_S: f64 = 8.0;
/// A comfortable hold over rest.
const REFERENCE: f64 = 8.0;
/// Length of a contraction that is asked to be quick.
const FLICK_S: f64 = 0.5;

/// What a programme asks for: bands in their middle, holds without one at 0.8 of the reference.
pub fn asked<const ENTRIES: usize>(program: &Program<ENTRIES>) -> Vec<Asked> {
    let mut at_ms = 0;
    let span = |(entry, _)| {
        let Some(Entry::Step(step)) = program.entries().get(entry) else { unreachable!("a walk gives steps") };
        let start_s = f64::from(at_ms) / 1000.0;
        at_ms += step.duration_ms;
        Asked { start_s, end_s: f64::from(at_ms) / 1000.0, what: What::of(step) }
    };
    program.walk().map(span).collect()
}

/// What is asked for over a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// Begin.
    pub start_s: f64,
    /// End.
    pub end_s: f64,
    /// What.
    pub what: What,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum What {
    /// Rest that is measured.
    Quiet,
    /// Let go.
    Rest,
    /// Nothing in particular.
    Free,
    /// A hold at this share of the reference.
    Hold(f64),
    /// A quick contraction at this share of the reference.
    Flick(f64),
}

impl What {
    fn of(step: &Step) -> Self {
        let share = match step.target {
            Target::Band { low, high } => f64::from(low + high) / 2.0,
            Target::None | Target::Ceiling { .. } | Target::Adaptive(_) => 0.8,
        };
        match step.kind {
            StepKind::Quiet => Self::Quiet,
            StepKind::Rest | StepKind::Breathe => Self::Rest,
            StepKind::Free => Self::Free,
            StepKind::Reference => Self::Hold(1.0),
            StepKind::Work | StepKind::Hold => Self::Hold(share),
            StepKind::Flick => Self::Flick(share),
        }
    }
}

/// Habits of a person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trainee {
    /// RMS of the muscle in the quiet step.
    pub rest_uv: f64,
    /// Resting tension otherwise, over that of the quiet step.
    pub tension: f64,
    /// How far resting tension wanders, as a standard deviation of its logarithm.
    pub wander: f64,
    /// Answer to a cue.
    pub reaction_s: f64,
    /// Time constant of letting go.
    pub release_s: f64,
    /// Share of the samples that an unreliable electrode loses, in runs of about half a second.
    pub lost_share: f64,
}

impl Trainee {
    /// Rests, holds steadily, lets go.
    pub const CALM: Self =
        Self { rest_uv: 2.0, tension: 1.0, wander: 0.03, reaction_s: 0.2, release_s: 0.08, lost_share: 0.0 };
    /// Is tenser between the tasks than in the quiet step, and now more, now less.
    pub const GUARDED: Self = Self { tension: 1.5, wander: 0.2, release_s: 0.2, ..Self::CALM };
    /// Lets go over seconds.
    pub const SLOW: Self = Self { release_s: 2.5, ..Self::CALM };
    /// As calm as [`Trainee::CALM`], with an electrode that is not.
    pub const NOISY: Self = Self { lost_share: 0.12, ..Self::CALM };

    /// Session `number` (from 0) of 20, from guarded and slow to calm.
    pub fn improving(number: u32) -> Self {
        let left = 1.0 - f64::from(number.min(19)) / 19.0;
        let between = |calm: f64, tense: f64| calm + (tense - calm) * left;
        Self {
            rest_uv: between(2.0, 5.0),
            tension: between(1.0, 1.3),
            wander: between(0.03, 0.12),
            release_s: between(0.08, 1.2),
            ..Self::CALM
        }
    }

    /// The session in µV; NaN where the electrode lost it.
    pub fn signal_uv(&self, asked: &[Asked], rate_hz: f64, seed: u64) -> Vec<f64> {
        let seconds = asked.last().map_or(0.0, |last| last.end_s);
        let samples = (seconds * rate_hz).round() as usize;
        let mut white = Pcg::new(seed, 1);
        let noise: Vec<f64> = (0..samples + WARM_UP).map(|_| white.normal()).collect();
        let muscle = Shwedyk::new(60.0, 120.0, rate_hz).filter(&noise);
        let (mut instrument, mut habit, mut fault) = (Pcg::new(seed, 2), Pcg::new(seed, 3), Pcg::new(seed, 4));
        let mut walk = 0.0;
        let decay = libm::exp(-1.0 / (WANDER_S * rate_hz));
        let kick = self.wander * (1.0 - decay * decay).sqrt();
        let mut progress = 0.0_f64;
        let mut lost_until = 0;
        let mut place = 0;
        let mut level = 1.0;
        (0..samples)
            .map(|n| {
                let t = n as f64 / rate_hz;
                while asked.get(place).is_some_and(|one| one.end_s <= t) && place + 1 < asked.len() {
                    place += 1;
                }
                let one = asked[place];
                let since = t - one.start_s - self.reaction_s;
                let share = match one.what {
                    What::Hold(share) if since >= 0.0 => share,
                    What::Flick(share) if (0.0..FLICK_S).contains(&since) => share,
                    // Until the cue is answered, what was asked before goes on.
                    _ if since < 0.0 && progress > 0.5 => level,
                    _ => 0.0,
                };
                if share > 0.0 {
                    level = share;
                    progress = (progress + 1.0 / (0.15 * rate_hz)).min(1.0);
                } else {
                    progress *= libm::exp(-1.0 / (self.release_s * rate_hz));
                }
                walk = decay * walk + kick * habit.normal();
                let tension = if one.what == What::Quiet { 1.0 } else { self.tension };
                let rest = tension * libm::exp(walk);
                let active = level * progress;
                let power = rest * rest + active * active * (REFERENCE * REFERENCE - 1.0);
                let value = self.rest_uv * power.sqrt() * muscle[n + WARM_UP] + INSTRUMENT_UV * instrument.normal();
                // Runs of 0.5 s begin as often as makes up the share.
                if self.lost_share > 0.0 && n >= lost_until {
                    let begins = self.lost_share / (1.0 - self.lost_share) / (0.5 * rate_hz);
                    if fault.uniform() < begins {
                        lost_until = n + (0.5 * rate_hz) as usize;
                    }
                }
                if n < lost_until { f64::NAN } else { value }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rms(x: &[f64]) -> f64 {
        (x.iter().map(|v| v * v).sum::<f64>() / x.len() as f64).sqrt()
    }

    #[test]
    fn habits_show_in_the_signal() {
        let span = |start_s, end_s, what| Asked { start_s, end_s, what };
        let asked = [span(0.0, 10.0, What::Quiet), span(10.0, 15.0, What::Hold(0.5)), span(15.0, 25.0, What::Rest)];
        let signal = |trainee: &Trainee| trainee.signal_uv(&asked, 1000.0, 7);
        let calm = signal(&Trainee::CALM);
        assert_eq!(calm.len(), 25_000);
        assert!((rms(&calm[..10_000]) - 2.02).abs() < 0.15, "{}", rms(&calm[..10_000]));
        let hold = 2.0 * (1.0_f64 + 0.25 * 63.0).sqrt();
        assert!((rms(&calm[11_000..15_000]) / hold - 1.0).abs() < 0.1);
        assert!(rms(&calm[16_000..]) < 2.4);
        assert!(rms(&signal(&Trainee::SLOW)[16_000..17_000]) > 3.4);
        assert!(rms(&signal(&Trainee::GUARDED)[18_000..]) > 2.4);
        let lost = signal(&Trainee::NOISY).iter().filter(|v| v.is_nan()).count();
        assert!((1_000..6_000).contains(&lost), "{lost}");
        assert!(Trainee::improving(0).release_s > 1.0 && Trainee::improving(30) == Trainee::CALM);
    }
}

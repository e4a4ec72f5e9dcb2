//! Whether a signal is good enough: electrode contact, mains, noise floor, saturation, from the last seconds of decisions.

use std::collections::VecDeque;

use tonus_core::decision::{Decision, Quality};

/// Decisions that are looked at: three seconds.
const WINDOW: usize = 300;
/// Decisions before anything is said.
const LEAST: usize = 100;
/// Decisions that are passed over at the beginning, while filters settle.
const SETTLING: usize = 80;
/// Share of them that may be amiss.
const ALLOWED: f32 = 0.05;
/// A noise floor above this is told, where values are µV: a relaxed muscle is below it.
const NOISE_UV: f32 = 15.0;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Do the electrodes touch?
    Contact,
    /// How much of the mains is in it?
    Mains,
    /// How quiet is a muscle that does nothing?
    Noise,
    /// Does the converter reach its limits?
    Saturation,
}

impl Subject {
    /// In the order of looking.
    pub const ALL: [Self; 4] = [Self::Contact, Self::Mains, Self::Noise, Self::Saturation];
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Good.
    Fine,
    /// Something should be done.
    Attention,
    /// Not known yet.
    NotYet,
}

#[derive(Debug, Clone, Default)]
struct Channel {
    /// Quality and envelope of the last decisions.
    last: VecDeque<(Quality, f32)>,
    /// Decisions at the beginning, while filters settle.
    skipped: usize,
}

/// The check of a signal.
#[derive(Debug, Clone, Default)]
pub struct SignalCheck {
    channels: Vec<Channel>,
}

impl SignalCheck {
    /// A check that has seen nothing yet.
    pub fn new(channels: usize) -> Self {
        Self { channels: vec![Channel::default(); channels] }
    }

    /// Takes a decision.
    pub fn push(&mut self, decision: &Decision) {
        let Some(channel) = self.channels.get_mut(usize::from(decision.channel)) else { return };
        if channel.skipped < SETTLING {
            channel.skipped += 1;
            return;
        }
        if channel.last.len() == WINDOW {
            channel.last.pop_front();
        }
        channel.last.push_back((decision.quality, decision.envelope_uv));
    }

    /// How a channel (from 0) stands in one respect.
    pub fn verdict(&self, channel: usize, subject: Subject, is_scaled: bool) -> Verdict {
        let Some(channel) = self.channels.get(channel).filter(|channel| channel.last.len() >= LEAST) else {
            return Verdict::NotYet;
        };
        let share = |quality: Quality| {
            let count = channel.last.iter().filter(|one| one.0.intersects(quality)).count();
            count as f32 / channel.last.len() as f32
        };
        let is_amiss = match subject {
            Subject::Contact => share(Quality::LEAD_OFF) > ALLOWED || share(Quality::FLAT) > ALLOWED,
            Subject::Mains => share(Quality::MAINS) > ALLOWED,
            Subject::Saturation => share(Quality::SATURATED) > 0.0,
            Subject::Noise => {
                let mut levels: Vec<f32> =
                    channel.last.iter().map(|one| one.1).filter(|level| level.is_finite()).collect();
                if levels.is_empty() {
                    return Verdict::NotYet;
                }
                levels.sort_by(f32::total_cmp);
                // The quietest tenth: a person may be moving while this is looked at.
                is_scaled && levels[levels.len() / 10] > NOISE_UV
            }
        };
        if is_amiss { Verdict::Attention } else { Verdict::Fine }
    }

    /// Whether something should be done about a channel.
    pub fn is_good(&self, channel: usize, is_scaled: bool) -> bool {
        Subject::ALL.into_iter().all(|subject| self.verdict(channel, subject, is_scaled) == Verdict::Fine)
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::{Attention, Fine, NotYet};
    use super::*;
    use tonus_core::decision::{Reasons, State};
    use tonus_core::input::Cue;

    fn check(quality: Quality, envelope_uv: f32, count: usize) -> SignalCheck {
        let mut check = SignalCheck::new(1);
        for tick in 0..(count + SETTLING) as u64 {
            check.push(&Decision {
                tick,
                index: 10 * tick,
                channel: 0,
                state: State::Invalid,
                reasons: Reasons::NONE,
                quality,
                envelope_uv,
                activation: f32::NAN,
                tense: None,
                cue: Cue::Free,
            });
        }
        check
    }

    #[test]
    fn each_subject_has_its_own_sign() {
        let verdicts = |check: &SignalCheck| Subject::ALL.map(|subject| check.verdict(0, subject, true));
        assert_eq!(verdicts(&check(Quality::NONE, 2.0, 99)), [NotYet; 4]);
        assert_eq!(verdicts(&check(Quality::NONE, 2.0, 100)), [Fine; 4]);
        assert_eq!(verdicts(&check(Quality::LEAD_OFF, f32::NAN, 300)), [Attention, Fine, NotYet, Fine]);
        assert_eq!(verdicts(&check(Quality::MAINS, 2.0, 300)), [Fine, Attention, Fine, Fine]);
        assert_eq!(verdicts(&check(Quality::SATURATED, 2.0, 300)), [Fine, Fine, Fine, Attention]);
        assert_eq!(verdicts(&check(Quality::NONE, 40.0, 1000)), [Fine, Fine, Attention, Fine]);
        assert!(check(Quality::NONE, 40.0, 300).is_good(0, false) && !check(Quality::NONE, 40.0, 300).is_good(0, true));
    }
}

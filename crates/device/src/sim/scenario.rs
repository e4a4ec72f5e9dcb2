//! What a simulated muscle does, and what is asked for meanwhile. Every scenario starts with rest for the baseline and (but
//! for `calm` and `glazer`) a comfortable hold for the reference, and begins again at its end. `glazer` fits the programme of
//! that name to the second.

use std::f64::consts::PI;
use std::fmt::Write as _;
use std::str::FromStr;

use tonus_core::input::Cue;

/// Amplitude of a comfortable hold over that of rest.
const HOLD: f64 = 15.0;
/// Rise time of a contraction.
const RISE_S: f64 = 0.2;
/// Time constant of a prompt release.
const PROMPT_S: f64 = 0.1;
/// Rest before the first hold.
const QUIET_S: f64 = 10.0;
/// Rest before the first contraction of the Glazer protocol.
const GLAZER_REST_S: f64 = 60.0;
/// The reference hold and the rest behind it.
const REFERENCE_S: (f64, f64) = (5.0, 5.0);

/// A scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// Rest, nothing else.
    Calm,
    /// Holds, between which the muscle does not let go.
    Guarded,
    /// Holds that are let go over seconds.
    SlowRelease,
    /// Five holds of 5 s with rests of 5 s.
    ContractRelax,
    /// The protocol of Glazer: rest, quick contractions, holds of 10 s, one of 60 s, rest.
    Glazer,
    /// As contract-relax, with mains, movement and electrode pops.
    Artefacts,
}

/// From when to when, what is asked for.
type Span = (f64, f64, Cue);

impl Scenario {
    /// Every scenario.
    pub const ALL: [Self; 6] =
        [Self::Calm, Self::Guarded, Self::SlowRelease, Self::ContractRelax, Self::Glazer, Self::Artefacts];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Guarded => "guarded",
            Self::SlowRelease => "slow-release",
            Self::ContractRelax => "contract-relax",
            Self::Glazer => "glazer",
            Self::Artefacts => "artefacts",
        }
    }

    /// Its length.
    pub const fn seconds(self) -> f64 {
        match self {
            Self::Calm => 60.0,
            Self::Glazer => 340.0,
            _ => 70.0,
        }
    }

    /// The cues that go with it, as a cue list (CSV).
    pub fn cue_list(self) -> String {
        let mut text = String::from("start_s,end_s,cue\n");
        for (start, end, cue) in self.spans() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{start},{end},{}", cue.name());
        }
        text
    }

    fn spans(self) -> Vec<Span> {
        let hold = QUIET_S + REFERENCE_S.0;
        let mut spans = match self {
            Self::Calm => return vec![(0.0, QUIET_S, Cue::Quiet), (QUIET_S, self.seconds(), Cue::Rest)],
            Self::Glazer => vec![(0.0, GLAZER_REST_S, Cue::Quiet)],
            _ => vec![
                (0.0, QUIET_S, Cue::Quiet),
                (QUIET_S, hold, Cue::Reference),
                (hold, hold + REFERENCE_S.1, Cue::Rest),
            ],
        };
        for (start, end) in self.holds() {
            let before = spans.last().map_or(0.0, |last| last.1);
            if start > before {
                spans.push((before, start, Cue::Rest));
            }
            spans.push((start, end, Cue::Work));
        }
        let before = spans.last().map_or(0.0, |last| last.1);
        spans.push((before, self.seconds(), Cue::Rest));
        spans
    }

    /// Holds besides the reference.
    fn holds(self) -> Vec<(f64, f64)> {
        let first = QUIET_S + REFERENCE_S.0 + REFERENCE_S.1;
        match self {
            Self::Calm => Vec::new(),
            Self::Glazer => {
                let flicks = (0..5).map(|n| GLAZER_REST_S + 12.0 * f64::from(n)).map(|at| (at, at + 2.0));
                let holds = (0..5).map(|n| 120.0 + 20.0 * f64::from(n)).map(|at| (at, at + 10.0));
                flicks.chain(holds).chain([(220.0, 280.0)]).collect()
            }
            _ => (0..5).map(|n| (first + 10.0 * f64::from(n), first + 5.0 + 10.0 * f64::from(n))).collect(),
        }
    }

    /// Amplitude of the muscle at a time, over that of rest: `√(1 + Σ(C² − 1)·p²)`.
    pub fn amplitude(self, t: f64) -> f64 {
        let release_s = if self == Self::SlowRelease { 1.5 } else { PROMPT_S };
        let reference = (QUIET_S, QUIET_S + REFERENCE_S.0);
        let mut power = 1.0;
        let has_reference = !matches!(self, Self::Calm | Self::Glazer);
        for (start, end) in self.holds().into_iter().chain(has_reference.then_some(reference)) {
            // People answer a cue after some 0.2 s, and a quick contraction is over before its cue is.
            let end = if self == Self::Glazer && end - start < 5.0 { start + 0.8 } else { end };
            let (start, end) = (start + 0.2, end + 0.2);
            let progress = if t < start {
                0.0
            } else if t < end {
                ((t - start) / RISE_S).min(1.0)
            } else {
                libm::exp(-(t - end) / release_s)
            };
            power += (HOLD * HOLD - 1.0) * progress * progress;
        }
        if self == Self::Guarded && t > QUIET_S + REFERENCE_S.0 {
            // Tension that comes and goes between the holds.
            let tension = 2.0 + libm::sin(2.0 * PI * t / 7.0);
            power += tension * tension;
        }
        libm::sqrt(power)
    }

    /// What else the electrodes pick up, in multiples of rest.
    pub fn disturbance(self, t: f64) -> f64 {
        if self != Self::Artefacts {
            return 0.0;
        }
        let mains = if (30.0..40.0).contains(&t) { 4.0 * libm::sin(2.0 * PI * 50.0 * t) } else { 0.0 };
        let z = (t - 47.0) / 0.15;
        let motion = 60.0 * libm::exp(-0.5 * z * z) * libm::sin(2.0 * PI * 4.0 * t);
        let pop = |at: f64| if t < at { 0.0 } else { 120.0 * libm::exp(-(t - at) / 0.1) };
        mains + motion + pop(57.3) - pop(66.1)
    }
}

impl FromStr for Scenario {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|scenario| scenario.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|scenario| scenario.name()).collect();
            format!("give one of {}", names.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cues_follow_each_other_to_the_end() {
        for scenario in Scenario::ALL {
            let spans = scenario.spans();
            assert!(spans.windows(2).all(|pair| pair[0].1 == pair[1].0), "{spans:?}");
            assert_eq!((spans[0].0, spans[spans.len() - 1].1), (0.0, scenario.seconds()));
            assert_eq!(scenario.name().parse(), Ok(scenario));
            let list = tonus_record::CueList::from_reader(scenario.cue_list().as_bytes(), "cues");
            assert!(list.is_ok_and(|list| list.intervals()[0].cue == Cue::Quiet));
        }
    }

    #[test]
    fn holds_are_strong_and_slow_release_is_slow() {
        assert!((Scenario::ContractRelax.amplitude(23.0) - HOLD).abs() < 0.1);
        assert!(Scenario::ContractRelax.amplitude(26.5) < 1.1 && Scenario::SlowRelease.amplitude(26.5) > 5.0);
        assert!(Scenario::Guarded.amplitude(28.0) > 1.4);
        // A quick contraction is over before its cue is; holds are held.
        assert!(Scenario::Glazer.amplitude(60.9) > 10.0 && Scenario::Glazer.amplitude(61.9) < 1.1);
        assert!(Scenario::Glazer.amplitude(12.0) < 1.1 && Scenario::Glazer.amplitude(129.0) > 10.0);
    }
}

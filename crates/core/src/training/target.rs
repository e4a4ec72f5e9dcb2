//! Targets: a ceiling over rest in multiples of the own baseline, a band for contractions in shares of the own reference, and
//! a ceiling that follows what was reached.

use crate::calibration::ticks;
use crate::decision::Decision;
use tonus_dsp::ring::Ring;
use tonus_dsp::stats::quantile_in_place;

/// What to aim for.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Target {
    /// Nothing; just watch.
    #[default]
    None,
    /// Stay below this multiple of the own baseline.
    Ceiling {
        /// Multiple of the baseline.
        ratio: f32,
    },
    /// Stay below a ceiling that follows what was reached.
    Adaptive(AdaptiveConfig),
    /// Stay within these shares of the own reference.
    Band {
        /// Lower edge; 0 is rest.
        low: f32,
        /// Upper edge; 1 is the reference.
        high: f32,
    },
}

/// Lowest and highest ceiling, in multiples of the baseline.
const RATIOS: (f64, f64) = (1.01, 20.0);

impl Target {
    /// Every number with its limits.
    pub(super) fn limits(&self) -> [Option<(&'static str, f64, f64, f64)>; 6] {
        let ratio = |field, value: f32| Some((field, f64::from(value), RATIOS.0, RATIOS.1));
        match *self {
            Self::None => [None; 6],
            Self::Ceiling { ratio: value } => [ratio("ceiling_ratio", value), None, None, None, None, None],
            Self::Band { low, high } => [
                Some(("band low", f64::from(low), 0.0, 2.0)),
                Some(("band high", f64::from(high), f64::from(low) + 0.01, 3.0)),
                None,
                None,
                None,
                None,
            ],
            Self::Adaptive(config) => [
                ratio("lowest_ratio", config.lowest_ratio),
                Some(("highest_ratio", f64::from(config.highest_ratio), f64::from(config.lowest_ratio), RATIOS.1)),
                Some((
                    "start_ratio",
                    f64::from(config.start_ratio),
                    f64::from(config.lowest_ratio),
                    f64::from(config.highest_ratio),
                )),
                Some(("success_share", f64::from(config.success_share), 0.5, 0.95)),
                Some(("ratio_per_min", f64::from(config.ratio_per_min), 0.01, 5.0)),
                None,
            ],
        }
    }
}

/// How a ceiling follows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdaptiveConfig {
    /// Where it begins, in multiples of the baseline.
    pub start_ratio: f32,
    /// It never falls below this.
    pub lowest_ratio: f32,
    /// It never rises above this.
    pub highest_ratio: f32,
    /// The share of the time that should be below it.
    pub success_share: f32,
    /// How far it may move in a minute, in multiples of the baseline.
    pub ratio_per_min: f32,
}

impl Default for AdaptiveConfig {
    fn default() -> Self {
        Self { start_ratio: 1.5, lowest_ratio: 1.1, highest_ratio: 3.0, success_share: 0.7, ratio_per_min: 0.5 }
    }
}

/// What was reached is looked at over this long.
pub const WINDOW_S: f64 = 30.0;
/// The ceiling may move this often.
pub const MOVE_EVERY_S: f64 = 5.0;
/// It does not move while more of the window than this is invalid.
pub const MAX_ARTEFACT_SHARE: f32 = 0.2;
/// Least part of the window that must have been seen before the first move.
const MIN_SEEN_S: f64 = 10.0;
/// Smallest move, in multiples of the baseline.
const MIN_MOVE: f32 = 0.005;
/// One value in so many ticks is remembered: RMS windows of 100 ms then do not overlap.
const STRIDE: u32 = 10;
/// Values remembered.
const REMEMBERED: usize = 300;

const _: () = assert!(REMEMBERED as u32 * STRIDE == ticks(WINDOW_S));

/// Why a ceiling moved, or did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum MoveReason {
    /// More of the time than aimed at was below it: it comes down.
    Eased,
    /// Less of the time than aimed at was below it: it goes up.
    Tense,
    /// It has come to the lowest that the programme allows.
    Lowest,
    /// It has come to the highest that the programme allows.
    Highest,
    /// Too much of the window is invalid: it stays where it is.
    Frozen,
    /// Enough of the window is valid again.
    Thawed,
}

impl MoveReason {
    /// The word used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Eased => "eased",
            Self::Tense => "tense",
            Self::Lowest => "lowest",
            Self::Highest => "highest",
            Self::Frozen => "frozen",
            Self::Thawed => "thawed",
        }
    }
}

/// A move of the ceiling, for the log.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TargetMove {
    /// The decision it came with.
    pub tick: u64,
    /// Multiple of the baseline before.
    pub from_ratio: f32,
    /// Multiple of the baseline from now on.
    pub to_ratio: f32,
    /// Why.
    pub reason: MoveReason,
    /// Share of the valid window below the ceiling before the move.
    pub success_share: f32,
    /// Share of the window that was invalid.
    pub invalid_share: f32,
}

/// A ceiling that follows a quantile of recent valid rest.
///
/// Every 5 s of rest it moves towards the level below which the last 30 s were for the share of time that is aimed at: by no
/// more than the programme's rate, never outside its limits, and not at all while more than 20 % of the window is invalid.
/// Feed it the decisions of rest phases only.
#[derive(Debug, Clone)]
pub struct AdaptiveCeiling {
    config: AdaptiveConfig,
    ratio: f32,
    /// Envelopes in µV, NaN where one is not valid.
    recent: Ring<f32, REMEMBERED>,
    seen: u32,
    since_move: u32,
    frozen: bool,
}

impl AdaptiveCeiling {
    /// A ceiling where the programme says it begins.
    pub fn new(config: AdaptiveConfig) -> Self {
        Self { config, ratio: config.start_ratio, recent: Ring::new(), seen: 0, since_move: 0, frozen: false }
    }

    /// Multiple of the baseline now.
    pub const fn ratio(&self) -> f32 {
        self.ratio
    }

    /// The programme's settings.
    pub const fn config(&self) -> &AdaptiveConfig {
        &self.config
    }

    /// Another step of the programme asks for other limits: what was reached is kept, within them.
    pub fn follow(&mut self, config: AdaptiveConfig) {
        if config != self.config {
            self.config = config;
            self.ratio = self.ratio.clamp(config.lowest_ratio, config.highest_ratio);
        }
    }

    /// Takes a decision of a rest phase; gives a move if there is one.
    pub fn push(&mut self, decision: &Decision, baseline_uv: f32) -> Option<TargetMove> {
        self.seen += 1;
        self.since_move += 1;
        if self.seen % STRIDE == 0 {
            let valid = decision.is_measurable() && decision.envelope_uv.is_finite();
            self.recent.push(if valid { decision.envelope_uv } else { f32::NAN });
        }
        if self.since_move < ticks(MOVE_EVERY_S) || self.seen < ticks(MIN_SEEN_S) {
            return None;
        }
        self.since_move = 0;
        self.consider(decision.tick, baseline_uv)
    }

    fn consider(&mut self, tick: u64, baseline_uv: f32) -> Option<TargetMove> {
        let mut values = [0.0; REMEMBERED];
        let mut count = 0;
        // Multiples of the baseline of now, which may be another than the one of half a minute ago.
        let ratios = self.recent.iter().map(|envelope_uv| envelope_uv / baseline_uv);
        for (slot, ratio) in values.iter_mut().zip(ratios.filter(|ratio| ratio.is_finite())) {
            *slot = ratio;
            count += 1;
        }
        let values = &mut values[..count];
        let invalid_share = 1.0 - count as f32 / self.recent.len().max(1) as f32;
        let below = values.iter().filter(|value| **value <= self.ratio).count();
        let success_share = below as f32 / count.max(1) as f32;
        let report = |from_ratio, to_ratio, reason| {
            Some(TargetMove { tick, from_ratio, to_ratio, reason, success_share, invalid_share })
        };
        let was_frozen = core::mem::replace(&mut self.frozen, invalid_share > MAX_ARTEFACT_SHARE);
        if self.frozen {
            return if was_frozen { None } else { report(self.ratio, self.ratio, MoveReason::Frozen) };
        }
        if was_frozen {
            return report(self.ratio, self.ratio, MoveReason::Thawed);
        }
        let wanted = quantile_in_place(values, f64::from(self.config.success_share))?;
        let step = self.config.ratio_per_min * (MOVE_EVERY_S / 60.0) as f32;
        let (low, high) = (self.config.lowest_ratio, self.config.highest_ratio);
        let from = self.ratio;
        let to = wanted.clamp(from - step, from + step).clamp(low, high);
        if (to - from).abs() < MIN_MOVE {
            return None;
        }
        self.ratio = to;
        let reason = if to == low {
            MoveReason::Lowest
        } else if to == high {
            MoveReason::Highest
        } else if to < from {
            MoveReason::Eased
        } else {
            MoveReason::Tense
        };
        report(from, to, reason)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use crate::decision::{Quality, Reasons, State};
    use crate::input::Cue;
    use std::vec::Vec;

    fn decision(tick: u64, envelope_uv: f32, valid: bool) -> Decision {
        Decision {
            tick,
            index: tick * 10,
            channel: 0,
            state: if valid { State::Rest } else { State::Invalid },
            reasons: Reasons::NONE,
            quality: if valid { Quality::NONE } else { Quality::POP },
            envelope_uv: if valid { envelope_uv } else { f32::NAN },
            activation: 0.0,
            tense: None,
            cue: Cue::Rest,
        }
    }

    /// Values spread evenly between two levels, in an order without trend.
    fn level(tick: u64, low: f32, high: f32) -> f32 {
        low + (high - low) * ((tick * 7919) % 1009) as f32 / 1008.0
    }

    #[test]
    fn it_settles_where_the_wanted_share_is_below_it() {
        let mut ceiling = AdaptiveCeiling::new(AdaptiveConfig::default());
        let (mut below, mut all) = (0, 0);
        for tick in 1..=60_000 {
            let envelope = level(tick, 2.0, 4.0);
            if tick > 30_000 {
                all += 1;
                below += u32::from(envelope <= 2.0 * ceiling.ratio());
            }
            if let Some(moved) = ceiling.push(&decision(tick, envelope, true), 2.0) {
                assert!((moved.to_ratio - moved.from_ratio).abs() <= 0.5 * 5.0 / 60.0 + 1e-6, "{moved:?}");
            }
        }
        assert!((1.6..1.8).contains(&ceiling.ratio()), "{}", ceiling.ratio());
        assert!((f64::from(below) / f64::from(all) - 0.7).abs() < 0.03);
    }

    #[test]
    fn it_stays_within_the_limits_of_the_programme() {
        let config = AdaptiveConfig { start_ratio: 2.0, lowest_ratio: 1.8, highest_ratio: 2.2, ..Default::default() };
        for (envelope, end, reason) in [(2.0, 1.8, MoveReason::Lowest), (9.0, 2.2, MoveReason::Highest)] {
            let mut ceiling = AdaptiveCeiling::new(config);
            let moves: Vec<TargetMove> =
                (1..20_000).filter_map(|tick| ceiling.push(&decision(tick, envelope, true), 2.0)).collect();
            assert_eq!((ceiling.ratio(), moves.last().unwrap().reason), (end, reason));
            assert!(moves.iter().all(|m| (1.8..=2.2).contains(&m.to_ratio)));
        }
    }

    #[test]
    fn with_another_baseline_it_goes_on_from_where_it_is() {
        let mut ceiling = AdaptiveCeiling::new(AdaptiveConfig::default());
        for tick in 1..=6_000 {
            ceiling.push(&decision(tick, level(tick, 5.0, 7.0), true), 6.0);
        }
        let before = ceiling.ratio();
        // A quarter of the level and of the baseline: the same multiples, but for the half minute in which both are seen.
        for tick in 6_001..=14_000 {
            ceiling.push(&decision(tick, level(tick, 1.25, 1.75), true), 1.5);
            assert!(ceiling.ratio() <= before + 0.3, "{}", ceiling.ratio());
        }
        assert!((ceiling.ratio() - before).abs() < 0.05, "{} after {before}", ceiling.ratio());
    }

    #[test]
    fn it_is_frozen_while_a_fifth_of_the_window_is_invalid() {
        let mut ceiling = AdaptiveCeiling::new(AdaptiveConfig::default());
        let mut log = Vec::new();
        for tick in 1..=12_000_u64 {
            // 40 s clean, 40 s with 30 % invalid at a much higher level, then clean again.
            let bad = (4_000..8_000).contains(&tick) && (tick / 10) % 10 < 3;
            let envelope = if (4_000..8_000).contains(&tick) { 8.0 } else { 2.0 };
            if let Some(moved) = ceiling.push(&decision(tick, envelope, !bad), 2.0) {
                log.push(moved);
            }
        }
        let frozen = log.iter().position(|m| m.reason == MoveReason::Frozen).unwrap();
        assert_eq!(log[frozen + 1].reason, MoveReason::Thawed);
        assert_eq!(log[frozen].from_ratio, log[frozen + 1].to_ratio);
        assert!(log.iter().all(|m| m.reason == MoveReason::Frozen || m.invalid_share <= 0.2), "{log:?}");
    }
}

//! Watches whether the rest that was measured still is what it was.

use std::collections::VecDeque;

use tonus_core::calibration::{Calibration, MAX_REST_RATIO};
use tonus_core::config::Kind;
use tonus_core::decision::{Decision, Reasons, State};
use tonus_report::{RestHint, RestHintKind};

/// A part whose level is looked at (3 s, as for the deepest rest), and the valid ticks that it needs.
const PART: u32 = 300;
const ENOUGH: u32 = 270;
/// Parts in a minute, and how many of them must be known.
const PARTS: usize = 20;
const KNOWN: usize = 10;
/// Rest has moved where its lowest level of a minute lies outside these multiples of the baseline.
const MOVED: (f32, f32) = (0.75, MAX_REST_RATIO);
/// Ticks until it is suggested again (5 min).
const PATIENCE: u64 = 30_000;
/// Ticks without deep rest that end a stretch of it (30 s).
const BETWEEN: u64 = 3_000;
/// Memory of the level that is told, in ticks.
const MEMORY: f32 = 100.0;

/// Watches the channels of a sensor.
#[derive(Debug, Default)]
pub(crate) struct RestWatch {
    channels: Vec<Watched>,
    /// A programme measures deep rest itself, or was told not to.
    ignores_deep: bool,
    /// The tick of the last suggestion.
    told: Option<u64>,
    /// What there is to tell, with the index of its last sample.
    hints: Vec<(u64, RestHint)>,
}

/// One channel.
#[derive(Debug, Clone, Default)]
struct Watched {
    baseline_uv: Option<f32>,
    part: u32,
    valid: u32,
    sum: f32,
    /// Levels of the last parts over the baseline; none where one is not known.
    parts: VecDeque<Option<f32>>,
    power: f32,
    deep: Option<u64>,
}

impl RestWatch {
    /// Leaves deep rest to a programme.
    pub(crate) fn ignore_deep(&mut self) {
        self.ignores_deep = true;
    }

    /// A calibration is in force; whether its rest is another one than before.
    pub(crate) fn calibrated(&mut self, channel: u8, calibration: &Calibration) -> bool {
        let place = usize::from(channel);
        if self.channels.len() <= place {
            self.channels.resize(place + 1, Watched::default());
        }
        // An envelope sensor's zero is arbitrary: no ratio to its rest means anything.
        let baseline_uv = Some(calibration.baseline_uv).filter(|_| calibration.kind == Kind::Raw);
        let is_new = self.channels[place].baseline_uv != baseline_uv;
        if is_new {
            self.channels[place] =
                Watched { baseline_uv, power: calibration.baseline_uv * calibration.baseline_uv, ..Watched::default() };
        }
        is_new
    }

    /// Takes a decision.
    pub(crate) fn push(&mut self, d: &Decision) {
        let Some(watched) = self.channels.get_mut(usize::from(d.channel)) else { return };
        let Some(baseline_uv) = watched.baseline_uv else { return };
        let hint = |kind, ratio| (d.index, RestHint { channel: d.channel, kind, ratio });
        if let Some(lowest) = watched.push(d, baseline_uv)
            && !(MOVED.0..=MOVED.1).contains(&lowest)
            && self.told.is_none_or(|told| d.tick - told >= PATIENCE)
        {
            self.told = Some(d.tick);
            self.hints.push(hint(RestHintKind::Moved, lowest));
        }
        if d.reasons.intersects(Reasons::DEEP_REST)
            && watched.deep.replace(d.tick).is_none_or(|deep| d.tick - deep >= BETWEEN)
            && !self.ignores_deep
        {
            // It is the same suggestion.
            self.told = Some(d.tick);
            self.hints.push(hint(RestHintKind::Deep, watched.power.sqrt() / baseline_uv));
        }
    }

    /// What there is to tell since the last call.
    pub(crate) fn take(&mut self) -> Vec<(u64, RestHint)> {
        std::mem::take(&mut self.hints)
    }
}

impl Watched {
    /// Takes a tick; at the end of a part the lowest level of the last minute over the baseline, if it is known.
    fn push(&mut self, d: &Decision, baseline_uv: f32) -> Option<f32> {
        self.part += 1;
        if d.state != State::Invalid && !d.cue.is_work() && d.envelope_uv.is_finite() {
            let power = d.envelope_uv * d.envelope_uv;
            self.valid += 1;
            self.sum += power;
            self.power += (power - self.power) / MEMORY;
        }
        if self.part < PART {
            return None;
        }
        let level = (self.valid >= ENOUGH).then(|| (self.sum / self.valid as f32).sqrt() / baseline_uv);
        (self.part, self.valid, self.sum) = (0, 0, 0.0);
        self.parts.push_back(level);
        if self.parts.len() > PARTS {
            self.parts.pop_front();
        }
        let known = || self.parts.iter().copied().flatten();
        if self.parts.len() < PARTS || known().count() < KNOWN {
            return None;
        }
        known().reduce(f32::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonus_core::calibration::Warnings;
    use tonus_core::calibration::detection::Detection;
    use tonus_core::decision::Quality;
    use tonus_core::input::Cue;

    fn calibration(baseline_uv: f32) -> Calibration {
        Calibration {
            kind: Kind::Raw,
            rate_hz: 1000.0,
            highpass_hz: 20.0,
            mains: None,
            baseline_uv,
            spread_uv: 0.2,
            reference_uv: None,
            detection: Detection::envelope(),
            warnings: Warnings::default(),
        }
    }

    /// The hints of levels over the seconds, of a rest of 2 µV.
    fn hints(watch: &mut RestWatch, seconds: std::ops::Range<u64>, level: impl Fn(u64) -> f32) -> Vec<(u64, RestHint)> {
        for tick in seconds.start * 100 + 1..=seconds.end * 100 {
            let envelope_uv = level(tick / 100);
            let is_deep = envelope_uv < 1.4;
            watch.push(&Decision {
                tick,
                index: tick * 10,
                channel: 0,
                state: State::Rest,
                reasons: if is_deep { Reasons::DEEP_REST } else { Reasons::NONE },
                quality: Quality::NONE,
                envelope_uv,
                activation: f32::NAN,
                cue: Cue::Rest,
                tense: None,
            });
        }
        watch.take()
    }

    fn watch() -> RestWatch {
        let mut watch = RestWatch::default();
        assert!(watch.calibrated(0, &calibration(2.0)));
        assert!(!watch.calibrated(0, &calibration(2.0)), "the same rest with a reference");
        watch
    }

    #[test]
    fn rest_that_moved_is_told_after_a_minute_and_again_after_five() {
        let mut watch = watch();
        let told = hints(&mut watch, 0..600, |_| 3.0);
        assert_eq!(
            told.iter().map(|one| (one.0, one.1.kind)).collect::<Vec<_>>(),
            [(60_000, RestHintKind::Moved), (360_000, RestHintKind::Moved)]
        );
        assert!((told[0].1.ratio - 1.5).abs() < 1e-3);
        // What lies higher only now and then is no other rest.
        assert_eq!(hints(&mut watch, 600..1200, |s| if s % 6 < 3 { 9.0 } else { 2.2 }), []);
        // With another rest it starts again.
        assert!(watch.calibrated(0, &calibration(3.0)));
        assert_eq!(hints(&mut watch, 1200..1500, |_| 3.0), []);
    }

    #[test]
    fn a_stretch_of_deep_rest_is_told_once() {
        let mut watch = watch();
        let level = |s: u64| if s < 10 || (60..100).contains(&s) { 2.0 } else { 1.0 };
        let told = hints(&mut watch, 0..160, |s| if s % 7 == 0 { 1.5 } else { level(s) });
        let kinds: Vec<_> = told.iter().map(|one| one.1.kind).collect();
        assert_eq!(kinds, [RestHintKind::Deep, RestHintKind::Deep], "{told:?}");
        let mut ignoring = self::watch();
        ignoring.ignore_deep();
        assert_eq!(hints(&mut ignoring, 0..40, |_| 1.0), []);
    }

    #[test]
    fn work_is_no_rest() {
        let mut watch = watch();
        for tick in 1..=12_000 {
            watch.push(&Decision {
                tick,
                index: tick * 10,
                channel: 0,
                state: State::Controlled,
                reasons: Reasons::NONE,
                quality: Quality::NONE,
                envelope_uv: 20.0,
                activation: f32::NAN,
                cue: Cue::Work,
                tense: None,
            });
        }
        assert_eq!(watch.take(), []);
    }
}

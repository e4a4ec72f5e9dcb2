//! Paced breathing: where in a breath a sample lies.
//!
//! Computed from the sample index, never by adding up steps, so that ten minutes or ten hours bring no drift.

use tonus_dsp::units::SampleRate;

/// One breath of a pacer: in, then out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreathConfig {
    /// Length of breathing in, in milliseconds.
    pub inhale_ms: u32,
    /// Length of breathing out, in milliseconds; longer than breathing in for calm.
    pub exhale_ms: u32,
}

/// Fastest and slowest pace, in breaths per minute.
pub const BREATHS_PER_MIN: (f64, f64) = (2.0, 20.0);

impl Default for BreathConfig {
    /// Six breaths a minute, 4 s in and 6 s out (docs/REFERENCES.md, R23).
    fn default() -> Self {
        Self { inhale_ms: 4_000, exhale_ms: 6_000 }
    }
}

impl BreathConfig {
    /// A pace, and the share of each breath that is breathed out.
    ///
    /// None outside [`BREATHS_PER_MIN`] or if the share is not from 0.3 to 0.8.
    pub fn from_pace(breaths_per_min: f64, exhale_share: f64) -> Option<Self> {
        let (slowest, fastest) = BREATHS_PER_MIN;
        if !(breaths_per_min >= slowest && breaths_per_min <= fastest && (0.3..=0.8).contains(&exhale_share)) {
            return None;
        }
        let period_ms = 60_000.0 / breaths_per_min;
        let exhale_ms = (period_ms * exhale_share + 0.5) as u32;
        Some(Self { inhale_ms: (period_ms + 0.5) as u32 - exhale_ms, exhale_ms })
    }

    /// Length of a breath in milliseconds.
    pub const fn period_ms(self) -> u32 {
        self.inhale_ms.saturating_add(self.exhale_ms)
    }

    /// Breaths per minute.
    pub fn breaths_per_min(self) -> f64 {
        60_000.0 / f64::from(self.period_ms())
    }

    /// The same proportion of in and out at another pace; held within [`BREATHS_PER_MIN`].
    #[must_use]
    pub fn at_pace(self, breaths_per_min: f64) -> Self {
        let pace = breaths_per_min.max(BREATHS_PER_MIN.0).min(BREATHS_PER_MIN.1);
        let share = f64::from(self.exhale_ms) / f64::from(self.period_ms().max(1));
        Self::from_pace(pace, share.clamp(0.3, 0.8)).unwrap_or(self)
    }

    pub(super) fn limits(self) -> [(&'static str, f64, f64, f64); 2] {
        // To three digits: whole milliseconds leave the share a little off.
        let share = f64::from(self.exhale_ms) / f64::from(self.period_ms().max(1));
        let share = libm::round(1000.0 * share) / 1000.0;
        let (min, max) = BREATHS_PER_MIN;
        [("breaths_per_min", self.breaths_per_min(), min, max), ("exhale_share", share, 0.3, 0.8)]
    }
}

/// Which way the breath goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BreathPhase {
    /// In.
    Inhale,
    /// Out.
    Exhale,
}

impl BreathPhase {
    /// The word used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inhale => "inhale",
            Self::Exhale => "exhale",
        }
    }
}

/// A place in a breath.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Breath {
    /// Which way it goes.
    pub phase: BreathPhase,
    /// How far this way: 0 at its beginning, below 1.
    pub progress: f32,
    /// Number of the breath, from 0.
    pub number: u64,
}

/// Where sample `index` lies, of a pacer that began with sample `start`.
pub fn breath_at(config: BreathConfig, start: u64, index: u64, rate: SampleRate) -> Breath {
    let period_ms = f64::from(config.period_ms().max(1));
    let ms = index.saturating_sub(start) as f64 * 1000.0 / rate.hz();
    let number = libm::floor(ms / period_ms);
    let within = ms - number * period_ms;
    let inhale_ms = f64::from(config.inhale_ms);
    let (phase, progress) = if within < inhale_ms {
        (BreathPhase::Inhale, within / inhale_ms)
    } else {
        (BreathPhase::Exhale, (within - inhale_ms) / f64::from(config.exhale_ms.max(1)))
    };
    Breath { phase, progress: progress as f32, number: number as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_minutes_and_ten_hours_of_breaths_are_on_time() {
        let rate = SampleRate::new(2048.0).unwrap();
        for config in [BreathConfig::default(), BreathConfig::from_pace(5.5, 0.55).unwrap()] {
            let period_s = f64::from(config.period_ms()) / 1000.0;
            for number in [0_u64, 1, 59, 3599] {
                // The first sample at or after the start of a breath, and the one before it.
                let first = libm::ceil(number as f64 * period_s * rate.hz()) as u64;
                let breath = breath_at(config, 7, first + 7, rate);
                assert_eq!((breath.number, breath.phase), (number, BreathPhase::Inhale));
                assert!(f64::from(breath.progress) * f64::from(config.inhale_ms) < 0.5, "{breath:?}");
                if number > 0 {
                    let before = breath_at(config, 7, first + 6, rate);
                    assert_eq!((before.number, before.phase), (number - 1, BreathPhase::Exhale));
                }
            }
        }
    }

    #[test]
    fn a_pace_keeps_its_proportion_and_its_limits() {
        let calm = BreathConfig::default();
        assert!((calm.breaths_per_min() - 6.0).abs() < 1e-9);
        assert_eq!(calm.at_pace(5.0), BreathConfig { inhale_ms: 4_800, exhale_ms: 7_200 });
        assert_eq!(calm.at_pace(100.0).period_ms(), 3_000);
        assert_eq!((BreathConfig::from_pace(1.0, 0.6), BreathConfig::from_pace(6.0, 0.9)), (None, None));
        assert_eq!(BreathConfig::from_pace(f64::NAN, 0.6), None);
    }
}

//! Settings of a pipeline: everything it has to know before the first sample.

use tonus_dsp::design::{MAX_EDGE_FRACTION, Mains};
use tonus_dsp::error::ConfigError;
use tonus_dsp::units::SampleRate;

/// Activity starts above this ratio to rest: the geometric middle of the largest ratio that is still rest (1.25) and the
/// smallest that is a contraction (1.8).
pub const ON_RATIO: f32 = 1.5;
/// Activity ends below this ratio.
pub const OFF_RATIO: f32 = 1.3;

/// What a channel's sensor sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Kind {
    /// The EMG itself.
    #[default]
    Raw,
    /// An envelope made by the sensor: no filter, no rectification, no whitening, linear activation.
    Envelope,
}

impl Kind {
    /// The word used in options and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Envelope => "envelope",
        }
    }

    /// The kind of this name, in letters of any case, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Raw, Self::Envelope].into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }
}

/// What to do about mains interference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MainsMode {
    /// Measure at 50 and 60 Hz; notches go in where signal to mains is below 9 dB, until the baseline is accepted.
    #[default]
    Auto,
    /// No notches.
    Off,
    /// Notches for this mains frequency.
    Fixed(Mains),
}

impl MainsMode {
    /// The word used in options and reports: `auto`, `off`, `50`, `60`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Off => "off",
            Self::Fixed(Mains::Hz50) => "50",
            Self::Fixed(Mains::Hz60) => "60",
        }
    }

    /// The mode of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Auto, Self::Off, Self::Fixed(Mains::Hz50), Self::Fixed(Mains::Hz60)]
            .into_iter()
            .find(|mode| mode.name() == name)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for MainsMode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Takes the word, and `50` and `60` as numbers too.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for MainsMode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Word;

        impl serde::de::Visitor<'_> for Word {
            type Value = MainsMode;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("auto, off, 50 or 60")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<MainsMode, E> {
                let unknown = || E::unknown_variant(word, &["auto", "off", "50", "60"]);
                MainsMode::from_name(word).ok_or_else(unknown)
            }

            fn visit_i64<E: serde::de::Error>(self, hertz: i64) -> Result<MainsMode, E> {
                self.visit_u64(u64::try_from(hertz).unwrap_or_default())
            }

            fn visit_u64<E: serde::de::Error>(self, hertz: u64) -> Result<MainsMode, E> {
                match hertz {
                    50 => Ok(MainsMode::Fixed(Mains::Hz50)),
                    60 => Ok(MainsMode::Fixed(Mains::Hz60)),
                    other => Err(E::invalid_value(serde::de::Unexpected::Unsigned(other), &self)),
                }
            }
        }

        deserializer.deserialize_any(Word)
    }
}

/// How the reference contraction is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum ReferenceKind {
    /// Comfortable holds: the median of their middle parts. Nobody has to strain.
    #[default]
    Submaximal,
    /// Maximal voluntary contraction: the largest 500-ms mean.
    Mvc,
}

impl ReferenceKind {
    /// The word used in options and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Submaximal => "submaximal",
            Self::Mvc => "mvc",
        }
    }
}

/// Where on the body, as far as filters care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum BodySite {
    /// High-pass at 20 Hz (R20 in docs/REFERENCES.md).
    #[default]
    Limb,
    /// High-pass at 30 Hz: heart and movement are near (R21 in docs/REFERENCES.md).
    Pelvic,
    /// As [`BodySite::Pelvic`].
    Trunk,
}

impl BodySite {
    /// The word used in options and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Limb => "limb",
            Self::Pelvic => "pelvic",
            Self::Trunk => "trunk",
        }
    }

    /// The profile of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Limb, Self::Pelvic, Self::Trunk].into_iter().find(|profile| profile.name() == name)
    }

    /// Corner of the high-pass in Hz.
    pub const fn highpass_hz(self) -> f64 {
        match self {
            Self::Limb => 20.0,
            Self::Pelvic | Self::Trunk => 30.0,
        }
    }
}

/// One channel.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ChannelConfig {
    /// What the sensor sends.
    pub kind: Kind,
    /// Lowest and highest value the converter can give, minus the anchor; none if unknown (rails are then found as runs of
    /// equal values at the extremes of the stream).
    pub rails_uv: Option<(f32, f32)>,
    /// One step of the converter; none if unknown.
    pub lsb_uv: Option<f32>,
    /// A muscle that should stay quiet: its contraction is reported as co-contraction of the others.
    pub accessory: bool,
}

/// A number as it was written: without the digits that its 32 bits do not hold.
fn decimal(value: f32) -> f64 {
    libm::round(f64::from(value) * 1e6) / 1e6
}

/// Limits of the ratios to rest at which activity starts and ends.
const RATIOS: (f64, f64) = (1.0, 20.0);

/// One pipeline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PipelineConfig {
    /// Sampling rate of all channels.
    pub rate: SampleRate,
    /// Corner of the Butterworth high-pass, order 2.
    pub highpass_hz: f64,
    /// Corner of the Butterworth low-pass, order 2; left out where it would lie above 0.45 × rate.
    pub lowpass_hz: f64,
    /// What to do about mains.
    pub mains: MainsMode,
    /// How the reference is read.
    pub reference: ReferenceKind,
    /// Activity of a raw channel starts above this ratio to rest; see [`ON_RATIO`].
    pub on_ratio: f32,
    /// It ends below this one; see [`OFF_RATIO`].
    pub off_ratio: f32,
    /// Upper edge of the work band, in units of the reference.
    pub overshoot_ratio: f32,
    /// How long a release may take after the rest cue.
    pub grace_s: f64,
    /// How long uninvited activity may last.
    pub tone_dwell_s: f64,
    /// How long the work band may be exceeded.
    pub overshoot_dwell_s: f64,
    /// How long a free contraction may last.
    pub free_limit_s: f64,
}

impl PipelineConfig {
    /// The defaults for a sampling rate.
    pub fn new(rate: SampleRate) -> Self {
        Self {
            rate,
            highpass_hz: BodySite::Limb.highpass_hz(),
            lowpass_hz: 450.0,
            mains: MainsMode::Auto,
            reference: ReferenceKind::Submaximal,
            on_ratio: ON_RATIO,
            off_ratio: OFF_RATIO,
            overshoot_ratio: 1.35,
            grace_s: 2.0,
            tone_dwell_s: 1.0,
            overshoot_dwell_s: 0.5,
            free_limit_s: 10.0,
        }
    }

    /// The low-pass edge that takes effect.
    pub fn effective_lowpass_hz(&self) -> Option<f64> {
        (self.lowpass_hz <= MAX_EDGE_FRACTION * self.rate.hz()).then_some(self.lowpass_hz)
    }

    /// Checks every number.
    ///
    /// # Errors
    /// [`ConfigError`] that names the field.
    pub fn check(&self, channels: &[ChannelConfig]) -> Result<(), ConfigError> {
        let raw = channels.iter().any(|channel| channel.kind == Kind::Raw);
        if raw && self.rate.hz() < SampleRate::MIN_RAW_HZ {
            let (value, max) = (self.rate.hz(), SampleRate::MAX_HZ);
            return Err(ConfigError::OutOfRange {
                field: "rate_hz of a raw channel",
                value,
                min: SampleRate::MIN_RAW_HZ,
                max,
            });
        }
        let limit_hz = MAX_EDGE_FRACTION * self.rate.hz();
        if raw && self.highpass_hz >= limit_hz {
            return Err(ConfigError::AboveNyquist { field: "highpass_hz", edge_hz: self.highpass_hz, limit_hz });
        }
        for (field, value, min, max) in [
            ("highpass_hz", self.highpass_hz, 1.0, 400.0),
            ("lowpass_hz", self.lowpass_hz, 30.0, SampleRate::MAX_HZ),
            ("on_ratio", decimal(self.on_ratio), RATIOS.0, RATIOS.1),
            ("off_ratio", decimal(self.off_ratio), RATIOS.0, decimal(self.on_ratio)),
            ("overshoot_ratio", decimal(self.overshoot_ratio), 1.05, 10.0),
            ("grace_s", self.grace_s, 0.1, 60.0),
            ("tone_dwell_s", self.tone_dwell_s, 0.1, 60.0),
            ("overshoot_dwell_s", self.overshoot_dwell_s, 0.05, 60.0),
            ("free_limit_s", self.free_limit_s, 0.5, 3600.0),
        ] {
            if !(value >= min && value <= max) {
                return Err(ConfigError::OutOfRange { field, value, min, max });
            }
        }
        if self.lowpass_hz <= self.highpass_hz {
            let (value, min) = (self.lowpass_hz, self.highpass_hz);
            return Err(ConfigError::OutOfRange { field: "lowpass_hz", value, min, max: SampleRate::MAX_HZ });
        }
        for channel in channels {
            if let Some((low, high)) = channel.rails_uv.filter(|(low, high)| !(low < high)) {
                let (value, min) = (f64::from(high), f64::from(low));
                return Err(ConfigError::OutOfRange { field: "rails_uv", value, min, max: f64::INFINITY });
            }
        }
        Ok(())
    }
}

/// Settings of a pipeline as data: what a file, an option or a recording states.
///
/// A field that is none is left to what lies below: the recording, and at last the defaults of [`PipelineConfig::new`].
/// With the feature `serde` it is what `--config` reads and what `session.json` keeps; an unknown key is an error.
///
/// ```
/// use tonus_core::config::Config;
/// use tonus_dsp::units::SampleRate;
///
/// let file = Config { tone_dwell_s: Some(2.0), grace_s: Some(3.0), ..Config::default() };
/// let option = Config { grace_s: Some(1.0), ..Config::default() };
/// let config = option.over(file);
/// config.check()?;
/// let pipeline = config.pipeline(SampleRate::new(1000.0)?);
/// assert_eq!((pipeline.grace_s, pipeline.tone_dwell_s, pipeline.free_limit_s), (1.0, 2.0, 10.0));
/// # Ok::<(), tonus_dsp::error::ConfigError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Config {
    /// What to do about mains: `auto`, `off`, `50` or `60`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub mains: Option<MainsMode>,
    /// Where on the body: gives the high-pass, unless that is stated.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub profile: Option<BodySite>,
    /// See [`PipelineConfig::highpass_hz`].
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub highpass_hz: Option<f64>,
    /// See [`PipelineConfig::lowpass_hz`].
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub lowpass_hz: Option<f64>,
    /// See [`PipelineConfig::reference`].
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub reference: Option<ReferenceKind>,
    /// See [`PipelineConfig::on_ratio`].
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub on_ratio: Option<f32>,
    /// See [`PipelineConfig::off_ratio`].
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub off_ratio: Option<f32>,
    /// See [`PipelineConfig::overshoot_ratio`].
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub overshoot_ratio: Option<f32>,
    /// See [`PipelineConfig::grace_s`].
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub grace_s: Option<f64>,
    /// See [`PipelineConfig::tone_dwell_s`].
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub tone_dwell_s: Option<f64>,
    /// See [`PipelineConfig::overshoot_dwell_s`].
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub overshoot_dwell_s: Option<f64>,
    /// See [`PipelineConfig::free_limit_s`].
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub free_limit_s: Option<f64>,
}

impl Config {
    /// All settings of a pipeline, stated.
    pub const fn of(config: &PipelineConfig, profile: BodySite) -> Self {
        Self {
            mains: Some(config.mains),
            profile: Some(profile),
            highpass_hz: Some(config.highpass_hz),
            lowpass_hz: Some(config.lowpass_hz),
            reference: Some(config.reference),
            on_ratio: Some(config.on_ratio),
            off_ratio: Some(config.off_ratio),
            overshoot_ratio: Some(config.overshoot_ratio),
            grace_s: Some(config.grace_s),
            tone_dwell_s: Some(config.tone_dwell_s),
            overshoot_dwell_s: Some(config.overshoot_dwell_s),
            free_limit_s: Some(config.free_limit_s),
        }
    }

    /// These settings, and those of `base` where nothing is stated here. A profile that is stated here takes its own
    /// high-pass along: one that `base` states belongs to another profile.
    #[must_use]
    pub fn over(self, base: Self) -> Self {
        let highpass_hz = if self.profile.is_some() { self.highpass_hz } else { self.highpass_hz.or(base.highpass_hz) };
        Self {
            mains: self.mains.or(base.mains),
            profile: self.profile.or(base.profile),
            highpass_hz,
            lowpass_hz: self.lowpass_hz.or(base.lowpass_hz),
            reference: self.reference.or(base.reference),
            on_ratio: self.on_ratio.or(base.on_ratio),
            off_ratio: self.off_ratio.or(base.off_ratio),
            overshoot_ratio: self.overshoot_ratio.or(base.overshoot_ratio),
            grace_s: self.grace_s.or(base.grace_s),
            tone_dwell_s: self.tone_dwell_s.or(base.tone_dwell_s),
            overshoot_dwell_s: self.overshoot_dwell_s.or(base.overshoot_dwell_s),
            free_limit_s: self.free_limit_s.or(base.free_limit_s),
        }
    }

    /// The pipeline for a sampling rate, with the defaults where nothing is stated.
    pub fn pipeline(&self, rate: SampleRate) -> PipelineConfig {
        let usual = PipelineConfig::new(rate);
        let highpass_hz = self.profile.map_or(usual.highpass_hz, BodySite::highpass_hz);
        PipelineConfig {
            rate,
            mains: self.mains.unwrap_or(usual.mains),
            highpass_hz: self.highpass_hz.unwrap_or(highpass_hz),
            lowpass_hz: self.lowpass_hz.unwrap_or(usual.lowpass_hz),
            reference: self.reference.unwrap_or(usual.reference),
            on_ratio: self.on_ratio.unwrap_or(usual.on_ratio),
            off_ratio: self.off_ratio.unwrap_or(usual.off_ratio),
            overshoot_ratio: self.overshoot_ratio.unwrap_or(usual.overshoot_ratio),
            grace_s: self.grace_s.unwrap_or(usual.grace_s),
            tone_dwell_s: self.tone_dwell_s.unwrap_or(usual.tone_dwell_s),
            overshoot_dwell_s: self.overshoot_dwell_s.unwrap_or(usual.overshoot_dwell_s),
            free_limit_s: self.free_limit_s.unwrap_or(usual.free_limit_s),
        }
    }

    /// Checks what can be checked before the sampling rate is known.
    ///
    /// # Errors
    /// [`ConfigError`] that names the field.
    pub fn check(&self) -> Result<(), ConfigError> {
        // No channel, no rate that it could not bear: only the numbers themselves are looked at.
        self.pipeline(SampleRate::new(SampleRate::MAX_HZ)?).check(&[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_stated_is_the_default() {
        let rate = SampleRate::new(1000.0).unwrap();
        assert_eq!(Config::default().pipeline(rate), PipelineConfig::new(rate));
    }

    #[test]
    fn a_stated_profile_takes_its_own_highpass_along() {
        let rate = SampleRate::new(1000.0).unwrap();
        let recorded = Config::of(&PipelineConfig::new(rate), BodySite::Limb);
        assert_eq!(recorded.pipeline(rate), PipelineConfig::new(rate));
        let option = Config { profile: Some(BodySite::Pelvic), ..Config::default() };
        assert_eq!(option.over(recorded).pipeline(rate).highpass_hz, 30.0);
        let file = Config { highpass_hz: Some(25.0), ..Config::default() };
        assert_eq!(file.over(recorded).pipeline(rate).highpass_hz, 25.0);
    }

    #[test]
    fn ratios_that_cannot_be_are_refused_by_name() {
        for (on, off, wrong) in [(f32::NAN, 1.3, "on_ratio"), (0.9, 0.9, "on_ratio"), (1.4, 1.5, "off_ratio")] {
            let config = Config { on_ratio: Some(on), off_ratio: Some(off), ..Config::default() };
            let error = config.check().unwrap_err();
            assert!(matches!(error, ConfigError::OutOfRange { field, .. } if field == wrong), "{error}");
        }
    }
}

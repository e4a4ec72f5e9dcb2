//! Calibration: what rest looks like, and what a comfortable contraction looks like.
//!
//! Everything is relative to the person's own rest. Published µV limits differ between laboratories by a factor of three,
//! so none is used (docs/STATES.md).

pub mod detection;
mod quiet;
mod reference;

pub use quiet::{QuietCollector, Settings};
pub use reference::ReferenceCollector;

use core::fmt;

use detection::Detection;

use crate::config::{Kind, ON_RATIO};
use tonus_dsp::design::Mains;
use tonus_dsp::math::PI;
use tonus_dsp::units::TICK_S;

/// Least valid signal in a baseline, in seconds.
pub const MIN_QUIET_S: f64 = 1.2;
/// Least valid signal in a reference, in seconds.
pub const MIN_REFERENCE_S: f64 = 0.5;
/// The largest ratio to the baseline that is still rest (docs/STATES.md). Where a person's own rest rises higher while it is
/// measured, that takes its place, and the thresholds rise with it.
pub const MAX_REST_RATIO: f32 = 1.25;
/// No threshold is raised beyond this ratio: a contraction must remain visible.
pub const MAX_ON_RATIO: f32 = 2.2;
/// Medians of the two halves further apart than this are reported as drifting.
pub const DRIFT: f32 = 0.5;
/// Without a reference, activity of an envelope sensor starts at this share of the way from rest to its own peaks: 5 to 10 % gave a
/// balanced accuracy of .95 on six sensors, where 5 spreads (0.1 to 1.6 %) called 34 to 82 % of rest active.
const ENVELOPE_SHARE: f32 = 0.08;
/// A level below so many steps of the converter is no signal: rounding (0.29) and a last bit that toggles (0.5) make 0.58.
pub const MIN_STEPS: f32 = 0.75;
/// Rest below this multiple of the baseline, for 3 s, is deep: the muscle has let go further than while it was measured.
pub const DEEP_RATIO: f32 = 0.7;
/// Rest that takes the place of a quiet step that was refused lasts this long, in seconds …
pub const LATER_REST_S: f64 = 5.0;
/// … and is looked at from so long after the rest cue on, when the muscle should have let go.
pub const LATER_REST_AFTER_S: f64 = 2.0;
/// A reference below this multiple of the baseline (5 dB) is reported as weak: little room is left between rest and work.
pub const WEAK_SEPARATION: f32 = 1.8;
/// A reference below this multiple of the baseline cannot be told from rest and is refused: activity starts there.
pub const MIN_SEPARATION: f32 = ON_RATIO;

/// Something about an accepted calibration that the person should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Warnings {
    /// The level rose and fell at rest; activity starts at a higher ratio.
    pub unstable: bool,
    /// The second half lay far higher or lower than the first.
    pub drifting: bool,
    /// The baseline is below one step of the converter.
    pub low_resolution: bool,
    /// The reference lies close to the baseline.
    pub weak_reference: bool,
    /// The quiet step was refused; rest after a later cue gave the baseline.
    #[cfg_attr(feature = "serde", serde(default))]
    pub later_rest: bool,
}

impl Warnings {
    /// The words used in files.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        [
            (self.unstable, "unstable"),
            (self.drifting, "drifting"),
            (self.low_resolution, "low_resolution"),
            (self.weak_reference, "weak_reference"),
            (self.later_rest, "later_rest"),
        ]
        .into_iter()
        .filter_map(|(set, name)| set.then_some(name))
    }
}

/// Why a calibration step was not accepted.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// Too little valid signal.
    TooShort {
        /// Valid seconds.
        valid_s: f32,
        /// Needed seconds.
        needed_s: f32,
    },
    /// The resting signal was zero or below a step of the converter: a dead or disconnected channel.
    NoSignal,
    /// The reference is too close to rest.
    NotSeparable {
        /// Reference over baseline.
        ratio: f32,
    },
    /// A reference was closed before a baseline was accepted.
    NoBaseline,
}

impl Refusal {
    /// The word used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooShort { .. } => "too_short",
            Self::NoSignal => "no_signal",
            Self::NotSeparable { .. } => "not_separable",
            Self::NoBaseline => "no_baseline",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::TooShort { valid_s, needed_s } => {
                write!(f, "only {valid_s:.1} s of valid signal; {needed_s:.1} s are needed, so rest or hold longer")
            }
            Self::NoSignal => write!(
                f,
                "no signal at rest, or less than a step of the converter; check that the electrodes are connected"
            ),
            Self::NotSeparable { ratio } if ratio < 1.0 => {
                write!(
                    f,
                    "the hold was below what was measured as rest ({ratio:.1} times); measure rest again, lying still"
                )
            }
            Self::NotSeparable { ratio } => {
                write!(
                    f,
                    "the contraction was only {ratio:.1} times the resting level; {MIN_SEPARATION} times is needed"
                )
            }
            Self::NoBaseline => write!(f, "there is no accepted baseline yet; rest first"),
        }
    }
}

impl core::error::Error for Refusal {}

/// What a channel's own rest and contraction look like, with the settings under which that was measured.
///
/// Stored with a recording and checked when it is used again: another rate or filter invalidates it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Calibration {
    /// What the sensor sends.
    pub kind: Kind,
    /// Sampling rate in Hz.
    pub rate_hz: f64,
    /// High-pass corner in Hz.
    pub highpass_hz: f64,
    /// The mains notches that were in.
    pub mains: Option<Mains>,
    /// Median of the envelope at rest, µV.
    pub baseline_uv: f32,
    /// Robust standard deviation of the envelope at rest (1.4826 × MAD), µV.
    pub spread_uv: f32,
    /// The comfortable (or maximal) contraction, µV.
    pub reference_uv: Option<f32>,
    /// How activity is detected.
    pub detection: Detection,
    /// What to know about it.
    pub warnings: Warnings,
}

impl Calibration {
    /// Activation of an envelope value; NaN without a reference.
    pub fn activation(&self, envelope_uv: f32) -> f32 {
        let Some(reference) = self.reference_uv else { return f32::NAN };
        match self.kind {
            Kind::Raw => crate::normalize::activation(envelope_uv, self.baseline_uv, reference),
            Kind::Envelope => crate::normalize::activation_linear(envelope_uv, self.baseline_uv, reference),
        }
    }

    /// Takes a ratio to rest between the signal's own rest and contractions as a hint where these begin; see
    /// [`Detection::with_start`]. Activation stays unknown. Without effect on envelope sensors and beside a reference.
    #[must_use]
    pub fn with_start(mut self, ratio: f32) -> Self {
        if self.kind == Kind::Raw && self.reference_uv.is_none() {
            self.detection = self.detection.with_start(ratio);
        }
        self
    }

    /// Of an envelope sensor: takes the level that its signal exceeds 2 % of the time as a hint where contractions begin, at 8 % of
    /// the way from rest. Without effect on raw channels and beside a reference.
    #[must_use]
    pub fn with_peak_level(mut self, peak_uv: f32) -> Self {
        let height = peak_uv - self.baseline_uv;
        if self.kind == Kind::Envelope && self.reference_uv.is_none() && height.is_finite() && height > 0.0 {
            self.detection.level = ENVELOPE_SHARE * height;
        }
        self
    }

    /// Whether the rest that was measured is muscle or the instrument, as far as its spectrum tells.
    ///
    /// Muscle falls steeply with frequency: 14 dB from 100 to 350 Hz in the spectrum of surface EMG (R15 in
    /// docs/REFERENCES.md), where the noise of an amplifier keeps its level. Asked is the inverse of the whitening filter, which
    /// is a model of that spectrum; below 800 Hz it does not reach so far, and nothing is told.
    pub fn resting_activity(&self) -> Option<bool> {
        if self.kind != Kind::Raw || self.rate_hz < 800.0 {
            return None;
        }
        let gain = |hz: f64| self.detection.whitening.gain(2.0 * PI * hz / self.rate_hz);
        let fall = gain(350.0) / gain(100.0);
        match fall {
            4.0.. => Some(true),
            ..=2.0 => Some(false),
            _ => None,
        }
    }

    /// The level at which activity starts, µV.
    pub fn on_uv(&self) -> f32 {
        match self.kind {
            Kind::Raw => self.detection.ratios.0 * self.baseline_uv,
            Kind::Envelope => self.baseline_uv + self.envelope_margin(5.0, 0.15),
        }
    }

    /// The level at which activity ends, µV.
    pub fn off_uv(&self) -> f32 {
        match self.kind {
            Kind::Raw => self.detection.ratios.1 * self.baseline_uv,
            Kind::Envelope => self.baseline_uv + self.envelope_margin(3.0, 0.1),
        }
    }

    /// Distance of an envelope threshold from rest: so many spreads, at least a share of the way to the reference.
    ///
    /// An envelope sensor's zero is arbitrary, so no ratio to the baseline means anything; without a reference, 2 % of the
    /// baseline keep a perfectly steady sensor from flickering.
    fn envelope_margin(&self, spreads: f32, share: f32) -> f32 {
        let floor = match self.reference_uv {
            Some(reference) => share * (reference - self.baseline_uv),
            // What is known of the peaks; for the end of activity in the proportion of the shares.
            None if self.detection.level > 0.0 => share / 0.15 * self.detection.level,
            None => share * 0.2 * self.baseline_uv.abs(),
        };
        (spreads * self.spread_uv).max(floor).max(f32::MIN_POSITIVE)
    }
}

/// Ticks in a span of seconds.
pub(crate) const fn ticks(seconds: f64) -> u32 {
    (seconds / TICK_S + 0.5) as u32
}

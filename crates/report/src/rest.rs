//! What there is to say about the rest that was measured. The words are in [`crate::vocabulary`].

use tonus_core::calibration::MAX_REST_RATIO;

/// A floor below this share of the baseline is not worth a word.
const FLOOR_SHARE: f32 = 1e-3;

/// How the rest that was measured compares: with the calmest seen, and with what the sensor reads without any muscle. Levels in µV.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RestFigures {
    /// The rest that was measured.
    pub rest_uv: f32,
    /// The deepest rest of this session.
    pub today_uv: Option<f32>,
    /// The calmest rest of like sessions before.
    pub before_uv: Option<f32>,
    /// The noise of the converter.
    pub floor_uv: Option<f32>,
}

impl RestFigures {
    /// The figures of a calibration; a floor that is nothing beside the rest is left out.
    pub fn new(rest_uv: f32, today_uv: Option<f32>, floor_uv: Option<f32>) -> Self {
        let finite = |value: Option<f32>| value.filter(|value| value.is_finite());
        let floor_uv = finite(floor_uv).filter(|floor| *floor >= FLOOR_SHARE * rest_uv);
        Self { rest_uv, today_uv: finite(today_uv), before_uv: None, floor_uv }
    }

    /// The measured rest over the calmest ever seen.
    pub fn ratio(&self) -> Option<f32> {
        let seen = [self.today_uv, self.before_uv].into_iter().flatten();
        seen.reduce(f32::min).map(|calmest| self.rest_uv / calmest).filter(|ratio| ratio.is_finite())
    }

    /// Whether the measured rest lies above everything that is still called rest beside the calmest seen.
    pub fn is_above_calmest(&self) -> bool {
        self.ratio().is_some_and(|ratio| ratio > MAX_REST_RATIO)
    }
}

/// A reason to measure rest again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RestHint {
    /// The channel, from 0.
    pub channel: u8,
    /// Which reason.
    pub kind: RestHintKind,
    /// The level in question over the rest that was measured.
    pub ratio: f32,
}

/// Why rest should be measured again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestHintKind {
    /// The muscle has let go further than while it was measured.
    Deep,
    /// The lowest level of the last minute is another one.
    Moved,
}

impl RestHintKind {
    /// The word used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deep => "deep_rest",
            Self::Moved => "rest_moved",
        }
    }
}

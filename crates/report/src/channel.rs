//! What `summary.json` says about one channel.

use serde::{Deserialize, Serialize};
use tonus_core::calibration::{Calibration, Refusal, Warnings};
use tonus_core::decision::{Quality, Reasons, State};
use tonus_core::summary::{ChannelStats, Segment};
use tonus_record::CalibrationSource;

use crate::rest::RestFigures;
use crate::spectrum::SpectrumReport;
use crate::verdict::VerdictReport;

/// One channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChannelReport {
    /// Its name.
    pub name: String,
    /// Its own rest and contraction.
    pub calibration: CalibrationReport,
    /// Time in each state.
    pub seconds: Seconds,
    /// Contractions in the order of time.
    pub contractions: Vec<Contraction>,
    /// Stretches of overactivity in the order of time.
    pub overactivity: Vec<Overactivity>,
    /// How many contractions and stretches of overactivity there were, should the lists be cut.
    pub contractions_total: u64,
    /// See `contractions_total`.
    pub overactivity_total: u64,
    /// The level at rest.
    pub rest: RestReport,
    /// Frequencies while contracting; `null` where there is nothing worth reporting.
    pub spectrum: Option<SpectrumReport>,
    /// Decisions (10 ms each) with each flag.
    pub quality: QualityReport,
    /// What a named norm profile says, each with its rule; empty without one.
    #[serde(default)]
    pub verdicts: Vec<VerdictReport>,
}

impl ChannelReport {
    /// Leaves out what is a level, of a channel whose unit nobody knows: times, shares and ratios stay.
    pub fn forget_levels(&mut self) {
        let Self { calibration, contractions, overactivity, rest, .. } = self;
        for level in [
            &mut calibration.baseline_uv,
            &mut calibration.spread_uv,
            &mut calibration.reference_uv,
            &mut calibration.on_uv,
            &mut calibration.off_uv,
            &mut calibration.deepest_uv,
            &mut calibration.floor_uv,
        ] {
            *level = None;
        }
        for one in contractions {
            (one.peak_uv, one.mean_uv) = (None, None);
        }
        for one in overactivity {
            (one.peak_uv, one.mean_uv) = (None, None);
        }
        *rest = RestReport { cv: rest.cv, ..RestReport::default() };
    }
}

/// A calibration, or why there is none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CalibrationReport {
    /// Whether there is a baseline.
    pub accepted: bool,
    /// Median envelope at rest.
    pub baseline_uv: Option<f32>,
    /// Robust standard deviation of the envelope at rest.
    pub spread_uv: Option<f32>,
    /// The comfortable contraction.
    pub reference_uv: Option<f32>,
    /// Where activity starts.
    pub on_uv: Option<f32>,
    /// Where activity ends.
    pub off_uv: Option<f32>,
    /// The deepest rest of the session: the lowest level that lasted 3 s.
    #[serde(default)]
    pub deepest_uv: Option<f32>,
    /// The calmest rest of like sessions before, in µV; none outside a store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calmest_before_uv: Option<f32>,
    /// The baseline over the calmest rest ever seen, in this session and before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calmest_ratio: Option<f32>,
    /// What the channel would read without any signal: the noise of the converter's rounding. None where its step is too small to
    /// matter.
    #[serde(default)]
    pub floor_uv: Option<f32>,
    /// Whether the rest that was measured is muscle, by its spectrum.
    #[serde(default)]
    pub resting_activity: RestingActivity,
    /// Why steps were refused, and what is remarkable about accepted ones.
    pub reasons: Vec<CalibrationRemark>,
    /// The same for people.
    pub messages: Vec<String>,
    /// Where it comes from.
    pub source: CalibrationSource,
    /// Begin of the rest that was used, if it was not a cue.
    pub start_s: Option<f64>,
    /// End of the rest that was used, if it was not a cue.
    pub end_s: Option<f64>,
}

/// Whether the rest that was measured is muscle, by its spectrum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestingActivity {
    /// It is muscle.
    Yes,
    /// It is the noise of the instrument.
    No,
    /// The spectrum does not tell.
    #[default]
    Unknown,
}

impl RestingActivity {
    /// The word in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

impl CalibrationReport {
    /// Takes what a session has found out about the depth of rest, at its end.
    pub fn end(&mut self, deepest_uv: Option<f32>, floor_uv: Option<f32>) {
        self.deepest_uv = deepest_uv.and_then(finite);
        let Some(baseline) = self.baseline_uv else { return };
        self.floor_uv = RestFigures::new(baseline, None, floor_uv).floor_uv;
        self.remember(None);
    }

    /// Takes what is known of rest in earlier sessions.
    pub fn remember(&mut self, calmest_before_uv: Option<f32>) {
        self.calmest_before_uv = calmest_before_uv;
        // Where levels are left out, the ratio stays.
        if let Some(figures) = self.rest_figures() {
            self.calmest_ratio = figures.ratio();
        }
    }

    /// The measured rest beside the calmest seen; none without a baseline.
    pub fn rest_figures(&self) -> Option<RestFigures> {
        let rest_uv = self.baseline_uv.filter(|_| self.accepted)?;
        let Self { deepest_uv: today_uv, calmest_before_uv: before_uv, floor_uv, .. } = *self;
        Some(RestFigures { rest_uv, today_uv, before_uv, floor_uv })
    }

    /// Takes the numbers of an accepted calibration.
    pub fn accept(&mut self, calibration: &Calibration) {
        self.accepted = true;
        self.baseline_uv = finite(calibration.baseline_uv);
        self.spread_uv = finite(calibration.spread_uv);
        self.reference_uv = calibration.reference_uv.and_then(finite);
        self.on_uv = finite(calibration.on_uv());
        self.off_uv = finite(calibration.off_uv());
        self.resting_activity = match calibration.resting_activity() {
            Some(true) => RestingActivity::Yes,
            Some(false) => RestingActivity::No,
            None => RestingActivity::Unknown,
        };
        let Warnings { unstable, drifting, low_resolution, weak_reference, later_rest } = calibration.warnings;
        for (is_set, remark) in [
            (unstable, CalibrationRemark::Unstable),
            (drifting, CalibrationRemark::Drifting),
            (low_resolution, CalibrationRemark::LowResolution),
            (weak_reference, CalibrationRemark::WeakReference),
            (later_rest, CalibrationRemark::LaterRest),
        ] {
            if is_set && !self.reasons.contains(&remark) {
                self.reasons.push(remark);
            }
        }
    }

    /// Notes why a step was refused.
    pub fn refuse(&mut self, refusal: Refusal) {
        self.reasons.push(refusal.into());
        self.messages.push(refusal.to_string());
    }
}

/// Why a calibration step was refused, or what is remarkable about an accepted one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalibrationRemark {
    /// The level varied more than muscle noise does.
    Unstable,
    /// The level moved on the way.
    Drifting,
    /// The level is below one step of the converter.
    LowResolution,
    /// The hold lies close to rest.
    WeakReference,
    /// Rest after a later cue was measured, as the quiet step gave nothing.
    LaterRest,
    /// Nothing stands out from the rest.
    NoContrast,
    /// Too little valid signal.
    TooShort,
    /// No signal at rest.
    NoSignal,
    /// The hold cannot be told from rest.
    NotSeparable,
    /// The hold came before a resting level.
    NoBaseline,
    /// The quiet cue did not end within the recording.
    NotClosed,
    /// The file of calibrations has none of this channel.
    NotGiven,
}

impl CalibrationRemark {
    /// Every remark.
    pub const ALL: [Self; 12] = [
        Self::Unstable,
        Self::Drifting,
        Self::LowResolution,
        Self::WeakReference,
        Self::LaterRest,
        Self::NoContrast,
        Self::TooShort,
        Self::NoSignal,
        Self::NotSeparable,
        Self::NoBaseline,
        Self::NotClosed,
        Self::NotGiven,
    ];

    /// The word used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unstable => "unstable",
            Self::Drifting => "drifting",
            Self::LowResolution => "low_resolution",
            Self::WeakReference => "weak_reference",
            Self::LaterRest => "later_rest",
            Self::NoContrast => "no_contrast",
            Self::TooShort => "too_short",
            Self::NoSignal => "no_signal",
            Self::NotSeparable => "not_separable",
            Self::NoBaseline => "no_baseline",
            Self::NotClosed => "not_closed",
            Self::NotGiven => "not_given",
        }
    }
}

impl From<Refusal> for CalibrationRemark {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoSignal => Self::NoSignal,
            Refusal::NotSeparable { .. } => Self::NotSeparable,
            Refusal::NoBaseline => Self::NoBaseline,
            // Too short, or something of a newer core.
            _ => Self::TooShort,
        }
    }
}

/// Seconds in each state.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Seconds {
    /// At rest.
    pub rest: f64,
    /// In controlled contraction.
    pub controlled: f64,
    /// Overactive.
    pub overactive: f64,
    /// No statement possible.
    pub invalid: f64,
}

/// A contraction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contraction {
    /// Begin.
    pub start_s: f64,
    /// End.
    pub end_s: f64,
    /// Largest envelope.
    pub peak_uv: Option<f32>,
    /// Mean envelope.
    pub mean_uv: Option<f32>,
    /// From the rest cue to letting go.
    pub release_s: Option<f64>,
    /// When the muscle itself began; see [`Segment::onset_s`].
    #[serde(default)]
    pub onset_s: Option<f64>,
    /// When the muscle itself ended; see [`Segment::offset_s`].
    #[serde(default)]
    pub offset_s: Option<f64>,
    /// Reasons named in it.
    pub reasons: Reasons,
}

impl From<&Segment> for Contraction {
    fn from(segment: &Segment) -> Self {
        Self {
            start_s: segment.start_s(),
            end_s: segment.end_s(),
            peak_uv: segment.peak_uv.and_then(finite),
            mean_uv: segment.mean_uv.and_then(finite),
            release_s: segment.release_s(),
            onset_s: segment.onset_s,
            offset_s: segment.offset_s,
            reasons: segment.reasons,
        }
    }
}

/// A stretch of overactivity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overactivity {
    /// Begin.
    pub start_s: f64,
    /// End.
    pub end_s: f64,
    /// Largest envelope.
    pub peak_uv: Option<f32>,
    /// Mean envelope.
    pub mean_uv: Option<f32>,
    /// Reasons named in it.
    pub reasons: Reasons,
}

impl From<&Segment> for Overactivity {
    fn from(segment: &Segment) -> Self {
        let Contraction { start_s, end_s, peak_uv, mean_uv, reasons, .. } = segment.into();
        Self { start_s, end_s, peak_uv, mean_uv, reasons }
    }
}

/// The envelope in rest-state decisions, the 0.25 s after a contraction left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct RestReport {
    /// Mean.
    pub mean_uv: Option<f64>,
    /// Standard deviation.
    pub sd_uv: Option<f64>,
    /// Standard deviation over mean.
    pub cv: Option<f64>,
    /// Median.
    pub median_uv: Option<f32>,
}

/// Decisions (10 ms each) by quality flag; a decision may carry several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are the flags of tonus_core::decision::Quality")]
pub struct QualityReport {
    /// All decisions.
    pub decisions: u64,
    /// Without any flag.
    pub ok: u64,
    pub warmup: u64,
    pub gap: u64,
    pub saturated: u64,
    pub flat: u64,
    pub lead_off: u64,
    pub mains: u64,
    pub motion: u64,
    pub pop: u64,
    pub ecg: u64,
    pub nonfinite: u64,
    #[serde(default)]
    pub no_baseline: u64,
}

impl QualityReport {
    /// Every flag with its count, in the order of the flags.
    pub fn flags(&self) -> [(Quality, u64); 11] {
        [
            (Quality::WARMUP, self.warmup),
            (Quality::GAP, self.gap),
            (Quality::SATURATED, self.saturated),
            (Quality::FLAT, self.flat),
            (Quality::LEAD_OFF, self.lead_off),
            (Quality::MAINS, self.mains),
            (Quality::MOTION, self.motion),
            (Quality::POP, self.pop),
            (Quality::ECG, self.ecg),
            (Quality::NONFINITE, self.nonfinite),
            (Quality::NO_BASELINE, self.no_baseline),
        ]
    }
}

impl From<&ChannelStats> for QualityReport {
    fn from(stats: &ChannelStats) -> Self {
        Self {
            decisions: stats.decisions(),
            ok: stats.unflagged(),
            warmup: stats.count(Quality::WARMUP),
            gap: stats.count(Quality::GAP),
            saturated: stats.count(Quality::SATURATED),
            flat: stats.count(Quality::FLAT),
            lead_off: stats.count(Quality::LEAD_OFF),
            mains: stats.count(Quality::MAINS),
            motion: stats.count(Quality::MOTION),
            pop: stats.count(Quality::POP),
            ecg: stats.count(Quality::ECG),
            nonfinite: stats.count(Quality::NONFINITE),
            no_baseline: stats.count(Quality::NO_BASELINE),
        }
    }
}

impl From<&ChannelStats> for Seconds {
    fn from(stats: &ChannelStats) -> Self {
        Self {
            rest: stats.seconds(State::Rest),
            controlled: stats.seconds(State::Controlled),
            overactive: stats.seconds(State::Overactive),
            invalid: stats.seconds(State::Invalid),
        }
    }
}

impl From<&ChannelStats> for RestReport {
    fn from(stats: &ChannelStats) -> Self {
        let rest = stats.rest();
        Self { mean_uv: rest.mean(), sd_uv: rest.sd(), cv: rest.cv(), median_uv: stats.rest_median() }
    }
}

/// The number, if it is one.
fn finite(value: f32) -> Option<f32> {
    Some(value).filter(|value| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_have_the_word_of_the_file_and_an_unknown_one_is_an_error() {
        for remark in CalibrationRemark::ALL {
            assert_eq!(serde_json::to_value(remark).unwrap(), remark.name());
        }
        let error = serde_json::from_str::<CalibrationRemark>("\"tired\"").unwrap_err().to_string();
        assert!(error.contains("tired") && error.contains("not_closed"), "{error}");
    }

    #[test]
    fn every_quality_flag_has_its_key() {
        let json = serde_json::to_value(QualityReport::default()).unwrap();
        for (_, name) in Quality::NAMES {
            assert!(json.get(*name).is_some(), "{name}");
        }
        let flags = QualityReport::default().flags().map(|(flag, _)| flag);
        assert_eq!(flags.as_slice(), Quality::NAMES.iter().map(|(flag, _)| *flag).collect::<Vec<_>>());
    }
}

//! The numbers that rules of norm profiles look at.

use crate::channel::ChannelReport;
use crate::training::{SegmentReport, TrainingChannel};
use crate::verdict::NormUnit;

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantity {
    RestMean,
    RestSd,
    RestAfter,
    FlickPeak,
    TonicMean,
    PostTonic,
    MedianFrequency,
    RestRatio,
    Residual,
}

impl Quantity {
    /// The number, if it was measured.
    pub(super) fn of(self, channel: &ChannelReport, training: Option<&TrainingChannel>) -> Option<f64> {
        let segment = |name: &str| training?.segments.iter().find(|segment| segment.name == name);
        let of = |name: &str, value: fn(&SegmentReport) -> Option<f64>| segment(name).and_then(value);
        let mean = |segment: &SegmentReport| segment.mean_uv;
        match self {
            Self::RestMean if segment("pre_baseline").is_some() => of("pre_baseline", mean),
            Self::RestMean => channel.rest.mean_uv,
            Self::RestSd if segment("pre_baseline").is_some() => of("pre_baseline", |one| one.sd_uv),
            Self::RestSd => channel.rest.sd_uv,
            Self::RestAfter => of("post_endurance", mean).or_else(|| of("post_baseline", mean)),
            Self::FlickPeak => of("flicks", |one| one.peak_uv),
            Self::TonicMean => of("tonic", mean),
            Self::PostTonic => of("post_tonic", mean),
            Self::MedianFrequency if segment("tonic").is_some() => of("tonic", |one| one.mdf_hz),
            Self::MedianFrequency => channel.spectrum.map(|spectrum| spectrum.mdf_hz),
            Self::RestRatio => {
                let baseline = channel.calibration.baseline_uv.filter(|baseline| *baseline > 0.0)?;
                Some(f64::from(channel.rest.median_uv?) / f64::from(baseline))
            }
            Self::Residual => training?.scores.residual_ratio,
        }
        .filter(|value| value.is_finite())
    }

    /// Its unit.
    pub(super) const fn unit(self) -> NormUnit {
        match self {
            Self::MedianFrequency => NormUnit::Hz,
            Self::RestRatio | Self::Residual => NormUnit::Ratio,
            _ => NormUnit::MicroVolt,
        }
    }
}

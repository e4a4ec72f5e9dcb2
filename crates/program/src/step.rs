//! One table `[[step]]`: which keys go together, and numbers in the engine's units.

use toml::Spanned;
use tonus_core::training::{
    AdaptiveConfig, BREATHS_PER_MIN, BreathConfig, MAX_TOTAL_MS, MIN_STEP_MS, Step, StepKind, Target,
};

use crate::raw::{RawAdaptive, RawStep};
use crate::text;

/// A key and what is amiss with it.
pub(crate) type Amiss = (&'static str, String);

/// Share of a breath that is breathed out, where the file does not say.
const EXHALE_SHARE: f64 = 0.6;
/// Shortest and longest share of a breath that may be breathed out.
const EXHALE_SHARES: (f64, f64) = (0.3, 0.8);

/// A step, its prompt and segment left out.
pub(crate) fn step(raw: &RawStep) -> Result<Step, Amiss> {
    let Some(name) = &raw.kind else { return Err(("kind", text::no_kind())) };
    let Some(kind) = StepKind::from_name(name) else { return Err(("kind", text::unknown_kind())) };
    let mut step = Step::new(kind, duration_ms(raw)?);
    step.target = target(raw)?;
    if let Some(share) = raw.pass_share {
        if raw.band.is_none() || !kind.is_contraction() {
            return Err(("pass_share", text::pass_without_band()));
        }
        step.pass_share = share as f32;
    }
    if let Some(retries) = raw.retries {
        if !kind.is_calibration() {
            return Err(("retries", text::retries_of(kind)));
        }
        step.retries = u8::try_from(retries).map_err(|_| ("retries", text::out_of_range(retries as f64, 0.0, 10.0)))?;
    }
    step.breath = breath(raw, kind)?;
    Ok(step)
}

/// How often a repeat happens, and its steps.
pub(crate) fn repeat(raw: &RawStep) -> Result<(u16, &[Spanned<RawStep>]), Amiss> {
    let Some(times) = raw.repeat else { return Err(("step", text::step_without_repeat())) };
    let body = raw.step.as_deref().unwrap_or_default();
    if body.is_empty() {
        return Err(("repeat", text::repeat_without_step()));
    }
    let extra = [
        ("kind", raw.kind.is_some()),
        ("duration_s", raw.duration_s.is_some()),
        ("prompt", raw.prompt.is_some()),
        ("segment", raw.segment.is_some()),
        ("ceiling_ratio", raw.ceiling_ratio.is_some()),
        ("adaptive", raw.adaptive.is_some()),
        ("band", raw.band.is_some()),
        ("pass_share", raw.pass_share.is_some()),
        ("retries", raw.retries.is_some()),
        ("breaths_per_min", raw.breaths_per_min.is_some()),
        ("exhale_share", raw.exhale_share.is_some()),
    ];
    if let Some((key, _)) = extra.into_iter().find(|(_, is_there)| *is_there) {
        return Err((key, text::key_of_repeat()));
    }
    let times = u16::try_from(times).map_err(|_| ("repeat", text::repeat_count()))?;
    Ok((times, body))
}

fn duration_ms(raw: &RawStep) -> Result<u32, Amiss> {
    let Some(seconds) = raw.duration_s else { return Err(("duration_s", text::no_duration())) };
    let (min, max) = (f64::from(MIN_STEP_MS) / 1000.0, MAX_TOTAL_MS as f64 / 1000.0);
    let ms = (seconds * 1000.0).round();
    // Far above what a decimal such as 0.7 is off by, far below a tenth of a millisecond.
    if (seconds * 1000.0 - ms).abs() > 1e-6 {
        return Err(("duration_s", text::whole_ms(seconds)));
    }
    if !(seconds >= min && seconds <= max) {
        return Err(("duration_s", text::out_of_range(seconds, min, max)));
    }
    Ok(ms as u32)
}

fn target(raw: &RawStep) -> Result<Target, Amiss> {
    match (raw.ceiling_ratio, &raw.adaptive, raw.band) {
        (None, None, None) => Ok(Target::None),
        (Some(ratio), None, None) => Ok(Target::Ceiling { ratio: ratio as f32 }),
        (None, Some(adaptive), None) => Ok(Target::Adaptive(following(adaptive))),
        (None, None, Some([low, high])) if low >= high => Err(("band", text::band_upside_down(low, high))),
        (None, None, Some([low, high])) => Ok(Target::Band { low: low as f32, high: high as f32 }),
        (_, _, Some(_)) => Err(("band", text::one_target())),
        (_, Some(_), None) => Err(("adaptive", text::one_target())),
    }
}

fn following(raw: &RawAdaptive) -> AdaptiveConfig {
    let usual = AdaptiveConfig::default();
    let or = |value: Option<f64>, usual: f32| value.map_or(usual, |value| value as f32);
    AdaptiveConfig {
        start_ratio: or(raw.start_ratio, usual.start_ratio),
        lowest_ratio: or(raw.lowest_ratio, usual.lowest_ratio),
        highest_ratio: or(raw.highest_ratio, usual.highest_ratio),
        success_share: or(raw.success_share, usual.success_share),
        ratio_per_min: or(raw.ratio_per_min, usual.ratio_per_min),
    }
}

fn breath(raw: &RawStep, kind: StepKind) -> Result<Option<BreathConfig>, Amiss> {
    if kind != StepKind::Breathe {
        return match (raw.breaths_per_min, raw.exhale_share) {
            (None, None) => Ok(None),
            (Some(_), _) => Err(("breaths_per_min", text::pacer_of(kind))),
            (None, Some(_)) => Err(("exhale_share", text::pacer_of(kind))),
        };
    }
    let Some(pace) = raw.breaths_per_min else { return Err(("breaths_per_min", text::no_pacer())) };
    let share = raw.exhale_share.unwrap_or(EXHALE_SHARE);
    for (key, value, (min, max)) in [("breaths_per_min", pace, BREATHS_PER_MIN), ("exhale_share", share, EXHALE_SHARES)]
    {
        if !(value >= min && value <= max) {
            return Err((key, text::out_of_range(value, min, max)));
        }
    }
    Ok(BreathConfig::from_pace(pace, share))
}

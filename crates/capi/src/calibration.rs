//! `tonus_calibration`: what a channel's own rest and contraction look like, to be stored and given back.

use tonus_core::calibration::detection::{Detection, MAX_BAND_TICKS, WINDOW_TICKS, Whitening};
use tonus_core::calibration::{Calibration, Warnings};

use crate::result::{TONUS_ERROR_VALUE, tonus_result};
use crate::sizes::Sized32;
use crate::words;

/// What a channel's own rest and contraction look like, with the settings under which that was measured.
///
/// Store all of it, with tonus_abi_version(), and what it belongs to: the person, the muscle, where the electrodes were, the
/// sensor and its scale. A calibration of another day is a guess: electrodes sit elsewhere.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct tonus_calibration {
    /// sizeof(tonus_calibration).
    pub struct_size: u32,
    /// A tonus_kind.
    pub kind: u32,
    /// Sampling rate in Hz.
    pub rate_hz: f64,
    /// High-pass corner in Hz.
    pub highpass_hz: f64,
    /// The mains notches that were in: 0, 50 or 60.
    pub mains_hz: u32,
    /// Bits of tonus_warning.
    pub warnings: u32,
    /// Median of the envelope at rest, in microvolts.
    pub baseline_uv: f32,
    /// Robust standard deviation of the envelope at rest, in microvolts.
    pub spread_uv: f32,
    /// The comfortable (or maximal) contraction, in microvolts; NAN without one.
    pub reference_uv: f32,
    /// Of the detector: coefficients of the whitening filter, newest sample first.
    pub whitening: [f32; 4],
    /// Of the detector: median level at rest.
    pub detector_level: f32,
    /// Of the detector: median level of the reference holds; NAN without any.
    pub detector_reference: f32,
    /// Of the detector: power contrast of the detection band over that of the display band.
    pub contrast: f32,
    /// Ratio to rest at which activity starts.
    pub on_ratio: f32,
    /// Ratio to rest at which activity ends.
    pub off_ratio: f32,
    /// Detection window in ticks of 10 ms.
    pub window_ticks: u32,
    /// Work-band window in ticks of 10 ms.
    pub band_ticks: u32,
}

// SAFETY: `repr(C)`, the size first, numbers only.
unsafe impl Sized32 for tonus_calibration {}

impl From<&Calibration> for tonus_calibration {
    fn from(c: &Calibration) -> Self {
        let w = c.warnings;
        let warnings = [w.unstable, w.drifting, w.low_resolution, w.weak_reference, w.later_rest];
        let d = &c.detection;
        Self {
            struct_size: size_of::<Self>() as u32,
            kind: words::kind_number(c.kind),
            rate_hz: c.rate_hz,
            highpass_hz: c.highpass_hz,
            mains_hz: words::notches_number(c.mains),
            warnings: warnings.iter().enumerate().map(|(bit, set)| u32::from(*set) << bit).sum(),
            baseline_uv: c.baseline_uv,
            spread_uv: c.spread_uv,
            reference_uv: c.reference_uv.unwrap_or(f32::NAN),
            whitening: d.whitening.taps,
            detector_level: d.level,
            detector_reference: d.reference.unwrap_or(f32::NAN),
            contrast: d.contrast,
            on_ratio: d.ratios.0,
            off_ratio: d.ratios.1,
            window_ticks: u32::from(d.window_ticks),
            band_ticks: u32::from(d.band_ticks),
        }
    }
}

impl tonus_calibration {
    /// As the core knows it. What was stored may have been damaged, so all of it is checked.
    pub(crate) fn checked(&self) -> Result<Calibration, tonus_result> {
        let known = |value: f32| (!value.is_nan()).then_some(value);
        let numbers = [self.baseline_uv, self.spread_uv, self.detector_level, self.contrast, self.on_ratio];
        let finite = numbers.iter().chain(&self.whitening).all(|value| value.is_finite())
            && [self.reference_uv, self.detector_reference].iter().all(|value| !value.is_infinite());
        let ordered = self.off_ratio > 0.0 && self.on_ratio >= self.off_ratio;
        let windows = (u32::from(WINDOW_TICKS.0)..=u32::from(WINDOW_TICKS.1)).contains(&self.window_ticks)
            && (1..=u32::from(MAX_BAND_TICKS)).contains(&self.band_ticks);
        if !finite || !ordered || !windows || self.warnings > 31 {
            return Err(TONUS_ERROR_VALUE);
        }
        let warned = |bit: u32| self.warnings >> bit & 1 == 1;
        Ok(Calibration {
            kind: words::kind(self.kind)?,
            rate_hz: self.rate_hz,
            highpass_hz: self.highpass_hz,
            mains: words::notches(self.mains_hz)?,
            baseline_uv: self.baseline_uv,
            spread_uv: self.spread_uv,
            reference_uv: known(self.reference_uv),
            detection: Detection {
                whitening: Whitening { taps: self.whitening },
                level: self.detector_level,
                reference: known(self.detector_reference),
                window_ticks: self.window_ticks as u8,
                band_ticks: self.band_ticks as u8,
                contrast: self.contrast,
                ratios: (self.on_ratio, self.off_ratio),
            },
            warnings: Warnings {
                unstable: warned(0),
                drifting: warned(1),
                low_resolution: warned(2),
                weak_reference: warned(3),
                later_rest: warned(4),
            },
        })
    }
}

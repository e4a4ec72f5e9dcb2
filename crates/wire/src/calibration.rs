//! Counts to µV. The offset goes first, exactly: each channel's first value (its anchor) is subtracted in integers (or in
//! `f64` for text), and only the difference is scaled and narrowed to `f32`.

use crate::frame::Values;
use crate::layout::MAX_CHANNELS;

/// How large one count is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// µV per count; 1 where the unit is arbitrary.
    pub uv_per_count: f64,
    /// The count that means 0 V, nominally. Not used for the signal (the anchor is), only for display.
    pub offset_counts: f64,
    /// Smallest and largest count a working amplifier gives; at or beyond them the input is saturated.
    pub rails: Option<(f64, f64)>,
}

impl Scale {
    /// Counts as they are, in arbitrary units.
    pub const COUNTS: Self = Self { uv_per_count: 1.0, offset_counts: 0.0, rails: None };

    /// The scale of an ADC behind an amplifier: `vref / full_scale_counts / gain`.
    pub const fn from_adc(vref: f64, full_scale_counts: f64, gain: f64, offset_counts: f64) -> Self {
        Self { uv_per_count: vref / gain / full_scale_counts * 1e6, offset_counts, rails: None }
    }

    /// This scale with saturation limits.
    #[must_use]
    pub const fn with_rails(mut self, low: f64, high: f64) -> Self {
        self.rails = Some((low, high));
        self
    }
}

/// Turns the frames of one stream into µV.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibrator {
    scales: [Scale; MAX_CHANNELS],
    /// Anchors: whole numbers for counts, which an `f64` holds exactly.
    anchors: [f64; MAX_CHANNELS],
    /// Channels with an anchor.
    anchored: usize,
}

impl Calibrator {
    /// One scale per channel; channels beyond take the last one.
    pub fn new(scales: &[Scale]) -> Self {
        let last = scales.last().copied().unwrap_or(Scale::COUNTS);
        let mut all = [last; MAX_CHANNELS];
        for (slot, scale) in all.iter_mut().zip(scales) {
            *slot = *scale;
        }
        Self { scales: all, anchors: [0.0; MAX_CHANNELS], anchored: 0 }
    }

    /// The anchor of a channel in counts, once a frame has come.
    pub fn anchor(&self, channel: usize) -> Option<f64> {
        self.anchors.get(channel).copied().filter(|_| channel < self.anchored)
    }

    /// Sets the anchors, to continue a recording.
    pub fn set_anchors(&mut self, anchors: &[f64]) {
        for (slot, anchor) in self.anchors.iter_mut().zip(anchors) {
            *slot = *anchor;
        }
        self.anchored = anchors.len().min(MAX_CHANNELS);
    }

    /// The scale of a channel.
    pub fn scale(&self, channel: usize) -> Option<&Scale> {
        self.scales.get(channel)
    }

    /// The saturation limits of a channel as they appear in the output, µV minus the anchor.
    pub fn rails_uv(&self, channel: usize) -> Option<(f32, f32)> {
        let scale = self.scales.get(channel)?;
        let (low, high) = scale.rails?;
        let anchor = self.anchor(channel)?;
        Some((((low - anchor) * scale.uv_per_count) as f32, ((high - anchor) * scale.uv_per_count) as f32))
    }

    /// Writes `(value - anchor) · scale` of every channel to `out`; gives how many.
    ///
    /// A channel's first value becomes its anchor, so the first frame is all zeros.
    pub fn convert(&mut self, values: Values<'_>, out: &mut [f32]) -> usize {
        let count = values.len().min(MAX_CHANNELS).min(out.len());
        if count > self.anchored {
            for channel in self.anchored..count {
                if let Some(slot) = self.anchors.get_mut(channel) {
                    *slot = value_of(values, channel);
                }
            }
            self.anchored = count;
        }
        let known = self.anchors.iter().zip(&self.scales);
        for (channel, (slot, (anchor, scale))) in out.iter_mut().zip(known).take(count).enumerate() {
            // Counts are at most 32 bits, so their difference is exact in f64: the same bits as integer arithmetic.
            *slot = ((value_of(values, channel) - anchor) * scale.uv_per_count) as f32;
        }
        count
    }
}

#[inline]
fn value_of(values: Values<'_>, channel: usize) -> f64 {
    match values {
        Values::Counts(counts) => counts.get(channel).map_or(0.0, |&count| f64::from(count)),
        Values::Numbers(numbers) => numbers.get(channel).copied().unwrap_or(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn published_scales() {
        let cyton = Scale::from_adc(4.5, 8_388_607.0, 24.0, 0.0);
        assert!((cyton.uv_per_count - 0.022_351_7).abs() < 1e-7);
        assert!((cyton.uv_per_count * 4474.0 - 100.002).abs() < 1e-3);
        assert!((Scale::from_adc(5.0, 1024.0, 200.0, 512.0).uv_per_count - 24.414).abs() < 1e-3);
        assert!((Scale::from_adc(3.3, 1024.0, 1009.0, 512.0).uv_per_count - 3.194).abs() < 1e-3);
        assert!((Scale::from_adc(2.5, 8_388_607.0, 8.0, 0.0).uv_per_count - 0.037_253).abs() < 1e-6);
    }

    #[test]
    fn rails_move_with_the_anchor() {
        let mut calibrator = Calibrator::new(&[Scale::from_adc(5.0, 1024.0, 200.0, 512.0).with_rails(2.0, 1021.0)]);
        assert_eq!(calibrator.rails_uv(0), None);
        let mut out = [0.0; 2];
        assert_eq!(calibrator.convert(Values::Counts(&[500, 7]), &mut out), 2);
        assert_eq!((out, calibrator.anchor(0), calibrator.anchor(1)), ([0.0; 2], Some(500.0), Some(7.0)));
        let (low, high) = calibrator.rails_uv(0).unwrap();
        assert!(low < -12_000.0 && high > 12_000.0);
    }

    proptest! {
        #[test]
        fn the_anchor_is_subtracted_exactly(first in any::<i32>(), second in any::<i32>()) {
            let mut calibrator = Calibrator::new(&[Scale::COUNTS]);
            let mut out = [0.0];
            calibrator.convert(Values::Counts(&[first]), &mut out);
            calibrator.convert(Values::Counts(&[second]), &mut out);
            prop_assert_eq!(out[0], (i64::from(second) - i64::from(first)) as f32);
        }
    }
}

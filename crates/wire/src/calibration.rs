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
}

/// One channel's scale and anchor.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Channel {
    scale: Scale,
    /// A whole number for counts, which an `f64` holds exactly.
    anchor: f64,
    /// The scale and the anchor for arithmetic without `f64`, where both are exact.
    short: Option<(f32, i32)>,
}

impl Channel {
    const fn new(scale: Scale) -> Self {
        Self { scale, anchor: 0.0, short: None }
    }

    fn set_anchor(&mut self, anchor: f64) {
        self.anchor = anchor;
        let (scale, whole) = (self.scale.uv_per_count as f32, anchor as i32);
        let exact = f64::from(scale) == self.scale.uv_per_count && f64::from(whole) == anchor;
        self.short = exact.then_some((scale, whole));
    }

    #[inline]
    fn uv_from_counts(&self, count: i32) -> f32 {
        if let Some((scale, anchor)) = self.short {
            // Both factors have at most 24 bits, so f64 would hold the product exactly and round once, as f32 does here.
            let difference = i64::from(count) - i64::from(anchor);
            if difference.unsigned_abs() <= SHORT_COUNTS {
                return difference as i32 as f32 * scale;
            }
        }
        self.uv(f64::from(count))
    }

    /// Counts are at most 32 bits, so their difference is exact in f64: the same bits as integer arithmetic.
    fn uv(&self, value: f64) -> f32 {
        ((value - self.anchor) * self.scale.uv_per_count) as f32
    }
}

/// Differences up to this many counts are exact in `f32`.
const SHORT_COUNTS: u64 = 1 << 24;

/// Turns the frames of one stream of up to `CHANNELS` channels into µV.
///
/// Where an `f32` holds the scale exactly (0.5, 0.25, or any number rounded to `f32` first), no frame of a binary format needs
/// arithmetic in `f64`, which small processors do in software; the bits are the same either way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibrator<const CHANNELS: usize = MAX_CHANNELS> {
    channels: [Channel; CHANNELS],
    /// Channels with an anchor.
    anchored: usize,
}

impl Calibrator {
    /// One scale per channel; channels beyond take the last one.
    pub fn new(scales: &[Scale]) -> Self {
        Self::sized(scales)
    }
}

impl<const CHANNELS: usize> Calibrator<CHANNELS> {
    /// As [`Calibrator::new`], with memory for as many channels as there are: `Calibrator::<2>::sized(&scales)`.
    pub fn sized(scales: &[Scale]) -> Self {
        let last = scales.last().copied().unwrap_or(Scale::COUNTS);
        let channels = core::array::from_fn(|i| Channel::new(scales.get(i).copied().unwrap_or(last)));
        Self { channels, anchored: 0 }
    }

    /// Starts again, with one scale for all channels.
    pub fn set_up(&mut self, scale: Scale) {
        self.channels.iter_mut().for_each(|channel| *channel = Channel::new(scale));
        self.anchored = 0;
    }

    /// The anchor of a channel in counts, once a frame has come.
    pub fn anchor(&self, channel: usize) -> Option<f64> {
        self.channels.get(channel).map(|channel| channel.anchor).filter(|_| channel < self.anchored)
    }

    /// Sets the anchors, to continue a recording.
    pub fn set_anchors(&mut self, anchors: &[f64]) {
        for (channel, anchor) in self.channels.iter_mut().zip(anchors) {
            channel.set_anchor(*anchor);
        }
        self.anchored = anchors.len().min(CHANNELS);
    }

    /// The scale of a channel.
    pub fn scale(&self, channel: usize) -> Option<&Scale> {
        self.channels.get(channel).map(|channel| &channel.scale)
    }

    /// The saturation limits of a channel as they appear in the output, µV minus the anchor.
    pub fn rails_uv(&self, channel: usize) -> Option<(f32, f32)> {
        let scale = self.scale(channel)?;
        let (low, high) = scale.rails?;
        let anchor = self.anchor(channel)?;
        Some((((low - anchor) * scale.uv_per_count) as f32, ((high - anchor) * scale.uv_per_count) as f32))
    }

    /// Writes `(value - anchor) · scale` of every channel to `out`; gives how many.
    ///
    /// A channel's first value becomes its anchor, so the first frame is all zeros.
    pub fn convert(&mut self, values: Values<'_>, out: &mut [f32]) -> usize {
        let count = values.len().min(CHANNELS).min(out.len());
        let fresh = self.channels.iter_mut().enumerate().take(count).skip(self.anchored);
        for (index, channel) in fresh {
            channel.set_anchor(value_of(values, index));
        }
        self.anchored = self.anchored.max(count);
        let slots = out.iter_mut().zip(&self.channels).take(count);
        match values {
            Values::Counts(counts) => {
                slots.zip(counts).for_each(|((slot, channel), count)| *slot = channel.uv_from_counts(*count));
            }
            Values::Numbers(numbers) => {
                slots.zip(numbers).for_each(|((slot, channel), number)| *slot = channel.uv(*number));
            }
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
        let mut calibrator =
            Calibrator::new(&[Scale { rails: Some((2.0, 1021.0)), ..Scale::from_adc(5.0, 1024.0, 200.0, 512.0) }]);
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

        #[test]
        fn short_arithmetic_gives_the_bits_of_f64(
            first in -70_000_i32..70_000,
            far in any::<i32>(),
            near in -20_000_000_i32..20_000_000,
            uv_per_count in any::<f32>().prop_filter("a scale is a number", |scale| scale.is_finite()),
        ) {
            let scale = Scale { uv_per_count: f64::from(uv_per_count), ..Scale::COUNTS };
            let mut calibrator = Calibrator::<1>::sized(&[scale]);
            let mut out = [0.0];
            calibrator.convert(Values::Counts(&[first]), &mut out);
            for count in [far, near, first] {
                calibrator.convert(Values::Counts(&[count]), &mut out);
                let long = ((f64::from(count) - f64::from(first)) * scale.uv_per_count) as f32;
                prop_assert_eq!(out[0].to_bits(), long.to_bits());
            }
        }
    }
}
